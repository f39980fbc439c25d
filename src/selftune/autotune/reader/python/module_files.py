"""Where the modules of a program lie: beside the script, where it is started, up to the root of its project."""

from __future__ import annotations

from pathlib import Path

MAX_PARENTS = 4
"""How many folders above a script are looked into."""
_PROJECT_FILES = (".git", "pyproject.toml", "setup.py", "setup.cfg")
"""What lies in the root of a project."""


def roots_of(script: Path, folder: Path) -> list[Path]:
    """Where the modules of a program are looked for: beside it, where it is started, in its project."""
    near = [script.parent, folder, folder / "src"]
    above = [place for root in _project_folders(script) for place in (root, root / "src")]
    found: dict[Path, Path] = {}
    for place in (*near, *above):
        found.setdefault(place.resolve(), place)
    return list(found.values())


def _project_folders(script: Path) -> list[Path]:
    """The folders above a script's own, up to the root of its project; none where no file says where that is."""
    above = script.resolve().parents
    depth = next((d for d, place in enumerate(above[: MAX_PARENTS + 1]) if _is_project(place)), 0)
    return list(above[1 : depth + 1])


def _is_project(folder: Path) -> bool:
    return any((folder / name).exists() for name in _PROJECT_FILES)


def holds(root: Path, first: str) -> bool:
    """Whether names that begin with `first` may be files below `root`."""
    return (root / first).is_dir() or (root / f"{first}.py").is_file()


def in_own_package(name: str, script: Path) -> Path | None:
    """The file of a module that is named from the folder above the script: `from citation.train import run`."""
    is_own = name.partition(".")[0] == script.resolve().parent.name
    return module_path(name, [script.resolve().parent.parent]) if is_own else None


def module_path(name: str, roots: list[Path]) -> Path | None:
    """The file of the module `name` below one of `roots`; None where there is none."""
    relative = Path(*name.split("."))
    for root in roots:
        for candidate in (root / relative.with_suffix(".py"), root / relative / "__init__.py"):
            if candidate.is_file():
                return candidate
    return None
