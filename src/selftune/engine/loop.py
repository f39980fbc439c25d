"""A process of its own that holds the loop of one tuning job: `python -m selftune.engine.loop --home HOME JOB`."""

from __future__ import annotations

import argparse
import sys
import traceback
from pathlib import Path

from selftune.engine.compose import tuning_service
from selftune.model.errors import LeaseLost, SelftuneError


def main(arguments: list[str] | None = None) -> int:
    """Run the tuning job to its end; 0 also where another process already holds it.

    What nobody foresaw ends the tuning job: the next loop would come to the same place. What a person can mend, such as
    a full disk, leaves it to be resumed.
    """
    parser = argparse.ArgumentParser(prog="selftune.engine.loop", description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("job")
    options = parser.parse_args(arguments)
    service = tuning_service(options.home)
    try:
        service.run(options.job)
    except LeaseLost:
        return 0
    except SelftuneError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except Exception as error:
        traceback.print_exc()
        service.give_up(options.job, f"The tuning loop broke down: {type(error).__name__}: {error}. See loop.log.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
