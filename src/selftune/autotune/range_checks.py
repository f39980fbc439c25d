"""What a user asks of a hyperparameter, checked against what the program and its algorithm take."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set

from selftune.autotune.declared_types import kind_of, takes, untaken
from selftune.autotune.judgement import Judgement
from selftune.autotune.ranges import float_text
from selftune.autotune.reader.reading import FoundHyperparameter
from selftune.model.errors import UsageError
from selftune.model.ranges import CategoricalRange, ContinuousRange, HardBounds, Range
from selftune.model.values import HyperparameterValue, is_number, short_value, text_from_value, value_from_text

_FILLED_IN_LATER = re.compile(r"[$`{%]")
"""What a shell or a program puts something else in place of, before a parser sees it."""


def check_changeable(wanted: Sequence[Judgement]) -> None:
    for judgement in wanted:
        found = judgement.found
        if found.fixed_because:
            raise UsageError(
                f"{found.name} cannot be tuned: it {found.fixed_because}.",
                hint=f"Put a value for {found.name} where the command takes it, then ask again.",
            )


def check_choices(found: FoundHyperparameter, given: Range) -> None:
    """Refuse a range with what the program, which declares all that it takes, would turn away."""
    if not found.choices:
        return
    shown = ", ".join(text_from_value(choice) for choice in found.choices)
    outside = _outside_choices(given, {float_text(choice) for choice in found.choices})
    if outside is not None:
        raise UsageError(
            f"Range of {found.name}: {outside} in {given} is none of the choices that the program takes: {shown}.",
            hint=f"Give some of them: --range {found.name}={shown.replace(', ', ',')}",
        )


def check_values(known: Iterable[FoundHyperparameter], given: Mapping[str, HyperparameterValue]) -> None:
    """Refuse a value of the user's that the program's own parser cannot read."""
    for found in known:
        value = given.get(found.name)
        if value is None or found.is_in_file or found.choices or takes(found.declared_type, value):
            continue
        raise UsageError(
            f"{found.name} cannot be {text_from_value(value)}: "
            f"{found.declared_at or 'the program'} declares {found.declared_type}.",
            hint=f"It takes {kind_of(found.declared_type)}: --hp {found.name}=VALUE",
        )


def turned_away(found: FoundHyperparameter) -> str:
    """What the command gives that the program's own parser cannot read, to be read after "turns away "; else empty."""
    text = "" if found.value is None else text_from_value(found.value)
    if (
        not found.is_listed
        or found.is_flag
        or found.is_in_file
        or not found.declared_at
        or _FILLED_IN_LATER.search(text)
    ):
        return ""
    if found.choices:
        known = {float_text(choice).lower() for choice in found.choices}
        words = [] if float_text(found.value or "").lower() in known else text.split()
        wrong = [word for word in words if float_text(value_from_text(word)).lower() not in known]
        shown = ", ".join(text_from_value(choice) for choice in found.choices)
        return f"{found.name}={wrong[0]} ({found.declared_at} takes {shown})" if wrong else ""
    words = text.split() if isinstance(found.value, str) else [short_value(found.value or 0)]
    wrong = [word for word in words if not takes(found.declared_type, word)]
    return f"{found.name}={wrong[0]} ({found.declared_at} declares {found.declared_type})" if wrong else ""


def check_type(found: FoundHyperparameter, given: Range) -> None:
    """Refuse a range with what the program's own parser cannot read."""
    if found.choices or found.is_in_file or (isinstance(found.value, str) and found.declared_type != "int"):
        return
    outside = untaken(found.declared_type, given)
    if outside is not None:
        where = found.declared_at or "the program"
        inside = "" if outside == str(given) else f" in {given}"
        raise UsageError(
            f"Range of {found.name}: {outside}{inside} is not what the program takes: "
            f"{where} declares {found.declared_type}.",
            hint=f"Give {kind_of(found.declared_type)} (--range {found.name}=LOW..HIGH), or change the type there.",
        )


def _outside_choices(given: Range, choices: Set[str]) -> str | None:
    """The first value of a range that is no choice, as text; None where all are."""
    if isinstance(given, ContinuousRange):
        return f"a number between {short_value(given.low)} and {short_value(given.high)}"
    if isinstance(given, CategoricalRange):
        return next((text_from_value(v) for v in given.values if float_text(v) not in choices), None)
    points = range(given.low, given.high + 1)
    return next((str(point) for point in points if float_text(point) not in choices), None)


def check_bounds(name: str, given: Range, bounds: HardBounds) -> None:
    ends = given.values if isinstance(given, CategoricalRange) else (given.low, given.high)
    ends = (*ends, 0) if isinstance(given, ContinuousRange) and given.includes_zero else ends
    outside = [end for end in ends if is_number(end) and not bounds.contains(float(end))]
    if outside:
        raise UsageError(
            f"Range of {name}: {short_value(outside[0])} in {given} is outside {bounds}, which is all that it accepts.",
            hint=f"Keep the range of {name} inside {bounds}.",
        )
