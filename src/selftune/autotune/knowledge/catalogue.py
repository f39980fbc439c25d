"""The knowledge base to be read: an overview by framework, and everything that is known under one name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from selftune.autotune.knowledge.entry import KnowledgeEntry, KnownConstraint, StaticGroup, ValueType
from selftune.autotune.knowledge.lookup import ANY, KnowledgeBase, family_of, static_group_of
from selftune.autotune.names import last_part, normal_name


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameworkRow:
    """One framework in the overview."""

    name: str
    title: str
    entries: int
    constraints: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """All frameworks of which something is known, and the user's own files."""

    frameworks: tuple[FrameworkRow, ...]
    files: tuple[str, ...]
    """The user's, the strongest first."""

    @property
    def entries(self) -> int:
        return sum(row.entries for row in self.frameworks)

    def document(self) -> dict[str, Any]:
        """For JSON."""
        rows = [{name: getattr(row, name) for name in FrameworkRow.__slots__} for row in self.frameworks]
        return {"frameworks": rows, "entries": self.entries, "files": list(self.files)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Everything that is known under one name."""

    name: str
    titles: Mapping[str, str]
    """Of each framework that comes up."""
    entries: tuple[KnowledgeEntry, ...]
    constraints: tuple[KnownConstraint, ...]
    static: StaticGroup | None = None
    """Why a name like this is never tuned, where that is so."""
    is_framework: bool = False

    def document(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "name": self.name,
            "entries": [entry_document(entry, self.titles) for entry in self.entries],
            "constraints": [constraint_document(constraint) for constraint in self.constraints],
            "never_tuned": None if self.static is None else {"kind": self.static.kind, "why": self.static.why},
        }


def overview(knowledge: KnowledgeBase) -> Overview:
    """All frameworks of which something is known."""
    titles = titles_of(knowledge)
    counts = {name: len(knowledge.entries_for(name)) for name in titles}
    own = {name: sum(c.framework == name for c in knowledge.all_constraints()) for name in titles}
    rows = [
        FrameworkRow(name=name, title=title, entries=counts[name], constraints=own[name])
        for name, title in titles.items()
        if counts[name] or own[name]
    ]
    return Overview(frameworks=tuple(rows), files=tuple(file.name for file in knowledge.files))


def look_up(name: str, knowledge: KnowledgeBase) -> Catalogue | None:
    """What is known under a name: a framework, a hyperparameter by any of its names, or both with a dot between."""
    titles = titles_of(knowledge)
    inside = [framework for framework in titles if framework == name or framework.startswith(f"{name}.")]
    if inside:
        return Catalogue(
            name=name,
            titles=titles,
            entries=tuple(entry for framework in inside for entry in knowledge.entries_for(framework)),
            constraints=tuple(c for c in knowledge.all_constraints() if c.framework in inside),
            is_framework=True,
        )
    framework, _, plain = name.rpartition(".")
    entries = [e for e in knowledge.all_entries() if _goes_by(e, plain or name, framework)]
    exact = [e for e in entries if e.framework == framework]
    entries = exact or entries
    group = static_group_of(name) if not framework else None
    if not entries and (group is None or not _is_word(name)):
        return None
    return Catalogue(
        name=name,
        titles=titles,
        entries=tuple(entries),
        constraints=tuple(c for c in knowledge.all_constraints() if _speaks_of(c, entries)),
        static=group if not entries else None,
    )


def all_names(knowledge: KnowledgeBase) -> list[str]:
    """Every framework, hyperparameter and alias."""
    entries = [name for entry in knowledge.all_entries() for name in (entry.name, *entry.aliases, entry.key)]
    return list(dict.fromkeys((*titles_of(knowledge), *(name for name in entries if "*" not in name))))


def titles_of(knowledge: KnowledgeBase) -> dict[str, str]:
    """What each framework is called, in the order of the files."""
    known = {name: framework.title for name, framework in knowledge.frameworks().items()}
    found = dict.fromkeys(entry.framework for entry in knowledge.all_entries())
    families = list(dict.fromkeys(family_of(name) for name in (*found, *known)))
    names = sorted(dict.fromkeys((*known, *found)), key=lambda name: families.index(family_of(name)))
    return {name: known.get(name, "every program" if name == ANY else name) for name in names}


def entry_document(entry: KnowledgeEntry, titles: Mapping[str, str]) -> dict[str, Any]:
    """An entry for JSON."""
    is_choice = entry.type is ValueType.CATEGORICAL
    bounds = entry.bounds
    return {
        "key": entry.key,
        "framework": entry.framework,
        "title": titles.get(entry.framework, entry.framework),
        "name": entry.name,
        "aliases": list(entry.aliases),
        "meaning": entry.meaning,
        "type": entry.type.value,
        "low": None if is_choice else entry.low,
        "high": None if is_choice else entry.high,
        "scale": None if is_choice else entry.scale.value,
        "values": list(entry.values) if is_choice else None,
        "words": list(entry.words),
        "factor": entry.factor,
        "step": entry.step,
        "has_zero": entry.has_zero,
        "off": list(entry.off),
        "hard_bounds": None if bounds is None else {"low": bounds.low, "high": bounds.high},
        "sense_min": entry.sense_min,
        "sense_max": entry.sense_max,
        "default": entry.default,
        "priority": entry.priority,
        "affects_cost": entry.affects_cost,
        "is_resource": entry.is_resource,
        "scales_loss": entry.scales_loss,
        "when": None if entry.when is None else entry.when.text(),
        "by_data": by_data(entry),
        "note": entry.note,
        "source": entry.source,
    }


def constraint_document(constraint: KnownConstraint) -> dict[str, Any]:
    """A constraint for JSON."""
    return {
        "framework": constraint.framework,
        "text": constraint.text,
        "when": None if constraint.when is None else constraint.when.text(),
        "reason": constraint.reason.replace("{", "").replace("}", ""),
        "source": constraint.source,
    }


def by_data(entry: KnowledgeEntry) -> dict[str, str]:
    """What follows the data: "low", "high", "at most", "usual" with the arithmetic of each."""
    rules = {
        "low": entry.low_by_data,
        "high": entry.high_by_data,
        "at most": entry.max_by_data,
        "usual": entry.usual_by_data,
    }
    return {name: rule.text for name, rule in rules.items() if rule is not None}


def _goes_by(entry: KnowledgeEntry, plain: str, framework: str) -> bool:
    names = {normal_name(name) for name in entry.names}
    is_inside = not framework or entry.framework == framework or entry.framework.startswith(f"{framework}.")
    return is_inside and normal_name(last_part(plain)) in names


def _speaks_of(constraint: KnownConstraint, entries: Iterable[KnowledgeEntry]) -> bool:
    names = constraint.names
    return any(e.name in names and family_of(e.framework) == family_of(constraint.framework) for e in entries)


def _is_word(name: str) -> bool:
    return bool(normal_name(name))
