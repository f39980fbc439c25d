"""Arguments that a script leaves to its library: what they are today is the library's own value."""

from __future__ import annotations

import re
from dataclasses import replace

from selftune.autotune.knowledge import Known
from selftune.autotune.reader.reading import FoundHyperparameter
from selftune.model.values import is_number

_NONE_IS_DEFAULT = re.compile(
    r"(xgboost\.(train|cv)\.(?!num_boost_round|nfold)|xgboost\.XGB\w+\.|catboost\.CatBoost\w*\.)\w+\Z"
)
"""Arguments of libraries that leave out what is None."""


def with_library_default(found: FoundHyperparameter, known: Known) -> FoundHyperparameter:
    """What has no value and goes into a library that reads None as its own default has that one today."""
    is_left = known.flow is not None and _NONE_IS_DEFAULT.match(known.flow) is not None
    if found.value is not None or found.help_needed or not is_left or not is_number(known.entry.default):
        return found
    return replace(found, value=known.entry.default)
