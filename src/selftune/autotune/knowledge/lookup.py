"""From a hyperparameter to what is known of it: by the argument that it flows into, else by its name.

A flow beats the name: `x3` that ends in `AdamW(lr=x3)` is a learning rate, whatever it is called.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from selftune.autotune.knowledge.entry import Framework, KnowledgeEntry, StaticGroup
from selftune.autotune.knowledge.loading import FILES, entries_of, flow_rules, frameworks, static_groups
from selftune.autotune.names import last_part, normal_name, suffixes, without_component, word_set, words_of

_GENERAL = "dl"
_EVALUATION = word_set("test testing val valid validation eval evaluation dev inference")


@dataclass(frozen=True, slots=True)
class Known:
    """A knowledge entry, and what led to it."""

    entry: KnowledgeEntry
    flow: str | None = None
    """The argument that the value flows into, where that led to it."""
    is_exact: bool = True
    """False where only a part of the name matched (`head_lr`)."""


def frameworks_in(imports: Iterable[str], flows: Iterable[str], names: Iterable[str]) -> tuple[str, ...]:
    """The frameworks of a program, surest first: by companions, by the callables that values flow into, by imports.

    Deep learning in general comes last: `gamma` is a discount first and a learning-rate factor second.
    """
    flows, imports = tuple(flows), frozenset(imports)
    present = frozenset(normal_name(last_part(name)) for name in names)
    tests: tuple[Callable[[Framework], bool], ...] = (
        lambda framework: any(present.issuperset(together) for together in framework.companions),
        lambda framework: any(_calls(framework, flow) for flow in flows),
        lambda framework: framework.name in imports or not imports.isdisjoint(framework.imports),
    )
    known = frameworks()
    found = [name for test in tests for name in _most_specific(f.name for f in known.values() if test(f))]
    return tuple(sorted(dict.fromkeys(found), key=lambda name: family_of(name) == _GENERAL))


def known_by_flow(flows: Sequence[str]) -> Known | StaticGroup | None:
    """What the first telling argument means that a value flows into."""
    for flow in flows:
        found = _by_rule(flow, is_weak=False) or _by_callable(flow)
        if found is not None:
            return found
    return None


def known_by_weak_flow(flows: Sequence[str]) -> Known | StaticGroup | None:
    """What an argument or a loop hints at that a value flows into, for a name that says nothing."""
    found = (_by_rule(flow, is_weak=True) for flow in flows)
    return next((known for known in found if known is not None), None)


def known_by_name(name: str, scopes: Sequence[str]) -> Known | None:
    """What is known of a name within frameworks: of the name itself, else of its last words, else of its first."""
    where = _search_order(scopes)
    plain = normal_name(last_part(name))
    for candidate in suffixes(plain):
        entry = _named(candidate, where)
        if entry is not None:
            return Known(entry, is_exact=candidate == plain)
    shorter = without_component(plain)
    entry = _named(shorter, where) if shorter else None
    return Known(entry, is_exact=False) if entry is not None else None


def known_exactly(name: str, scopes: Sequence[str]) -> Known | None:
    """What is known of exactly this name within these frameworks and those that they extend."""
    entry = _named(normal_name(last_part(name)), _extended(scopes))
    return Known(entry) if entry is not None else None


def static_group_of(name: str) -> StaticGroup | None:
    """The group of names never tuned to which a name belongs."""
    plain = normal_name(last_part(name))
    for group in static_groups():
        if any(_fits(plain, pattern) for pattern in group.patterns):
            return group
    return None


def evaluation_group_of(name: str) -> StaticGroup | None:
    """The group of what is used while evaluating only, where a part in front says so: `TEST.IMS_PER_BATCH`."""
    *front, _ = re.split(r"\.|__", name.strip("-_."))
    if not any(not _EVALUATION.isdisjoint(words_of(part)) for part in front):
        return None
    return next(group for group in static_groups() if group.kind == "evaluation")


def entries_for(framework: str) -> tuple[KnowledgeEntry, ...]:
    """All entries of one framework, in the order of its file."""
    return tuple(entry for entry in entries_of(family_of(framework)) if entry.framework == framework)


def all_entries() -> Iterator[KnowledgeEntry]:
    """Everything that is known."""
    for family in FILES:
        yield from entries_of(family)


def family_of(framework: str) -> str:
    """The file in which a framework's entries are kept."""
    return framework.split(".", 1)[0]


def _by_rule(flow: str, *, is_weak: bool) -> Known | StaticGroup | None:
    for rule in flow_rules():
        if rule.is_weak is not is_weak or not fnmatchcase(flow, rule.argument):
            continue
        if rule.kind is not None:
            return next(group for group in static_groups() if group.kind == rule.kind)
        framework, _, name = (rule.entry or "").partition("/")
        entry = _named(normal_name(name), (framework,))
        return Known(entry, flow=flow) if entry is not None else None
    return None


def _by_callable(flow: str) -> Known | None:
    """By the argument's own name, within the framework of the callable."""
    callable_name, _, argument = flow.rpartition(".")
    scopes = _most_specific(f.name for f in frameworks().values() if _calls(f, flow))
    if not callable_name or not scopes:
        return None
    entry = _named(normal_name(argument), _extended(scopes))
    return Known(entry, flow=flow) if entry is not None else None


def _calls(framework: Framework, flow: str) -> bool:
    callable_name = flow.rpartition(".")[0]
    return any(fnmatchcase(callable_name, pattern) for pattern in framework.callables)


def _most_specific(names: Iterable[str]) -> list[str]:
    """Without those that another of them extends."""
    found = list(names)
    known = frameworks()
    covered = {general for name in found for general in known[name].extends}
    return [name for name in found if name not in covered]


def _extended(scopes: Sequence[str]) -> tuple[str, ...]:
    known = frameworks()
    found = [name for scope in scopes for name in (scope, *(known[scope].extends if scope in known else ()))]
    return tuple(dict.fromkeys(found))


def _search_order(scopes: Sequence[str]) -> tuple[str, ...]:
    """The program's frameworks, then deep learning's words, which most scripts share."""
    families = {family_of(scope) for scope in scopes}
    siblings = [name for name in frameworks() if family_of(name) in families]
    return tuple(dict.fromkeys((*_extended(scopes), *siblings, "dl", "dl.sgd", "dl.adam", "dl.adamw", "dl.vision")))


def _named(name: str, where: Sequence[str]) -> KnowledgeEntry | None:
    for framework in where:
        for entry in entries_for(framework):
            if any(_fits(name, known) for known in entry.names):
                return entry
    return None


def _fits(name: str, pattern: str) -> bool:
    """Globs; a leading "*_" also matches nothing before it."""
    if "*" not in pattern:
        return name == pattern
    return fnmatchcase(name, pattern) or (pattern.startswith("*_") and fnmatchcase(name, pattern[2:]))
