"""Tries the AWS clients of the interpreter that runs it: `python - < client_program.py`. Standard library alone.

Prints one JSON object a line for each client found: {"client", "version", "problem": null | text}.
"""

import importlib.metadata
import json
import sys


def _boto3() -> None:
    import boto3

    boto3.client("sts").get_caller_identity()
    boto3.client("s3").list_buckets()
    boto3.client("sagemaker").list_hyper_parameter_tuning_jobs(MaxResults=1)


def _sagemaker() -> None:
    import sagemaker  # type: ignore[import-not-found,unused-ignore]

    try:
        session = sagemaker.Session()  # version 2
    except AttributeError:
        from sagemaker.core.helper.session_helper import Session  # type: ignore[import-not-found,unused-ignore]

        session = Session()
    session.sagemaker_client.list_hyper_parameter_tuning_jobs(MaxResults=1)
    session.default_bucket()


CLIENTS = (("boto3", _boto3), ("sagemaker", _sagemaker))


def main() -> None:
    """Try each client that is installed."""
    for name, attempt in CLIENTS:
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        problem = None
        try:
            attempt()
        except BaseException as error:
            problem = f"{type(error).__name__}: {error}"
        sys.stdout.write(json.dumps({"client": name, "version": version, "problem": problem}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
