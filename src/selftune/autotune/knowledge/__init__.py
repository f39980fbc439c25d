"""What is known of names and algorithms: `*.toml` beside this file, readable and editable by people.

Each `[[entry]]` is one hyperparameter of one framework: `name` and `aliases`; `meaning` in a few words; `type` (float,
int, categorical); the box `low`..`high` in which good values usually lie, or `factor`/`step` around today's value;
`values` of a choice; `scale` (linear, log, reverse-log), `has_zero` where zero (off) is worth trying; `off`, values at
which it stays; `min`/`max`, what the framework accepts at all; `default`; `priority` (3 = tune first ... 0 = leave
alone); whether it affects the cost, is the training length, scales the loss, or acts only under a condition; a `note`
and the `source` of all this.
"""

from __future__ import annotations

from selftune.autotune.knowledge.entry import Framework, KnowledgeEntry, StaticGroup, ValueType
from selftune.autotune.knowledge.lookup import (
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
    "Framework",
    "KnowledgeEntry",
    "Known",
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
