"""Public scripts that others wrote, labelled in the same way: read where they are, never copied into the project.

DIR/cases.json         repository, commit, path and labels of each
MIRROR/OWNER+NAME/repo git folders of the repositories
"""

from __future__ import annotations

import json
import math
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from labels import Case, Label, ObjectiveLabel

_SUFFIXES = (".py", ".yaml", ".yml", ".json", ".conf", ".toml", ".cfg", ".ini")


def public_cases(folder: Path, mirror: Path) -> Iterator[Case]:
    """Check each script out of its repository with its neighbours, as long as it is looked at."""
    for given in json.loads((folder / "cases.json").read_text(encoding="utf-8")):
        with TemporaryDirectory() as place:
            script = _checked_out(given, mirror, Path(place))
            yield _case(given, script)


def _case(given: Mapping[str, Any], script: Path) -> Case:
    objective = given["objective"] or {}
    return Case(
        name=f"{given['repo']}:{given['path']}",
        folder=script.parent,
        words=(str(script), *given.get("arguments", ())),
        parser=given["parser"],
        framework=given["framework"],
        features=tuple(given["features"]),
        labels=tuple(_label(name, label) for name, label in given["hyperparameters"].items()),
        objectives=tuple(
            ObjectiveLabel(names=tuple(o["names"]), direction=o["direction"])
            for o in [objective, *objective.get("also", [])]
            if o
        ),
        may_lack_objective=objective.get("null_ok", False),
        scores_objective=not given.get("skip_objective", False),
    )


def _label(name: str, given: Mapping[str, Any]) -> Label:
    if given["label"] != "tune":
        return Label(name=name, kind=given["label"], why=given["why"])
    return Label(
        name=name,
        kind="tune",
        why=given["why"],
        value=given.get("value"),
        low=given["low"],
        high=given["high"],
        scales=(given["scale"], *given.get("scale_ok", ())),
        minimum=given.get("min", -math.inf),
        maximum=given.get("max", math.inf),
        is_smoke=given.get("smoke", False),
        source=given.get("source", ""),
    )


def _checked_out(given: Mapping[str, Any], mirror: Path, place: Path) -> Path:
    root = given.get("root") or str(Path(given["path"]).parent)
    git = mirror / given["repo"].replace("/", "+") / "repo"
    git = git / ".git" if (git / ".git").is_dir() else git
    entries = _git(git, "ls-tree", "-r", "-z", given["commit"], *(["--", f"{root}/"] if root != "." else []))
    for entry in entries.decode().split("\0"):
        kind, _, path = entry.partition("\t")
        if kind.startswith("100") and path.endswith(_SUFFIXES):
            _write(git, kind.split()[2], place / path)
    return place / given["path"]


def _write(git: Path, blob: str, path: Path) -> None:
    """A snapshot may lack its largest files: they are left out."""
    content = subprocess.run(["git", "--git-dir", git, "cat-file", "blob", blob], capture_output=True, check=False)
    if content.returncode == 0:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.stdout)


def _git(folder: Path, *words: str) -> bytes:
    command: Sequence[str | Path] = ["git", "--git-dir", folder, *words]
    return subprocess.run(command, capture_output=True, check=True).stdout
