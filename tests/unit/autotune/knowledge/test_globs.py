"""Globs sorted by form fit what fnmatch says that they fit."""

from __future__ import annotations

from fnmatch import fnmatchcase
from itertools import product

import pytest

from selftune.autotune.knowledge.globs import Globs, globs, name_globs

LETTERS = ("", "a", "b", "ab", "ba", "aa", "aba", "a_b", "abab")
PATTERNS = tuple(
    dict.fromkeys("*".join(parts) for count in (1, 2, 3, 4) for parts in product(("", "a", "ab"), repeat=count))
)


@pytest.mark.parametrize("pattern", [*PATTERNS, "a?", "[ab]*", "*[!a]", "?*a"])
def test_a_glob_fits_what_fnmatch_says(pattern: str) -> None:
    texts = ["".join(parts) for parts in product(LETTERS, repeat=2)]
    fitting = Globs([pattern])
    assert [text for text in texts if fitting.fit(text)] == [text for text in texts if fnmatchcase(text, pattern)]


def test_several_globs_fit_what_any_of_them_fits() -> None:
    several = globs(("seed", "*_seed", "rank*", "a*b*c"))
    assert all(map(several.fit, ("seed", "my_seed", "ranks", "a1b2c")))
    assert not any(map(several.fit, ("seeds", "seed_my", "a1c2b", "")))


def test_in_globs_over_names_a_leading_star_and_underscore_may_stand_for_nothing() -> None:
    assert name_globs(("*_dir",)).fit("dir")
    assert name_globs(("*_dir*",)).fit("directory")
    assert not globs(("*_dir",)).fit("dir")


def test_no_globs_fit_nothing() -> None:
    assert not globs(()).fit("")
