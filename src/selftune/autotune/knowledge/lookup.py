"""From a hyperparameter to what is known of it: by the argument that it flows into, else by its name.

A flow beats the name: `x3` that ends in `AdamW(lr=x3)` is a learning rate, whatever it is called. What a user's own
file says comes before what is shipped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from selftune.autotune.data_facts import DataFacts
from selftune.autotune.knowledge.entry import Framework, KnowledgeEntry, KnownConstraint, StaticGroup
from selftune.autotune.knowledge.fitting import fitted
from selftune.autotune.knowledge.globs import Globs, globs, name_globs
from selftune.autotune.knowledge.loading import (
    FILES,
    KnowledgeFile,
    file_of,
    flow_rules,
    frameworks,
    static_groups,
)
from selftune.autotune.names import (
    last_part,
    normal_name,
    suffixes,
    without_component,
    without_number,
    word_set,
    words_of,
)

ANY = "any"
"""The framework of what a user's file says about every program."""
_GENERAL = "dl"
_TOOLBOX = "sklearn"
_EVALUATION = word_set("test testing val valid validation eval evaluation dev inference")


@dataclass(frozen=True, slots=True)
class Known:
    """A knowledge entry, and what led to it."""

    entry: KnowledgeEntry
    flow: str | None = None
    """The argument that the value flows into, where that led to it."""
    is_exact: bool = True
    """False where only a part of the name matched (`head_lr`)."""
    is_by_help: bool = False
    """True where only the argument's help says what it is."""


@dataclass(frozen=True, slots=True)
class _Index:
    """The entries of a framework by name: comparing all of their names with each one took most of a plan's time."""

    whole: Mapping[str, tuple[int, KnowledgeEntry]]
    """Place and entry by each name that is no glob."""
    by_glob: tuple[tuple[int, Globs, KnowledgeEntry], ...]

    @classmethod
    def of(cls, entries: Sequence[KnowledgeEntry]) -> _Index:
        names = [(place, entry, entry.names) for place, entry in enumerate(entries)]
        whole = {name: (place, entry) for place, entry, known in reversed(names) for name in known}
        by_glob = ((place, name_globs(known), entry) for place, entry, known in names if "*" in "".join(known))
        return cls(whole, tuple(by_glob))

    def entry(self, name: str) -> KnowledgeEntry | None:
        """The first entry that goes by this name."""
        place, found = self.whole.get(name, (None, None))
        for other, fitting, entry in self.by_glob:
            if place is not None and other >= place:
                break
            if fitting.fit(name):
                return entry
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeBase:
    """Everything that is known: what is shipped, what a user's files say before it, fitted to the data where known."""

    files: tuple[KnowledgeFile, ...] = ()
    """The user's own, the strongest first."""
    facts: DataFacts | None = None
    _cache: dict[str, tuple[KnowledgeEntry, ...]] = field(default_factory=dict, compare=False, repr=False)
    _indexes: dict[str, _Index] = field(default_factory=dict, compare=False, repr=False)
    _flows: dict[str, Known | StaticGroup | None] = field(default_factory=dict, compare=False, repr=False)

    def fitted_to(self, facts: DataFacts | None) -> KnowledgeBase:
        """The same knowledge as it holds for these data."""
        return self if facts is None else replace(self, facts=facts, _cache={}, _indexes={}, _flows={})

    def frameworks(self) -> Mapping[str, Framework]:
        """All frameworks by name."""
        own = {framework.name: framework for file in reversed(self.files) for framework in file.frameworks}
        return {**frameworks(), **own} if own else frameworks()

    def frameworks_in(self, imports: Iterable[str], flows: Iterable[str], names: Iterable[str]) -> tuple[str, ...]:
        """The frameworks of a program, surest first: by companions, by callables that values flow into, by
        classes of libraries among the imports, by the other imports.

        Deep learning in general comes last: `gamma` is a discount first and a learning-rate factor second. Behind it
        comes a toolbox that is only imported, such as scikit-learn for its metrics.
        """
        callables = dict.fromkeys(map(_callable_of, flows))
        imports = frozenset(imports)
        present = frozenset(normal_name(last_part(name)) for name in names)
        tests: tuple[Callable[[Framework], bool], ...] = (
            lambda framework: any(present.issuperset(together) for together in framework.companions),
            lambda framework: any(globs(framework.callables).fit(name) for name in callables),
            lambda framework: any(globs(framework.callables).fit(name) for name in imports if "." in name),
            lambda framework: framework.name in imports or not imports.isdisjoint(framework.imports),
        )
        known = self.frameworks()
        steps = [self._most_specific(f.name for f in known.values() if test(f)) for test in tests]
        used = {family_of(name) for step in steps[:2] for name in step}
        ranks = {_GENERAL: 1, **({} if _TOOLBOX in used else {_TOOLBOX: 2})}
        found = dict.fromkeys(name for step in steps for name in step)
        return tuple(sorted(found, key=lambda name: ranks.get(family_of(name), 0)))

    def framework_of_image(self, image: str) -> str | None:
        """The framework that a container image runs: "123.dkr.ecr.eu-west-1.amazonaws.com/linear-learner:1"."""
        name = re.split(r"[:@]", image.rpartition("/")[2])[0].removeprefix("sagemaker-")
        return next((f.name for f in self.frameworks().values() if name in (*f.images, f.name)), None)

    def known_by_flow(self, flows: Sequence[str]) -> Known | StaticGroup | None:
        """What the first telling argument means that a value flows into."""
        return next((found for flow in flows if (found := self._by_flow(flow)) is not None), None)

    def known_by_weak_flow(self, flows: Sequence[str]) -> Known | StaticGroup | None:
        """What an argument or a loop hints at that a value flows into, for a name that says nothing."""
        found = (self._by_rule(flow, is_weak=True) for flow in flows)
        return next((known for known in found if known is not None), None)

    def known_by_name(self, name: str, scopes: Sequence[str]) -> Known | None:
        """What is known of a name within frameworks: of the name itself, else of its last words, else of its first."""
        where = self._search_order((*self._frameworks_of_step(name), *scopes))
        plain = normal_name(last_part(name))
        for candidate in suffixes(plain):
            entry = self._named(candidate, where)
            if entry is not None:
                return Known(entry, is_exact=candidate == plain)
        shorter = without_component(plain) or without_number(plain)
        entry = self._named(shorter, where) if shorter else None
        return Known(entry, is_exact=False) if entry is not None else None

    def known_exactly(self, name: str, scopes: Sequence[str]) -> Known | None:
        """What is known of exactly this name within these frameworks and those that they extend."""
        where = (*self._frameworks_of_step(name), *scopes)
        entry = self._named(normal_name(last_part(name)), (ANY, *self.extended(where)))
        return Known(entry) if entry is not None else None

    def known_by_user(self, name: str, scopes: Sequence[str]) -> Known | None:
        """What the user's own files say of exactly this name: of all programs, or within these frameworks."""
        if not self.files:
            return None
        plain, where = normal_name(last_part(name)), {ANY, *(self.extended(scopes) or (_GENERAL,))}
        for entry in (e for file in self.files for e in file.entries):
            if entry.framework in where and name_globs(entry.names).fit(plain):
                return Known(self._fitted(entry))
        return None

    def entries_for(self, framework: str) -> tuple[KnowledgeEntry, ...]:
        """All entries of one framework, the user's first, then in the order of its file."""
        if framework not in self._cache:
            stated = [e for file in reversed(self.files) for e in file.entries if e.framework == framework]
            own = tuple({entry.name.lower(): entry for entry in stated}.values())
            names = {entry.name.lower() for entry in own}
            shipped = [e for e in file_of(family_of(framework)).entries if e.framework == framework]
            kept = [entry for entry in shipped if entry.name.lower() not in names]
            self._cache[framework] = tuple(self._fitted(entry) for entry in (*own, *kept))
        return self._cache[framework]

    def all_entries(self) -> Iterator[KnowledgeEntry]:
        """Everything that is known, by framework in the order of the files."""
        shipped = [entry.framework for family in FILES for entry in file_of(family).entries]
        own = [entry.framework for file in self.files for entry in file.entries]
        for framework in dict.fromkeys((*shipped, *own)):
            yield from self.entries_for(framework)

    def constraints_for(self, scopes: Sequence[str]) -> tuple[KnownConstraint, ...]:
        """What must hold between the hyperparameters of these frameworks and those that they extend."""
        where = dict.fromkeys((ANY, *self.extended(scopes)))
        shipped = [c for family in dict.fromkeys(map(family_of, where)) for c in file_of(family).constraints]
        own = [c for file in self.files for c in file.constraints]
        stated = [constraint for constraint in (*own, *shipped) if constraint.framework in where]
        dropped = {constraint.text for constraint in stated if not constraint.is_kept}
        return tuple(constraint for constraint in stated if constraint.text not in dropped)

    def all_constraints(self) -> tuple[KnownConstraint, ...]:
        """Everything that must hold, the user's own first."""
        own = [c for file in self.files for c in file.constraints]
        return (*own, *(c for family in FILES for c in file_of(family).constraints))

    def extended(self, scopes: Sequence[str]) -> tuple[str, ...]:
        """These frameworks, each with those that it extends."""
        known = self.frameworks()
        found = [name for scope in scopes for name in (scope, *(known[scope].extends if scope in known else ()))]
        return tuple(dict.fromkeys(found))

    def _frameworks_of_step(self, name: str) -> list[str]:
        """The frameworks of the pipeline's step in front of a name: `randomforestclassifier__max_depth`."""
        step = name.strip("-_").lower().rpartition("__")[0].rpartition("__")[2]
        if not step:
            return []
        return [f.name for f in self.frameworks().values() if globs(f.steps).fit(step)]

    def _by_flow(self, flow: str) -> Known | StaticGroup | None:
        if flow not in self._flows:
            self._flows[flow] = self._by_rule(flow, is_weak=False) or self._by_callable(flow)
        return self._flows[flow]

    def _by_rule(self, flow: str, *, is_weak: bool) -> Known | StaticGroup | None:
        for rule in flow_rules():
            if rule.is_weak is not is_weak or not globs((rule.argument,)).fit(flow):
                continue
            if rule.kind is not None:
                return next(group for group in static_groups() if group.kind == rule.kind)
            framework, _, name = (rule.entry or "").partition("/")
            entry = self._named(normal_name(name), (framework,))
            return Known(entry, flow=flow) if entry is not None else None
        return None

    def _by_callable(self, flow: str) -> Known | None:
        """By the argument's own name, within the framework of the callable."""
        callable_name, _, argument = flow.rpartition(".")
        scopes = self._most_specific(f.name for f in self.frameworks().values() if _calls(f, flow))
        if not callable_name or not scopes:
            return None
        entry = self._named(normal_name(argument), self.extended(scopes))
        return Known(entry, flow=flow) if entry is not None else None

    def _most_specific(self, names: Iterable[str]) -> list[str]:
        """Without those that another of them extends."""
        found = list(names)
        known = self.frameworks()
        covered = {general for name in found for general in known[name].extends}
        return [name for name in found if name not in covered]

    def _search_order(self, scopes: Sequence[str]) -> tuple[str, ...]:
        """The program's frameworks, then deep learning's words, which most scripts share."""
        families = {family_of(scope) for scope in scopes}
        siblings = [name for name in self.frameworks() if family_of(name) in families]
        general = ("dl", "dl.sgd", "dl.adam", "dl.adamw", "dl.vision")
        return tuple(dict.fromkeys((ANY, *self.extended(scopes), *siblings, *general)))

    def _named(self, name: str, where: Sequence[str]) -> KnowledgeEntry | None:
        found = (self._index(framework).entry(name) for framework in where)
        return next((entry for entry in found if entry is not None), None)

    def _index(self, framework: str) -> _Index:
        if framework not in self._indexes:
            self._indexes[framework] = _Index.of(self.entries_for(framework))
        return self._indexes[framework]

    def _fitted(self, entry: KnowledgeEntry) -> KnowledgeEntry:
        return entry if self.facts is None else fitted(entry, self.facts)


@lru_cache(maxsize=4096)
def static_group_of(name: str) -> StaticGroup | None:
    """The group of names never tuned to which a name belongs."""
    plain = normal_name(last_part(name))
    return next((group for group in static_groups() if name_globs(group.patterns).fit(plain)), None)


def evaluation_group_of(name: str) -> StaticGroup | None:
    """The group of what is used while evaluating only, where a part in front says so: `TEST.IMS_PER_BATCH`."""
    *front, _ = re.split(r"\.|__", name.strip("-_."))
    if not any(not _EVALUATION.isdisjoint(words_of(part)) for part in front):
        return None
    return next(group for group in static_groups() if group.kind == "evaluation")


def family_of(framework: str) -> str:
    """The file in which a framework's entries are kept."""
    return framework.split(".", 1)[0]


def _calls(framework: Framework, flow: str) -> bool:
    return globs(framework.callables).fit(_callable_of(flow))


def _callable_of(flow: str) -> str:
    """The callable of an argument: `torch.optim.AdamW` of `torch.optim.AdamW.lr`."""
    return flow.rpartition(".")[0]


SHIPPED = KnowledgeBase()
"""What every user has: no files of one's own, no data."""
frameworks_in = SHIPPED.frameworks_in
known_by_flow = SHIPPED.known_by_flow
known_by_weak_flow = SHIPPED.known_by_weak_flow
known_by_name = SHIPPED.known_by_name
known_exactly = SHIPPED.known_exactly
entries_for = SHIPPED.entries_for
all_entries = SHIPPED.all_entries
