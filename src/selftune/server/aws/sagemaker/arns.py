"""Names of resources as AWS writes them."""

from __future__ import annotations

import re

from selftune.server.aws.errors import access_denied, validation

ACCOUNT = "000000000000"
TUNING_JOB = "hyper-parameter-tuning-job"
TRAINING_JOB = "training-job"
_ARN = re.compile(r"arn:aws[a-z-]*:sagemaker:([a-z0-9-]*):([0-9]{12}):([a-z-]+)/(.+)\Z")
_ANY_REGION = "local"
"""The region in ARNs of what was made by other doors than this one."""


def arn_of(kind: str, name: str, region: str) -> str:
    """The ARN of a resource; names in it are in lower case, as the service has them."""
    return f"arn:aws:sagemaker:{region}:{ACCOUNT}:{kind}/{name.lower()}"


def named_in(arn: str, region: str) -> tuple[str, str]:
    """(kind, name in lower case) of an ARN.

    Args:
        region: The one that the request was signed for.

    Raises:
        AwsError: it is none of a kind of resource that is here, or of another account or region.
    """
    match = _ARN.match(arn)
    if match is None or match[3] not in (TUNING_JOB, TRAINING_JOB):
        raise validation(f"'{arn[:200]}' is no ARN of a tuning job or training job.")
    if match[2] != ACCOUNT:
        raise access_denied(f"'{arn[:200]}' belongs to another account; here there is {ACCOUNT} only.")
    if match[1] not in (region, _ANY_REGION):
        raise validation(f"'{arn[:200]}' is of another region than the request, which was signed for {region}.")
    return match[3], match[4]
