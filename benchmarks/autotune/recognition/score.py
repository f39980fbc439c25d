"""How well Autotune recognises what to tune: plans of labelled scripts beside an expert's labels.

Without an option: our scripts, the half that rules may be learnt from, then the held-out half.

    --errors 20 [--held-out]              the worst faults, of the seen half unless asked
    --only hydra                          cases whose name, parser, framework or feature has it
    --command 'selftune plan --json'      through the command, started anew for each
    --shared DIR --mirror DIR             the public scripts (see `public_scripts`)
    --priors FILE                         names of a table of known hyperparameters
    --json                                the counts of both halves, for a test
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from statistics import median

from known_names import known_cases
from labels import Case, load_cases
from planning import by_command, in_process
from public_scripts import public_cases
from scoring import Score, score_cases


def main() -> None:
    args = _arguments()
    found: dict[str, Mapping[str, object]] = {}
    with by_command(args.command) if args.command else in_process() as planner:
        for title, cases, shows_faults in _groups(args):
            score = score_cases(cases, planner)
            found[title] = {"cases": len(score.seconds), "seconds": median(score.seconds), "counts": score.counts()}
            if not args.json:
                print(f"== {title}: {len(score.seconds)} cases", *score.lines(), sep="\n")
            if shows_faults and args.errors and not args.json:
                print(*_fault_lines(score, args.errors), sep="\n")
    if args.json:
        print(json.dumps(found))


def _groups(args: argparse.Namespace) -> Iterable[tuple[str, Iterable[Case], bool]]:
    if args.shared:
        yield "public scripts", (c for c in public_cases(args.shared, args.mirror) if _is_wanted(c, args.only)), True
    elif args.priors:
        with known_cases(args.priors) as cases:
            yield "known names", [c for c in cases if _is_wanted(c, args.only)], True
    else:
        cases = [c for c in load_cases() if _is_wanted(c, args.only)]
        halves = {is_held_out: [c for c in cases if c.is_held_out is is_held_out] for is_held_out in (False, True)}
        for is_held_out, title in ((False, "seen half"), (True, "held-out half")):
            if halves[is_held_out]:
                yield title, halves[is_held_out], args.held_out or not is_held_out


def _is_wanted(case: Case, text: str) -> bool:
    return text in " ".join([case.name, case.parser, case.framework, *case.features])


def _fault_lines(score: Score, count: int) -> Sequence[str]:
    worst = sorted(score.faults, key=lambda fault: -fault.weight)[:count]
    groups = groupby(sorted(worst, key=lambda fault: (-fault.weight, fault.kind)), key=lambda fault: fault.kind)
    lines = [line for kind, faults in groups for line in [f"-- {kind}", *(f"  {f.case}: {f.text}" for f in faults)]]
    return [*lines, *(f"  without a label, tuned: {name}" for name in score.unlabelled[:count])]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Score plans of labelled scripts.")
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="print the N worst faults")
    parser.add_argument("--held-out", action="store_true", help="print faults of the held-out half too")
    parser.add_argument("--only", default="", metavar="TEXT")
    parser.add_argument("--command", metavar="COMMAND", help="plan by this command instead of in this process")
    parser.add_argument("--shared", type=Path, metavar="DIR", help="folder of cases.json of public scripts")
    parser.add_argument("--mirror", type=Path, metavar="DIR", help="folder of their repositories")
    parser.add_argument("--priors", type=Path, metavar="FILE", help="table of known names (CSV)")
    parser.add_argument("--json", action="store_true", help="counts as one JSON object")
    args = parser.parse_args()
    if args.shared and not args.mirror:
        parser.error("--shared needs --mirror: where the repositories are")
    return args


if __name__ == "__main__":
    main()
