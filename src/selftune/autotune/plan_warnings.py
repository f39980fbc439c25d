"""What a user should know about a plan before it runs, in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from selftune.autotune.judgement import Judgement
from selftune.autotune.knowledge import static_group_of
from selftune.autotune.names import last_part
from selftune.autotune.range_checks import turned_away
from selftune.autotune.reader.reading import FoundHyperparameter, PrintedMetric
from selftune.autotune.roles import range_on_request
from selftune.model.plan import Chooser, PlannedHyperparameter, PlannedObjective, Role
from selftune.model.values import is_number, short_value
from selftune.training.metrics import same_metric

_SHOWN = 6


def plan_warnings(
    planned: Sequence[PlannedHyperparameter], without_value: Sequence[str], judged: Sequence[Judgement]
) -> tuple[str, ...]:
    """Warnings about the hyperparameters of a plan, the gravest first."""
    found = {j.found.name: j.found for j in judged}
    openable = {j.found.name for j in judged if range_on_request(j) is not None}
    return (
        *_nothing_tuned([h for h in planned if h.role is Role.TUNED or h.name in openable], found),
        *_nothing_awake(planned, judged),
        *_required(found.values()),
        *_turned_away(planned, found),
        *_endless(judged),
        *_no_baseline(without_value),
        *_clipped(planned),
        *_flags_left_alone(planned, found),
    )


def _nothing_tuned(planned: Sequence[PlannedHyperparameter], found: dict[str, FoundHyperparameter]) -> Iterator[str]:
    """Why nothing is tuned, and what would open it up."""
    if any(h.role is Role.TUNED for h in planned):
        return
    numbers = [h for h in planned if is_number(h.value)]
    numbers = [h for h in numbers if h.role is Role.STATIC and not static_group_of(h.name)] or numbers
    literals = [h for h in numbers if h.name in found and found[h.name].is_literal]
    if literals:
        yield _in_code(literals)
    elif numbers:
        names = ", ".join(h.name for h in numbers[:_SHOWN])
        yield f"Nothing is tuned: no value surely changes the fit. --tune NAME opens one of {names}."
    else:
        yield (
            "Nothing is tuned: no hyperparameter was found. Put values on the command line, such as --lr 0.01, "
            "and let the script read them from there."
        )


def _in_code(literals: Sequence[PlannedHyperparameter]) -> str:
    first = literals[0]
    shown = ", ".join(f"{h.name} ({h.source})" for h in literals[:_SHOWN])
    option = last_part(first.name).lower()
    declared = f'parser.add_argument("--{option}", type={type(first.value).__name__}, default={first.value!r})'
    return (
        f"Nothing is tuned: the numbers that matter stand in the code: {shown}. --tune {first.name} opens the first of "
        f"them as it is; to have it tuned unasked, let the script read it from the command line: {declared}."
    )


def _nothing_awake(planned: Sequence[PlannedHyperparameter], judged: Sequence[Judgement]) -> Iterator[str]:
    """Where nothing is tuned, the option that would switch on what is worth it."""
    sleepers = [j for j in judged if j.found.branches and j.entry is not None and j.entry.priority > 1]
    if sleepers and not any(h.role is Role.TUNED for h in planned):
        yield sleepers[0].reason


def _endless(judged: Sequence[Judgement]) -> Iterator[str]:
    """Where the only training length is without limit, a training job may never end."""
    lengths = [j for j in judged if j.entry is not None and j.entry.is_resource and not j.found.is_literal]
    endless = [j.found for j in lengths if j.found.value == -1 and j.found.is_read is not False]
    if endless and len(endless) == len(lengths):
        name = endless[0].name
        yield (
            f"{name} is -1, which often means without end: a training job then runs until it is stopped. Give {name} a "
            "number, or bound each training job by --job-max-runtime."
        )


def _required(found: Iterable[FoundHyperparameter]) -> Iterator[str]:
    missing = [h.name for h in found if h.help_needed]
    if missing:
        yield f"The program requires {', '.join(missing)}, and no value was given: every training job will fail."


def _turned_away(planned: Sequence[PlannedHyperparameter], found: dict[str, FoundHyperparameter]) -> Iterator[str]:
    for h in planned:
        what = turned_away(found[h.name]) if h.name in found and h.source != "your settings" else ""
        if what:
            which = "the first" if h.role is Role.TUNED else "every"
            yield f"The program's own parser turns away {what}: {which} training job will fail."


def not_printed(objective: PlannedObjective, printed: Sequence[PrintedMetric]) -> tuple[str, ...]:
    """Says so where the source prints metrics, but none of the name that the user gave."""
    name = objective.name
    if name is None or objective.by is not Chooser.USER or objective.regex is not None or not printed:
        return ()
    names = list(dict.fromkeys(metric.name for metric in printed))
    if any(same_metric(name, known) for known in names):
        return ()
    return (f"Nothing in the source is seen to print {name}; it prints {', '.join(names[:_SHOWN])}.",)


def _no_baseline(names: Sequence[str]) -> Iterator[str]:
    if names:
        yield (
            f"No baseline: today's value of {', '.join(names)} is not known, so the gain over today cannot be shown; "
            f"--hp {names[0]}=VALUE gives it."
        )


def _clipped(planned: Sequence[PlannedHyperparameter]) -> Iterator[str]:
    for h in planned:
        if h.is_clipped and h.range is not None and h.value is not None:
            today, nearest = short_value(h.value), short_value(h.range.nearest(h.value))
            whose = "your" if h.source == "your settings" else "its"
            yield f"{h.name} is clipped: today's {today} lies outside {whose} range {h.range}, so job 1 runs {nearest}."


def _flags_left_alone(planned: Sequence[PlannedHyperparameter], found: dict[str, FoundHyperparameter]) -> Iterator[str]:
    listed = [h for h in planned if h.name in found and found[h.name].is_listed and h.role is Role.STATIC]
    names = [h.name for h in listed if found[h.name].is_flag and h.source == "a switch" and "switch, and" in h.reason]
    if names:
        yield f"Left alone, as their meaning is not known: {', '.join(names[:_SHOWN])}."
