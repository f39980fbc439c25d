"""What a machine can judge of the house: layers, what an import costs, names, documents that keep their promises."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "selftune"
DOCUMENTS = [*ROOT.glob("*.md"), *sorted((ROOT / "docs").rglob("*.md"))]
ROOMS = {
    "model", "autotune", "search", "stopping", "training", "backends", "store", "engine", "views", "sdk", "server",
    "cli", "testing",
}  # fmt: skip


def imported_by(statement: str) -> set[str]:
    """The modules that a fresh interpreter has after a statement."""
    code = f"{statement}\nimport sys, json\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_imports_go_downward_only():
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports"))], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_the_rooms_are_those_of_the_design():
    assert {p.name for p in SOURCE.iterdir() if p.is_dir() and p.name != "__pycache__"} == ROOMS


def test_importing_selftune_imports_next_to_nothing():
    modules = imported_by("import selftune")
    assert not modules & {"numpy", "scipy", "click", "rich", "sqlite3", "selftune.engine", "asyncio"}


@pytest.mark.parametrize("statement", ["import selftune.cli.main", "from selftune.autotune import make_plan"])
def test_neither_the_command_line_nor_a_plan_imports_numpy(statement):
    assert not imported_by(statement) & {"numpy", "scipy"}


def test_the_tuning_loop_imports_no_numpy():
    assert not imported_by("import selftune.engine.controller") & {"numpy", "scipy"}


def test_the_exported_names_exist_and_are_sorted():
    import selftune

    assert list(selftune.__all__) == sorted(selftune.__all__)
    assert all(getattr(selftune, name) is not None for name in selftune.__all__)


def test_every_module_says_what_it_is_for():
    import ast

    without = [
        str(path.relative_to(ROOT))
        for path in SOURCE.rglob("*.py")
        if ast.get_docstring(ast.parse(path.read_text())) is None
    ]
    assert without == []


def test_no_file_holds_more_than_one_idea_by_its_length():
    long = {p.name: n for p in SOURCE.rglob("*.py") if (n := len(p.read_text().splitlines())) > 500}
    assert long == {}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document):
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)|<img[^>]*src=\"([^\"]+)\"", document.read_text())
    local = [a or b for a, b in links if not (a or b).startswith(("http:", "https:", "mailto:"))]
    missing = [link for link in local if not (document.parent / link).exists()]
    assert missing == []


def test_the_readme_is_at_most_120_lines():
    assert len((ROOT / "README.md").read_text().splitlines()) <= 120


@pytest.mark.parametrize("name", ["run", "test"])
def test_the_readme_has_the_commands_that_ci_runs(name):
    block = re.search(rf"<!-- ci: {name} -->\n```bash\n(.+?)\n```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert block is not None


def test_every_command_of_the_command_line_has_help_with_an_example():
    import click

    from selftune.cli.main import selftune

    context = click.Context(selftune)
    without = [
        name
        for name in selftune.list_commands(context)
        if f"selftune {name}" not in (selftune.get_command(context, name) or selftune).get_help(context)
    ]
    assert without == []


def test_every_dependency_is_explained():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    wanted = [re.split(r"[>=\[; ]", requirement)[0] for group in groups for requirement in group]
    explained = (ROOT / "docs" / "dependencies.md").read_text()
    assert [name for name in wanted if name != "selftune" and name not in explained] == []


def test_every_decision_is_listed():
    listed = (ROOT / "docs" / "adr" / "README.md").read_text()
    records = sorted(p.name for p in (ROOT / "docs" / "adr").glob("0*.md"))
    assert records
    assert [name for name in records if name not in listed] == []
