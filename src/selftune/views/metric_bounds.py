"""What a metric can be, by its name and the values seen: an accuracy is no more than 1, or than 100 in percent."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from dataclasses import dataclass

from selftune.model.values import short_number


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SHARES = _words(
    "accuracy acc auc auroc aucpr auprc f1 f2 fbeta precision recall sensitivity specificity tpr tnr fpr fnr iou miou "
    "jaccard dice map ap ndcg mrr hits exact em bleu rouge misclassification winrate"
)
"""Between 0 and 1, or between 0 and 100 where a value beyond 1 was seen."""
_CORRELATIONS = _words("correlation corr pearson pearsonr spearman spearmanr kappa mcc matthews silhouette")
"""Between -1 and 1."""
_AT_MOST_ONE = _words("r2")
_NOT_NEGATIVE = _words(
    "error err errors rmse mse mae mape smape rmsle msle wape logloss mlogloss merror brier ece crps wer cer ter fid "
    "regret deviance rmspe medae eer"
)
_FROM_ONE = _words("perplexity ppl")
_OPPOSITES = _words("neg negative minus")
_ANOTHER = _words("loss cost diff difference delta ratio gap log std variance")
"""Words that make something else of a metric: the loss that goes with an accuracy, a gap between two of them."""
_PHRASES = (("log loss", "logloss"), ("squared error", "mse"), ("absolute error", "mae"), ("r 2", "r2"))
_WORD = re.compile(r"[A-Z]?[a-z]+\d*|[A-Z]+\d*(?![a-z])")
_PERCENT = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricBounds:
    """The least and the most that a metric can be; infinite where nothing is known."""

    low: float = -math.inf
    high: float = math.inf


def metric_bounds(name: str | None, seen: Collection[float]) -> MetricBounds:
    """The bounds of a metric; none where its name says nothing, or where a value seen contradicts what it says.

    Args:
        name: As printed: "val_acc", "validation:auc", "neg_mean_squared_error".
        seen: Values of it.
    """
    finite = [value for value in seen if math.isfinite(value)]
    found = _by_name(" ".join(word.lower() for word in _WORD.findall(name or "")), max(finite, default=0.0))
    return found if all(found.low <= value <= found.high for value in finite) else MetricBounds()


def bounds_text(bounds: MetricBounds, *, is_high: bool) -> str:
    """In one sentence, at the high or the low end."""
    end, side = (bounds.high, "above") if is_high else (bounds.low, "below")
    return f"Nothing {side} {short_number(end)} can be reached."


def _by_name(text: str, largest: float) -> MetricBounds:
    for phrase, word in _PHRASES:
        text = text.replace(phrase, word)
    words = frozenset(text.split())
    known = (
        (_SHARES, MetricBounds(low=0.0, high=_PERCENT if largest > 1 else 1.0)),
        (_CORRELATIONS, MetricBounds(low=-1.0, high=1.0)),
        (_AT_MOST_ONE, MetricBounds(high=1.0)),
        (_NOT_NEGATIVE, MetricBounds(low=0.0)),
        (_FROM_ONE, MetricBounds(low=1.0)),
    )
    found = [bounds for names, bounds in known if not words.isdisjoint(names)]
    if len(found) != 1 or not words.isdisjoint(_ANOTHER):
        return MetricBounds()
    (bounds,) = found
    return bounds if words.isdisjoint(_OPPOSITES) else MetricBounds(low=-bounds.high, high=-bounds.low)
