"""All recognisers, in the order in which a line is tried on them: the more particular form first."""

from __future__ import annotations

from selftune.training.metrics.recognisers.boosted_trees import BOOSTED_TREES
from selftune.training.metrics.recognisers.catboost_iteration import CATBOOST_ITERATION
from selftune.training.metrics.recognisers.classification_report import CLASSIFICATION_REPORT
from selftune.training.metrics.recognisers.cross_validation import CROSS_VALIDATION
from selftune.training.metrics.recognisers.dictionary import DICTIONARY
from selftune.training.metrics.recognisers.header_table import HEADER_TABLE
from selftune.training.metrics.recognisers.json_record import JSON_RECORD
from selftune.training.metrics.recognisers.kept_model import KEPT_MODEL
from selftune.training.metrics.recognisers.keras_bar import KERAS_BAR
from selftune.training.metrics.recognisers.lightgbm_round import LIGHTGBM_ROUND
from selftune.training.metrics.recognisers.pairs import PAIRS
from selftune.training.metrics.recognisers.tqdm_bar import TQDM_BAR
from selftune.training.metrics.recognisers.two_cells import TWO_CELLS
from selftune.training.metrics.recognisers.xgboost_round import XGBOOST_ROUND

LINE_RECOGNISERS = (
    DICTIONARY,
    LIGHTGBM_ROUND,
    XGBOOST_ROUND,
    CATBOOST_ITERATION,
    KERAS_BAR,
    TQDM_BAR,
    CROSS_VALIDATION,
    BOOSTED_TREES,
    TWO_CELLS,
    PAIRS,
)
"""Those that read a line by itself: what they find depends on its shape alone, not on the numbers in it."""

RECOGNISERS = (JSON_RECORD, *LINE_RECOGNISERS[:-1], CLASSIFICATION_REPORT, HEADER_TABLE, KEPT_MODEL, PAIRS)
"""All; docs/metrics.md has a section on each."""
