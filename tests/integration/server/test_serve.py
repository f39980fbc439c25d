"""`selftune serve` and `selftune env` as a user meets them: what is printed, refused, kept and told."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from selftune.server.address import Address, write_address

OPENSSL = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
OPENSSL += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
COMMAND = [sys.executable, "-m", "selftune.cli.main"]


def selftune(*words: str, home: Path, environ: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    variables = {**os.environ, "SELFTUNE_HOME": str(home), **(environ or {})}
    return subprocess.run([*COMMAND, *words], env=variables, capture_output=True, text=True, check=False, timeout=120)


def exports(text: str) -> dict[str, str]:
    """What a shell has after `eval`, asked of a shell."""
    script = f'{text}\nexec "$0" -c "import os, json; print(json.dumps(dict(os.environ)))"'
    done = subprocess.run(["/bin/sh", "-c", script, sys.executable], capture_output=True, text=True, check=True)
    found: dict[str, str] = json.loads(done.stdout)
    return found


def test_the_key_is_printed_at_the_first_start_only_and_ctrl_c_ends_the_server(servers: Callable[..., Any]) -> None:
    first = servers()
    secret = first.environment["AWS_SECRET_ACCESS_KEY"]
    first.process.send_signal(signal.SIGINT)
    assert first.process.wait(30) == 130
    assert first.log.read_text().count(secret) == 1
    assert "The server has ended." in first.log.read_text()
    assert (first.home / "server" / "access_key.json").stat().st_mode & 0o777 == 0o600
    assert first.home.stat().st_mode & 0o777 == 0o700
    again = servers()
    assert again.environment["AWS_SECRET_ACCESS_KEY"] == secret
    assert again.log.read_text().count(secret) == 1


def test_a_taken_port_is_said_in_a_sentence(server: Any) -> None:
    port = server.environment["AWS_ENDPOINT_URL"].rpartition(":")[2]
    refused = selftune("serve", "--port", port, home=server.home)
    assert refused.returncode == 2
    assert f"127.0.0.1:{port} cannot be listened on" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--host", "0.0.0.0"], "--insecure-remote"),
        (["--tls-certificate", "/none.pem", "--tls-key", "/none.key"], "/none.pem cannot be read"),
        (["--tls-certificate", "/none.pem"], "--tls-key"),
        (["--port", "70000"], "70000"),
    ],
)
def test_what_cannot_be_served_is_refused_in_a_sentence(tmp_path: Path, options: list[str], said: str) -> None:
    refused = selftune("serve", *options, home=tmp_path)
    assert refused.returncode == 2
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_home_that_cannot_be_written_is_refused_in_a_sentence() -> None:
    refused = selftune("serve", "--port", "0", home=Path("/proc/nowhere"))
    assert refused.returncode == 2
    assert "cannot be written" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_environment_of_a_home_without_a_server_says_how_to_start_one(tmp_path: Path) -> None:
    refused = selftune("env", "--wait", "0", home=tmp_path / "home")
    assert (refused.returncode, refused.stdout) == (2, "false\n")
    assert "selftune serve" in refused.stderr


def test_code_behind_eval_does_not_run_without_a_server_that_answers(tmp_path: Path) -> None:
    server = tmp_path / "home" / "server"
    server.mkdir(parents=True)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens there
        (server / "address.json").write_text(json.dumps({"url": f"http://127.0.0.1:{taken.getsockname()[1]}"}))
        refused = selftune("env", "--write", "--wait", "0.2", home=tmp_path / "home")
    assert refused.returncode == 2
    assert "does not answer at http://127.0.0.1:" in refused.stderr
    line = f'eval "{refused.stdout.strip()}" && echo it ran'
    assert subprocess.run(["/bin/sh", "-c", line], capture_output=True, text=True, check=False).stdout == ""


def test_the_environment_waits_for_a_server_that_is_being_started(tmp_path: Path) -> None:
    home = tmp_path / "home"
    environ = {**os.environ, "SELFTUNE_HOME": str(home)}
    waiting = subprocess.Popen([*COMMAND, "env", "--json"], env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert waiting.stderr is not None
    assert b"Waiting" in waiting.stderr.readline()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        (home / "server").mkdir(parents=True, exist_ok=True)
        write_address(home, Address(port=listening.getsockname()[1]))
        printed, _ = waiting.communicate(timeout=60)
        assert json.loads(printed)["AWS_ENDPOINT_URL"] == f"http://127.0.0.1:{listening.getsockname()[1]}"


def test_a_shell_has_all_that_code_needs_after_eval(server: Any) -> None:
    printed = selftune("env", "--write", home=server.home, environ={"AWS_SESSION_TOKEN": "of another account"})
    shell = exports(printed.stdout)
    assert "AWS_SESSION_TOKEN" not in shell
    assert {name: shell[name] for name in server.environment} == server.environment
    assert "DefaultS3Bucket" in Path(shell["SAGEMAKER_USER_CONFIG_OVERRIDE"]).read_text()


def test_a_proxy_is_gone_around(server: Any) -> None:
    printed = selftune("env", home=server.home, environ={"HTTPS_PROXY": "http://proxy:1", "NO_PROXY": "a.example"})
    assert "export NO_PROXY=a.example,127.0.0.1" in printed.stdout


def test_a_check_tells_what_the_shell_lacks_and_which_clients_work(server: Any) -> None:
    bare = {"AWS_ENDPOINT_URL": "", "AWS_PROFILE": "work", "AWS_ENDPOINT_URL_S3": "http://other"}
    lacking = selftune("env", "--check", "--python", sys.executable, home=server.home, environ=bare)
    assert lacking.returncode == 1
    for words in ("AWS_ENDPOINT_URL is not set", "unset AWS_PROFILE", "AWS_ENDPOINT_URL_S3 is set to http://other"):
        assert words in lacking.stdout
    assert "boto3" in lacking.stdout
    good = selftune("env", "--check", "--python", sys.executable, home=server.home, environ=server.environment)
    assert good.returncode == 0, good.stdout
    assert server.environment["AWS_SECRET_ACCESS_KEY"] not in lacking.stdout + good.stdout


def test_a_check_says_that_the_server_does_not_answer(servers: Callable[..., Any]) -> None:
    ended = servers()
    ended.process.send_signal(signal.SIGTERM)
    assert ended.process.wait(30) == 130
    environ = {**ended.environment, "AWS_MAX_ATTEMPTS": "1"}
    checked = selftune("env", "--check", "--python", sys.executable, home=ended.home, environ=environ)
    assert checked.returncode == 1
    assert "Could not connect" in checked.stdout


def test_a_certificate_makes_the_server_speak_tls(servers: Callable[..., Any], tmp_path: Path) -> None:
    certificate, key = tmp_path / "c.pem", tmp_path / "c.key"
    subprocess.run(
        [*OPENSSL, "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )
    server = servers("--tls-certificate", str(certificate), "--tls-key", str(key), verify=str(certificate))
    assert server.environment["AWS_ENDPOINT_URL"].startswith("https://127.0.0.1:")
    assert server.environment["AWS_CA_BUNDLE"] == str(certificate)
    client = server.client("sagemaker", verify=str(certificate))
    assert client.list_hyper_parameter_tuning_jobs()["HyperParameterTuningJobSummaries"] == []
