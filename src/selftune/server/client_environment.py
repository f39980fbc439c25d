"""The variables with which code that was written for AWS comes here, and the SDK's configuration file beside them."""

from __future__ import annotations

import json
from pathlib import Path

from selftune.model.errors import UsageError
from selftune.server.access_key import access_key
from selftune.server.serving import DEFAULT_REGION, address_file, artifacts_folder
from selftune.store.artifacts.folder import ArtifactFolder

DEFAULT_BUCKET = "selftune-default"


def client_environment(home: Path) -> dict[str, str]:
    """What to export, for the server of a home.

    Raises:
        UsageError: no server of this home was ever started.
    """
    try:
        document = json.loads(address_file(home).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        raise UsageError(f"No server of {home} was started yet.", hint="Start one: selftune serve") from None
    key, _ = access_key(home)
    return {
        "AWS_ENDPOINT_URL": document["url"],
        "AWS_ACCESS_KEY_ID": key.access_key_id,
        "AWS_SECRET_ACCESS_KEY": key.secret,
        "AWS_DEFAULT_REGION": document.get("region", DEFAULT_REGION),
        "AWS_REGION": document.get("region", DEFAULT_REGION),
        "AWS_EC2_METADATA_DISABLED": "true",
        "SAGEMAKER_USER_CONFIG_OVERRIDE": str(sdk_configuration(home)),
    }


def sdk_configuration(home: Path) -> Path:
    """Where the SDK's configuration file lies."""
    return home / "server" / "sagemaker.yaml"


def write_sdk_configuration(home: Path) -> Path:
    """Write the SDK's configuration: its default bucket, which it could not ask for here, and no telemetry.

    The bucket is made where it is missing.
    """
    folder = ArtifactFolder(artifacts_folder(home))
    folder.ensure_bucket(DEFAULT_BUCKET)
    path = sdk_configuration(home)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = (
        "SchemaVersion: '1.0'\n"
        "SageMaker:\n"
        "  TelemetryOptOut: true\n"
        "  PythonSDK:\n"
        "    Modules:\n"
        "      TelemetryOptOut: true\n"
        "      Session:\n"
        f"        DefaultS3Bucket: {DEFAULT_BUCKET}\n"
    )
    path.write_text(text, encoding="utf-8")
    return path
