"""Names of resources as AWS writes them."""

from __future__ import annotations

import re

from selftune.server.aws.errors import validation

ACCOUNT = "000000000000"
TUNING_JOB = "hyper-parameter-tuning-job"
TRAINING_JOB = "training-job"
_ARN = re.compile(r"arn:aws[a-z-]*:sagemaker:[a-z0-9-]*:[0-9]{12}:([a-z-]+)/(.+)\Z")


def arn_of(kind: str, name: str, region: str) -> str:
    """The ARN of a resource; names in it are in lower case, as the service has them."""
    return f"arn:aws:sagemaker:{region}:{ACCOUNT}:{kind}/{name.lower()}"


def named_in(arn: str) -> tuple[str, str]:
    """(kind, name in lower case) of an ARN.

    Raises:
        AwsError: it is none of a kind of resource that is here.
    """
    match = _ARN.match(arn)
    if match is None or match[1] not in (TUNING_JOB, TRAINING_JOB):
        raise validation(f"'{arn[:200]}' is no ARN of a tuning job or training job.")
    return match[1], match[2]
