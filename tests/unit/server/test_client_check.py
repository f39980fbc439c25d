"""What in a shell keeps code from coming here is told, a sentence each, and no secret with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from selftune.server.client_check import mended, problems_of_shell

KEY = "AWS_SECRET_ACCESS_KEY"


@pytest.fixture
def wanted(tmp_path: Path) -> dict[str, str]:
    configuration = tmp_path / "sagemaker.yaml"
    configuration.touch()
    return {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:8490",
        KEY: "the-secret",
        "SAGEMAKER_USER_CONFIG_OVERRIDE": str(configuration),
    }


def test_a_shell_that_has_it_all_has_no_problem(wanted: dict[str, str]) -> None:
    assert problems_of_shell(wanted, {**wanted, "PATH": "/bin"}) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"AWS_ENDPOINT_URL": ""}, "AWS_ENDPOINT_URL is not set"),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, "AWS_ENDPOINT_URL is not what this server needs"),
        ({KEY: "another"}, f"{KEY} is not what this server needs"),
        ({"AWS_ENDPOINT_URL_S3": "http://minio"}, "unset AWS_ENDPOINT_URL_S3"),
        ({"AWS_SESSION_TOKEN": "t"}, "unset AWS_SESSION_TOKEN"),
        ({"AWS_PROFILE": "work"}, "unset AWS_PROFILE"),
        ({"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}, "unset AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"),
    ],
)
def test_what_is_wrong_is_told_with_the_remedy(wanted: dict[str, str], change: dict[str, str], said: str) -> None:
    (problem,) = problems_of_shell(wanted, {**wanted, **change})
    assert said in problem
    assert "another" not in problem.replace("another account", "")
    assert "the-secret" not in problem
    assert problems_of_shell(wanted, mended(wanted, {**wanted, **change})) == []


def test_a_configuration_that_is_not_there_is_told(wanted: dict[str, str]) -> None:
    Path(wanted["SAGEMAKER_USER_CONFIG_OVERRIDE"]).unlink()
    (problem,) = problems_of_shell(wanted, wanted)
    assert "selftune env --write" in problem
