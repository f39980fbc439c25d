"""The knowledge files: all of them load, and each entry makes sense."""

from __future__ import annotations

import pytest

from selftune.autotune.knowledge import KnowledgeEntry, ValueType, all_entries
from selftune.autotune.knowledge.loading import entries_from_text, flow_rules, frameworks, static_groups
from selftune.autotune.ranges import inferred_range
from selftune.model.errors import UnreadableInput
from selftune.model.values import is_number

ENTRIES = list(all_entries())
GOOD = """
[[entry]]
framework = "own"
name = "rate"
meaning = "a rate"
type = "float"
low = 0.1
high = 1
source = "me"
"""


def test_at_least_two_hundred_and_fifty_hyperparameters_are_known() -> None:
    assert len(ENTRIES) >= 250


def test_no_framework_states_a_hyperparameter_twice() -> None:
    keys = [entry.key for entry in ENTRIES]
    assert sorted(keys) == sorted(set(keys))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.key)
def test_each_entry_gives_a_range_around_its_own_default(entry: KnowledgeEntry) -> None:
    assert entry.source
    assert entry.meaning
    assert entry.framework in frameworks() or entry.framework.startswith("sagemaker.")
    default = entry.default if is_number(entry.default) or entry.type is ValueType.CATEGORICAL else None
    assert inferred_range(entry, default) is not None


def test_frameworks_extend_only_known_ones() -> None:
    known = frameworks()
    assert all(name in known for framework in known.values() for name in framework.extends)


def test_flow_rules_lead_to_what_exists() -> None:
    keys = {f"{entry.framework}/{entry.name}" for entry in ENTRIES}
    kinds = {group.kind for group in static_groups()}
    for rule in flow_rules():
        assert (rule.entry in keys) != (rule.kind in kinds), rule.argument


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('type = "float"', 'type = "real"', "field 'type'"),
        ("low = 0.1", 'low = "small"', "field 'low'"),
        ("low = 0.1", "lowest = 0.1", "unknown field 'lowest'"),
        ('source = "me"', "", "lacks the field 'source'"),
        ("high = 1", "high = ", "does not parse"),
        ("high = 1", "high = 1\nhas_zero = 1", "field 'has_zero'"),
    ],
)
def test_a_mistake_in_a_file_is_named_with_its_field(old: str, new: str, message: str) -> None:
    with pytest.raises(UnreadableInput, match=message) as error:
        entries_from_text(GOOD.replace(old, new), "own.toml")
    assert "own.toml" in error.value.message


def test_a_misspelt_field_gets_the_nearest_one() -> None:
    with pytest.raises(UnreadableInput) as error:
        entries_from_text(GOOD.replace("low =", "lo ="), "own.toml")
    assert "'low'" in error.value.hint
