"""Which data a program trains on, as far as the request names it, and what they are like."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

from selftune.autotune.data_facts import DataFacts
from selftune.autotune.names import last_part, normal_name, word_set, words_of
from selftune.autotune.reader.reading import ProgramReading
from selftune.model.errors import UnreadableInput, UsageError
from selftune.model.request import AlgorithmRequest, Channel, CommandRequest, TuningJobRequest

_TEXT_TABLES = (".csv", ".tsv", ".libsvm", ".svm", ".svmlight")
"""Endings of files that are clearly tables; Parquet would need a library, which a plan does not import."""
_TRAINING = word_set("train training")
_OTHER = word_set(
    """
    test testing val valid validation eval evaluation dev holdout pred preds prediction predictions predict out output
    result results log logs history metrics submission sub save score scores report
    """
)
"""Words of files that nothing is trained on."""
_TARGET_NAMES = frozenset({"target", "target_column", "target_col", "label", "label_column", "label_col", "y_col"})


def data_of(request: TuningJobRequest, reading: ProgramReading) -> tuple[DataFacts | None, tuple[str, ...]]:
    """(what the training data are like, None where none are named; what could not be read, for the user).

    Raises:
        UsageError: the data of a built-in algorithm cannot be read, or have no such label column.
    """
    if isinstance(request.program, AlgorithmRequest):
        channel = _training_channel(request.channels)
        return (None if channel is None else _facts(Path(channel.path), request.settings.target_column, True)), ()
    path = next(iter(_named_paths(request, reading)), None)
    if path is None:
        return None, tuple(_missing(request, reading))
    try:
        return _facts(path, _target(request, reading, path), False), ()
    except UsageError as error:
        return None, (f"The ranges do not follow {path.name}, which cannot be read: {error.message}",)


def _missing(request: TuningJobRequest, reading: ProgramReading) -> Iterator[str]:
    """Tables that the command names, to read by their names, and that are not there."""
    if not isinstance(request.program, CommandRequest):
        return
    folder = Path(request.program.folder)
    named = [(h.value, h.telling_name, f" ({h.name})") for h in reading.hyperparameters if h.is_listed]
    known = {value for value, _, _ in named}
    for before, word in pairwise(request.program.argv):
        named += [(word, "", "")] if word not in known and not before.startswith("-") else []
    for text, name, shown in named:
        is_table = isinstance(text, str) and not text.startswith("-") and text.lower().endswith(_TEXT_TABLES)
        path = folder / str(text)
        if is_table and not path.exists() and _words(name, path).isdisjoint(_OTHER):
            yield f"There is no file {text}{shown}: if the program reads it, every training job will fail."


def _facts(path: Path, target: str | None, first_is_label: bool) -> DataFacts | None:
    from selftune.autotune.data_reading import read_facts
    from selftune.training.algorithms.table import data_files, data_format

    if not path.exists():
        raise UnreadableInput(f"There is no file {path}.", hint="Check the path behind --data.")
    if data_format(data_files(path)[0]) == "parquet":
        return None
    return read_facts(path, target=target, first_is_label=first_is_label)


def _training_channel(channels: Iterable[Channel]) -> Channel | None:
    """The channel named for training, else the only one."""
    found = list(channels)
    named = [c for c in found if not _TRAINING.isdisjoint(words_of(c.name))]
    return named[0] if named else found[0] if len(found) == 1 else None


def _named_paths(request: TuningJobRequest, reading: ProgramReading) -> Iterator[Path]:
    """Files of training data that the request names: its channel, then what is clearly one among its values."""
    channel = _training_channel(request.channels)
    if channel is not None:
        yield from _tables_at(Path(channel.path))
        return
    program = request.program
    folder = Path("" if isinstance(program, AlgorithmRequest) else program.folder)
    named = [(h.telling_name, h.value) for h in reading.hyperparameters if isinstance(h.value, str)]
    if isinstance(program, CommandRequest):
        named += [("", word.partition("=")[2] or word) for word in program.argv]
    paths = [(name, folder / text) for name, text in named if text.lower().endswith(_TEXT_TABLES)]
    usable = [(name, path) for name, path in paths if _words(name, path).isdisjoint(_OTHER) and path.is_file()]
    yield from (path for _, path in sorted(usable, key=lambda found: _TRAINING.isdisjoint(_words(*found))))


def _tables_at(path: Path) -> Iterator[Path]:
    """The path itself where it is a table, or a folder of nothing else."""
    if path.is_file() and path.suffix.lower() in _TEXT_TABLES:
        yield path
    elif path.is_dir():
        files = [f for f in path.iterdir() if f.is_file() and not f.name.startswith((".", "_"))]
        if files and all(file.suffix.lower() in _TEXT_TABLES for file in files):
            yield path


def _words(name: str, path: Path) -> frozenset[str]:
    return frozenset((*words_of(name), *words_of(normal_name(path.stem))))


def _target(request: TuningJobRequest, reading: ProgramReading, path: Path) -> str | None:
    """The label's column: the user's, else one that the program takes as such and the file has."""
    if request.settings.target_column is not None:
        return request.settings.target_column
    named = [
        h.value
        for h in reading.hyperparameters
        if isinstance(h.value, str) and normal_name(last_part(h.telling_name)) in _TARGET_NAMES
    ]
    return next((column for column in named if column in _first_line(path)), None)


def _first_line(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open(encoding="utf-8", errors="replace") as stream:
        return stream.readline(65_536)
