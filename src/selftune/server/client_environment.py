"""The variables with which code that was written for AWS comes here, and the SDK's configuration file beside them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from selftune.engine.results import artifacts_folder
from selftune.server.access_key import access_key
from selftune.server.address import DEFAULT_REGION, read_address
from selftune.store.artifacts.folder import ArtifactFolder

DEFAULT_BUCKET = "selftune-default"
TO_UNSET = ("AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_PROFILE", "AWS_DEFAULT_PROFILE")
"""What of a real account would be sent along, or would be taken instead."""
_PROXIES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")


def client_environment(home: Path, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What to export, for the server of a home.

    Args:
        environ: What is set already: proxies are gone around.

    Raises:
        UsageError: no server of this home was ever started.
    """
    document = read_address(home)
    key, _ = access_key(home)
    region = document.get("region", DEFAULT_REGION)
    return {
        "AWS_ENDPOINT_URL": document["url"],
        "AWS_ACCESS_KEY_ID": key.access_key_id,
        "AWS_SECRET_ACCESS_KEY": key.secret,
        "AWS_DEFAULT_REGION": region,
        "AWS_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "SAGEMAKER_USER_CONFIG_OVERRIDE": str(sdk_configuration(home)),
        **({"AWS_CA_BUNDLE": document["certificate"]} if document.get("certificate") else {}),
        **_around_proxies(urlsplit(document["url"]).hostname or "", environ),
    }


def _around_proxies(host: str, environ: Mapping[str, str]) -> dict[str, str]:
    """Where the shell has a proxy, name this server among the addresses that do not go through it."""
    if not any(environ.get(name) for name in _PROXIES):
        return {}
    kept = environ.get("NO_PROXY") or environ.get("no_proxy") or ""
    names = [name.strip() for name in kept.split(",") if name.strip()]
    text = ",".join([*names, *([] if host in names else [host])])
    return {"NO_PROXY": text, "no_proxy": text}


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
        "  PythonSDK:\n"
        "    Modules:\n"
        "      TelemetryOptOut: true\n"
        "      Session:\n"
        f"        DefaultS3Bucket: {DEFAULT_BUCKET}\n"
    )
    path.write_text(text, encoding="utf-8")
    return path
