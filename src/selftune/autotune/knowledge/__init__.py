"""What is known of names and algorithms: `*.toml` beside this file, readable and editable by people.

Each `[[entry]]` is one hyperparameter of one framework, each `[[constraint]]` what must hold between several; a user's
own file of the same form comes before them. `docs/knowledge.md` says what each field means.
"""

from __future__ import annotations

from selftune.autotune.knowledge.entry import Framework, KnowledgeEntry, KnownConstraint, StaticGroup, ValueType
from selftune.autotune.knowledge.lookup import (
    SHIPPED,
    KnowledgeBase,
    Known,
    all_entries,
    entries_for,
    evaluation_group_of,
    frameworks_in,
    known_by_flow,
    known_by_name,
    known_by_weak_flow,
    known_exactly,
    static_group_of,
)

__all__ = [
    "SHIPPED",
    "Framework",
    "KnowledgeBase",
    "KnowledgeEntry",
    "Known",
    "KnownConstraint",
    "StaticGroup",
    "ValueType",
    "all_entries",
    "entries_for",
    "evaluation_group_of",
    "frameworks_in",
    "known_by_flow",
    "known_by_name",
    "known_by_weak_flow",
    "known_exactly",
    "static_group_of",
]
