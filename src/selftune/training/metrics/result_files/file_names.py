"""Which files hold results, by their names."""

from __future__ import annotations

import re

_WORDS = frozenset(
    {
        *("metric", "metrics", "result", "results", "score", "scores", "summary", "report", "performance"),
        *("history", "log", "logs", "progress", "stats", "state", "trainer", "epochs", "learn"),
        *("eval", "evaluation", "val", "validation", "test", "train", "training"),
        *("loss", "losses", "accuracy", "error"),
    }
)
_WORD = re.compile(r"[a-z]+")


def is_called_results(name: str, suffixes: tuple[str, ...]) -> bool:
    """Whether a file has one of these suffixes and a word of results in its name: `eval_results.json`, `log.csv`."""
    stem, dot, suffix = name.lower().rpartition(".")
    return bool(dot) and f".{suffix}" in suffixes and not _WORDS.isdisjoint(_WORD.findall(stem))
