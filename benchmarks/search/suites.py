"""Which tasks a comparison has, and by which names its settings go."""

from __future__ import annotations

from collections.abc import Sequence

SURROGATES = (
    *(f"lcbench/{task}" for task in (126025, 126029, 146212, 167104, 168330, 168868)),
    *(f"rbv2_rpart/{task}" for task in (14, 40499, 1501, 37)),
)
"""Those that separate tuners: on the two of iaml_glmnet any two searches end alike."""

SEEDS = {"surrogates": 5, "tables": 5, "real": 3}

EXPERT = "expert"
"""The expert's ranges as walls, `autotune=False`, no start values: the same for all."""
AUTOTUNED = "autotuned"
"""Nothing but today's values: ranges, priors and first jobs are Autotune's."""

MISS_SOFT, MISS_WALLS = "miss-soft", "miss-walls"
"""Ranges of which each important one misses the best known value: soft ones with the expert's as hard bounds, walls."""
AWS_SOFT, AWS_WALLS = "aws-soft", "aws-walls"
"""The ranges that AWS's documentation prints, the same two ways."""
FOUR, SIXTEEN = "expert x4", "expert x16"
"""The expert's ranges, so many training jobs at once, with durations that vary tenfold."""

PEERS = ("optuna-tpe", "flaml-blendsearch", "optuna-gp", "smac")
OURS = "selftune"
TODAY = "today"
"""One training of today's values: regret 1 on real training."""


def has_setting(setting: str, suite: str) -> bool:
    """Whether a setting makes sense there.

    Tables have no start values. What AWS prints for image classification holds all of lcbench's domain, and it prints
    nothing for a decision tree.
    """
    if suite == "tables":
        return setting == EXPERT
    if setting.startswith("miss") or " x" in setting:
        return suite == "surrogates"
    if setting.startswith("aws"):
        return suite == "real"
    return True


def tasks_of(suite: str) -> Sequence[str]:
    """The names of a suite's tasks."""
    import real
    import tables

    return {"surrogates": SURROGATES, "tables": tables.NAMES, "real": real.NAMES}[suite]
