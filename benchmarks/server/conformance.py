"""Does every operation answer every request without a fault of its own, in a form that botocore understands?

    python benchmarks/server/conformance.py [--requests 10000]

Inputs come from botocore's model by hypothesis, one third of them with a single thing wrong; see
`selftune.testing.aws_conformance`. Prints a line an operation: how many were answered with success, how many refused,
and with which codes. Exit code 1 where any answer had status 500 or could not be parsed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from serving import running_server

from selftune.testing.aws_conformance import (
    FAULT,
    OK,
    SignedCaller,
    outcomes,
    prepare,
    served_operations,
    stop_everything,
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=10_000, help="in all, over all operations")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--operation", action="append", help="only this one; may be repeated")
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        running_server(Path(folder) / "home") as server,
    ):
        caller = SignedCaller(server.environment)
        prepare(caller)
        try:
            faults = run(caller, arguments.operation or served_operations(caller), arguments.requests, arguments.seed)
        finally:
            stop_everything(caller)
    return 1 if faults else 0


def run(caller: SignedCaller, operations: list[str], requests: int, first_seed: int) -> int:
    """Send the requests; returns how many answers were faults."""
    each = -(-requests // len(operations))
    total = faults = 0
    print(f"{'operation':48} {'sent':>6} {'ok':>6} {'refused':>8} {'faults':>7}  codes")
    for name in operations:
        tally, told = outcomes(caller, name, each, first_seed)
        refusals = {code: count for code, count in tally.items() if code not in (OK, FAULT)}
        codes = ", ".join(f"{code} {count}" for code, count in sorted(refusals.items()))
        sent, bad = sum(tally.values()), tally.get(FAULT, 0)
        print(f"{name:48} {sent:6} {tally.get(OK, 0):6} {sum(refusals.values()):8} {bad:7}  {codes}", flush=True)
        for line in told:
            print(f"  {line}", file=sys.stderr)
        total, faults = total + sent, faults + bad
    print(f"requests: {total}, faults: {faults}")
    return faults


if __name__ == "__main__":
    sys.exit(main())
