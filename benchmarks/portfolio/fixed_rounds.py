"""Where nobody tunes the rounds: are the portfolio's configurations still good, with a rate that makes up for them?

    python benchmarks/portfolio/fixed_rounds.py

Trains the configurations of the knowledge file with 50 and 100 rounds, rounds times rate as they state it. Compare with
the cases "fixed 50" and "fixed 100" of `learn.py choose`, which were chosen among configurations trained with those.
"""

from __future__ import annotations

import warnings

import numpy as np
from data_sets import splits_of
from learn import RESULTS
from learners import LEARNERS
from portfolios import RECIPES
from results_of import losses_of, scaled

from selftune.autotune.portfolio_file import learnt_portfolios

_MOST = 0.5
"""The upper end of the rate's box in the knowledge base."""


def main() -> None:
    warnings.filterwarnings("ignore")
    for recipe in RECIPES:
        known = next(p for p in learnt_portfolios() if p.framework == recipe.framework)
        if known.rounds is None:
            continue
        learner = next(learner for learner in LEARNERS if learner.name == recipe.learners[0])
        for rounds in (50, 100):
            losses = losses_of(RESULTS, learner.name, rounds, with_large=False)
            assert losses is not None
            table = []
            for name, unit in losses.units.items():
                row = []
                for configuration in known.configurations:
                    values = {k: v for k, v in configuration if k != "bagging_freq"}
                    rate = min(_MOST, float(f"{values['learning_rate'] * values[known.rounds] / rounds:.2g}"))
                    values |= {"learning_rate": rate, known.rounds: rounds}
                    folds = [dict(learner.train(values, split))[rounds] for split in splits_of(name)]
                    row.append(scaled(np.mean(folds, axis=0), unit))
                table.append(row)
            best = np.minimum(np.minimum.accumulate(np.array(table), axis=1), 1.0).mean(axis=0)
            print(f"{learner.name} with {rounds} rounds: " + " ".join(f"{value:.3f}" for value in best), flush=True)


if __name__ == "__main__":
    main()
