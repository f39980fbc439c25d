"""What a script imports that declares its command line, as it seems, and that lies in no folder of its project."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from selftune.autotune.names import word_set, words_of
from selftune.autotune.reader.python.source import SourceProgram

_DECLARING = word_set("parse parser args arguments arg argument options option opts opt flags config cli main")
"""Words of the functions that read a command line: `get_args`, `parse_options`, `main`."""


def unread_imports(program: SourceProgram) -> tuple[str, ...]:
    """The sentence that names the modules whose functions read the command line, where those were not found."""
    names = ", ".join(dict.fromkeys(_unread(program)))
    if not names:
        return ()
    told = f"{program.main.label} takes its arguments from {names}, as it seems, which lies neither beside it nor in"
    return (f"{told} the folders of its project: what is declared there is not known.",)


def _unread(program: SourceProgram) -> Iterator[str]:
    called = program.main.syntax.called()
    for local, qualified in program.main.imports.items():
        owner, _, name = qualified.rpartition(".")
        is_declaring = local in called and name[:1].islower() and not _DECLARING.isdisjoint(words_of(name))
        is_library = owner.partition(".")[0] in sys.stdlib_module_names
        if is_declaring and owner.strip(".") and not is_library and program.named(owner) is None:
            yield owner
