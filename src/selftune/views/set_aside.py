"""Earlier tuning jobs whose good values did worse here: shown from what the search has set aside.

The search judges (`search.earlier`); this only says it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from selftune.model.values import counted


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """What the results say against an earlier tuning job."""

    tuning_job: str
    """The one that misled."""
    training_jobs: tuple[int, ...]
    """Those here that ran its values."""


def set_aside_text(aside: SetAside) -> str:
    """In one sentence."""
    numbers = ", ".join(map(str, aside.training_jobs))
    jobs = counted(len(aside.training_jobs), "training job").partition(" ")[2]
    return (
        f"What {aside.tuning_job} found good did worse here ({jobs} {numbers}): it is set aside, here and by the next "
        "tuning jobs of this program."
    )


def set_aside_texts(asides: Sequence[SetAside]) -> list[str]:
    """A sentence for each."""
    return [set_aside_text(aside) for aside in asides]
