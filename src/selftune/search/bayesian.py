"""Bayesian search: a Gaussian process over what has ended, and the point of highest expected improvement.

    start     the first training jobs run values known to be good elsewhere, and fill the space, denser where the
              ranges' priors expect good values
    model     warped losses over encoded values; what failed says where training jobs fail (`feasibility`)
    draws     what the losses of ended and running training jobs may be without noise, many times over
    seconds   where the budget is time, ln EI is weighed against ln of the expected duration (`duration`)
    choice    ln of the draws' mean EI + weight / n * ln prior + 4 ln chance of success: the prior's weight fades with
              n, the training jobs that have a loss (piBO, Hvarfner 2022, arXiv:2204.11051)

Priors that the evidence contradicts are ignored (`trust`), and so is what earlier tuning jobs found where it misleads
(`earlier`). Where no model can be fitted, the next point of the space-filling start is suggested; its strategy is then
`NO_MODEL`, and its reason says why. What the model is made of stands in `surrogate`, its constants in
`bayesian_settings`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from selftune.model.history import Exhausted, History, Suggestion
from selftune.search.bayesian_settings import BayesianSettings
from selftune.search.earlier import Evidence, evidence_of
from selftune.search.encoder import Array, Encoder
from selftune.search.evidence import losses_as_evidence, telling
from selftune.search.gaussian_process import FitFailed
from selftune.search.maximizer import best_candidates
from selftune.search.output_warp import warped
from selftune.search.portfolio import from_elsewhere, from_portfolio
from selftune.search.random import fill, spread_how
from selftune.search.space_filling import is_space_filling, why_space_filling
from selftune.search.surrogate import Surrogate, Surrogates
from selftune.search.untried import Untried
from selftune.search.warm_start import is_believed, telling_parents

NO_MODEL = "sobol: no model could be fitted"
"""The strategy of a suggestion that should have come from the model."""
EXPECTED_IMPROVEMENT = "gp: log expected improvement"
NOTHING_NEW = "random: the model proposed nothing new"
"""The strategy of a suggestion where all that the model proposed has been tried, or may not run."""


class BayesianStrategy:
    """Suggests what the model expects to improve most on the best training job so far."""

    def __init__(self, settings: BayesianSettings | None = None) -> None:
        self._settings = settings or BayesianSettings()

    def suggest(self, history: History, count: int, rng: np.random.Generator) -> Sequence[Suggestion] | Exhausted:
        evidence = evidence_of(history)
        encoder = Encoder(evidence.space, history.conditions)
        untried = Untried(encoder, history)
        if untried.remaining < 1:
            return untried.exhausted
        made = from_portfolio(encoder, untried, history, evidence, count)
        if len(made) < count:
            made += self._searched(encoder, untried, history, evidence, count - len(made), rng)
        return made or untried.exhausted

    def _searched(
        self,
        encoder: Encoder,
        untried: Untried,
        history: History,
        evidence: Evidence,
        count: int,
        rng: np.random.Generator,
    ) -> list[Suggestion]:
        if is_space_filling(history):
            reason = why_space_filling(history, spread_how(encoder))
            return fill(encoder, untried, history, evidence, count, "sobol", reason)
        if not _comparable(history) or self._is_start(encoder, untried, history, evidence, count):
            return fill(encoder, untried, history, evidence, count, "sobol", _start_reason(encoder, history))
        try:
            return self._propose(encoder, untried, history, evidence, count, rng)
        except (FitFailed, np.linalg.LinAlgError) as error:
            reason = f"No model could be fitted to {len(history.ended)} training jobs ({error}): {spread_how(encoder)}."
            return fill(encoder, untried, history, evidence, count, NO_MODEL, reason)

    def _is_start(self, encoder: Encoder, untried: Untried, history: History, evidence: Evidence, count: int) -> bool:
        """Whether the even spread is still to say more than a model could."""
        begun = len(history.ended) + len(history.running)
        own, settings = begun - len(evidence.refuted), self._settings
        if not telling_parents(encoder, history):
            return own < settings.start_jobs or begun - from_elsewhere(history) < settings.least_own
        if own < settings.warm_start_jobs or own > settings.start_jobs:
            return own < settings.warm_start_jobs
        if not _believes_parents(encoder, untried, history):
            return own < settings.start_jobs
        return own == settings.start_jobs and count == 1

    def _propose(
        self,
        encoder: Encoder,
        untried: Untried,
        history: History,
        evidence: Evidence,
        count: int,
        rng: np.random.Generator,
    ) -> list[Suggestion]:
        models = Surrogates(encoder, untried, history, self._settings, rng)
        suggestions: list[Suggestion] = []
        while len(suggestions) < count and untried.remaining >= 1:
            model = models.next()
            proposed = self._proposed(model, untried, rng)
            point = untried.another(rng) if proposed is None else proposed
            if point is None:
                break
            untried.take(point)
            suggestions.append(
                Suggestion(
                    values=encoder.values(point),
                    strategy=NOTHING_NEW if proposed is None else EXPECTED_IMPROVEMENT,
                    reason=evidence.noted(_why_another(encoder) if proposed is None else model.reason(point)),
                    seen=len(history.ended),
                )
            )
            models.take(point)
        return suggestions

    def _proposed(self, model: Surrogate, untried: Untried, rng: np.random.Generator) -> Array | None:
        """The best candidate (d,) that is untried; None where there is none."""
        best, effort = model.best_points, self._settings.effort
        found, _ = best_candidates(model, model.encoder, best, rng, effort, untried.allowed, model.view)
        return untried.first_of(found)


def _believes_parents(encoder: Encoder, untried: Untried, history: History) -> bool:
    """Whether the results speak for a parent; what failed counts as worse than the worst."""
    ended = telling(encoder, history.evidence)
    found = losses_as_evidence(ended)
    known = [loss for loss in found if loss is not None]
    failed = max(known) + (max(known) - min(known) or 1.0)
    losses = warped([failed if loss is None else loss for loss in found])
    return is_believed(encoder, history, encoder.features(untried.points_of(ended)), losses)


def _comparable(history: History) -> bool:
    """True where one training job has an objective, and another has one or failed."""
    losses = losses_as_evidence(history.evidence)
    return len(losses) >= 2 and any(loss is not None for loss in losses)


def _why_another(encoder: Encoder) -> str:
    return f"All that the model proposed has been tried, or may not run: others, {spread_how(encoder)}."


def _start_reason(encoder: Encoder, history: History) -> str:
    if len(history.ended) + len(history.running) >= 2 and not _comparable(history):
        return f"Fewer than two training jobs have an objective yet: {spread_how(encoder)}."
    return f"The first training jobs show where to look: {spread_how(encoder)}."
