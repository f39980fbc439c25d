"""Regret after 10, 25 and 50 training jobs under noise, or without any data: ours beside Optuna's, in one run.

    python benchmarks/search/regret.py                                    scikit-learn trainings, five seeds
    python benchmarks/search/regret.py --tasks DIR --peer-python PYTHON   surrogate tasks; Optuna in its own interpreter

`compare.py` is the comparison whose result is kept and documented; this one has noise, and tasks that come with
scikit-learn. On surrogate tasks regret is what it is there, 0 at the best thousandth of random values and 1 at their
median, but it is not cut at -.1; the bundled tasks take the best and the median that this run has seen. Every row is a
mean over tasks and seeds. "jobs" says after how many training jobs a tool is as good as the reference (the first Optuna
tool of the run) after all of its own: below 1 is cheaper.

With `--noise 0.1 0.3` every tool is shown scores with Gaussian noise of that share of the distance between regret 0 and
1; what counts is the true score of the training job that looked best. A table for each.

Tools: random, bayesian, optuna-tpe, optuna-gp search the expert's ranges; with `+start` the first training job runs
today's values. `autotune` starts from today's values and knows nothing but them: its ranges are Autotune's.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean, median

from autotuned import bounded
from tasks import Scorer, Task, load_tasks
from walls import anonymous, behind, range_of, renamed

from interpreter import Interpreter, peer_script  # isort: skip  tasks puts its folder on the path

import selftune
from selftune.model.plan import Strategy
from selftune.testing import simulate

OURS = ("random+start", "bayesian", "bayesian+start", "autotune")
PEERS = ("optuna-tpe", "optuna-tpe+start")
ALL = (*OURS, *PEERS, "random", "optuna-gp", "optuna-gp+start")
CHECKPOINTS = (10, 25, 50)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One search of one tool on one task."""

    tool: str
    version: str
    task: str
    seed: int
    jobs: int
    noise: float
    scores: list[float]
    """True ones, in the order of training jobs."""
    shown: list[float]
    """The same with noise: what the tool was shown."""
    seconds: float
    """Real seconds of the whole search, evaluation included."""


def main(arguments: Sequence[str]) -> None:
    """Run the comparison and print its table."""
    options = _options(arguments)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # Nothing above imports numpy: one core for every tool.
        os.environ.setdefault(name, "1")
    tasks = load_tasks(options.tasks)
    chosen = [name for name in tasks if not options.only or name in options.only]
    seeds = range(2 if options.quick else options.seeds)
    runs = [
        {"tool": tool, "task": task, "seed": seed, "jobs": options.jobs, "noise": noise}
        for noise in options.noise
        for tool in options.tools
        for task in chosen
        for seed in seeds
    ]
    results = []
    for result in _results(runs, tasks, options):
        results.append(result)
        if options.results:
            with options.results.open("a") as file:
                file.write(json.dumps(asdict(result)) + "\n")
    for noise in options.noise:
        print(f"Noise {noise:.0%}: " if noise else "", end="")
        print(table([result for result in results if result.noise == noise], tasks, options.tools))


def our_result(task: Task, tool: str, seed: int, jobs: int, noise: float) -> Result:
    """One search of ours."""
    scorer = Scorer(task, noise, seed)
    is_autotuned = tool == "autotune"
    names = anonymous(parameter.name for parameter in task.parameters)
    walls = {names[parameter.name]: range_of(parameter) for parameter in task.parameters}
    started = time.perf_counter()
    simulate(
        bounded(task, scorer) if is_autotuned else behind(scorer, names),
        hyperparameters=task.start if is_autotuned else renamed(task.start, names),
        algorithm=task.library if is_autotuned else None,
        ranges=None if is_autotuned else walls,
        autotune=is_autotuned or tool.endswith("+start"),  # Without it, today's values are not tried.
        strategy=Strategy.RANDOM if tool.startswith("random") else Strategy.BAYESIAN,
        objective_type="Maximize",
        max_jobs=jobs,
        seed=seed,
    )
    return Result(
        tool=tool,
        version=f"selftune {selftune.__version__}",
        task=task.name,
        seed=seed,
        jobs=jobs,
        noise=noise,
        scores=scorer.true,
        shown=scorer.shown,
        seconds=time.perf_counter() - started,
    )


def peer_results(runs: Sequence[dict[str, object]], folder: Path | None, python: str) -> Iterator[Result]:
    """Searches of Optuna, carried out by its own interpreter."""
    with Interpreter(peer_script("optuna"), python, Path(__file__).with_name("asked_regret.py")) as optuna:
        for run in runs:
            yield Result(**optuna.answer({**run, "folder": str(folder.resolve()) if folder else None}))


def table(results: Sequence[Result], tasks: dict[str, Task], tools: Sequence[str]) -> str:
    """A row a tool: mean regret at the checkpoints, paired win rate against the reference, jobs to equal it."""
    curves = {tool: regret_curves(results, tasks, tool) for tool in tools}
    jobs = min(len(curve) for found in curves.values() for curve in found.values())
    checkpoints = [count for count in CHECKPOINTS if count <= jobs] or [jobs]
    reference = next((tool for tool in tools if tool.startswith("optuna")), tools[0])
    seeds = len({result.seed for result in results})
    lines = [
        f"Mean regret, {len({result.task for result in results})} tasks, {seeds} seeds; reference: {reference}",
        "tool".ljust(18) + "".join(f"{'@' + str(count):>9}" for count in checkpoints) + "   wins    jobs  s/search",
    ]
    for tool in tools:
        means = [fmean(curve[count - 1] for curve in curves[tool].values()) for count in checkpoints]
        wins = win_rate(curves[tool], curves[reference], jobs)
        spent = fmean(result.seconds for result in results if result.tool == tool)
        ratio = jobs_to_equal(curves[tool].values(), curves[reference].values(), jobs)
        row = tool.ljust(18) + "".join(f"{mean:9.3f}" for mean in means)
        lines.append(f"{row}{wins:7.0%}{'never' if ratio is None else f'{ratio:.2f}':>8}{spent:10.2f}")
    lines.append(", ".join(sorted({result.version for result in results})) + f", python {sys.version.split()[0]}")
    return "\n".join(lines)


def regret_curves(results: Sequence[Result], tasks: dict[str, Task], tool: str) -> dict[tuple[str, int], list[float]]:
    """True regret of what looks best after each training job, by task and seed."""
    found = {}
    for result in results:
        if result.tool == tool:
            zero, one = _anchors(tasks[result.task], results)
            best, curve = (-float("inf"), 0.0), []
            for pair in zip(result.shown, result.scores, strict=True):
                best = max(best, pair)
                curve.append((zero - best[1]) / (zero - one))
            found[result.task, result.seed] = curve
    return found


def win_rate(ours: dict[tuple[str, int], list[float]], theirs: dict[tuple[str, int], list[float]], jobs: int) -> float:
    """Share of task and seed pairs in which ours ends with the lower regret; ties count half."""
    pairs = [(ours[key][jobs - 1], theirs[key][jobs - 1]) for key in ours.keys() & theirs.keys()]
    return fmean(1.0 if a < b else 0.5 if a == b else 0.0 for a, b in pairs)


def jobs_to_equal(ours: Iterable[list[float]], theirs: Iterable[list[float]], jobs: int) -> float | None:
    """Training jobs until our mean regret is the reference's last one, as a share of its jobs; None: never."""
    ours = list(ours)
    goal = fmean(curve[jobs - 1] for curve in theirs)
    means = (fmean(curve[count] for curve in ours) for count in range(jobs))
    return next(((count + 1) / jobs for count, mean in enumerate(means) if mean <= goal), None)


def _results(
    runs: Sequence[dict[str, object]], tasks: dict[str, Task], options: argparse.Namespace
) -> Iterator[Result]:
    for run in runs:
        if not str(run["tool"]).startswith("optuna"):
            task, tool, seed = tasks[str(run["task"])], str(run["tool"]), int(str(run["seed"]))
            yield our_result(task, tool, seed, options.jobs, float(str(run["noise"])))
    theirs = [run for run in runs if str(run["tool"]).startswith("optuna")]
    if theirs:
        yield from peer_results(theirs, options.tasks, options.peer_python)


def _anchors(task: Task, results: Sequence[Result]) -> tuple[float, float]:
    """The scores at regret 0 and 1."""
    seen = [score for result in results if result.task == task.name for score in result.scores]
    drawn = [
        score
        for result in results
        if result.task == task.name and result.tool.startswith("random")
        for score in result.scores
    ]
    zero = max(seen) if task.zero is None else task.zero
    one = median(drawn or seen) if task.one is None else task.one
    return zero, one if one < zero else zero - 1e-12


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Regret of our strategies beside Optuna's.")
    parser.add_argument(
        "--tasks", type=Path, help="folder of surrogate tasks; without it scikit-learn models are trained"
    )
    parser.add_argument("--only", nargs="*", default=[], help="names of tasks")
    parser.add_argument(
        "--tools", nargs="*", choices=ALL, default=[*OURS, *PEERS], help=f"of {', '.join([*OURS, *PEERS, 'optuna-gp'])}"
    )
    parser.add_argument("--peer-python", default=sys.executable, help="an interpreter that has optuna")
    parser.add_argument("--jobs", type=int, default=50)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--noise", type=float, nargs="*", default=[0.0], help="shares of noise, a table for each")
    parser.add_argument("--quick", action="store_true", help="two seeds")
    parser.add_argument("--results", type=Path, help="append each search to this file as a JSON line")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
