"""What is known of a hyperparameter within its program, from the strongest evidence to the weakest.

The framework argument that its value flows into, its name within the program's frameworks, names that are never tuned,
parts of its name, weak flows, the words of its help.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from selftune.autotune.help_words import is_denied_by_help, known_by_help
from selftune.autotune.knowledge import (
    SHIPPED,
    KnowledgeBase,
    Known,
    StaticGroup,
    ValueType,
    evaluation_group_of,
    static_group_of,
)
from selftune.autotune.names import is_of_schedule, last_part, normal_name, words_of
from selftune.autotune.reader.reading import FoundHyperparameter
from selftune.model.values import HyperparameterValue, is_number

_NAME_BEATS_FLOW = frozenset({"evaluation", "yardstick", "problem"})
"""Kinds of names that stay what they are whatever they flow into: the test loader takes a batch size as well."""
_YIELDS_TO_NAME = frozenset({"pace"})
"""Kinds of names that are another thing where the whole name is known: `ims_per_batch` is a batch size."""
_DATA = frozenset({"data", "dataset"})
_OF_TRAINING = frozenset({"batch", "batchsize", "bs", "epochs", "epoch"})
_A_SIZE_OF_DATA = "num_classes"
_WIDTHS = frozenset({"hidden_size", "embedding_dim", "num_filters"})
_DECAY = "weight_decay"
_AVERAGING = frozenset({"norm", "batchnorm", "bn", "ema", "moving", "average", "avg", "polyak", "target"})
_AVERAGED_FROM = 0.5
_BATCH = "batch_size"
_CHANNELS = frozenset({"channels", "channel"})
_CLASSES = frozenset({"labels", "classes", "categories"})
"""Words in the help of a number of classes, under whatever name."""
_BESIDE_TRAINING = frozenset({"test", "testing", "eval", "evaluation", "val", "valid", "sample", "sampling"})
_PROBABILITY = frozenset({"prob", "probability"})
_EVALUATED = "eval_batch_size"
_COLOURS = range(1, 5)
_INPUTS = (".in_channels", ".in_features", ".input_size", ".num_embeddings")
_GENERATION = "generation"
_SAMPLES_TOO = "sampling_temperature"
_OF_LENGTH = frozenset({"schedule"})
_LOOP = "for."
_EPOCHS = "for.epoch"
_STOPS_BOOSTING = frozenset({"early_stopping_rounds", "early_stopping_round", "n_iter_no_change", "od_wait"})


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


def known_of(found: FoundHyperparameter, traits: ProgramTraits) -> Known | StaticGroup | None:
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
    known = None if _describes_data(found) else known or _by_exact_name(name, scopes, found, knowledge)
    return (
        known
        or group
        or _by_part(name, None if known is None and _is_denied(found, named) else named, found)
        or _hinted(found, knowledge)
        or known_by_help(found, scopes, knowledge)
    )


def _by_exact_name(
    name: str, scopes: Sequence[str], found: FoundHyperparameter, knowledge: KnowledgeBase
) -> Known | None:
    """What the whole name says, unless the help speaks of another thing: `gamma`, "R1 regularization weight"."""
    known = knowledge.known_exactly(name, scopes)
    return None if known is not None and is_denied_by_help(found, known) else known


def _is_denied(found: FoundHyperparameter, named: Known | None) -> bool:
    return named is not None and named.is_exact and is_denied_by_help(found, named)


def _by_part(name: str, named: Known | None, found: FoundHyperparameter) -> Known | StaticGroup | None:
    """What a part of the name says: less where it only shapes the course of another, nothing of the data's sizes."""
    if _describes_data(found):
        return static_group_of(_A_SIZE_OF_DATA)
    if named is None or named.is_exact:
        return named
    if words_of(name)[-1] in _PROBABILITY and (named.entry.bounds is None or named.entry.bounds.high is None):
        return None  # `mixup_prob` is no strength of mixing
    if named.entry.name == _DECAY and _is_no_penalty(name, found.value):
        return None
    if named.entry.type is ValueType.INT and _is_real(found.value):
        return None  # `w_depth` = 1.0 is no depth
    if named.entry.is_resource and not _BESIDE_TRAINING.isdisjoint(words_of(name)):
        return static_group_of(_EVALUATED)
    if _is_rate(named) and isinstance(found.value, int) and found.value > 1:
        return None  # `num_iters_decay` is a length
    if not (is_of_schedule(name) or named.entry.name == _BATCH):
        return named  # `fid_batch_size` is perhaps of no training
    return replace(named, entry=replace(named.entry, priority=min(named.entry.priority, 1)))


def _is_no_penalty(name: str, value: HyperparameterValue | None) -> bool:
    """Whether a `decay` is how slowly an average forgets (`bn_decay` = 0.9), or a penalty on something else."""
    return not _AVERAGING.isdisjoint(words_of(name)) or (is_number(value) and float(value or 0) >= _AVERAGED_FROM)


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
    known = _of_its_name(found, named, knowledge) or knowledge.known_by_flow(found.flows)
    if isinstance(known, StaticGroup):
        return _length(found, named, knowledge) or known if known.kind in _OF_LENGTH else known
    if isinstance(known, Known) and _is_no_width(found, named, known):
        return named
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


def _length(found: FoundHyperparameter, named: Known | None, knowledge: KnowledgeBase) -> Known | None:
    """The training length that a value is by its name, or where that says nothing, by a loop that it ends as well."""
    if named is not None:
        return named if named.is_exact and named.entry.is_resource else None
    loop = knowledge.known_by_weak_flow([_EPOCHS]) if any(flow.startswith(_LOOP) for flow in found.flows) else None
    return loop if isinstance(loop, Known) else None


def _is_no_width(found: FoundHyperparameter, named: Known | None, known: Known) -> bool:
    """Whether a width that a value only has a part in is another thing: `n_head * d_head`, `d_embed // div_val`."""
    if known.entry.name not in _WIDTHS or not isinstance(found.value, int):
        return False
    is_other = named is not None and named.is_exact and named.entry.type is ValueType.INT
    return found.value <= 1 or (is_other and named is not None and named.entry.name not in _WIDTHS)


def _of_its_name(found: FoundHyperparameter, named: Known | None, knowledge: KnowledgeBase) -> Known | None:
    """Of several arguments that a value goes into, the one that its name means as well."""
    if named is None:
        return None
    each = (knowledge.known_by_flow((flow,)) for flow in found.flows)
    return next((k for k in each if isinstance(k, Known) and k.entry.name == named.entry.name), None)


def _hinted(found: FoundHyperparameter, knowledge: KnowledgeBase) -> Known | StaticGroup | None:
    """What a weak flow hints at, unless a whole number is wanted and the value is none."""
    hint = knowledge.known_by_weak_flow(found.flows)
    if isinstance(hint, Known) and hint.entry.type is ValueType.INT and not isinstance(found.value, int):
        return None
    return hint
