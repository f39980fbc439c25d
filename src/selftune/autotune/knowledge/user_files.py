"""The user's own knowledge files: where they lie, and the knowledge base with them laid over what is shipped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from selftune.autotune.knowledge.entry import KnowledgeEntry
from selftune.autotune.knowledge.loading import Before, KnowledgeFile, file_from_text
from selftune.autotune.knowledge.lookup import ANY, KnowledgeBase
from selftune.model.errors import UnknownName, UnreadableInput
from selftune.model.request import AlgorithmRequest, CommandRequest, ScriptRequest, TuningJobRequest

VARIABLE = "SELFTUNE_KNOWLEDGE"
HOME_FILE = "knowledge.toml"
"""In the home: holds for everything that its owner tunes."""
FOLDER_FILE = "selftune-knowledge.toml"
"""Beside a script or in the working folder: holds for what lies there."""


def knowledge_paths(home: Path | None, folders: Iterable[Path], environ: Mapping[str, str]) -> tuple[Path, ...]:
    """The user's files that are there, the strongest first: the variable's, those beside the program, the home's.

    Raises:
        UnreadableInput: the variable names a file that is not there.
    """
    named = environ.get(VARIABLE, "").strip()
    first = [Path(named).expanduser()] if named else []
    if first and not first[0].is_file():
        raise UnreadableInput(f"There is no knowledge file {named}, which {VARIABLE} names.", hint=f"Unset {VARIABLE}.")
    others = [*(folder / FOLDER_FILE for folder in folders), *([home / HOME_FILE] if home is not None else [])]
    found = [*first, *(path for path in others if path.is_file())]
    return tuple({path.resolve(): path for path in reversed(found)}.values())[::-1]


def folders_of(request: TuningJobRequest, working_folder: Path) -> tuple[Path, ...]:
    """Where a user's file may lie beside what is tuned: the script's folder, then the one in which it runs."""
    program = request.program
    if isinstance(program, AlgorithmRequest):
        return (working_folder,)
    folder = Path(program.folder)
    scripts = [program.entry_point] if isinstance(program, ScriptRequest) else _scripts(program)
    return tuple(dict.fromkeys((*((folder / script).parent for script in scripts), folder)))


def _scripts(program: CommandRequest) -> list[str]:
    return [word for word in program.argv if word.endswith((".py", ".sh", ".R", ".jl"))][:1]


def knowledge_with(paths: Sequence[Path]) -> KnowledgeBase:
    """What is shipped with these files laid over it, the strongest first.

    An entry of a file changes the fields that it has of what was known before; a new one needs all of them.

    Raises:
        UnreadableInput: a file is not there or does not parse, or a field is missing, unknown or of a wrong value.
        UnknownName: an entry or a constraint names a framework that there is not.
    """
    base = KnowledgeBase()
    for path in reversed(paths):
        base = KnowledgeBase(files=(_read(path, base), *base.files))
    return base


def _read(path: Path, before: KnowledgeBase) -> KnowledgeFile:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(f"The knowledge file {path} cannot be read: {error}.") from None

    def known(framework: str, name: str) -> KnowledgeEntry | None:
        entries, plain = before.entries_for(framework), name.lower()
        exact = next((entry for entry in entries if entry.name == name), None)
        return exact or next((entry for entry in entries if plain in entry.names), None)

    frameworks = frozenset({ANY, *before.frameworks()})
    file = file_from_text(
        text, str(path), before=Before(frameworks=frameworks, entry=known), source=f"your {path.name}"
    )
    _check_extends(file, frameworks)
    return file


def _check_extends(file: KnowledgeFile, before: frozenset[str]) -> None:
    known = before | {framework.name for framework in file.frameworks}
    for framework in file.frameworks:
        wrong = next((name for name in framework.extends if name not in known), None)
        if wrong is not None:
            raise UnknownName("framework", wrong, known, where=f"{file.name} ({framework.name} extends it)")
