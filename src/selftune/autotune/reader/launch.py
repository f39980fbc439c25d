"""Where in a command the program stands: behind interpreters, launchers and wrappers."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path, PurePath

from selftune.autotune.reader.quoted import NEEDS_SHELL, SHELLS
from selftune.model.errors import UnreadableInput, nearest_hint


class Language(StrEnum):
    """What reads the program."""

    PYTHON = "python"
    SHELL = "shell"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """A command taken apart: variables, what starts the program, the program, and where its arguments begin."""

    language: Language
    script: Path | None
    """The file to read; None where there is none or it is no text."""
    arguments_start: int
    """Index of the program's first argument."""
    title: str
    assignments: tuple[int, ...] = ()
    """Indices of `NAME=value` in front of the program."""
    has_bare_assignments: bool = False
    """True where they stand there without `env`, which only a shell understands."""
    code: str = ""
    """The program itself, where it stands in the command (`awk '{...}'`)."""


@dataclass(frozen=True, slots=True)
class _Wrapper:
    """A command that runs the command behind it."""

    valued: frozenset[str] = frozenset()
    """Options that take the next word."""
    operands: int = 0
    """Words of its own before the command (`timeout 10m`)."""
    word: str | None = None
    """A subcommand that must follow (`uv run`)."""
    is_launcher: bool = False
    """True: it takes a Python script or `-m module` directly; unknown options may take a value."""


def _options(text: str = "") -> frozenset[str]:
    return frozenset(text.split())


_WRAPPERS: dict[str, tuple[_Wrapper, ...]] = {
    "nice": (_Wrapper(_options("-n --adjustment")),),
    "ionice": (_Wrapper(_options("-c --class -n --classdata")),),
    "time": (_Wrapper(_options("-f --format -o --output")),),
    "nohup": (_Wrapper(),),
    "setsid": (_Wrapper(),),
    "exec": (_Wrapper(),),
    "command": (_Wrapper(),),
    "stdbuf": (_Wrapper(_options("-i -o -e --input --output --error")),),
    "unbuffer": (_Wrapper(),),
    "timeout": (_Wrapper(_options("-k --kill-after -s --signal"), operands=1),),
    "taskset": (_Wrapper(operands=1),),
    "numactl": (_Wrapper(_options("-C -N -m -i -p")),),
    "sudo": (_Wrapper(_options("-u --user -g --group")),),
    "xvfb-run": (_Wrapper(_options("-s --server-args -n")),),
    "uv": (
        _Wrapper(_options("--with --python -p --extra --group --project --directory --env-file --index"), word="run"),
    ),
    "poetry": (_Wrapper(_options("-C --directory -P --project"), word="run"),),
    "pdm": (_Wrapper(_options("-p --project"), word="run"),),
    "pipenv": (_Wrapper(word="run"),),
    "rye": (_Wrapper(word="run"),),
    "hatch": (_Wrapper(_options("-e --env"), word="run"),),
    "pixi": (_Wrapper(_options("-e --environment --manifest-path"), word="run"),),
    "conda": (_Wrapper(_options("-n --name -p --prefix --cwd"), word="run"),),
    "mamba": (_Wrapper(_options("-n --name -p --prefix --cwd"), word="run"),),
    "micromamba": (_Wrapper(_options("-n --name -p --prefix --cwd"), word="run"),),
    "srun": (_Wrapper(_options("-n -N -c -p -t -J -G -A --ntasks --nodes --gpus --partition --time")),),
    "mpirun": (_Wrapper(_options("-n -np -N -H --host --hostfile -x --npernode")),),
    "mpiexec": (_Wrapper(_options("-n -np -N -H --host --hostfile -x --npernode")),),
    "horovodrun": (_Wrapper(_options("-np -H --num-proc --hosts -hostfile")),),
    "coverage": (_Wrapper(word="run", is_launcher=True),),
    "accelerate": (_Wrapper(word="launch", is_launcher=True),),
    "fabric": (_Wrapper(word="run", is_launcher=True),),
    "torchrun": (_Wrapper(is_launcher=True),),
    "deepspeed": (_Wrapper(is_launcher=True),),
    "colossalai": (_Wrapper(word="run", is_launcher=True),),
    "ipython": (_Wrapper(is_launcher=True),),
    "kernprof": (_Wrapper(is_launcher=True),),
}
_LAUNCHER_MODULES = frozenset(
    {"torch.distributed.run", "torch.distributed.launch", "accelerate.commands.launch", "deepspeed.launcher.runner"}
    | {"cProfile", "pdb", "kernprof", "coverage", "trace"}
)
_PYTHON = re.compile(r"(python|pypy)(\d+(\.\d+)*)?t?(\.exe)?\Z")
_PYTHON_VALUED = frozenset({"-X", "-W", "-Q", "--check-hash-based-pycs"})
_SHELL_VALUED = frozenset({"-o", "+o", "-O", "+O", "--rcfile", "--init-file"})
_AWKS = frozenset({"awk", "gawk", "mawk", "nawk", "original-awk"})
_AWK_VALUED = frozenset({"-F", "--field-separator", "-i", "--include", "-l", "--load"})
_AWK_PROGRAM = re.compile(r"-f(?P<file>.*)|--file(?:=(?P<long>.*))?")
_AWK_ASSIGNMENT = re.compile(r"-v[A-Za-z_]\w*=|--assign=[A-Za-z_]\w*=")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
_SCRIPT_SUFFIXES = frozenset({".r", ".jl", ".js", ".mjs", ".ts", ".rb", ".pl", ".lua", ".m", ".jar", ".awk", ".scala"})


def unwrapped(argv: Sequence[str]) -> tuple[str, ...]:
    """`bash -c 'python train.py --lr 0.1'` as the command itself, where nothing in it needs a shell."""
    words = tuple(argv)
    if len(words) != 3 or PurePath(words[0]).name not in SHELLS or not re.fullmatch(r"-[a-z]*c", words[1]):
        return words
    if NEEDS_SHELL.search(words[2]):
        return words
    try:
        inner = tuple(shlex.split(words[2]))
    except ValueError:  # a quote that does not end
        return words
    return inner or words


def find_program(argv: Sequence[str], folder: Path) -> Launch:
    """Take `argv` apart. Raises UnreadableInput where the script that it names is not there."""
    return _Finder(tuple(argv), folder).find()


class _Finder:
    """Walks over the words of a command up to its program."""

    def __init__(self, argv: tuple[str, ...], folder: Path) -> None:
        self._argv = argv
        self._folder = folder
        self._at = 0
        self._assignments: list[int] = []
        self._has_bare = False

    def find(self) -> Launch:
        while self._at < len(self._argv):
            word = self._argv[self._at]
            if _ASSIGNMENT.match(word):
                self._has_bare = True
                self._take_assignments()
            elif PurePath(word).name == "env":
                self._at += 1
                self._skip_options(_options("-u --unset -C --chdir -S"))
                self._take_assignments()
            elif not self._is_wrapped():
                return self._program()
        return self._launch(Language.OTHER, None, len(self._argv))

    def _take_assignments(self) -> None:
        while self._at < len(self._argv) and _ASSIGNMENT.match(self._argv[self._at]):
            self._assignments.append(self._at)
            self._at += 1

    def _is_wrapped(self) -> bool:
        """Step over a wrapper; False (and stay) where the word at hand is none."""
        for wrapper in _WRAPPERS.get(PurePath(self._argv[self._at]).name, ()):
            start = self._at
            self._at += 1
            if wrapper.word is not None:
                self._skip_options(wrapper.valued)
                if self._word() != wrapper.word:
                    self._at = start
                    continue
                self._at += 1
            if wrapper.is_launcher:
                self._skip_to_script()
            else:
                self._skip_options(wrapper.valued)
                self._at += wrapper.operands
            if self._at < len(self._argv):
                return True
            self._at = start
        return False

    def _skip_options(self, valued: frozenset[str]) -> None:
        while self._word().startswith("-") and self._word() != "-":
            option = self._word()
            self._at += 2 if option in valued else 1
            if option == "--":
                return

    def _skip_to_script(self) -> None:
        """To the first word that is a script or `-m`: launchers have options of unknown kind before it."""
        while self._word() and self._word() not in ("-m", "--module") and not self._word().endswith((".py", ".ipy")):
            self._at += 1

    def _word(self) -> str:
        return self._argv[self._at] if self._at < len(self._argv) else ""

    def _program(self) -> Launch:
        word = self._word()
        name = PurePath(word).name
        if _PYTHON.match(name):
            self._at += 1
            return self._python()
        if word in ("-m", "--module"):
            return self._python()
        if name in SHELLS:
            return self._shell()
        if name in _AWKS:
            return self._awk(name)
        if word.endswith(".py"):
            return self._file(Language.PYTHON, name)
        if word.endswith((".sh", ".bash", ".zsh")):
            return self._file(Language.SHELL, name)
        return self._executable(word, name)

    def _python(self) -> Launch:
        while self._word().startswith("-") and self._word() not in ("-m", "--module", "-c", "-"):
            self._at += 2 if self._word() in _PYTHON_VALUED else 1
        word = self._word()
        if word in ("-m", "--module"):
            self._at += 1
            return self._python_module()
        if word in ("-c", "-", ""):
            return self._launch(Language.OTHER, None, self._at + (2 if word == "-c" else 1), f"python {word}".strip())
        return self._file(Language.PYTHON, PurePath(word).name)

    def _python_module(self) -> Launch:
        name = self._word()
        if name in _LAUNCHER_MODULES:
            self._at += 1
            self._skip_to_script()
            return self._program() if self._word() else self._launch(Language.OTHER, None, self._at, name)
        path = _module_file(name, self._folder)
        language = Language.PYTHON if path is not None else Language.OTHER
        return self._launch(language, path, self._at + 1, f"python -m {name}")

    def _shell(self) -> Launch:
        shell = PurePath(self._word()).name
        self._at += 1
        while self._word().startswith(("-", "+")):
            if re.fullmatch(r"-[a-z]*c", self._word()):
                return self._launch(Language.OTHER, None, min(self._at + 2, len(self._argv)), f"{shell} -c")
            self._at += 2 if self._word() in _SHELL_VALUED else 1
        if not self._word():
            return self._launch(Language.OTHER, None, self._at, shell)
        return self._file(Language.SHELL, f"{shell} {PurePath(self._word()).name}")

    def _awk(self, name: str) -> Launch:
        """`awk -v NAME=VALUE -f FILE`: its options hold the values and the program, else its first word is that."""
        self._at += 1
        file = ""
        while self._word().startswith("-") and self._word() not in ("-", "--"):
            word = self._word()
            program = _AWK_PROGRAM.fullmatch(word)
            if word in ("-v", "--assign"):
                self._at += 1
                self._assignments.append(self._at)
            elif _AWK_ASSIGNMENT.match(word):
                self._assignments.append(self._at)
            elif program is not None and not (program["file"] or program["long"]):
                self._at += 1
                file = self._word()
            elif program is not None:
                file = program["file"] or program["long"]
            elif word in _AWK_VALUED:
                self._at += 1
            self._at += 1
        self._assignments = [index for index in self._assignments if "=" in "".join(self._argv[index : index + 1])]
        if not file:
            return replace(self._launch(Language.OTHER, None, self._at + 1, name), code=self._word())
        if not (self._folder / file).is_file():
            raise missing_script(file, self._folder)
        return self._launch(Language.OTHER, self._folder / file, self._at, f"{name} {PurePath(file).name}")

    def _file(self, language: Language, title: str) -> Launch:
        word = self._word()
        path = self._folder / word
        if path.is_dir() and (path / "__main__.py").is_file():
            path = path / "__main__.py"
        if not path.is_file():
            raise missing_script(word, self._folder)
        return self._launch(language, path, self._at + 1, title)

    def _executable(self, word: str, name: str) -> Launch:
        """A bare executable: its first line may say what reads it; an interpreter takes a script first."""
        path = self._folder / word
        if "/" in word and not path.exists():
            raise missing_script(word, self._folder)
        if "/" in word and path.is_file():
            return self._launch(_shebang_language(path), path, self._at + 1, name)
        for index in range(self._at + 1, min(self._at + 6, len(self._argv))):
            if PurePath(self._argv[index]).suffix.lower() in _SCRIPT_SUFFIXES:
                if not (self._folder / self._argv[index]).is_file():
                    raise missing_script(self._argv[index], self._folder)
                path = self._folder / self._argv[index]
                return self._launch(Language.OTHER, path, index + 1, PurePath(self._argv[index]).name)
        return self._launch(Language.OTHER, None, self._at + 1, name)

    def _launch(self, language: Language, script: Path | None, start: int, title: str = "") -> Launch:
        return Launch(
            language=language,
            script=script,
            arguments_start=min(start, len(self._argv)),
            title=title or "command",
            assignments=tuple(self._assignments),
            has_bare_assignments=self._has_bare,
        )


def missing_script(name: str, folder: Path) -> UnreadableInput:
    """The error for a script that is not there, naming the files of its kind that are."""
    place = (folder / name).parent
    suffix = PurePath(name).suffix
    entries = sorted(place.iterdir()) if place.is_dir() else []
    known = [str(PurePath(name).with_name(e.name)) for e in entries if e.is_file() and e.suffix == suffix]
    hint = nearest_hint(name, known) if known else f"There is no {suffix or 'such'} file in {place}."
    return UnreadableInput(f"There is no script '{name}' in {folder}.", hint=hint)


def _module_file(name: str, folder: Path) -> Path | None:
    relative = Path(*name.split("."))
    for root in (folder, folder / "src"):
        for candidate in (root / relative.with_suffix(".py"), root / relative / "__main__.py"):
            if candidate.is_file():
                return candidate
    return None


def _shebang_language(path: Path) -> Language:
    with path.open("rb") as file:
        first = file.readline(200)
    if not first.startswith(b"#!"):
        return Language.OTHER
    if b"python" in first:
        return Language.PYTHON
    is_shell = any(PurePath(word).name in SHELLS for word in first[2:].decode("utf-8", "replace").split())
    return Language.SHELL if is_shell else Language.OTHER
