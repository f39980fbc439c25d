"""Reading a shell script: its positions, options and variables with their defaults, and what it prints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from selftune.autotune.reader.interface import Declaration, Form, Interface, SourceReading
from selftune.autotune.reader.metric_text import PLACE, metric_names, with_printf_places
from selftune.autotune.reader.reading import PrintedMetric
from selftune.model.errors import UnreadableInput
from selftune.model.values import HyperparameterValue, value_from_text

_POSITION = re.compile(
    r"""^\s*(?:(?:local|export|readonly|declare(?:\s+-\w+)?)\s+)?(?P<name>[A-Za-z_]\w*)=["']?
    \$(?:(?P<bare>[1-9])|\{(?P<braced>[1-9])(?::?[-=](?P<default>[^}]*))?\})["']?\s*(?:[;#].*)?$""",
    re.VERBOSE,
)
_VARIABLE = re.compile(r"\$\{(?P<name>[A-Za-z_]\w*):?[-=](?P<default>[^}]*)\}")
_ASSIGNED = re.compile(
    r"""^\s*(?:(?:local|export|readonly)\s+)?(?P<name>[A-Za-z_]\w*)=(?P<value>"[^"$`]*"|'[^']*'|[^\s$`;"'(]+)\s*(?:[;#].*)?$"""
)
_STATEMENT = re.compile(r"""(?:[^;"']|"(?:[^"\\]|\\.)*"|'[^']*')+""")
_CASE_HEAD = re.compile(r"""^.*?\bcase\s+\S+\s+in\b(?=.*\))""")
_ARM_END = re.compile(r"(?<=;;)")
_SEVERAL_ASSIGNED = re.compile(r"""\s*(?:[A-Za-z_]\w*=[^\s"'$`()]*\s+)+[A-Za-z_]\w*=[^\s"'$`()]*\s*""")
_CASE = re.compile(r"""^\s*\(?(?P<options>-{1,2}[\w-]+=?\*?(?:\s*\|\s*-{1,2}[\w-]+=?\*?)*)\s*\)(?P<body>.*)$""")
_TAKEN = re.compile(r"""(?P<name>[A-Za-z_]\w*)=["']?\$(?:\{)?(?P<place>2|1\#\*=|1\#[^}]*=|OPTARG)""")
_SWITCHED = re.compile(r"(?P<name>[A-Za-z_]\w*)=(?:true|1|yes|on)\b")
_BLOCKS = (
    (re.compile(r"\s*(?:function\s+[\w-]+|[\w-]+\s*\(\s*\))\s*(?:\(\s*\))?\s*\{"), re.compile(r"\}\s*$")),
    (re.compile(r"\s*(?:while\b.*)?\bcase\b"), re.compile(r"\besac\b")),
)
_GETOPTS = re.compile(r"""getopts\s+["']?:?(?P<letters>[A-Za-z:]+)""")
_LETTER = re.compile(r"^\s*\(?(?P<letter>[A-Za-z])\s*\)(?P<body>.*)$")
_ECHO = re.compile(r"""\b(?P<verb>echo|printf|print)\b(?:\s+-[neE]+)*\s*""")
_QUOTED = re.compile(r""""(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>[^']*)'""")
_EXPANSION = re.compile(r"\$\{[^}]*\}|\$\([^)]*\)|\$[A-Za-z_0-9]\w*|`[^`]*`")
_NOT_HYPERPARAMETERS = re.compile(r"(PATH|HOME|USER|PYTHON\w*|CUDA\w*|TMPDIR|SHELL|LC_ALL|LANG|SM_\w+|OUT\w*|LOG\w*)\Z")
MAX_BYTES = 1_000_000


def read_shell(script: Path, folder: Path) -> SourceReading:
    """What the shell script `script` says; a script of another encoding is read as far as it goes."""
    try:
        text = script.read_bytes()[:MAX_BYTES].decode("utf-8", "replace")
    except OSError as error:
        raise UnreadableInput(f"{script} cannot be read: {error.strerror}.", hint="Look at its permissions.") from error
    label = str(script.relative_to(folder)) if script.is_relative_to(folder) else script.name
    lines = _joined(text)
    assigned = _assigned(lines)
    options = _options(lines, assigned, label)
    positions = _positions(_outside_of_blocks(lines), label)
    taken = {d.dest for d in (*options, *positions)} | {
        m["name"] for _, line in lines for statement in _statements(line) if (m := _ASSIGNED.match(statement))
    }
    variables = [d for d in _variables(lines, label) if d.dest not in taken]
    declarations = (*_without_gaps(positions, label), *options, *variables)
    return SourceReading(
        interface=Interface(declarations=declarations, is_open=not options),
        metrics=tuple({m.name: m for m in reversed(list(_metrics(lines, label)))}.values())[::-1],
    )


def _joined(text: str) -> list[tuple[int, str]]:
    """(number, text) of each line that is no comment, lines that end in a backslash joined to the next."""
    found: list[tuple[int, str]] = []
    start, held = 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        start = start if held else number
        if line.endswith("\\"):
            held += line[:-1] + " "
            continue
        whole, held = held + line, ""
        if not whole.lstrip().startswith("#"):
            found.append((start, whole))
    return found


def _assigned(lines: list[tuple[int, str]]) -> dict[str, HyperparameterValue]:
    """The first literal that each variable is given."""
    found: dict[str, HyperparameterValue] = {}
    for statement in (statement for _, line in lines for statement in _statements(line)):
        match = _ASSIGNED.match(statement)
        if match is not None:
            found.setdefault(match["name"], value_from_text(match["value"].strip("\"'")))
        default = _VARIABLE.search(statement)
        if default is not None and statement.lstrip().startswith(f"{default['name']}="):
            found.setdefault(default["name"], value_from_text(default["default"].strip("\"'")))
    return found


def _statements(line: str) -> list[str]:
    """The statements of a line: between semicolons outside of quotes, and each of several `a=1 b=2`."""
    parts = [part for part in _STATEMENT.findall(line) if part.strip()]
    return [word for part in parts for word in (part.split() if _SEVERAL_ASSIGNED.fullmatch(part) else [part])]


def _outside_of_blocks(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Without the lines of functions and of `case`, where `$1` is no position of the script."""
    found: list[tuple[int, str]] = []
    end: re.Pattern[str] | None = None
    for number, line in lines:
        if end is None:
            end = next((closing for opening, closing in _BLOCKS if opening.match(line)), None)
            found += [(number, line)] if end is None else []
        if end is not None and end.search(line):
            end = None
    return found


def _positions(lines: list[tuple[int, str]], label: str) -> list[Declaration]:
    found: dict[int, Declaration] = {}
    for number, line in lines:
        for statement in line.split(";"):
            match = _POSITION.match(statement)
            if match is None:
                continue
            index = int(match["bare"] or match["braced"]) - 1
            default = match["default"]
            found.setdefault(
                index,
                Declaration(
                    name=match["name"],
                    dest=match["name"],
                    source=f"{label}:{number}",
                    default=None if default is None else value_from_text(default.strip("\"'")),
                    is_required=default is None,
                    position=index,
                ),
            )
    return [found[index] for index in sorted(found)]


def _without_gaps(positions: list[Declaration], label: str) -> list[Declaration]:
    """Positions that the script does not name get a name of their own, so that those behind them keep their place."""
    by_place = {d.position: d for d in positions}
    last = max((place for place in by_place if place is not None), default=-1)
    return [
        by_place.get(place) or Declaration(name=f"arg{place + 1}", dest=f"arg{place + 1}", source=label, position=place)
        for place in range(last + 1)
    ]


def _options(lines: list[tuple[int, str]], assigned: dict[str, HyperparameterValue], label: str) -> list[Declaration]:
    """Branches of a `case` over options: `--lr) LR="$2"; shift 2 ;;` and, for getopts, `l) LR=$OPTARG ;;`."""
    letters = {
        letter for _, line in lines for m in _GETOPTS.finditer(line) for letter in re.findall(r"[A-Za-z]", m["letters"])
    }
    lines = _arms(lines)
    found: list[Declaration] = []
    for index, (number, line) in enumerate(lines):
        match = _CASE.match(line)
        letter = _LETTER.match(line) if letters else None
        if match is None and (letter is None or letter["letter"] not in letters):
            continue
        words = re.findall(r"-{1,2}[\w-]+", match["options"]) if match is not None else []
        spelled = words or [f"-{letter['letter']}" for letter in [letter] if letter is not None]
        body = _branch([text for _, text in lines[index:]])
        found += _option(sorted(spelled, key=len, reverse=True), body, assigned, f"{label}:{number}")
    return found


def _arms(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The lines with each branch of a `case` that is written in one line on a line of its own."""
    found: list[tuple[int, str]] = []
    for number, line in lines:
        inside = _CASE_HEAD.sub("", line)
        found += [(number, arm) for arm in _ARM_END.split(inside) if arm.strip()]
    return found


def _branch(lines: list[str]) -> str:
    taken: list[str] = []
    for line in lines[:12]:
        taken.append(line)
        if ";;" in line:
            break
    return "\n".join(taken)


def _option(
    spelled: list[str], body: str, assigned: dict[str, HyperparameterValue], source: str
) -> Iterator[Declaration]:
    valued = _TAKEN.search(body)
    switched = _SWITCHED.search(body) if valued is None else None
    match = valued or switched
    if match is None or spelled[0] in ("--help", "-h"):
        return
    name = spelled[0].lstrip("-")
    yield Declaration(
        name=name,
        dest=match["name"],
        source=source,
        options=tuple(spelled),
        form=Form.VALUE if valued is not None else Form.SWITCH,
        default=assigned.get(match["name"]) if valued is not None else False,
        declared_type=None if valued is not None else "bool",
        is_separate=valued is not None and not valued["place"].startswith("1"),
    )


def _variables(lines: list[tuple[int, str]], label: str) -> list[Declaration]:
    """`${LR:-0.01}`: variables that whoever starts the script may set."""
    found: dict[str, Declaration] = {}
    for number, line in lines:
        for match in _VARIABLE.finditer(line):
            name, default = match["name"], match["default"].strip("\"'")
            if not _NOT_HYPERPARAMETERS.match(name) and default:
                value = value_from_text(default)
                variable = Declaration(
                    name=name, dest=name, source=f"{label}:{number}", form=Form.VARIABLE, default=value
                )
                found.setdefault(name, variable)
    return list(found.values())


def _metrics(lines: list[tuple[int, str]], label: str) -> Iterator[PrintedMetric]:
    """What `echo "loss=$loss"`, `printf "loss=%f\\n"` and awk's print name just before a value."""
    for number, written in lines:
        line = _EXPANSION.sub(PLACE, written)
        verbs = list(_ECHO.finditer(line))
        ends = [*(verb.start() for verb in verbs[1:]), len(line)]
        for verb, end in zip(verbs, ends, strict=False):  # a line without verbs has one end
            for name in metric_names(_shown(verb["verb"], line[verb.end() : end])):
                yield PrintedMetric(name=name, source=f"{label}:{number}")


def _shown(verb: str, rest: str) -> str:
    """The text that a printing command shows, with a place for each value."""
    if verb == "printf":
        quoted = _QUOTED.search(rest)
        text = (quoted["double"] if quoted["double"] is not None else quoted["single"]) if quoted else rest
        return with_printf_places(text)
    if verb == "print":
        return re.sub(r'"(?P<text>(?:[^"\\]|\\.)*)"\s*,?\s*(?=[A-Za-z_$(\0])', lambda m: m["text"] + PLACE, rest)
    return rest.replace('"', "").replace("'", "")
