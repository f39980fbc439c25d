"""Configuration files that a script opens by a name in its code: `yaml.safe_load(open("config.yaml"))`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from selftune.autotune.reader.python.constants import dotted_name, fold
from selftune.autotune.reader.python.source import SourceProgram

_OPENERS = frozenset(
    {"open", "Path", "load", "load_config", "read_config", "load_yaml", "from_yaml", "get_config", "read"}
)
_SUFFIXES = re.compile(r"\.(?:ya?ml|toml|ini|cfg)\Z")
_TELLING_JSON = re.compile(r"(?:conf|param|hyper|hps|args|setting|option)[^/]*\.json\Z", re.IGNORECASE)
"""JSON is data as often as configuration: its name decides."""


def opened_files(program: SourceProgram) -> tuple[str, ...]:
    """The names, in the order of the source, each once."""
    return tuple(dict.fromkeys(_names(program)))


def _names(program: SourceProgram) -> Iterator[str]:
    for module in program:
        for call in module.calls_of(_OPENERS):
            if (dotted_name(call.func) or "").rpartition(".")[2] not in _OPENERS or not call.args or _writes(call):
                continue
            name = fold(call.args[0], module.constants)
            if isinstance(name, str) and (_SUFFIXES.search(name) or _TELLING_JSON.search(name)):
                yield name


def _writes(call: ast.Call) -> bool:
    """`open(name, "w")`."""
    modes = [*call.args[1:2], *(k.value for k in call.keywords if k.arg == "mode")]
    return any(isinstance(mode, ast.Constant) and str(mode.value)[:1] in "wax" for mode in modes)
