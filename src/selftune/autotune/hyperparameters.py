"""The hyperparameters of a plan: what was judged of each, under what the user set."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from selftune.autotune.declared_types import contradiction
from selftune.autotune.judgement import Judgement
from selftune.autotune.names import last_part, normal_name
from selftune.autotune.range_checks import check_bounds, check_changeable, check_choices, check_type, check_values
from selftune.autotune.roles import range_on_request
from selftune.autotune.rules import jobs_for, planned_jobs
from selftune.autotune.selection import Selection, select
from selftune.model.errors import UnknownName, UsageError
from selftune.model.plan import Chooser, PlannedHyperparameter, Role
from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, Range
from selftune.model.request import UserSettings
from selftune.model.values import HyperparameterValue, short_value

_NOTHING_REPEATED: Mapping[str, Sequence[str]] = {}


def planned_hyperparameters(
    judgements: Sequence[Judgement],
    settings: UserSettings,
    *,
    autotune: bool,
    scaling_loss: str | None,
    title: str,
    repeated: Mapping[str, Sequence[str]] = _NOTHING_REPEATED,
) -> tuple[PlannedHyperparameter, ...]:
    """Role, range and reason of each hyperparameter; tuned ones first, what matters most at the top.

    Args:
        judgements: What was found of each.
        settings: What the user set; it always wins.
        autotune: False: only what the user names is tuned.
        scaling_loss: The objective's name where it is a loss.
        title: The program's name, for messages.
        repeated: Where literals of one name stand, each by a name that several have.

    Raises:
        UnknownName: the user names what the program does not take.
        UsageError: the user's range leaves what the algorithm accepts, or no range can be told for a name to tune.
    """
    _check_repeated({j.found.name for j in judgements}, settings, repeated)
    spelled = _spelled({j.found.name: j.found.dest for j in judgements}, settings, title)
    ranges = {spelled[name]: given for name, given in settings.ranges}
    kept = frozenset(spelled[name] for name in settings.keep)
    check_values([j.found for j in judgements], dict(settings.values))
    forced = (frozenset(ranges) | frozenset(spelled[name] for name in settings.tune)) - kept
    check_changeable([j for j in judgements if j.found.name in forced])
    selection = _selection(judgements, settings, forced, kept, scaling_loss) if autotune else None
    planned = [_planned(j, ranges.get(j.found.name), forced, kept, selection) for j in judgements]
    return tuple(sorted(planned, key=_order))


def _check_repeated(known: Collection[str], settings: UserSettings, repeated: Mapping[str, Sequence[str]]) -> None:
    """A name that several literals of the code have means none of them."""
    for name in (*dict(settings.ranges), *sorted(settings.tune)):
        places = repeated.get(name, ())
        if name not in known and places:
            raise UsageError(
                f"{name} stands in the code {len(places)} times ({', '.join(places)}), so the name does not tell which "
                "one is to be tuned.",
                hint=f"Give the one that you mean a name of its own ({name.upper()} = ... above, used in its place), "
                f"then --tune {name.upper()}.",
            )


def notes_on(judgements: Sequence[Judgement], planned: Iterable[PlannedHyperparameter]) -> tuple[str, ...]:
    """What the user should know of values that stay as they are, because nothing else can be passed or accepted."""
    kept = {h.name for h in planned if h.role is Role.STATIC and h.by is Chooser.AUTOTUNE}
    return tuple(j.note for j in judgements if j.note and j.found.name in kept)


def _spelled(known: Mapping[str, str], settings: UserSettings, title: str) -> dict[str, str]:
    """The user's names as the program spells them; case, `-` and `_` do not count where that is clear.

    `known` has the variable in which the program keeps each, empty where that is not known.
    """
    given = [name for name, _ in settings.ranges] + sorted(settings.tune | settings.keep)
    return {name: _spelling(name, known, title) for name in given}


def _spelling(name: str, known: Mapping[str, str], title: str) -> str:
    if name in known:
        return name
    alike = [other for other in known if normal_name(other) == normal_name(name)]
    alike = alike or [other for other in known if normal_name(last_part(other)) == normal_name(name)]
    if len(alike) != 1:
        raise _unknown(name, known, title)
    return alike[0]


def _unknown(name: str, known: Mapping[str, str], title: str) -> UsageError:
    """The complaint about a name, which may be that of the variable behind one, or several at once."""
    several = [part.strip() for part in name.split(",")]
    if len(several) > 1 and all(part in known for part in several):
        return UsageError(
            f"'{name}' are {len(several)} hyperparameters of {title}, not one.",
            hint=f"Give the option once for each: {several[0]}, then {several[1]}.",
        )
    behind = next((option for option, variable in known.items() if normal_name(variable) == normal_name(name)), None)
    if behind is None:
        return UnknownName("hyperparameter", name, known, where=title)
    return UsageError(
        f"No hyperparameter '{name}' in {title}: that is the variable of {behind}.", hint=f"Did you mean '{behind}'?"
    )


def _selection(
    judgements: Sequence[Judgement],
    settings: UserSettings,
    forced: frozenset[str],
    kept: frozenset[str],
    scaling_loss: str | None,
) -> Selection:
    open_ones = [j for j in judgements if j.found.name not in kept and (j.found.is_listed or not settings.only_listed)]
    return select(
        open_ones,
        forced=forced,
        max_jobs=settings.max_jobs,
        jobs_for=jobs_for,
        scaling_loss=scaling_loss,
        planned_jobs=partial(planned_jobs, settings.strategy),
    )


def _planned(
    judgement: Judgement,
    given: Range | None,
    forced: Iterable[str],
    kept: Iterable[str],
    selection: Selection | None,
) -> PlannedHyperparameter:
    name = judgement.found.name
    if name in kept:
        return _static(judgement, f"You keep {name} as it is.", Chooser.USER)
    if given is not None:
        return _in_users_range(judgement, given)
    if name in forced:
        return _on_request(judgement)
    if selection is None:
        return _static(judgement, f"{name} has no range of yours, and Autotune is off.", Chooser.AUTOTUNE)
    if name in selection.tuned:
        return _tuned(judgement)
    if judgement.role is not Role.TUNED:
        return _as_judged(judgement)
    reason = selection.passed_over.get(name, f"You did not list {name}, and only what you listed is tuned.")
    return _static(judgement, reason, Chooser.AUTOTUNE)


def _in_users_range(judgement: Judgement, given: Range) -> PlannedHyperparameter:
    found = judgement.found
    check_choices(found, given)
    fitted = _fitted(given, judgement)
    check_type(found, fitted)
    wall = _as_wall(fitted, judgement)
    is_clipped = found.value is not None and not wall.contains(found.value)
    reason = f"You gave the range {wall} for {found.name}"
    if is_clipped and found.value is not None:
        nearest = short_value(wall.nearest(found.value))
        reason += (
            f", which leaves out today's {short_value(found.value)}: clipped to {nearest} in the first training job"
        )
    return PlannedHyperparameter(
        name=found.name,
        value=found.value,
        role=Role.TUNED,
        range=wall,
        by=Chooser.USER,
        reason=f"{reason}.",
        source="your settings",
        priority=3,
        is_clipped=is_clipped,
        affects_cost=_affects_cost(judgement),
    )


def _fitted(given: Range, judgement: Judgement) -> Range:
    """Whole bounds (`1..10`) of what takes real numbers are a continuous range; `1e1..1e3` of whole ones is whole."""
    is_whole = isinstance(given, ContinuousRange) and float(given.low).is_integer() and float(given.high).is_integer()
    if isinstance(given, ContinuousRange) and is_whole and judgement.found.declared_type == "int":
        return IntegerRange(low=int(given.low), high=int(given.high), scaling=given.scaling)
    if not isinstance(given, IntegerRange) or judgement.found.declared_type == "int":
        return given
    takes_reals = isinstance(judgement.found.value, float) or isinstance(judgement.range, ContinuousRange)
    if not takes_reals:
        return given
    return ContinuousRange(low=float(given.low), high=float(given.high), scaling=given.scaling)


def _as_wall(given: Range, judgement: Judgement) -> Range:
    """The user's range, within the hard bounds of the algorithm, never to be expanded."""
    bounds = judgement.entry.bounds if judgement.entry is not None and judgement.range is not None else None
    if bounds is not None:
        check_bounds(judgement.found.name, given, bounds)
    if isinstance(given, CategoricalRange):
        return given
    return replace(given, hard_bounds=bounds, may_expand=False)


def _on_request(judgement: Judgement) -> PlannedHyperparameter:
    found = judgement.found
    refused = contradiction(found)
    if refused:
        raise UsageError(
            f"{found.name} cannot be tuned: it {refused}.",
            hint=f"Write type=float in {found.declared_at}, then ask again.",
        )
    chosen = range_on_request(judgement)
    if chosen is None:
        shown = "has no value today" if found.value is None else f"has the value {short_value(found.value)}"
        raise UsageError(
            f"No range can be told for {found.name}, which {shown}.",
            hint=f"Give one: --range {found.name}=LOW..HIGH or --range {found.name}=a,b,c",
        )
    is_clipped = found.value is not None and not chosen.contains(found.value)
    why = judgement.asked_reason or judgement.reason
    if is_clipped and found.value is not None:
        why += f" The first training job runs {short_value(chosen.nearest(found.value))}."
    return PlannedHyperparameter(
        name=found.name,
        value=found.value,
        role=Role.TUNED,
        range=chosen,
        by=Chooser.USER,
        reason=f"You tune {found.name}; its range {chosen} is inferred. {why}",
        source=judgement.source,
        priority=3,
        is_clipped=is_clipped,
        affects_cost=_affects_cost(judgement),
    )


def _tuned(judgement: Judgement) -> PlannedHyperparameter:
    found = judgement.found
    return PlannedHyperparameter(
        name=found.name,
        value=found.value,
        role=Role.TUNED,
        range=judgement.range,
        by=Chooser.AUTOTUNE,
        reason=judgement.reason,
        source=judgement.source,
        priority=judgement.priority,
        is_added=not found.is_listed,
        affects_cost=_affects_cost(judgement),
    )


def _as_judged(judgement: Judgement) -> PlannedHyperparameter:
    return replace(_static(judgement, judgement.reason, Chooser.AUTOTUNE), role=judgement.role)


def _static(judgement: Judgement, reason: str, by: Chooser) -> PlannedHyperparameter:
    found = judgement.found
    return PlannedHyperparameter(
        name=found.name,
        value=found.value,
        role=Role.STATIC,
        range=None,
        by=by,
        reason=reason,
        source="your settings" if by is Chooser.USER else judgement.source,
        priority=judgement.priority,
        is_added=False,
        affects_cost=_affects_cost(judgement),
    )


def _affects_cost(judgement: Judgement) -> bool:
    return judgement.entry is not None and judgement.entry.affects_cost


def _order(planned: PlannedHyperparameter) -> tuple[int, int, int]:
    """Tuned before resource before static; the user's and the important ones first."""
    roles: Mapping[Role, int] = {Role.TUNED: 0, Role.RESOURCE: 1, Role.STATIC: 2}
    return (roles[planned.role], -planned.priority, int(planned.is_added))


def baseline_of(
    tuned: Iterable[PlannedHyperparameter],
) -> tuple[tuple[tuple[str, HyperparameterValue], ...], tuple[str, ...]]:
    """(values that the first training job runs: today's, inside the ranges; names whose value nobody knows)."""
    values: list[tuple[str, HyperparameterValue]] = []
    unknown: list[str] = []
    for planned in tuned:
        if planned.value is None or planned.range is None:
            unknown.append(planned.name)
        elif planned.range.contains(planned.value):
            values.append((planned.name, planned.value))
        else:
            values.append((planned.name, planned.range.nearest(planned.value)))
    return tuple(values), tuple(unknown)
