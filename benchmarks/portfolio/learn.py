"""Learns the portfolio: real training of many configurations on many data sets, then the few that do best together.

    python benchmarks/portfolio/learn.py train [--learners xgboost,lightgbm] [--minutes 60]
    python benchmarks/portfolio/learn.py choose [--large]   # prints the evidence
    python benchmarks/portfolio/learn.py write              # writes the knowledge file

`train` appends to results/*.jsonl and goes on where it stopped; each round of it takes one more configuration to all
data sets, so that a part of the work is a balanced part. `choose` and `write` need nothing but the results.
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import portfolios
import rates

if TYPE_CHECKING:
    from learners import Learner

SHORTLIST = 14
"""So many configurations are trained on the large data sets."""
RESULTS = Path(__file__).parent / "results"
KNOWLEDGE = Path(__file__).parents[2] / "src/selftune/autotune/knowledge/portfolio.toml"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("train", "choose", "write"))
    parser.add_argument("--learners", default="", help="only these, by name, separated by commas")
    parser.add_argument("--minutes", type=float, default=60.0, help="stop starting trainings after so long")
    parser.add_argument(
        "--large", action="store_true", help="train (or choose among) what is good so far on the large data sets too"
    )
    given = parser.parse_args()
    names = [name for name in given.learners.split(",") if name]
    if given.what == "choose":
        print(portfolios.report(RESULTS, names, with_large=given.large))
        print(rates.report(RESULTS))
        return
    if given.what == "write":
        KNOWLEDGE.write_text(portfolios.file_text(RESULTS) + rates.file_text(RESULTS))
        return
    train(names, time.monotonic() + 60 * given.minutes, is_large=given.large)


def train(names: list[str], until: float, *, is_large: bool) -> None:
    """Trains what is not in the results yet, configuration by configuration, until the time is over."""
    from candidates import candidates_of, in_turn
    from data_sets import DATA_SETS, LARGE
    from learners import LEARNERS

    warnings.filterwarnings("ignore")
    RESULTS.mkdir(exist_ok=True)
    chosen = [learner for learner in LEARNERS if not names or learner.name in names]
    candidates = {learner.name: candidates_of(learner.space) for learner in chosen}
    for learner in chosen:
        _write_candidates(learner.name, learner.space.default, candidates[learner.name])
    _write_constants()
    done = {learner.name: _done(learner.name) for learner in chosen}
    numbers = {
        learner.name: portfolios.shortlist(learner.name, RESULTS, SHORTLIST) if is_large else in_turn(learner.space)
        for learner in chosen
    }
    data_sets = [d.name for d in (LARGE if is_large else DATA_SETS)]
    for place in range(max(map(len, numbers.values()))):
        for learner in chosen:
            if place >= len(numbers[learner.name]):
                continue
            number = numbers[learner.name][place]
            values = {**learner.space.default, **candidates[learner.name][number]}
            for line in _trained(learner, number, values, data_sets, done[learner.name], until):
                with (RESULTS / f"{learner.name}.jsonl").open("a") as file:
                    file.write(json.dumps(line, separators=(",", ":")) + "\n")
        print(f"configuration {place} done", flush=True)
        if time.monotonic() > until:
            return


def _trained(
    learner: Learner, number: int, values: dict, data_sets: list[str], done: set[tuple[int, str]], until: float
) -> Iterator[dict]:
    """One configuration on each data set that lacks it, averaged over the folds."""
    from data_sets import splits_of

    for name in data_sets:
        if (number, name) in done or time.monotonic() > until:
            continue
        start = time.monotonic()
        folds = [dict(learner.train(values, split)) for split in splits_of(name)]
        yield {
            "c": number,
            "d": name,
            "s": [[rounds, *_mean([fold[rounds] for fold in folds])] for rounds in folds[0]],
            "t": round((time.monotonic() - start) / len(folds), 3),
        }


def _mean(scores: list[tuple[float, ...]]) -> list[float]:
    return [round(sum(column) / len(column), 5) for column in zip(*scores, strict=True)]


def _write_candidates(name: str, default: dict, candidates: list[dict]) -> None:
    lines = [json.dumps({"default": default}), *(json.dumps(values) for values in candidates)]
    path = RESULTS / f"{name}.candidates.jsonl"
    text = "\n".join(lines) + "\n"
    if path.exists() and not text.startswith(path.read_text()):
        raise SystemExit(f"{path.name} has other configurations: move the old results of {name} away first.")
    if not path.exists() or path.read_text() != text:  # another process may be reading it
        path.write_text(text)


def _write_constants() -> None:
    """The losses of predicting a constant on each data set."""
    from data_sets import DATA_SETS, LARGE, splits_of
    from learners import constant_scores

    scores = {d.name: _mean([constant_scores(split) for split in splits_of(d.name)]) for d in (*DATA_SETS, *LARGE)}
    (RESULTS / "constant.json").write_text(json.dumps(scores, indent=0) + "\n")


def _done(name: str) -> set[tuple[int, str]]:
    path = RESULTS / f"{name}.jsonl"
    if not path.exists():
        return set()
    lines = map(json.loads, path.read_text().splitlines())
    return {(line["c"], line["d"]) for line in lines}


if __name__ == "__main__":
    main()
