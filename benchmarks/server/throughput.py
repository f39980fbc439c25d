"""What the server costs beside the client: signed calls through boto3, long lists, memory.

    python benchmarks/server/throughput.py [--seconds 20]

Describe is compared with a handler that does nothing but send the same bytes, asked by the same client in turns, so
that what the client and the machine cost is in both. Lists of 10,000 training jobs are compared with lists of 100,
page by page and in each order. Prints one line a measure, and what was aimed at.
"""

from __future__ import annotations

import argparse
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
from serving import Server, running_server

from selftune.model.events import TuningJobCreated
from selftune.model.jobs import TuningJobStatus
from selftune.store.sqlite import SqliteStore
from selftune.testing.factories import T0, a_state, a_training_job, a_tuning_job
from selftune.testing.stored import transition

SIZES = (10, 100, 10_000)
ORDERS = ("Name", "CreationTime", "Status", "FinalObjectiveMetricValue")
BLOCK = 50
NO_OP = """
import sys, uvicorn
body = open(sys.argv[2], "rb").read()
async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body"):
        pass
    headers = [(b"content-type", b"application/x-amz-json-1.1"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
uvicorn.run(app, port=int(sys.argv[1]), log_level="error", lifespan="off")
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20.0, help="for Describe, both sides together")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        home = Path(folder) / "home"
        fill(home)
        with running_server(home) as server:
            compare_describe(server, Path(folder), arguments.seconds)
            compare_lists(server)
            time_lists_of_all(server)
            print(f"memory of the server: {resident(server.process):.0f} MB (aim: < 150)")


def fill(home: Path) -> None:
    """Tuning jobs that have ended, with so many training jobs."""
    home.mkdir(mode=0o700)
    (home / "jobs").mkdir()
    store = SqliteStore(home / "selftune.db")
    for size in SIZES:
        name = f"of-{size}"
        jobs = [
            a_training_job(n, {"lr": n / size, "batch-size": 32}, objective=((n * 7919) % size) / size, tuning_job=name)
            for n in range(1, size + 1)
        ]
        state = replace(a_state(jobs), status=TuningJobStatus.COMPLETED, ended_at=T0 + 10 * size)
        store.create(a_tuning_job(name), transition(state, TuningJobCreated(at=T0)))
    store.close()


def client_of(server: Server, url: str | None = None) -> Any:
    environment = server.environment
    return boto3.client(
        "sagemaker",
        endpoint_url=url or environment["AWS_ENDPOINT_URL"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        region_name=environment["AWS_DEFAULT_REGION"],
    )


def compare_describe(server: Server, folder: Path, seconds: float) -> None:
    real = client_of(server)
    name = f"of-{SIZES[0]}"
    with no_op(folder, raw_describe(real, name)) as url:
        nothing = client_of(server, url)
        times = in_turns(
            {
                "describe": lambda: real.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name),
                "no-op": lambda: nothing.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name),
            },
            seconds,
        )
    for what, each in times.items():
        print(f"{what}: {len(each) / sum(each):.0f} a second, p99 {quantile(each, 0.99) * 1000:.2f} ms")
    at_median = quantile(times["no-op"], 0.5) / quantile(times["describe"], 0.5)
    share = (len(times["describe"]) / sum(times["describe"])) / (len(times["no-op"]) / sum(times["no-op"]))
    print(f"describe / no-op: {share:.0%}, by medians {at_median:.0%} (aim: >= 80%)")


def raw_describe(client: Any, name: str) -> bytes:
    """The bytes of the real answer."""
    found: list[bytes] = []
    client.meta.events.register(
        "before-parse.sagemaker", lambda response_dict, **_: found.append(response_dict["body"])
    )
    client.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
    return found[0]


@contextmanager
def no_op(folder: Path, body: bytes) -> Iterator[str]:
    """A server that answers everything with `body`; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (folder / "body").write_bytes(body)
    process = subprocess.Popen([sys.executable, "-c", NO_OP, str(port), str(folder / "body")])
    try:
        while socket.socket().connect_ex(("127.0.0.1", port)):
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def compare_lists(server: Server) -> None:
    client = client_of(server)
    for order in ORDERS:
        times = in_turns({str(size): lister(client, f"of-{size}", order) for size in SIZES[1:]}, 6.0)
        p99 = {size: quantile(each, 0.99) * 1000 for size, each in times.items()}
        ratio = p99[str(SIZES[2])] / p99[str(SIZES[1])]
        shown = ", ".join(f"of {size} p99 {time:.1f} ms" for size, time in p99.items())
        print(f"list by {order}: {shown}, ratio {ratio:.2f} (aim: <= 3)")


def time_lists_of_all(server: Server) -> None:
    """Pages of all training jobs of the home, and searches that the store answers, or that look into documents."""
    client = client_of(server)
    completed = {"Filters": [{"Name": "TrainingJobStatus", "Operator": "Equals", "Value": "Completed"}]}
    found_by_value = {"Filters": [{"Name": "HyperParameters.lr", "Operator": "LessThan", "Value": "0.001"}]}
    calls: dict[str, Callable[[], None]] = {
        f"all training jobs by {order}": of_all(client, "list_training_jobs", SortBy=order) for order in ORDERS[:3]
    }
    calls["search by status"] = of_all(client, "search", Resource="TrainingJob", SearchExpression=completed)
    for what, each in in_turns(calls, 6.0).items():
        p50, p99 = (quantile(each, share) * 1000 for share in (0.5, 0.99))
        print(f"{what}, {sum(SIZES)} of them: p50 {p50:.1f} ms, p99 {p99:.1f} ms")
    start = time.perf_counter()
    client.search(Resource="TrainingJob", SearchExpression=found_by_value, MaxResults=10)
    print(f"search by a hyperparameter, {sum(SIZES)} documents: {time.perf_counter() - start:.2f} s")


def of_all(client: Any, operation: str, **words: Any) -> Callable[[], None]:
    """Asks for the next page of ten, from the beginning again behind the last."""
    token: dict[str, str] = {}

    def next_page() -> None:
        answer = getattr(client, operation)(MaxResults=10, **words, **token)
        token.clear()
        if "NextToken" in answer:
            token["NextToken"] = answer["NextToken"]

    return next_page


def lister(client: Any, name: str, order: str) -> Callable[[], None]:
    """Asks for the next page of ten, from the beginning again behind the last."""
    token: dict[str, str] = {}

    def next_page() -> None:
        answer = client.list_training_jobs_for_hyper_parameter_tuning_job(
            HyperParameterTuningJobName=name, SortBy=order, SortOrder="Descending", MaxResults=10, **token
        )
        token.clear()
        if "NextToken" in answer:
            token["NextToken"] = answer["NextToken"]

    return next_page


def in_turns(calls: dict[str, Callable[[], None]], seconds: float) -> dict[str, list[float]]:
    """Seconds of each call, blocks of each in turn; the first block of each warms up and does not count."""
    times: dict[str, list[float]] = {what: [] for what in calls}
    for call in calls.values():
        for _ in range(BLOCK):
            call()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for what, call in calls.items():
            for _ in range(BLOCK):
                start = time.perf_counter()
                call()
                times[what].append(time.perf_counter() - start)
    return times


def quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def resident(process: int) -> float:
    """Megabytes."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1000


if __name__ == "__main__":
    main()
