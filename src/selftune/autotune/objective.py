"""The objective metric: the user's, the algorithm's usual one, or what the source prints and the first output confirms.

Validation comes before test before train; among metrics of one split, what measures quality (accuracy, AUC) before an
error, before a loss, whose scale hyperparameters may change.
"""

from __future__ import annotations

import math
import shlex
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from selftune.autotune.names import word_set
from selftune.autotune.reader.reading import PrintedMetric
from selftune.model.objective import Direction, Objective
from selftune.model.plan import Chooser, PlannedObjective
from selftune.model.request import UserSettings
from selftune.training.metrics import (
    canonical_metric,
    check_regex,
    direction_of,
    direction_shown,
    is_counter,
    same_metric,
    split_of,
)

_PARTS_OF_LOSS = word_set(
    "d g dis gen generator discriminator critic actor policy value entropy kl style content commitment aux auxiliary"
)
"""Words of losses that are parts of the real one, or fight each other: none says how good the result is."""
_BESIDE = word_set("best running ema record new")
"""Words of metrics that follow another one over time."""
_SUMMARIES = word_set("average avg mean final overall total")
"""Words of metrics that sum up a whole pass over the data."""
_HALVES = word_set("precision recall sensitivity specificity")
"""Words of metrics that are half of the truth: each is perfect for a model that always answers the same."""
_SPLIT_ORDER = ("validation", "test", None, "train")
_NO_FILES: Mapping[str, str] = {}
_MOST_ALTERNATIVES = 5


@dataclass(frozen=True, slots=True)
class UsualMetric:
    """The metric that an algorithm always prints."""

    name: str
    direction: Direction
    reason: str
    source: str


def planned_objective(
    settings: UserSettings, printed: Sequence[PrintedMetric], usual: UsualMetric | None
) -> tuple[PlannedObjective, tuple[str, ...]]:
    """The objective as far as it is known before anything runs, and warnings about it.

    Raises:
        UsageError: the user's regular expression does not compile or has no group.
    """
    if settings.objective_regex is not None:
        check_regex(settings.objective_regex)
    if settings.objective_name is not None or settings.objective_regex is not None:
        return _users(settings)
    if usual is not None:
        return _from_algorithm(usual, settings), ()
    return _from_source(settings, printed)


def confirm_objective(
    planned: Objective, observed: Mapping[str, Sequence[float]], files: Mapping[str, str] = _NO_FILES
) -> tuple[Objective, str] | None:
    """Which of the metrics that the first training job printed is the objective, with the reason.

    Args:
        planned: The objective as planned; a confirmed one is only looked for and never changed.
        observed: Values by the names printed, in the order in which they first appeared.
        files: In which file a metric was found that was not printed.

    Returns:
        The confirmed objective and why; None where nothing printed can be compared.
    """
    seen = next((name for name in observed if planned.name is not None and same_metric(name, planned.name)), None)
    ranked = _ranked(name for name, values in observed.items() if any(map(math.isfinite, values)))
    if seen is not None and is_worth_waiting(planned) and ranked and _is_held_out(ranked[0]):
        reason = f"{ranked[0]} {_why(ranked[0])}, which {planned.name}, as planned, does not say of itself"
        return _confirmed(planned, ranked[0], direction_of(ranked[0]) or planned.direction), reason
    if seen is not None:
        return _confirmed(planned, planned.name, planned.direction), f"{planned.name} {_found(seen, files)}, as planned"
    if planned.is_confirmed:
        return None
    ranked = ranked or _ranked(observed)
    if not ranked:
        return None
    best = ranked[0]
    shown = None if direction_of(best) else direction_shown(best, observed)
    written = " nor written to a file of results" if files else ""
    missing = f"{planned.name} was {'neither' if files else 'not'} printed{written}; of" if planned.name else "of"
    printed = ", ".join(list(observed)[:_MOST_ALTERNATIVES])
    reason = f"{missing} what {_found(best, files)} ({printed}), {best} {_why(best, shown)}"
    return _confirmed(planned, best, direction_of(best) or shown or planned.direction), reason


def _found(name: str, files: Mapping[str, str]) -> str:
    """Where a metric was seen."""
    return f"was written to {files[name]}" if name in files else "was printed"


def is_worth_waiting(planned: Objective) -> bool:
    """Whether the whole output of the first training job should be seen before the objective is confirmed.

    It is for one that was read from source and is not known to be measured on validation or test data: a better one may
    be printed later. Confirming it as soon as its name appears would miss that one.
    """
    return not planned.is_confirmed and (planned.name is None or not _is_held_out(planned.name))


def is_loss(name: str | None) -> bool:
    """Whether an objective is a loss, whose scale hyperparameters of the loss change."""
    return name is not None and direction_of(name) is Direction.MINIMIZE and "loss" in name.lower()


def _is_held_out(name: str) -> bool:
    return split_of(name) in ("validation", "test")


def _users(settings: UserSettings) -> tuple[PlannedObjective, tuple[str, ...]]:
    name = settings.objective_name or "objective"
    direction, known = settings.objective_direction, direction_of(name)
    planned = PlannedObjective(
        name=name,
        direction=direction or known or Direction.MINIMIZE,
        regex=settings.objective_regex,
        by=Chooser.USER,
        reason="You set it." if direction else f"You set it; {_direction_reason(known)}.",
        source="your settings",
    )
    if direction is not None or known is not None:
        return planned, ()
    return planned, (_direction_warning(name),)


def _direction_warning(name: str) -> str:
    turned = shlex.quote(f"{name}:max")
    return f"Nothing in the name {name} says which way is better: it is minimised; --metric {turned} turns it."


def _direction_reason(known: Direction | None) -> str:
    if known is None:
        return "Minimize is assumed"
    return "smaller is better by its name" if known is Direction.MINIMIZE else "larger is better by its name"


def _from_algorithm(usual: UsualMetric, settings: UserSettings) -> PlannedObjective:
    return PlannedObjective(
        name=usual.name,
        direction=settings.objective_direction or usual.direction,
        regex=None,
        by=Chooser.AUTOTUNE,
        reason=usual.reason,
        source=usual.source,
    )


def _from_source(settings: UserSettings, printed: Sequence[PrintedMetric]) -> tuple[PlannedObjective, tuple[str, ...]]:
    wanted = settings.objective_direction
    said = _said_directions(printed)
    ranked = [n for n in _by_the_program(printed) if wanted is None or said.get(n, direction_of(n)) in (None, wanted)]
    if not ranked:
        return _nothing_in_source(wanted or Direction.MINIMIZE), _nothing_printed(printed)
    best, rivals = ranked[0], [name for name in ranked[1:] if _is_rival(name, ranked[0])]
    metric = min((metric for metric in printed if metric.name == best), key=lambda metric: metric.is_logged)
    does = "watches" if metric.is_monitored else "logs" if metric.is_logged else "prints"
    planned = PlannedObjective(
        name=best,
        direction=wanted or said.get(best) or direction_of(best) or Direction.MINIMIZE,
        regex=None,
        by=Chooser.AUTOTUNE,
        reason=f"The program {does} {best}, which {_why(best, said.get(best))}; the first training job confirms it.",
        source=metric.source,
        is_provisional=True,
        alternatives=tuple(ranked[1 : 1 + _MOST_ALTERNATIVES]),
    )
    is_told = wanted is not None or best in said or direction_of(best) is not None
    doubt = () if is_told else (_direction_warning(best),)
    return planned, (*doubt, *(() if metric.is_monitored else _rival_warning(best, rivals)))


def _said_directions(printed: Sequence[PrintedMetric]) -> dict[str, Direction]:
    """What the program itself says of which way is better, by name."""
    return {metric.name: metric.direction for metric in reversed(printed) if metric.direction is not None}


def _by_the_program(printed: Sequence[PrintedMetric]) -> list[str]:
    """Candidates, best first; of equally trusted data, what the program watches comes first."""
    watched = [metric.name for metric in printed if metric.is_monitored]
    ranked = _ranked((metric.name for metric in printed), also=_said_directions(printed))
    first = next((name for name in watched if name in ranked), None)
    if first is None or _trust(first) > _trust(ranked[0]):
        return ranked
    return [first, *(name for name in ranked if name != first)]


def _trust(name: str) -> int:
    """How far the data speak for the result: validation before test before unknown before training data."""
    return _SPLIT_ORDER.index(split_of(name))


def _nothing_printed(printed: Sequence[PrintedMetric]) -> tuple[str, ...]:
    """What to say before anything runs where the source prints no number that says how good the result is."""
    shown = ", ".join(dict.fromkeys(metric.name for metric in printed[:_MOST_ALTERNATIVES]))
    prints = (
        f"of what the source prints ({shown}), nothing says how good the result is"
        if shown
        else "the source prints no number with a name that says how good the result is"
    )
    warning = (
        f"No objective metric was found: {prints}. The first training job runs alone, and the search goes on only if "
        "its output holds one; --metric NAME says which it is, and selftune metrics check shows what a run prints."
    )
    return (warning,)


def _nothing_in_source(direction: Direction) -> PlannedObjective:
    return PlannedObjective(
        name=None,
        direction=direction,
        regex=None,
        by=Chooser.AUTOTUNE,
        reason="No metric was found in the source; the output of the first training job decides.",
        source="source",
        is_provisional=True,
    )


def _rival_warning(best: str, rivals: Sequence[str]) -> tuple[str, ...]:
    if not rivals:
        return ()
    return (f"{rivals[0]} would do as well as {best} for the objective: --metric '{rivals[0]}' changes it.",)


def _is_rival(name: str, best: str) -> bool:
    """Whether two metrics are equally likely: of one rank, and not one metric logged in two places."""
    same_place = same_metric(name.rsplit("/", 1)[-1], best.rsplit("/", 1)[-1])
    return _rank(name)[:3] == _rank(best)[:3] and not same_place


def _ranked(names: Iterable[str], also: Collection[str] = ()) -> list[str]:
    """Names that can be an objective, best first; one of each spelling. `also` are taken whatever they are called."""
    distinct: dict[str, str] = {}
    for name in names:
        if name in also or _may_be_objective(name):
            distinct.setdefault(canonical_metric(name), name)
    return _printed_first(sorted(distinct.values(), key=_rank))


def _printed_first(ranked: list[str]) -> list[str]:
    """A metric logged under a path (`eval/return`) behind the same one without it, which is surely printed."""
    best = ranked[0] if ranked else ""
    _, slash, last = best.rpartition("/")
    plain = [name for name in ranked if slash and "/" not in name and same_metric(name, last)]
    return plain + [name for name in ranked if name not in plain]


def _may_be_objective(name: str) -> bool:
    if is_counter(name) or not _words(name).isdisjoint(_PARTS_OF_LOSS):
        return False
    return direction_of(name) is not None or split_of(name) is not None


def _rank(name: str) -> tuple[int, int, int, int]:
    """Sort key: split, whether the direction is known, the kind of metric, then how plainly it is named."""
    direction, split, words = direction_of(name), split_of(name), _words(name)
    kind = 0 if direction is Direction.MAXIMIZE else 2 if "loss" in name.lower() else 1
    kind += 0 if words.isdisjoint(_BESIDE) else 3
    kind += int(_is_half(words))
    plainness = len(words) if split is not None else int(words.isdisjoint(_SUMMARIES)) + 2 * ("/" in name)
    return (_trust(name), int(direction is None), kind, plainness)


def _is_half(words: frozenset[str]) -> bool:
    """Whether it is precision or recall by itself; at a rank (`recall@20`) or averaged it is a metric of its own."""
    is_whole = any(word.isdigit() for word in words) or not words.isdisjoint(_SUMMARIES)
    return not is_whole and not words.isdisjoint(_HALVES)


def _why(name: str, said: Direction | None = None) -> str:
    split = split_of(name)
    way = {Direction.MINIMIZE: "smaller is better", Direction.MAXIMIZE: "larger is better"}
    direction = said or direction_of(name)
    data = f"is measured on {split} data" if split else "measures the result"
    return f"{data} ({way[direction] if direction else 'taken as smaller is better'})"


def _words(name: str) -> frozenset[str]:
    return frozenset("".join(c if c.isalnum() else " " for c in name.lower()).split())


def _confirmed(planned: Objective, name: str | None, direction: Direction) -> Objective:
    return Objective(name=name, direction=direction, regex=planned.regex, is_confirmed=True)
