"""The screen of a running tuning job: how far, best so far, what runs now. The same for `run` and `watch`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from selftune.cli.layout import bold, dim, green, paragraph, plain, red, table
from selftune.model.jobs import TrainingJob, TrainingJobStatus, TuningJobRecord, TuningJobStatus
from selftune.model.values import counted, short_number, short_value
from selftune.views.durations import duration_text, used_and_limit
from selftune.views.expectation import expectation_text
from selftune.views.range_moves import move_text
from selftune.views.rows import signed
from selftune.views.spent import run_seconds
from selftune.views.summary import Summary

_WAITING = {TrainingJobStatus.STARTING: "starting", TrainingJobStatus.STOPPING: "stopping"}
_BAR_CELLS = 20
_SPARKS = "▁▂▃▄▅▆▇█"
_SPARK_CELLS = 16


def screen_lines(
    record: TuningJobRecord, summary: Summary, curves: Mapping[int, Sequence[float]], *, now: float, width: int
) -> list[str]:
    """The screen as lines of at most `width` columns; `summary` and `curves` are those of `record`."""
    lines = [
        *_head(summary),
        *_best(record.job.plan.baseline_title, summary, width),
        *_moved(summary, width),
        *_running(record, curves, now, width),
    ]
    return ["", *lines, ""]


def sparkline(values: Sequence[float]) -> str:
    """The last values as small bars, low to high; what is not finite is left out."""
    finite = [value for value in values if math.isfinite(value)][-_SPARK_CELLS:]
    if len(finite) < 2:
        return ""
    low, high = min(finite), max(finite)
    if low == high:
        return _SPARKS[len(_SPARKS) // 2] * len(finite)
    steps = len(_SPARKS) - 1
    return "".join(_SPARKS[round((value - low) / (high - low) * steps)] for value in finite)


def bar(share: float) -> str:
    """A progress bar; `share` is 0..1."""
    filled = min(max(int(share * _BAR_CELLS), 0), _BAR_CELLS)
    return "█" * filled + "░" * (_BAR_CELLS - filled)


def _head(summary: Summary) -> Iterator[str]:
    counters, spent, bound = summary.counters, summary.spent, summary.bound
    ended = counters.completed + counters.stopped + counters.failed
    used, limit = used_and_limit(spent.seconds, bound.seconds)
    time = f"{used}{_expected(summary)}, at most {limit}"
    state = "   stopping ..." if summary.status is TuningJobStatus.STOPPING else ""
    yield f"  {green(bar(ended / bound.jobs))}  {bold(f'{ended}/{bound.jobs}')}   {time}{state}"
    failed = f"{counters.failed} failed"
    counts = f"{counters.completed} done   {counters.stopped} stopped   "
    yield "  " + dim(counts) + (red(failed) if counters.failed else dim(failed))


def _expected(summary: Summary) -> str:
    """What the whole will take, once a training job has ended."""
    expectation = summary.expectation
    if expectation is None or summary.status.is_terminal:
        return ""
    money = "" if expectation.price is None else f", {expectation.price:.2f} in money"
    return f"   expected {expectation_text(expectation)}{money}"


def _best(baseline_title: str, summary: Summary, width: int) -> Iterator[str]:
    if summary.best is None:
        yield f"  {bold('best')}  {dim('no training job has given the objective yet')}"
        return
    name, best = summary.objective_name or "objective", summary.best
    against = ""
    if summary.gain is not None and summary.baseline is not None:
        today = short_number(summary.baseline.objective)
        against = f"   {signed(summary.gain.value)} over {baseline_title} ({today})"
    since = f"   not improved for {summary.ended_since_best}" if summary.ended_since_best else ""
    yield f"  {bold('best')}  {name} {green(short_number(best.objective))}{against}   job {best.number}{since}"
    values = "   ".join(f"{key} {short_value(value)}" for key, value in best.values)
    yield from table([("    ", values)], width=width, styles=(plain, dim))


def _moved(summary: Summary, width: int) -> Iterator[str]:
    """Where each range that has moved ends now, the latest move last."""
    texts = [move_text(move) for move in summary.range_moves]
    yield from paragraph(f"range  {texts[-1]}", width=width, indent=2, style=dim) if texts else ()
    if len(texts) > 1:
        yield "  " + dim(f"       {counted(len(texts), 'move')} so far")


def _running(record: TuningJobRecord, curves: Mapping[int, Sequence[float]], now: float, width: int) -> Iterator[str]:
    rows = [_running_row(job, curves.get(job.number, ()), now) for job in record.state.running]
    if rows:
        labelled = [("now " if not index else "    ", *row) for index, row in enumerate(rows)]
        lines = table(labelled, width=width, styles=(bold, plain, plain, plain, plain, dim), wraps=False)
        yield from lines


def _running_row(job: TrainingJob, curve: Sequence[float], now: float) -> tuple[str, str, str, str, str]:
    values = "  ".join(f"{name} {short_value(value)}" for name, value in job.suggestion.values)
    last = short_number(curve[-1]) if curve else _WAITING.get(job.status, "no value yet")
    return f"job {job.number}", duration_text(run_seconds(job, now)), last, sparkline(curve), values
