"""A process of its own that holds the loop of one tuning job: `python -m selftune.engine.loop --home HOME JOB`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from selftune.engine.compose import tuning_service
from selftune.model.errors import LeaseLost, SelftuneError


def main(arguments: list[str] | None = None) -> int:
    """Run the tuning job to its end; 0 also where another process already holds it."""
    parser = argparse.ArgumentParser(prog="selftune.engine.loop", description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("job")
    options = parser.parse_args(arguments)
    try:
        tuning_service(options.home).run(options.job)
    except LeaseLost:
        return 0
    except SelftuneError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
