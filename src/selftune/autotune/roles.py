"""What may become of each hyperparameter that was found: a candidate for tuning, static, or the training length.

The layers, from the strongest evidence to the weakest: the framework argument that the value flows into, the name
within the program's frameworks, names that are never tuned, parts of the name, its words, its value. The first that
speaks decides, and the reason says which it was.
"""

from __future__ import annotations

from dataclasses import replace

from selftune.autotune.declared_types import contradiction
from selftune.autotune.evidence import ProgramTraits, known_of
from selftune.autotune.help_words import bounds_in_help, speaks_of_a_penalty
from selftune.autotune.heuristics import guess
from selftune.autotune.judgement import Judgement, kept
from selftune.autotune.knowledge import SHIPPED, KnowledgeEntry, Known, StaticGroup, ValueType, static_group_of
from selftune.autotune.library_defaults import with_library_default
from selftune.autotune.range_words import around, evidence_of, is_above_zero, is_relative
from selftune.autotune.ranges import accepts, inferred_range, range_of_choices, words_of_entry
from selftune.autotune.reader.reading import LOSS_WEIGHT, FoundHyperparameter
from selftune.model.plan import Role
from selftune.model.ranges import CategoricalRange, HardBounds, Range
from selftune.model.values import is_number, short_value, text_from_value

_KINDS_OF_TEXT = frozenset({"model", "name", "path"})
"""Kinds of names that say nothing of a number: `model_save_step` is not which model it is."""


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
    known = known_of(found, traits)
    if isinstance(known, StaticGroup):
        if known.kind in _KINDS_OF_TEXT and is_number(found.value) and not isinstance(found.value, bool):
            return kept(found, _nothing_sure(found), "nothing known")
        reason = f"{found.name} is {known.why}."
        return kept(found, reason, f"knowledge: {known.kind}")
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
        return kept(found, f"{found.name} {found.fixed_because}.", found.source)
    if found.is_read is False:
        reason = f"The script declares {found.name} and never reads it."
        return kept(found, reason, found.source)
    if found.is_flag or isinstance(found.value, bool):
        group = static_group_of(found.telling_name)
        what = group.switch_why if group is not None else "a switch, and flipping one may change what the program does"
        return kept(found, f"{found.name} is {what}.", "a switch")
    if isinstance(found.value, str) and _is_list_or_path(found.value):
        return kept(found, f"{found.name} is text that is no number ({found.value[:40]}).", found.source)
    return None


def _is_list_or_path(value: str) -> bool:
    return any(mark in value for mark in (",", "/", "\\", "://", "[", "{", " ", "${"))


def _by_entry(given: FoundHyperparameter, known: Known, traits: ProgramTraits) -> Judgement:
    entry, found = known.entry, with_library_default(given, known)
    what = f"{found.name} ({entry.meaning})"
    source = evidence_of(found, known)
    is_rounds = entry.affects_cost and entry.priority == 3 and "boosting rounds" in entry.meaning
    if (entry.is_resource or (is_rounds and traits.stops_boosting)) and is_above_zero(found.value):
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
    reason = f"{what} {around(found, known, inferred)}{own}{seen}."
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
        source=evidence_of(found, known),
        entry=known.entry,
        note=f"{found.name} {why}: it stays as it is. --tune {found.name} searches where good values usually lie.",
    )


def _range_for(found: FoundHyperparameter, given: KnowledgeEntry) -> Range | None:
    """The range of an entry; where the program declares what it takes, exactly that, and no more than its help says."""
    entry = _within_help(found, given)
    if found.choices:
        return range_of_choices(found.choices, found.value)
    is_text = bool(found.declared_at) and not found.is_in_file and found.declared_type in (None, "str")
    if is_text and isinstance(found.value, str) and entry.type is not ValueType.CATEGORICAL:
        return words_of_entry(entry, found.value)  # a number would arrive as text
    return inferred_range(entry, found.value, declared_type=found.declared_type)


def _within_help(found: FoundHyperparameter, entry: KnowledgeEntry) -> KnowledgeEntry:
    """The entry with what the help says of the ends as the hard bounds, within those that it has."""
    said = bounds_in_help(found)
    if said is None or entry.type is ValueType.CATEGORICAL:
        return entry
    own = entry.bounds or HardBounds()
    low = max(bound for bound in (said.low, own.low) if bound is not None)
    high = min(bound for bound in (said.high, own.high) if bound is not None)
    return replace(entry, bounds=HardBounds(low=low, high=high)) if low < high else entry


def _obstacle(found: FoundHyperparameter, entry: KnowledgeEntry) -> str | None:
    """Why a known hyperparameter stays as it is, to be read after its name."""
    if found.value is None:
        return "has no value today, so there is none to start from"
    if entry.priority == 0:
        return "is left alone unless you ask" if is_above_zero(found.value) else "is off or without limit today"
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
        return kept(found, f"{found.name} is a choice ({shown}) whose meaning is not known.", found.source)
    made_up = guess(found.telling_name, found.value, is_penalty=speaks_of_a_penalty(found))
    if made_up is None:
        return kept(found, _nothing_known(found), "nothing known")
    if _is_mere_letter(found):
        reason = f"{found.name} is a whole number under a single letter, which may be a mode, a count or a seed."
        return kept(found, reason, found.source)
    entry = made_up.entry
    if entry.is_resource:
        reason = f"{found.name} is {entry.meaning}: longer training is bought and not searched."
        return Judgement(found=found, role=Role.RESOURCE, reason=reason, source="name", entry=entry)
    inferred = _range_for(found, entry)
    if inferred is None:
        return kept(found, _nothing_known(found), "nothing known")
    if found.is_in_file and not made_up.is_by_word:
        reason = f"{found.name} is {entry.meaning}, of which nothing is known; --tune {found.name} tunes it."
        return kept(found, reason, found.source)
    source = "the words of its name" if made_up.is_by_word else "its value"
    source = "its help" if made_up.is_by_help else source
    today = short_value(found.value or 0)
    where = f"around {today}" if is_relative(entry, found.value) else f"over {inferred}, starting at today's {today}"
    reason = f"{found.name} is {entry.meaning}, tried {where}."
    return Judgement(
        found=found, role=Role.TUNED, reason=reason, source=source, entry=entry, range=inferred, is_guessed=True
    )


def _is_mere_letter(found: FoundHyperparameter) -> bool:
    return found.is_undeclared and len(found.name.strip("-")) == 1 and isinstance(found.value, int)


def _nothing_sure(found: FoundHyperparameter) -> str:
    return (
        f"Nothing sure is known of {found.name} = {text_from_value(found.value or 0)[:40]}, so it stays as it is; "
        f"--tune {found.name} tunes it."
    )


def _nothing_known(found: FoundHyperparameter) -> str:
    if found.value is None:
        return f"{found.name} has no value today and nothing is known of it."
    return f"Nothing is known of {found.name} = {text_from_value(found.value)[:40]}."


def _both(value: bool) -> Range:
    return CategoricalRange(values=(value, not value))
