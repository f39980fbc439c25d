"""Ask and tell with several trainings at once, failures, and a loop that is interrupted: `python own_loop.py`.

Each training is a small SGD classifier on scikit-learn's digits. Run it twice: the second run goes on where the first
one ended, from search.json.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from sklearn.datasets import load_digits
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import cross_val_score

from selftune import Optimizer

MEMORY = Path("search.json")
SLOTS, ROUNDS = 3, 3


def new_search() -> Optimizer:
    """What is searched; `eta0` acts only where the learning rate is constant."""
    return Optimizer(
        {"alpha": (1e-6, 1e-1), "eta0": (1e-4, 10.0), "learning_rate": ["optimal", "constant"], "max_iter": (1, 20)},
        "Maximize",
        seed=1,
        conditions={"eta0": "learning_rate == constant"},
        first=[{"alpha": 1e-4, "learning_rate": "optimal", "max_iter": 5}],
    )


def train(values: Mapping[str, Any]) -> float | None:
    """The accuracy; None where training breaks down."""
    data = load_digits()
    model = SGDClassifier(random_state=0, tol=None, **values)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return float(cross_val_score(model, data.data / 16, data.target, cv=2).mean())
    except ValueError:
        return None


optimizer = Optimizer.from_json(MEMORY.read_text()) if MEMORY.exists() else new_search()
with ThreadPoolExecutor(SLOTS) as pool:
    for _ in range(ROUNDS):
        suggestions = [*optimizer.pending, *optimizer.ask(SLOTS)]
        for suggestion, accuracy in zip(suggestions, pool.map(train, suggestions), strict=True):
            optimizer.tell(suggestion, accuracy, failed=accuracy is None)
            print(f"{suggestion.number:3} {accuracy or 0:.4f}  {suggestion.strategy:28} {dict(suggestion)}")
        MEMORY.write_text(optimizer.to_json())
best = optimizer.best
print("Best:" if best else "Nothing was reached.", best.objective if best else "", best.values if best else "")
