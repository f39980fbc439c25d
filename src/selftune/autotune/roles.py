"""What may become of each hyperparameter that was found: a candidate for tuning, static, or the training length.

The layers, from the strongest evidence to the weakest: the framework argument that the value flows into, the name
within the program's frameworks, names that are never tuned, parts of the name, its words, its value. The first that
speaks decides, and the reason says which it was.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from selftune.autotune.declared_types import contradiction
from selftune.autotune.heuristics import guess
from selftune.autotune.knowledge import (
    SHIPPED,
    KnowledgeBase,
    KnowledgeEntry,
    Known,
    StaticGroup,
    ValueType,
    evaluation_group_of,
    static_group_of,
)
from selftune.autotune.library_defaults import with_library_default
from selftune.autotune.names import is_of_schedule, last_part, normal_name, words_of
from selftune.autotune.range_prior import doubt_about
from selftune.autotune.ranges import accepts, inferred_range, is_smoke, range_of_choices, words_of_entry
from selftune.autotune.reader.reading import LOSS_WEIGHT, FoundHyperparameter
from selftune.model.plan import Role
from selftune.model.ranges import CategoricalRange, Range
from selftune.model.values import HyperparameterValue, is_number, short_value, text_from_value

_NAME_BEATS_FLOW = frozenset({"evaluation", "yardstick", "problem"})
"""Kinds of names that stay what they are whatever they flow into: the test loader takes a batch size as well."""
_YIELDS_TO_NAME = frozenset({"pace"})
"""Kinds of names that are another thing where the whole name is known: `ims_per_batch` is a batch size."""
_DATA = frozenset({"data", "dataset"})
_OF_TRAINING = frozenset({"batch", "batchsize", "bs", "epochs", "epoch"})
_A_SIZE_OF_DATA = "num_classes"
_CHANNELS = frozenset({"channels", "channel"})
_CLASSES = frozenset({"labels", "classes", "categories"})
"""Words in the help of a number of classes, under whatever name."""
_BESIDE_TRAINING = frozenset({"test", "testing", "eval", "evaluation", "val", "valid", "sample", "sampling"})
_EVALUATED = "eval_batch_size"
_COLOURS = range(1, 5)
_INPUTS = (".in_channels", ".in_features", ".input_size", ".num_embeddings")
_GENERATION = "generation"
_SAMPLES_TOO = "sampling_temperature"
_OF_LENGTH = frozenset({"schedule"})
_STOPS_BOOSTING = frozenset({"early_stopping_rounds", "early_stopping_round", "n_iter_no_change", "od_wait"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a hyperparameter is, and what may become of it."""

    found: FoundHyperparameter
    role: Role
    """TUNED: a candidate, if the budget allows it."""
    reason: str
    source: str
    entry: KnowledgeEntry | None = None
    range: Range | None = None
    """The inferred range of a candidate, and of what could be one if the user asked for it."""

    is_guessed: bool = False
    """True where only the words of its name or its value speak, and nothing is known of it."""
    asked_reason: str = ""
    """The reason of its range, where that is only for users who ask for it."""
    note: str = ""
    """What the user should know before anything runs, a sentence or two; empty for most."""

    @property
    def meaning(self) -> str:
        """What it does, or is taken to be."""
        return self.entry.meaning if self.entry is not None else "nothing is known of it"

    @property
    def priority(self) -> int:
        return self.entry.priority if self.entry is not None and self.role is Role.TUNED else 0


@dataclass(frozen=True, slots=True)
class ProgramTraits:
    """What the whole program says about each of its hyperparameters."""

    scopes: tuple[str, ...]
    """Its frameworks, surest first."""
    stops_boosting: bool
    """It stops early inside boosting, so that rounds are only an upper limit."""
    knowledge: KnowledgeBase = SHIPPED
    writes_text: bool = False
    """It samples text, for which a temperature is no hyperparameter of training."""


def traits_of(
    scopes: Sequence[str], found: Sequence[FoundHyperparameter], knowledge: KnowledgeBase = SHIPPED
) -> ProgramTraits:
    """The traits that matter for the judgement of single hyperparameters."""
    stops = any(
        normal_name(last_part(h.telling_name)) in _STOPS_BOOSTING and is_number(h.value) and float(h.value or 0) > 0
        for h in found
    )
    groups = (static_group_of(h.telling_name) for h in found)
    writes = any(group is not None and group.kind == _GENERATION for group in groups)
    return ProgramTraits(tuple(scopes), stops, knowledge, writes)


def judge(found: FoundHyperparameter, traits: ProgramTraits) -> Judgement:
    """What may become of one hyperparameter."""
    judged = _as_taken(_judged(found, traits))
    if judged.entry is not None and LOSS_WEIGHT in found.flows:
        judged = replace(judged, entry=replace(judged.entry, scales_loss=True))
    is_open = found.is_variable and _is_sure(judged, traits)
    return _unless_asked(judged) if found.on_request and not is_open else judged


def _as_taken(judged: Judgement) -> Judgement:
    """What would be tuned, kept where the program's own parser turns away all other values."""
    found = judged.found
    why = contradiction(found) if judged.role is Role.TUNED else ""
    if not why:
        return judged
    what = f"{found.name} ({judged.meaning})" if not judged.is_guessed else found.name
    note = f"{found.name} {why}: it stays as it is. Write type=float in {found.declared_at}, and it is tuned."
    return replace(judged, role=Role.STATIC, range=None, reason=f"{what} {why}.", source=found.declared_at, note=note)


def _is_sure(judged: Judgement, traits: ProgramTraits) -> bool:
    """Whether the flow or the whole name says what it is."""
    found = judged.found
    if not is_surely_known(judged):
        return False
    named = traits.knowledge.known_by_name(found.telling_name, traits.scopes)
    return (named is not None and named.is_exact) or traits.knowledge.known_by_flow(found.flows) is not None


def _unless_asked(judged: Judgement) -> Judgement:
    """What is tuned only on request, with the range that it would have."""
    found = judged.found
    if judged.role is Role.RESOURCE:
        return judged
    what = f" ({judged.entry.meaning})" if judged.entry is not None and not judged.is_guessed else ""
    reason = f"{found.name}{what} {found.on_request}."
    return replace(judged, role=Role.STATIC, reason=reason, source=found.source, asked_reason=judged.reason)


def _judged(found: FoundHyperparameter, traits: ProgramTraits) -> Judgement:
    excluded = _never_a_range(found)
    if excluded is not None:
        return excluded
    known = _known(found, traits)
    if isinstance(known, StaticGroup):
        reason = f"{found.name} is {known.why}."
        return _kept(found, reason, f"knowledge: {known.kind}")
    if known is not None:
        return _by_entry(found, known, traits)
    return _by_guess(found)


def is_surely_known(judgement: Judgement) -> bool:
    """Whether the knowledge base has an entry for it: a number in the code without one is no business of a plan."""
    return judgement.entry is not None and not judgement.is_guessed and not _is_of_a_function(judgement.found)


def _is_of_a_function(found: FoundHyperparameter) -> bool:
    """Whether a literal is what some function of a library is told, of which nothing is known: `softmax(x, dim=1)`."""
    if not found.is_literal or not found.flows or SHIPPED.known_by_flow(found.flows) is not None:
        return False
    places = [flow.rpartition(".") for flow in found.flows]
    return all(argument == found.dest and owner.rpartition(".")[2].islower() for owner, _, argument in places)


def range_on_request(judgement: Judgement) -> Range | None:
    """A range for what the user insists on tuning; None where nobody can tell one."""
    if judgement.range is not None:
        return judgement.range
    found = judgement.found
    if found.choices:
        return range_of_choices(found.choices, found.value)
    if judgement.entry is not None:
        today = found.value if accepts(judgement.entry, found.value) else None
        return inferred_range(judgement.entry, today, declared_type=found.declared_type)
    if isinstance(found.value, bool):
        return _both(found.value)
    made_up = guess(found.telling_name, found.value)
    return inferred_range(made_up.entry, found.value, declared_type=found.declared_type) if made_up else None


def _never_a_range(found: FoundHyperparameter) -> Judgement | None:
    """What stays static whatever its name: what the command cannot change, flags, unread arguments, lists."""
    if found.fixed_because:
        return _kept(found, f"{found.name} {found.fixed_because}.", found.source)
    if found.is_read is False:
        reason = f"The script declares {found.name} and never reads it."
        return _kept(found, reason, found.source)
    if found.is_flag or isinstance(found.value, bool):
        group = static_group_of(found.telling_name)
        what = group.switch_why if group is not None else "a switch, and flipping one may change what the program does"
        return _kept(found, f"{found.name} is {what}.", "a switch")
    if isinstance(found.value, str) and _is_list_or_path(found.value):
        return _kept(found, f"{found.name} is text that is no number ({found.value[:40]}).", found.source)
    return None


def _is_list_or_path(value: str) -> bool:
    return any(mark in value for mark in (",", "/", "\\", "://", "[", "{", " ", "${"))


def _known(found: FoundHyperparameter, traits: ProgramTraits) -> Known | StaticGroup | None:
    """The strongest evidence about a hyperparameter: flow, exact name, static name, part of the name."""
    name, scopes, knowledge = found.telling_name, traits.scopes, traits.knowledge
    own = knowledge.known_by_user(name, scopes)
    if own is not None:
        return own
    evaluated = evaluation_group_of(name)
    if evaluated is not None:
        return evaluated
    group, named = static_group_of(name), knowledge.known_by_name(name, scopes)
    if traits.writes_text and named is not None and named.entry.name == "temperature":
        return static_group_of(_SAMPLES_TOO)
    if group is not None and group.kind in _YIELDS_TO_NAME and named is not None and named.is_exact:
        group = None
    if group is not None and group.kind == "path" and isinstance(found.value, float):
        group = None  # `drop_path`, `path_dropout`: no place is a fraction
    if group is not None and group.kind in _NAME_BEATS_FLOW:
        return knowledge.known_exactly(name, scopes) or group
    known = _flowing(found, named, knowledge)
    known = None if _describes_data(found) else known or knowledge.known_exactly(name, scopes)
    return known or group or _by_part(name, named, found) or _hinted(found, knowledge)


def _by_part(name: str, named: Known | None, found: FoundHyperparameter) -> Known | StaticGroup | None:
    """What a part of the name says: less where it only shapes the course of another, nothing of the data's sizes."""
    if _describes_data(found):
        return static_group_of(_A_SIZE_OF_DATA)
    if named is None or named.is_exact:
        return named
    if named.entry.type is ValueType.INT and _is_real(found.value):
        return None  # `w_depth` = 1.0 is no depth
    if named.entry.is_resource and not _BESIDE_TRAINING.isdisjoint(words_of(name)):
        return static_group_of(_EVALUATED)
    if _is_rate(named) and isinstance(found.value, int) and found.value > 1:
        return None  # `num_iters_decay` is a length
    if not is_of_schedule(name):
        return named
    return replace(named, entry=replace(named.entry, priority=min(named.entry.priority, 1)))


def _is_rate(known: Known) -> bool:
    """Whether it is a real number that never exceeds one."""
    return known.entry.type is ValueType.FLOAT and known.entry.high <= 1


def _is_real(value: HyperparameterValue | None) -> bool:
    """Whether a number is none of those that people also write for whole ones, such as 1e6."""
    return isinstance(value, float) and (value <= 1 or not value.is_integer())


def _describes_data(found: FoundHyperparameter) -> bool:
    """Whether a whole number is of the data, as `data.num_channels` and three channels are; a batch size is not."""
    *front, last = re.split(r"\.|__", found.telling_name.strip("-_."))
    of_data = any(not _DATA.isdisjoint(words_of(part)) for part in front)
    of_data = of_data or not _CLASSES.isdisjoint(words_of(found.help))
    of_data = of_data or (found.value in _COLOURS and not _CHANNELS.isdisjoint(words_of(last)))
    return of_data and isinstance(found.value, int) and not _OF_TRAINING & {*words_of(last)}


def _flowing(found: FoundHyperparameter, named: Known | None, knowledge: KnowledgeBase) -> Known | StaticGroup | None:
    """What a value's flow says, unless a whole number flows into a rate: then it is a factor of one and no rate.

    The training length also dates the schedule, and what only goes in where data come in is a size of the data.
    """
    known = knowledge.known_by_flow(found.flows)
    if isinstance(known, StaticGroup):
        is_length = named is not None and named.is_exact and named.entry.is_resource
        return named if is_length and known.kind in _OF_LENGTH else known
    if known is not None and named is None and all(flow.endswith(_INPUTS) for flow in found.flows):
        return static_group_of(_A_SIZE_OF_DATA)
    return (
        None
        if isinstance(known, Known)
        and _is_rate(known)
        and found.declared_type == "int"
        and isinstance(found.value, int)
        else known
    )


def _hinted(found: FoundHyperparameter, knowledge: KnowledgeBase) -> Known | StaticGroup | None:
    """What a weak flow hints at, unless a whole number is wanted and the value is none."""
    hint = knowledge.known_by_weak_flow(found.flows)
    if isinstance(hint, Known) and hint.entry.type is ValueType.INT and not isinstance(found.value, int):
        return None
    return hint


def _by_entry(given: FoundHyperparameter, known: Known, traits: ProgramTraits) -> Judgement:
    entry, found = known.entry, with_library_default(given, known)
    what = f"{found.name} ({entry.meaning})"
    source = _source(found, known)
    is_rounds = entry.affects_cost and entry.priority == 3 and "boosting rounds" in entry.meaning
    if (entry.is_resource or (is_rounds and traits.stops_boosting)) and _is_above_zero(found.value):
        why = "the program stops early inside boosting" if is_rounds else "longer training is bought and not searched"
        return Judgement(
            found=found,
            role=Role.RESOURCE,
            reason=f"{what} is the training length: {why}.",
            source=source,
            entry=entry,
            range=None,
        )
    is_off = found.value in (0, -1) and _obstacle(found, entry) is not None
    if not accepts(entry, found.value) and not is_off:
        return _refused(found, known) if known.flow is not None or known.is_exact else _by_guess(found)
    obstacle = _obstacle(found, entry)
    if obstacle is not None:
        return Judgement(found=found, role=Role.STATIC, reason=f"{what} {obstacle}.", source=source, entry=entry)
    inferred = _range_for(found, entry)
    if inferred is None:
        shown = short_value(found.value) if found.value is not None else "none"
        reason = f"{what} has the value {shown}, around which there is no range."
        return Judgement(found=found, role=Role.STATIC, reason=reason, source=source, entry=entry)
    seen = f", as {entry.observed}" if entry.observed and not found.choices else ""
    own = "" if found is given else ", the value that the library itself starts from"
    reason = f"{what} {_around(found, known, inferred)}{own}{seen}."
    return Judgement(found=found, role=Role.TUNED, reason=reason, source=source, entry=entry, range=inferred)


def _refused(found: FoundHyperparameter, known: Known) -> Judgement:
    """A value that is none for what the hyperparameter surely is: no range has it inside, and none is made up."""
    assert found.value is not None
    by = known.flow if known.flow is not None else "it"
    why = f"is {short_value(found.value)}, which is outside {known.entry.bounds}, all that {by} accepts"
    return Judgement(
        found=found,
        role=Role.STATIC,
        reason=f"{found.name} ({known.entry.meaning}) {why}.",
        source=_source(found, known),
        entry=known.entry,
        note=f"{found.name} {why}: it stays as it is. --tune {found.name} searches where good values usually lie.",
    )


def _range_for(found: FoundHyperparameter, entry: KnowledgeEntry) -> Range | None:
    """The range of an entry; where the program declares what it takes, exactly that."""
    if found.choices:
        return range_of_choices(found.choices, found.value)
    is_text = bool(found.declared_at) and not found.is_in_file and found.declared_type in (None, "str")
    if is_text and isinstance(found.value, str) and entry.type is not ValueType.CATEGORICAL:
        return words_of_entry(entry, found.value)  # a number would arrive as text
    return inferred_range(entry, found.value, declared_type=found.declared_type)


def _is_above_zero(value: HyperparameterValue | None) -> bool:
    return value is not None and is_number(value) and float(value) > 0


def _obstacle(found: FoundHyperparameter, entry: KnowledgeEntry) -> str | None:
    """Why a known hyperparameter stays as it is, to be read after its name."""
    if found.value is None:
        return "has no value today, so there is none to start from"
    if entry.priority == 0:
        return "is left alone unless you ask" if _is_above_zero(found.value) else "is off or without limit today"
    if entry.type is ValueType.CATEGORICAL and entry.is_conditional and not found.is_listed:
        return "opens other choices, so it is yours to make"
    if is_number(found.value) and float(found.value) in entry.off:
        return f"is {short_value(found.value)}, which switches it off"
    is_off = is_number(found.value) and float(found.value) <= 0 and entry.type is not ValueType.CATEGORICAL
    if is_off and entry.low > float(found.value) and not (entry.has_zero and float(found.value) == 0):
        return f"is {short_value(found.value)}, which means off or no limit"
    return None


def _by_guess(found: FoundHyperparameter) -> Judgement:
    """By the words of the name, else by the value."""
    if found.choices and len(found.choices) > 1 and isinstance(found.value, str):
        shown = ", ".join(text_from_value(choice) for choice in found.choices[:4])
        return _kept(found, f"{found.name} is a choice ({shown}) whose meaning is not known.", found.source)
    made_up = guess(found.telling_name, found.value)
    if made_up is None:
        return _kept(found, _nothing_known(found), "nothing known")
    if _is_mere_letter(found):
        reason = f"{found.name} is a whole number under a single letter, which may be a mode, a count or a seed."
        return _kept(found, reason, found.source)
    entry = made_up.entry
    if entry.is_resource:
        reason = f"{found.name} is {entry.meaning}: longer training is bought and not searched."
        return Judgement(found=found, role=Role.RESOURCE, reason=reason, source="name", entry=entry)
    inferred = _range_for(found, entry)
    if inferred is None:
        return _kept(found, _nothing_known(found), "nothing known")
    if found.is_in_file and not made_up.is_by_word:
        reason = f"{found.name} is {entry.meaning}, of which nothing is known; --tune {found.name} tunes it."
        return _kept(found, reason, found.source)
    source = "the words of its name" if made_up.is_by_word else "its value"
    today = short_value(found.value or 0)
    where = f"around {today}" if _is_relative(entry, found.value) else f"over {inferred}, starting at today's {today}"
    reason = f"{found.name} is {entry.meaning}, tried {where}."
    return Judgement(
        found=found, role=Role.TUNED, reason=reason, source=source, entry=entry, range=inferred, is_guessed=True
    )


def _is_mere_letter(found: FoundHyperparameter) -> bool:
    return found.is_undeclared and len(found.name.strip("-")) == 1 and isinstance(found.value, int)


def _nothing_known(found: FoundHyperparameter) -> str:
    if found.value is None:
        return f"{found.name} has no value today and nothing is known of it."
    return f"Nothing is known of {found.name} = {text_from_value(found.value)[:40]}."


def _around(found: FoundHyperparameter, known: Known, inferred: Range) -> str:
    """How the range came about, to be read after the name and its meaning."""
    value = short_value(found.value) if found.value is not None else "its default"
    if is_smoke(known.entry, found.value) and not found.choices:
        way = "" if known.flow is None else f"goes into {known.flow} and "
        return f"{way}is tried over {inferred}: today's {value} looks like a quick test's"
    doubt = doubt_about(known.entry, found.value)
    if doubt and not found.choices:
        way = "" if known.flow is None else f"goes into {known.flow} and "
        return f"{way}is tried over {inferred}: today's {value} {doubt}"
    if known.flow is not None:
        return f"goes into {known.flow} and is tried {_where(found, known.entry, inferred)}"
    if found.choices:
        return f"is tried over {inferred}, which is all that the program takes"
    part = "" if known.is_exact else f", as the end of its name says ({known.entry.name}),"
    if _is_relative(known.entry, found.value):
        return f"is tried{part} around {value}, over {inferred}"
    return f"is tried{part} {_where(found, known.entry, inferred)}"


def _where(found: FoundHyperparameter, entry: KnowledgeEntry, inferred: Range) -> str:
    """Around today's value only where the range moves with it."""
    value = short_value(found.value) if found.value is not None else "its default"
    if _is_relative(entry, found.value) and not found.choices:
        return f"around {value}"
    usual = "" if found.choices or isinstance(inferred, CategoricalRange) else ", where good values usually lie"
    return f"over {inferred}{usual}, starting at today's {value}"


def _is_relative(entry: KnowledgeEntry, value: HyperparameterValue | None) -> bool:
    """Whether the range moves with today's value: a factor of zero is no range."""
    return entry.step is not None or (entry.factor is not None and _is_above_zero(value))


def _source(found: FoundHyperparameter, known: Known) -> str:
    where = f"{found.source}; " if known.flow is not None else ""
    data = f"; {known.entry.observed}" if known.entry.observed else ""
    return f"{where}knowledge: {known.entry.key} ({known.entry.source}){data}"


def _kept(found: FoundHyperparameter, reason: str, source: str) -> Judgement:
    return Judgement(found=found, role=Role.STATIC, reason=reason, source=source)


def _both(value: bool) -> Range:
    return CategoricalRange(values=(value, not value))
