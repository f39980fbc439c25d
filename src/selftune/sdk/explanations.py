"""Decisions and their reasons, readable where they are shown and usable where they are not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from selftune.sdk.words import TUNER_WORDS
from selftune.views.explanation import Explanation

_WITHOUT_OPTION: Mapping[str, str] = MappingProxyType(
    {
        "completion": "completion_criteria_config=TuningJobCompletionCriteriaConfig(...)",
        "retry": "the estimator's max_retry_attempts=N",
        "portfolio": "autotune=False, or hyperparameter_ranges of your own",
        "constraints": "a knowledge file of your own",
    }
)
"""How to overrule what the command line changes in a plan file only."""


class Explanations(tuple[Explanation, ...]):
    """A tuple of explanations whose text is for people."""

    __slots__ = ()

    def __new__(cls, explanations: Iterable[Explanation]) -> Explanations:
        return super().__new__(cls, tuple(explanations))

    def __repr__(self) -> str:
        return "\n".join(_text(explanation) for explanation in self)


def in_sdk_words(explanations: Iterable[Explanation]) -> Iterator[Explanation]:
    """The explanations with a tuner's arguments in place of the command line's options."""
    for explanation in explanations:
        override = _WITHOUT_OPTION.get(explanation.name, TUNER_WORDS.of(explanation.override))
        yield replace(
            explanation,
            reason=TUNER_WORDS.of(explanation.reason),
            alternatives=tuple(map(TUNER_WORDS.of, explanation.alternatives)),
            evidence=tuple(map(TUNER_WORDS.of, explanation.evidence)),
            would_change=tuple(map(TUNER_WORDS.of, explanation.would_change)),
            override=override,
        )


def _text(explanation: Explanation) -> str:
    lines = [
        f"{explanation.name}: {explanation.value}",
        f"  {explanation.reason} (by {explanation.by}, source: {explanation.source})",
        *(f"  {sentence}" for sentence in explanation.evidence),
        *(f"  Instead of: {sentence}" for sentence in explanation.alternatives),
        *(f"  Would change it: {sentence}" for sentence in explanation.would_change),
        f"  To overrule it: {explanation.override}",
    ]
    return "\n".join(lines)
