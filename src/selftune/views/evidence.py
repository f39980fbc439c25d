"""What the training jobs so far say of each decision, in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from selftune.model.jobs import TrainingJob, TuningJobRecord
from selftune.model.plan import PlannedHyperparameter
from selftune.model.values import HyperparameterValue, counted, is_number, short_number, short_value
from selftune.views.durations import rough
from selftune.views.expectation import expectation_text
from selftune.views.results import is_usable, loss_of
from selftune.views.set_aside import set_aside_texts
from selftune.views.summary import Summary

BEST_SHARE = 0.25
"""Share of the training jobs that count as the good ones."""
FEWEST_GOOD = 3
TIME_LIMIT = "run-time limit"


def objective_evidence(record: TuningJobRecord, summary: Summary) -> Iterator[str]:
    """What the output said of the objective."""
    planned, current = record.job.plan.objective, record.state.objective
    if current.is_confirmed and current.name != planned.name:
        yield f"Planned was {planned.name}; the output of a training job showed {current.name}."
    elif not current.is_confirmed:
        yield "Not confirmed yet: the first training job's output decides."
    if summary.best is not None:
        yield f"Best so far: {short_number(summary.best.objective)} (training job {summary.best.number})."


def hyperparameter_evidence(planned: PlannedHyperparameter, record: TuningJobRecord, summary: Summary) -> Iterator[str]:
    """Best value, where the good ones lie, how much it mattered, how its range has moved."""
    if planned.is_clipped:
        yield "Clipped: your range excludes today's value, so the first training job ran the nearest value inside."
    yield from (move.reason for move in summary.range_moves if move.name == planned.name)
    best = dict(summary.best.values).get(planned.name) if summary.best is not None else None
    if best is not None:
        yield f"Best so far: {short_value(best)}."
    yield from _where_the_good_lie(planned.name, record)
    yield from (
        f"{entry.verdict.capitalize()}: {entry.reason}" for entry in summary.importance if entry.name == planned.name
    )
    yield from (note.text for note in summary.edges if note.name == planned.name)


def setting_evidence(name: str, record: TuningJobRecord, summary: Summary) -> Iterator[str]:
    """What has been seen of one setting; nothing where the training jobs say nothing of it."""
    if not record.state.training_jobs:
        return
    match name:
        case "strategy":
            yield from _who_suggested(record)
        case "max_jobs" | "completion":
            yield from _improvement(summary)
        case "max_parallel":
            yield from _use_of_slots(record, summary)
        case "max_runtime_seconds":
            yield from _time(summary)
        case "job_max_runtime_seconds":
            yield from _durations(record)
        case "early_stopping":
            yield from _stopped(summary)
        case "retry":
            again = sum(job.attempt - 1 for job in record.state.training_jobs)
            yield f"{counted(again, 'new start')} so far." if again else "No training job had to be started again."
        case "portfolio" | "learning":
            if name == "learning":
                yield from set_aside_texts(summary.set_aside)
            yield from _tried_from_elsewhere(name, record, summary)


def _where_the_good_lie(name: str, record: TuningJobRecord) -> Iterator[str]:
    """Between which values the best quarter of the training jobs lies."""
    usable = [job for job in record.state.training_jobs if is_usable(job) and name in job.values]
    good = sorted(usable, key=lambda job: loss_of(job, record.state.objective.direction))
    good = good[: max(int(len(good) * BEST_SHARE), FEWEST_GOOD)]
    if len(usable) < 2 * FEWEST_GOOD:
        return
    values = [job.values[name] for job in good]
    which = f"The best {len(good)} of {len(usable)} training jobs"
    numbers = [float(value) for value in values if is_number(value)]
    if len(numbers) == len(values):
        low, high = min(numbers), max(numbers)
        span = short_number(low) if low == high else f"from {short_number(low)} to {short_number(high)}"
        yield f"{which} have {name} {span}."
        return
    shown = ", ".join(f"{short_value(value)} ({times})" for value, times in Counter(values).most_common())
    yield f"{which} have {name} {shown}."


def _who_suggested(record: TuningJobRecord) -> Iterator[str]:
    made = Counter(job.suggestion.strategy for job in record.state.training_jobs)
    shown = ", ".join(f"{strategy} {times}" for strategy, times in made.most_common())
    yield f"Values of the training jobs so far came from: {shown}."


def _improvement(summary: Summary) -> Iterator[str]:
    counters = summary.counters
    ended = counters.completed + counters.stopped + counters.failed
    if summary.best is None:
        yield f"{counted(ended, 'training job')} ended, none with the objective."
    elif ended:
        since = summary.ended_since_best
        last = (
            "the last one was the best" if not since else f"{counted(since, 'training job')} ended since the best one"
        )
        yield f"{ended} of {counted(summary.bound.jobs, 'training job')} ended; {last}."


def _use_of_slots(record: TuningJobRecord, summary: Summary) -> Iterator[str]:
    slots = record.job.plan.max_parallel.value
    if summary.spent.seconds > 0:
        busy = min(summary.spent.slot_seconds / (summary.spent.seconds * slots), 1.0)
        yield f"{counted(slots, 'slot')} {'was' if slots == 1 else 'were'} busy {busy:.0%} of the time."


def _time(summary: Summary) -> Iterator[str]:
    yield f"{rough(summary.spent.seconds)} so far."
    if summary.expectation is not None and not summary.status.is_terminal:
        yield f"Expected: {expectation_text(summary.expectation)} in all, in four of five cases."
    elif summary.first_expectation is not None:
        yield f"Expected after the first training job: {expectation_text(summary.first_expectation)}."


def _durations(record: TuningJobRecord) -> Iterator[str]:
    jobs = record.state.training_jobs
    if record.state.job_limit_seconds is not None:
        yield record.state.job_limit_reason
    seconds = [job.duration_seconds for job in jobs if job.duration_seconds is not None]
    if seconds:
        yield f"Training jobs took {rough(min(seconds))} to {rough(max(seconds))}."
    ended = _timed_out(jobs)
    if ended:
        yield f"{counted(len(ended), 'training job')} reached the limit: {', '.join(map(str, ended))}."


def _timed_out(jobs: Sequence[TrainingJob]) -> list[int]:
    return [job.number for job in jobs if TIME_LIMIT in (job.stop_reason or "")]


def _stopped(summary: Summary) -> Iterator[str]:
    saved = summary.saved
    if not saved.jobs:
        yield "No training job was stopped early."
        return
    yield f"{counted(saved.jobs, 'training job')} stopped early, which saved about {rough(saved.seconds)} of computing."


def _tried_from_elsewhere(name: str, record: TuningJobRecord, summary: Summary) -> Iterator[str]:
    """How those did whose values came from elsewhere: from earlier tuning jobs, or from other data."""
    learning = record.job.plan.learning
    learnt = [dict(each.values) for each in learning.value.values] if learning is not None else []
    offered = [job for job in record.state.training_jobs if job.suggestion.strategy == "portfolio"]
    tried = [job for job in offered if _is_of(job, learnt) is (name == "learning")]
    usable = [job for job in tried if is_usable(job)]
    if not tried:
        return
    if not usable:
        yield f"{counted(len(tried), 'training job')} tried such values; none has given the objective yet."
        return
    best = min(usable, key=lambda job: loss_of(job, record.state.objective.direction))
    today = (
        f"; {record.job.plan.baseline_title}: {short_number(summary.baseline.objective)}" if summary.baseline else ""
    )
    yield (
        f"{counted(len(tried), 'training job')} tried such values; the best of them reached "
        f"{short_number(best.objective or 0.0)} (training job {best.number}){today}."
    )


def _is_of(job: TrainingJob, known: Sequence[Mapping[str, HyperparameterValue]]) -> bool:
    return any(all(job.values.get(name) == value for name, value in values.items()) for values in known)
