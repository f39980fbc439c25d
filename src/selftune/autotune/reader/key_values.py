"""`KEY VALUE` pairs among the words of a command: `python train.py --config a.yml SOLVER.BASE_LR 0.001`.

A word is a key where a configuration file has it, or where it is dotted in a run of pairs that ends the command.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath

from selftune.autotune.names import word_set

_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
_OPTION = re.compile(r"--?[A-Za-z]|--\Z")
_SUFFIXES = word_set(
    """
    .bin .bz2 .c .cfg .conf .cpp .csv .dat .gz .h5 .hdf5 .ini .ipynb .jl .joblib .json .jsonl .libsvm .log .md .model
    .npy .npz .onnx .out .parquet .pkl .png .pt .pth .py .r .sh .svm .tar .toml .tsv .txt .xml .yaml .yml .zip
    """
)
"""Dotted words that end so are files."""


class KeyWords:
    """Tells which words of a command are keys of a configuration with a value behind them.

    Args:
        tokens: The words.
        keys: The keys of the configuration files that the command names.
    """

    def __init__(self, tokens: Sequence[str], keys: frozenset[str]) -> None:
        self._tokens = tokens
        self._keys = keys

    def is_known(self, word: str) -> bool:
        return word in self._keys

    def starts_pair(self, index: int) -> bool:
        """Whether the word at `index` is a key and the one behind it is its value."""
        if index + 1 >= len(self._tokens) or not _is_value(self._tokens[index + 1]):
            return False
        return self.is_known(self._tokens[index]) or self._is_in_last_run(index)

    def _is_in_last_run(self, index: int) -> bool:
        rest = self._tokens[index:]
        return len(rest) % 2 == 0 and all(
            (self.is_known(key) or _is_dotted_key(key)) and _is_value(value)
            for key, value in zip(rest[::2], rest[1::2], strict=True)
        )


def _is_dotted_key(word: str) -> bool:
    return _DOTTED.fullmatch(word) is not None and PurePath(word).suffix.lower() not in _SUFFIXES


def _is_value(word: str) -> bool:
    return _OPTION.match(word) is None
