"""The user's own knowledge: where it is looked for, what it changes, how its mistakes are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from selftune.autotune.knowledge import KnowledgeBase
from selftune.autotune.knowledge.user_files import folders_of, knowledge_paths, knowledge_with
from selftune.model.errors import UnknownName, UnreadableInput
from selftune.model.request import CommandRequest, TuningJobRequest

OWN = """
[[entry]]
framework = "xgboost"
name = "eta"
low = 0.01
high = 0.2
source = "our last ten models"

[[entry]]
framework = "any"
name = "wobble"
meaning = "how much the augmentation wobbles"
type = "float"
low = 0.01
high = 3
scale = "log"
priority = 3
"""


def base_of(folder: Path, *texts: str) -> KnowledgeBase:
    """Files with these texts, the strongest first."""
    paths = []
    for number, text in enumerate(texts):
        (folder / f"{number}.toml").write_text(text)
        paths.append(folder / f"{number}.toml")
    return knowledge_with(paths)


def test_an_entry_changes_only_the_fields_that_it_has_under_any_name(tmp_path: Path) -> None:
    entry = base_of(tmp_path, OWN).entries_for("xgboost")[0]
    assert (entry.name, entry.low, entry.high) == ("learning_rate", 0.01, 0.2)
    assert entry.meaning == "shrinks each new tree's step"
    assert entry.bounds is not None
    assert entry.source == "your 0.toml; our last ten models"


def test_a_new_entry_is_found_by_its_name_in_any_program(tmp_path: Path) -> None:
    known = base_of(tmp_path, OWN).known_by_name("--wobble", ("hf",))
    assert known is not None
    assert known.entry.key == "any.wobble"
    assert known.entry.source == "your 0.toml"


def test_the_file_beside_the_script_comes_before_that_of_the_home(tmp_path: Path) -> None:
    home = '[[entry]]\nframework = "xgboost"\nname = "learning_rate"\nlow = 0.05\ndefault = 0.1\n'
    base = base_of(tmp_path, OWN, home)
    entry = base.entries_for("xgboost")[0]
    assert (entry.low, entry.high, entry.default) == (0.01, 0.2, 0.1)
    assert [e.name for e in base.entries_for("xgboost")].count("learning_rate") == 1


def test_a_framework_of_ones_own_is_recognised_by_its_imports(tmp_path: Path) -> None:
    text = """
    [[framework]]
    name = "house"
    title = "our own library"
    imports = ["houselib"]

    [[entry]]
    framework = "house"
    name = "gamma"
    meaning = "our gamma"
    type = "float"
    high = 2
    """
    base = base_of(tmp_path, text)
    scopes = base.frameworks_in(["houselib"], [], [])
    known = base.known_by_name("gamma", scopes)
    assert known is not None
    assert known.entry.meaning == "our gamma"


def test_all_files_that_are_there_are_found_the_strongest_first(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "project"
    home.mkdir()
    folder.mkdir()
    for path in (home / "knowledge.toml", folder / "selftune-knowledge.toml", tmp_path / "mine.toml"):
        path.write_text("")
    environ = {"SELFTUNE_KNOWLEDGE": str(tmp_path / "mine.toml")}
    found = knowledge_paths(home, [folder, folder, tmp_path], environ)
    assert [path.name for path in found] == ["mine.toml", "selftune-knowledge.toml", "knowledge.toml"]
    assert knowledge_paths(None, [tmp_path], {}) == ()


def test_a_file_may_lie_beside_the_script_or_in_the_folder_where_it_runs(tmp_path: Path) -> None:
    program = CommandRequest(argv=("python", "src/train.py", "--lr", "1"), folder=str(tmp_path))
    found = folders_of(TuningJobRequest(name="j", program=program), Path("/elsewhere"))
    assert found == (tmp_path / "src", tmp_path)


def test_a_variable_that_names_no_file_is_refused() -> None:
    with pytest.raises(UnreadableInput, match=r"no knowledge file /nowhere.toml"):
        knowledge_paths(None, [], {"SELFTUNE_KNOWLEDGE": "/nowhere.toml"})


@pytest.mark.parametrize(
    ("old", "new", "error", "message"),
    [
        ("low = 0.01\nhigh = 3", 'low = "x"\nhigh = 3', UnreadableInput, "line 14, entry 2 .* field 'low'"),
        ("high = 0.2", "hihg = 0.2", UnreadableInput, "line 6, entry 1 .* unknown field 'hihg'"),
        ("high = 0.2", "high = 0.001", UnreadableInput, "line 5, entry 1 has low 0.01 above high 0.001"),
        ("low = 0.01\nhigh = 3", "low = 0\nhigh = 3", UnreadableInput, "line 14, entry 2 has the log scale"),
        ('type = "float"\n', "", UnreadableInput, "line 9, entry 2 lacks the field 'type'"),
        ('"xgboost"', '"xgbost"', UnknownName, "No framework 'xgbost' in .* line 3, entry 1"),
        ("priority = 3", 'when = "booster"', UnreadableInput, "line 17, entry 2 .* field 'when'"),
        ("priority = 3", "priority = 7", UnreadableInput, "line 17, entry 2 .* 0, 1, 2 or 3"),
        ('[[entry]]\nframework = "any"', '[[entires]]\nframework = "any"', UnreadableInput, "line 9 .* 'entires'"),
        ("priority = 3", "priority = ", UnreadableInput, "does not parse.*line 17"),
        ("low = 0.01\nhigh = 3", "low = nan\nhigh = 3", UnreadableInput, "line 14, .*field 'low': it must be a finite"),
        ("high = 3", "high = inf", UnreadableInput, "line 15, .*field 'high': it must be a finite"),
        ("priority = 3", "min = nan", UnreadableInput, "line 17, .*field 'min': it must be a finite"),
        ("priority = 3", "default = nan", UnreadableInput, "line 17, .*field 'default': it must be a finite"),
        ("priority = 3", "factor = [0, 2]", UnreadableInput, "line 17, .*field 'factor': both .* above zero"),
        ("priority = 3", "factor = [-2, 2]", UnreadableInput, "line 17, .*field 'factor': both .* above zero"),
        ("priority = 3", "max = 0\nmin = 1", UnreadableInput, "line 18, entry 2 has min 1 above max 0"),
        ("meaning", "meanning", UnreadableInput, "line 12, entry 2 has an unknown field 'meanning'"),
        ("priority = 3", 'low_by_data = "lines / 2"', UnreadableInput, "line 17, .*'lines' is none of rows"),
    ],
)
def test_a_mistake_is_named_with_its_file_line_and_field(tmp_path: Path, old, new, error, message) -> None:
    assert old in OWN
    with pytest.raises(error, match=message) as raised:
        base_of(tmp_path, OWN.replace(old, new))
    assert "0.toml" in raised.value.message


def test_a_constraint_that_is_none_is_refused_with_its_line(tmp_path: Path) -> None:
    text = '[[constraint]]\nframework = "any"\ntext = "lr <= ("\nreason = "Because."\n'
    with pytest.raises(UnreadableInput, match=r"line 3, constraint 1: 'lr <= \(' is no constraint"):
        base_of(tmp_path, text)


def test_a_field_that_is_missing_is_told_without_those_that_need_not_be_there(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput) as raised:
        base_of(tmp_path, OWN.replace('type = "float"\n', ""))
    assert raised.value.hint == "It needs: framework, name, meaning, type."


def test_a_reason_speaks_only_of_names_that_its_constraint_has(tmp_path: Path) -> None:
    text = '[[constraint]]\nframework = "any"\ntext = "warmup <= rounds"\nreason = "So {warmpu} stays below."\n'
    with pytest.raises(UnknownName, match=r"'warmpu' in the reason of .* line 4, constraint 1") as raised:
        base_of(tmp_path, text)
    assert "warmup" in (raised.value.hint or "")


def test_a_folder_is_no_knowledge_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="cannot be read"):
        knowledge_with([tmp_path])


def test_a_shipped_constraint_can_be_dropped(tmp_path: Path) -> None:
    text = """
    [[constraint]]
    framework = "lightgbm"
    text = "num_leaves <= 2 ** max_depth"
    reason = "We want {num_leaves} to be free of {max_depth}."
    is_kept = false
    """
    kept = {constraint.text for constraint in base_of(tmp_path, text).constraints_for(("lightgbm",))}
    assert "num_leaves <= 2 ** max_depth" not in kept
    assert "top_rate + other_rate <= 1" in kept
