"""docs/knowledge.md keeps its promises."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from selftune.autotune.knowledge import SHIPPED
from selftune.autotune.knowledge.catalogue import overview
from selftune.autotune.knowledge.expressions import FACTS
from selftune.autotune.knowledge.fields import FIELDS
from selftune.autotune.knowledge.user_files import knowledge_with

DOCUMENT = (Path(__file__).parents[4] / "docs" / "knowledge.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return DOCUMENT.split(f"## The fields of `[[{title}]]`")[1].split("\n## ")[0]


@pytest.mark.parametrize(("title", "field"), [(title, field) for title in FIELDS for field in FIELDS[title]])
def test_every_field_is_documented_in_the_table_of_its_section(title: str, field: str) -> None:
    cells = [line.split("|")[1] for line in section(title).splitlines() if line.startswith("| `")]
    assert f"`{field}`" in " ".join(cells)


def test_no_field_is_documented_that_there_is_not() -> None:
    for title, fields in FIELDS.items():
        cells = [line.split("|")[1] for line in section(title).splitlines() if line.startswith("| `")]
        assert set(re.findall(r"`(\w+)`", " ".join(cells))) == set(fields)


def test_every_fact_about_the_data_is_documented() -> None:
    assert all(f"`{fact}`" in DOCUMENT for fact in FACTS)


def test_the_example_is_a_file_that_can_be_used(tmp_path: Path) -> None:
    text = re.findall(r"```toml\n(.*?)```", DOCUMENT, re.DOTALL)[0]
    (tmp_path / "knowledge.toml").write_text(text)
    base = knowledge_with([tmp_path / "knowledge.toml"])
    assert base.entries_for("xgboost")[0].high == 0.2
    assert base.known_by_user("wobble_strength", ("dl",)) is not None
    assert len(base.constraints_for(("dl",))) > len(SHIPPED.constraints_for(("dl",)))


def test_the_table_of_frameworks_is_that_of_the_knowledge_base() -> None:
    rows = [f"| `{row.name}` | {row.title} |" for row in overview(SHIPPED).frameworks]
    table = DOCUMENT.split("<!-- knowledge: frameworks -->")[1].split("<!-- knowledge: end -->")[0].strip()
    assert table == "\n".join(["| framework | what it is |", "|---|---|", *rows])
