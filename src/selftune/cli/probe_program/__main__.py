"""Runs a script up to the moment its argparse parser reads the command line, then writes what it declares and ends.

    PYTHON probe_program OUTPUT SCRIPT [ARGS...]

OUTPUT becomes a JSON list of {"option", "default"}. It runs in the user's own interpreter, whatever its version: the
standard library alone, and nothing of selftune.
"""

from __future__ import annotations

import argparse
import json
import os
import runpy
import sys
from pathlib import Path
from typing import Any, NoReturn


def main() -> None:
    output, script = sys.argv[1], sys.argv[2]
    sys.argv = sys.argv[2:]
    sys.path[0] = str(Path(script).absolute().parent)

    def report(parser: argparse.ArgumentParser, *_args: Any, **_options: Any) -> NoReturn:
        Path(output).write_text(json.dumps(declared(parser)), encoding="utf-8")
        os._exit(0)

    argparse.ArgumentParser.parse_args = report  # type: ignore[assignment, method-assign]
    argparse.ArgumentParser.parse_known_args = report  # type: ignore[assignment, method-assign]
    runpy.run_path(script, run_name="__main__")


def declared(parser: argparse.ArgumentParser) -> list[dict[str, Any]]:
    """The options that take one value, with a default that is a number, a text or a boolean."""
    found = []
    for action in parser._actions:
        names = [name for name in action.option_strings if name.startswith("--")]
        takes_one_value = action.nargs is None and type(action).__name__ == "_StoreAction"
        default = parser.get_default(action.dest)
        if names and takes_one_value and isinstance(default, (bool, int, float, str)) and default != argparse.SUPPRESS:
            found.append({"option": names[0], "default": default})
    return found


if __name__ == "__main__":
    main()
