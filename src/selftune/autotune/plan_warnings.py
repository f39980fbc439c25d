"""What a user should know about a plan before it runs, in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from selftune.autotune.reader.reading import FoundHyperparameter, ProgramReading
from selftune.model.plan import PlannedHyperparameter, Role
from selftune.model.values import is_number, short_value

_SMOKE_LENGTH = 2
"""A training length up to this is a smoke test's."""
_SHOWN = 6


def plan_warnings(
    planned: Sequence[PlannedHyperparameter], without_value: Sequence[str], reading: ProgramReading
) -> tuple[str, ...]:
    """Warnings about the hyperparameters of a plan, the gravest first."""
    found = {h.name: h for h in reading.hyperparameters}
    return (
        *_nothing_tuned(planned),
        *_required(reading),
        *_no_baseline(without_value),
        *_clipped(planned),
        *_smoke_values(planned),
        *_flags_left_alone(planned, found),
    )


def _nothing_tuned(planned: Sequence[PlannedHyperparameter]) -> Iterator[str]:
    if any(h.role is Role.TUNED for h in planned):
        return
    names = [h.name for h in planned if is_number(h.value)][:_SHOWN]
    if names:
        yield f"Nothing is tuned: no value surely changes the fit. --tune NAME opens one of {', '.join(names)}."
    else:
        yield (
            "Nothing is tuned: no hyperparameter was found. Put values on the command line, such as --lr 0.01, "
            "and let the script read them from there."
        )


def _required(reading: ProgramReading) -> Iterator[str]:
    missing = [h.name for h in reading.hyperparameters if h.help_needed]
    if missing:
        yield f"The program requires {', '.join(missing)}, and no value was given: every training job will fail."


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
            yield f"{h.name} is clipped: today's {today} lies outside your range {h.range}, so job 1 runs {nearest}."


def _smoke_values(planned: Sequence[PlannedHyperparameter]) -> Iterator[str]:
    for h in planned:
        if h.role is Role.RESOURCE and is_number(h.value) and 0 < float(h.value or 0) <= _SMOKE_LENGTH:
            yield (
                f"{h.name}={short_value(h.value or 0)} looks like a quick test: what wins after so little training may "
                "lose after more. It is kept as it is."
            )


def _flags_left_alone(planned: Sequence[PlannedHyperparameter], found: dict[str, FoundHyperparameter]) -> Iterator[str]:
    listed = [h for h in planned if h.name in found and found[h.name].is_listed and h.role is Role.STATIC]
    names = [h.name for h in listed if found[h.name].is_flag and h.source == "a switch" and "switch, and" in h.reason]
    if names:
        yield f"Left alone, as their meaning is not known: {', '.join(names[:_SHOWN])}."
