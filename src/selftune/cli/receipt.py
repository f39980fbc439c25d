"""The receipt of a tuning job: what was gained, at what cost, what mattered, and where the model lies.

The command to paste is not in it: it goes to standard output after the receipt, the last thing on the screen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from selftune.cli.layout import bold, dim, green, paragraph, plain, red, table, yellow
from selftune.cli.patch import patchable_script
from selftune.cli.plan_text import value_text
from selftune.model.jobs import TuningJobRecord, TuningJobStatus
from selftune.model.values import counted, short_number, text_from_value
from selftune.sdk.models import model_of
from selftune.views.durations import duration_text, rough, used_and_limit
from selftune.views.expectation import expectation_text
from selftune.views.importance import Importance, Verdict
from selftune.views.range_moves import move_text
from selftune.views.results import JobResult
from selftune.views.rows import signed
from selftune.views.set_aside import set_aside_texts
from selftune.views.summary import Summary

_LABEL = len("Model")
_HEADLINES = {
    TuningJobStatus.COMPLETED: "Done",
    TuningJobStatus.STOPPED: "Stopped",
    TuningJobStatus.FAILED: "Failed",
    TuningJobStatus.STOPPING: "Stopping",
    TuningJobStatus.IN_PROGRESS: "In progress",
}


def receipt_lines(record: TuningJobRecord, summary: Summary, *, width: int) -> Iterator[str]:
    """The receipt, line by line; `summary` is that of `record`."""
    yield ""
    yield from _headline(summary, width)
    if summary.best is not None:
        yield from best_lines(record, summary, width=width)
        yield ""
    yield from _account(summary, width)
    yield from _moves(summary, width)
    yield from _remarks(record, summary, width)
    if summary.best is not None:
        yield from how_to_use(record, summary.best)


def best_lines(record: TuningJobRecord, summary: Summary, *, width: int) -> Iterator[str]:
    """Best objective, gain over today's values, and the values side by side."""
    if summary.best is None:
        return
    name, best = summary.objective_name or "objective", summary.best
    reached = f"{name} {green(short_number(best.objective))}"
    yield f"{bold('Best'.ljust(_LABEL))}  {reached}  (training job {best.number}, {summary.direction})"
    yield from _labelled("Gain", _gain_text(record, summary), width)
    yield from _values(record, summary, width)


def how_to_use(record: TuningJobRecord, best: JobResult) -> Iterator[str]:
    """Where the model and files lie, what to write into configuration files, and in which folder to paste."""
    yield ""
    model = model_of(best)
    yield f"{bold('Files')}  {best.work}" if model is None else f"{bold('Model')}  {model}"
    program = record.job.of(best.definition).plan.program
    is_patchable = bool(best.file_edits) or patchable_script(program) is not None
    as_patch = f"   As a patch: selftune best {record.job.name} --patch" if is_patchable else ""
    yield dim(f"Why: selftune explain {record.job.name}{as_patch}")
    for path, edits in groupby(best.file_edits, key=lambda edit: edit.path):
        changes = ", ".join(f"{edit.key} = {text_from_value(edit.value)}" for edit in edits)
        yield f"The command names its own copy of {path}. To change yours: {changes}"
    folder = program.folder
    where = f" (in {folder})" if folder is not None and Path(folder) != Path.cwd() else ""
    yield bold(f"Use it{where}:")


def _headline(summary: Summary, width: int) -> Iterator[str]:
    style = red if summary.status is TuningJobStatus.FAILED else bold
    head = f"{_HEADLINES[summary.status]} after {duration_text(summary.spent.seconds)}."
    yield from paragraph(f"{head} {summary.status_reason}".rstrip(), width=width, style=style)


def _gain_text(record: TuningJobRecord, summary: Summary) -> str:
    title = record.job.plan.baseline_title
    if summary.baseline is None or summary.gain is None:
        if record.job.plan.baseline is None:
            return "Not known: no values of yours were run."
        return f"Not known: {title} gave no objective."
    today, gain = short_number(summary.baseline.objective), summary.gain
    if gain.value == 0:
        return f"None: nothing was better than {title} ({today}, tried first)."
    text = f"{signed(gain.value)} over {title} ({today}, tried first)"
    if gain.low is None or gain.high is None:
        return f"{text}. {gain.judged_by}"
    doubt = "" if gain.is_certain else " It may be chance."
    return f"{text}, between {signed(gain.low)} and {signed(gain.high)} (90 %).{doubt} {gain.judged_by}"


def _values(record: TuningJobRecord, summary: Summary, width: int) -> Iterator[str]:
    best = dict(summary.best.values) if summary.best is not None else {}
    definition = summary.best.definition if summary.best is not None else 0
    tuned = record.job.of(definition).plan.tuned
    said = {entry.name: entry for entry in summary.importance}
    unclear = [h.name for h in tuned if h.name in said and said[h.name].verdict is Verdict.UNCLEAR]
    rows = []
    for planned in tuned:
        verdict = "" if planned.name in unclear and len(unclear) > 1 else _verdict_text(said.get(planned.name))
        today = value_text(planned.value) + (" (clipped)" if planned.is_clipped else "")
        rows.append((planned.name, today, "->", value_text(best.get(planned.name)), verdict))
    yield from table(rows, width=width, styles=(plain, dim, dim, bold, dim))
    if len(unclear) > 1:
        yield from paragraph(_unclear_text(unclear), width=width, indent=2, style=dim)
    if summary.importance and all(entry.verdict is Verdict.TOO_EARLY for entry in summary.importance):
        yield dim("  Too few training jobs to say which of them mattered.")


def _verdict_text(entry: Importance | None) -> str:
    return "" if entry is None or entry.verdict is Verdict.TOO_EARLY else f"{entry.verdict}. {entry.reason}"


def _unclear_text(names: Sequence[str]) -> str:
    """Once for all of which nothing can be told yet."""
    *others, last = names
    return (
        f"{Verdict.UNCLEAR.capitalize()} for {', '.join(others)} and {last}: the training jobs do not tell their "
        "effects from chance and from those of the others."
    )


def _account(summary: Summary, width: int) -> Iterator[str]:
    spent, bound, counters, saved = summary.spent, summary.bound, summary.counters, summary.saved
    price = f", {spent.price:.2f} in money" if spent.price is not None else ""
    if bound.price is not None and price:
        price += f" of {bound.price:.2f}"
    jobs = f"{counters.completed} completed, {counters.stopped} stopped, {counters.failed} failed"
    time = " of at most ".join(used_and_limit(spent.seconds, bound.seconds))
    computing = " of at most ".join(used_and_limit(spent.slot_seconds, bound.slot_seconds))
    yield from _labelled("Jobs", f"{spent.jobs} of at most {bound.jobs}: {jobs}", width)
    yield from _labelled("Time", f"{time}; computing {computing}{price}{_expected(summary)}", width)
    if saved.jobs:
        stopped = f"{counted(saved.jobs, 'training job')} {'was' if saved.jobs == 1 else 'were'} stopped early"
        text = f"{stopped}: about {rough(saved.seconds)} of computing ({saved.share:.0%})"
        yield from _labelled("Saved", text, width)


def _moves(summary: Summary, width: int) -> Iterator[str]:
    """Each move of a range: the values shown may lie outside the plan that was printed."""
    for index, move in enumerate(summary.range_moves):
        yield from table(
            [(("" if index else "Range").ljust(_LABEL), move_text(move))], width=width, indent=0, styles=(bold,)
        )


def _expected(summary: Summary) -> str:
    """What was expected when the first training job had ended; of one that still runs, what is expected now."""
    if not summary.status.is_terminal and summary.expectation is not None:
        return f"; expected {expectation_text(summary.expectation)}"
    first = summary.first_expectation
    return "" if first is None else f"; expected after the first training job: {expectation_text(first)}"


def _labelled(label: str, text: str, width: int) -> list[str]:
    return table([(label.ljust(_LABEL), text)], width=width, indent=0, styles=(bold,))


def _remarks(record: TuningJobRecord, summary: Summary, width: int) -> Iterator[str]:
    for group in summary.failures:
        numbers = ", ".join(map(str, group.numbers[:8])) + (", ..." if len(group.numbers) > 8 else "")
        shared = f" All of them have {group.shared}." if group.shared else ""
        yield from paragraph(f"Failed ({numbers}): {group.reason}{shared}", width=width, style=red)
        yield dim(f"  selftune logs {record.job.name} {group.numbers[-1]}")
    for text in set_aside_texts(summary.set_aside):
        yield from paragraph(f"Note: {text}", width=width, style=yellow)
    for note in summary.edges:
        yield from paragraph(f"Note: {note.text}", width=width, style=yellow)
