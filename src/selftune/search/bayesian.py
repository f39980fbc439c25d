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
`NO_MODEL`, and its reason says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from selftune.model.history import Exhausted, History, Observation, Suggestion
from selftune.search.acquisition import log_expected_improvement
from selftune.search.draws import PosteriorDraws
from selftune.search.duration import duration_model
from selftune.search.earlier import Evidence, evidence_of
from selftune.search.encoder import Array, Encoder
from selftune.search.evidence import losses_as_evidence
from selftune.search.feasibility import Feasibility, FeasibilitySettings
from selftune.search.gaussian_process import FitFailed, ParameterPrior, fit
from selftune.search.maximizer import Effort, best_candidates
from selftune.search.output_warp import warped
from selftune.search.portfolio import from_elsewhere, from_portfolio
from selftune.search.random import fill, spread_how
from selftune.search.space_filling import is_space_filling, why_space_filling
from selftune.search.trust import log_belief, trust_in_priors
from selftune.search.trust_region import RegionSettings, as_numbers, turn_of, view_of
from selftune.search.untried import Untried
from selftune.search.warm_start import is_believed, telling_parents, trend_of

NO_MODEL = "sobol: no model could be fitted"
"""The strategy of a suggestion that should have come from the model."""
EXPECTED_IMPROVEMENT = "gp: log expected improvement"
NOTHING_NEW = "random: the model proposed nothing new"
"""The strategy of a suggestion where all that the model proposed has been tried, or may not run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BayesianSettings:
    """The constants of the strategy."""

    start_jobs: int = 4
    """Training jobs, the baseline among them, before the model takes over; without those whose values misled."""
    warm_start_jobs: int = 2
    """The same with parents that have shown something, as long as they are believed; what they found best is one of
    them. Once there are `start_jobs`, one more point of the even spread tests what the model has made of them."""
    least_own: int = 3
    """So many of them, the baseline among them, run other values than those that were good elsewhere."""
    prior_weight: float = 0.5
    """Weight of the log prior beside ln EI; it is divided by the number of training jobs that have a loss. One that
    failed says nothing of losses, so it leaves the prior its weight."""
    fit_steps: int = 40
    """Most iterations of the fit of the model's parameters."""
    fit_observations: int = 120
    """Most training jobs to which the parameters are fitted; beyond, half of them the best."""
    draws: int = 32
    """Draws of the noise-free losses over which the improvement is averaged."""
    parameter_prior: ParameterPrior = field(default_factory=ParameterPrior)
    cost_weight: float = 0.1
    """Weight of ln seconds beside ln EI at the beginning of a budget of time."""
    feasibility: FeasibilitySettings = field(default_factory=FeasibilitySettings)
    effort: Effort = field(default_factory=Effort)
    regions: RegionSettings = field(default_factory=RegionSettings)
    """What the model sees of many training jobs."""
    best_kept: int = 5
    """How many of the best training jobs are mutated into candidates."""


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
        models = _Models(encoder, untried, history, self._settings, rng)
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

    def _proposed(self, model: _Model, untried: Untried, rng: np.random.Generator) -> Array | None:
        """The best candidate (d,) that is untried; None where there is none."""
        best, effort = model.best_points, self._settings.effort
        found, _ = best_candidates(model, model.encoder, best, rng, effort, untried.allowed, model.view)
        return untried.first_of(found)


class _Models:
    """The models of one batch, one a view: each suggestion has the view that it would have if asked for alone."""

    def __init__(
        self,
        encoder: Encoder,
        untried: Untried,
        history: History,
        settings: BayesianSettings,
        rng: np.random.Generator,
    ) -> None:
        self._begun = len(history.ended) + len(history.running)
        self._losses = as_numbers(losses_as_evidence(telling(encoder, history.evidence)))
        self._regions = settings.regions
        self._make = partial(_Model, encoder, untried, history, settings, rng)
        self._by_turn: dict[int | None, _Model] = {}
        self._taken: list[Array] = []

    def next(self) -> _Model:
        """The model for the next suggestion, which knows of all before it."""
        number = self._begun + len(self._taken)
        turn = turn_of(self._losses, number, self._regions)
        if turn not in self._by_turn:
            self._by_turn[turn] = self._make(number)
        model = self._by_turn[turn]
        model.catch_up(self._taken)
        return model

    def take(self, point: Array) -> None:
        """A point, (d,), has become a suggestion."""
        self._taken.append(point)


class _Model:
    """The posterior of one history as one view shows it, pending training jobs included."""

    def __init__(
        self,
        encoder: Encoder,
        untried: Untried,
        history: History,
        settings: BayesianSettings,
        rng: np.random.Generator,
        number: int,
    ) -> None:
        """The model for suggestion `number`, counted as training jobs are begun."""
        self.encoder = encoder
        ended = telling(encoder, history.evidence)
        found, ended_points = losses_as_evidence(ended), untried.points_of(ended)
        self.view = view_of(encoder, ended_points, as_numbers(found), number, settings.regions)
        known, ended_points = [found[index] for index in self.view.seen], ended_points[self.view.seen]
        has_loss = np.array([loss is not None for loss in known])
        losses, points = warped([loss for loss in known if loss is not None]), ended_points[has_loss]
        features = self._features(points)
        trend = trend_of(encoder, history, features, losses)
        part = thinned(losses, settings.fit_observations)
        theta = fit(
            features[part],
            (losses - trend(features))[part],
            encoder.groups,
            encoder.dimension,
            settings.parameter_prior,
            settings.fit_steps,
        )
        self._draws = PosteriorDraws(features, losses, encoder.groups, theta, settings.draws, rng, trend)
        order = np.argsort(losses, kind="stable")
        self.best_points = points[order[: settings.best_kept]]
        fading = settings.prior_weight / sum(loss is not None for loss in found)
        self._trust = fading * trust_in_priors(encoder, points, losses)
        self._count = len(history.ended)
        self._feasibility = feasibility_of(encoder, self._features(ended_points), has_loss, settings)
        self._duration = duration_model(encoder, history, settings.parameter_prior)
        self._time, self._cost_weight = history.time, settings.cost_weight
        self._caught_up = 0
        if history.running:
            self._draws.add(self._features(untried.points_of(history.running)))

    def catch_up(self, taken: Sequence[Array]) -> None:
        """All these points, each (d,), have a training job whose loss is not known yet; those before stay first."""
        if len(taken) > self._caught_up:
            self._draws.add(self._features(np.array(taken[self._caught_up :])))
            self._caught_up = len(taken)

    def score(self, cube: Array) -> Array:
        features = self._features(cube)
        mean, deviation = self._draws.predict(features)
        score = log_expected_improvement(mean, deviation, self._draws.incumbents)
        if self._feasibility is not None:
            score = score + self._feasibility.weight * self._feasibility.log_chance(features)
        if self._trust.any():
            score = score + log_belief(self.encoder, cube) @ self._trust
        if self._duration is not None and self._time is not None:
            score = score - self._duration.cost(cube, self._time, self._cost_weight)
        return score

    def reason(self, point: Array) -> str:
        """Why this point, in a sentence."""
        from scipy.special import ndtr

        features = self._features(point[None, :])
        mean, deviation = self._draws.predict(features)
        chance = float(ndtr((self._draws.incumbents - mean[0]) / deviation[0]).mean())
        works = 1.0 if self._feasibility is None else float(np.exp(self._feasibility.log_chance(features)[0]))
        risk = f" It fails with a chance of {1 - works:.0%}, as far as earlier failures tell." if works < 0.95 else ""
        where = f" {self.view.title}" if self.view.title else ""
        per_second = "" if self._duration is None else " for its time"
        return (
            f"Highest expected improvement{per_second}{where} after {self._count} training jobs: "
            f"by the model a chance of {_percent(chance * works)} to beat the best so far.{risk}"
        )

    def _features(self, cube: Array) -> Array:
        return self.view.features(self.encoder, cube)


def _percent(chance: float) -> str:
    return f"{chance:.0%}" if chance >= 0.005 else "less than 1%"


def feasibility_of(
    encoder: Encoder, features: Array, has_loss: NDArray[np.bool_], settings: BayesianSettings
) -> Feasibility | None:
    """What the failures among ended training jobs with `features` (n, p) say; None where none has failed."""
    if has_loss.all():
        return None
    prior = settings.parameter_prior
    return Feasibility(features, has_loss, encoder.groups, encoder.dimension, prior, settings.feasibility)


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


def telling(encoder: Encoder, ended: Sequence[Observation]) -> list[Observation]:
    """Without failures beyond a range that has come back from them: moved to its end, they would forbid what works."""
    return [job for job in ended if job.loss is not None or encoder.contains(dict(job.values))]


def thinned(losses: Array, limit: int) -> NDArray[np.intp]:
    """Positions, rising, of at most `limit` losses: half of them the best, the others an even spread over the rest."""
    if len(losses) <= limit:
        return np.arange(len(losses))
    ranked = np.argsort(losses, kind="stable")
    best, rest = ranked[: limit // 2], np.sort(ranked[limit // 2 :])
    spread = rest[np.linspace(0, len(rest) - 1, limit - limit // 2).astype(np.intp)]
    return np.sort(np.concatenate([best, spread]))


def _why_another(encoder: Encoder) -> str:
    return f"All that the model proposed has been tried, or may not run: others, {spread_how(encoder)}."


def _start_reason(encoder: Encoder, history: History) -> str:
    if len(history.ended) + len(history.running) >= 2 and not _comparable(history):
        return f"Fewer than two training jobs have an objective yet: {spread_how(encoder)}."
    return f"The first training jobs show where to look: {spread_how(encoder)}."
