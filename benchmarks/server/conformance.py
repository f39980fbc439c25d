"""Does every operation answer every request without a fault of its own, in a form that botocore understands?

    python benchmarks/server/conformance.py [--requests 10000]

Inputs come from botocore's model by hypothesis, one third of them with a single thing wrong. Requests are built, signed
and parsed by botocore; its own validation is off, so that what is wrong reaches the server. Prints a line an operation:
how many were answered with success, how many refused, and with which codes. Exit code 1 where any answer had status 500
or could not be parsed.
"""

from __future__ import annotations

import argparse
import collections
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import botocore.parsers
import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from selftune.testing.aws_inputs import invalid_inputs, valid_inputs

COMMAND = [sys.executable, "-m", "selftune.cli.main"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=10_000, help="in all, over all operations")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        process, environment = start(home)
        try:
            faults = run(environment, arguments.requests, arguments.seed)
        finally:
            process.terminate()
            process.wait(30)
    return 1 if faults else 0


def start(home: Path) -> tuple[subprocess.Popen[bytes], dict[str, str]]:
    """A server, and what `selftune env` says of it."""
    environ = {**os.environ, "SELFTUNE_HOME": str(home)}
    process = subprocess.Popen([*COMMAND, "serve", "--port", "0"], env=environ)
    while not (home / "server" / "address.json").exists():
        time.sleep(0.05)
    printed = subprocess.run([*COMMAND, "env", "--json", "--write"], env=environ, capture_output=True, check=True)
    time.sleep(1)
    return process, json.loads(printed.stdout)


def run(environment: dict[str, str], requests: int, first_seed: int) -> int:
    """Send the requests; returns how many answers were faults."""
    served = operations_of(environment)
    each = max(requests // len(served), 1)
    faults = 0
    print(f"{'operation':48} {'sent':>6} {'ok':>6} {'refused':>8} {'faults':>7}  codes")
    for name in served:
        tally = send(environment, name, each, first_seed)
        faults += tally["fault"]
        refusals = {code: count for code, count in tally.items() if code not in ("ok", "fault")}
        codes = ", ".join(f"{code} {count}" for code, count in sorted(refusals.items()))
        sent = sum(tally.values())
        print(f"{name:48} {sent:6} {tally['ok']:6} {sum(refusals.values()):8} {tally['fault']:7}  {codes}", flush=True)
    print(f"faults: {faults}")
    return faults


def operations_of(environment: dict[str, str]) -> list[str]:
    """Operations of SageMaker that are served: those that are not unknown."""
    model = botocore.session.get_session().get_service_model("sagemaker")
    return [name for name in model.operation_names if ask(environment, name, b"[]")[1] != "UnknownOperationException"]


def send(environment: dict[str, str], name: str, count: int, first_seed: int) -> collections.Counter[str]:
    """Send generated inputs of one operation; outcomes by kind: "ok", "fault", or the code of a refusal."""
    operation = botocore.session.get_session().get_service_model("sagemaker").operation_model(name)
    shape = operation.input_shape
    known = names_that_recur()
    inputs = st.one_of(valid_inputs(shape, known), valid_inputs(shape, known), invalid_inputs(shape, known))
    tally: collections.Counter[str] = collections.Counter()

    @seed(first_seed)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(inputs)
    def one(value: Any) -> None:
        status, outcome = ask(environment, name, json.dumps(value).encode())
        tally["fault" if status >= 500 or outcome == "unparsed" else outcome] += 1

    one()
    return tally


def names_that_recur() -> dict[str, st.SearchStrategy[Any]]:
    """Few names, so that requests meet what earlier ones have made."""
    names = st.sampled_from(["a", "job-1", "job-2", "Job-1", "none"])
    return {
        "HyperParameterTuningJobName": names,
        "TrainingJobName": names,
        "ResourceArn": names.map(
            lambda name: f"arn:aws:sagemaker:us-east-1:000000000000:hyper-parameter-tuning-job/{name.lower()}"
        ),
        "MaxParallelTrainingJobs": st.just(1),
        "MaxNumberOfTrainingJobs": st.just(1),
    }


_SESSION = URLLib3Session()


def ask(environment: dict[str, str], name: str, body: bytes) -> tuple[int, str]:
    """(status, "ok" or the code of the refusal or "unparsed") of one request, signed and parsed by botocore."""
    session = botocore.session.get_session()
    model = session.get_service_model("sagemaker").operation_model(name)
    request = AWSRequest(
        method="POST",
        url=environment["AWS_ENDPOINT_URL"] + "/",
        data=body,
        headers={"X-Amz-Target": f"SageMaker.{name}", "Content-Type": "application/x-amz-json-1.1"},
    )
    key = Credentials(environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"])
    SigV4Auth(key, "sagemaker", environment["AWS_DEFAULT_REGION"]).add_auth(request)
    answer = _SESSION.send(request.prepare())
    parsers = botocore.parsers.create_parser("json")
    try:
        parsed = parsers.parse(
            {"status_code": answer.status_code, "headers": answer.headers, "body": answer.content}, model.output_shape
        )
    except botocore.parsers.ResponseParserError:
        return answer.status_code, "unparsed"
    return answer.status_code, parsed["Error"]["Code"] if answer.status_code >= 300 else "ok"


if __name__ == "__main__":
    sys.exit(main())
