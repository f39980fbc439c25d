"""What the Bayesian strategy believes of one history: losses, failures and seconds of what has not been tried.

    losses      warped (`output_warp`), around what parents showed (`warm_start`), drawn without their noise (`draws`)
    failures    a classifier of its own (`feasibility`)
    seconds     where the budget is time (`duration`)
    views       of many training jobs each model sees a part (`trust_region`)

Its score is what `bayesian` maximises; the formula stands there.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from selftune.model.history import History
from selftune.search.acquisition import log_expected_improvement
from selftune.search.bayesian_settings import BayesianSettings
from selftune.search.draws import PosteriorDraws
from selftune.search.duration import duration_model
from selftune.search.encoder import Array, Encoder
from selftune.search.evidence import losses_as_evidence, telling
from selftune.search.feasibility import Feasibility
from selftune.search.gaussian_process import fit
from selftune.search.output_warp import warped
from selftune.search.trust import log_belief, trust_in_priors
from selftune.search.trust_region import as_numbers, turn_of, view_of
from selftune.search.untried import Untried
from selftune.search.warm_start import trend_of


class Surrogates:
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
        ended = telling(encoder, history.evidence)
        found = losses_as_evidence(ended)
        self._losses = as_numbers(found)
        self._regions = settings.regions
        self._make = partial(Surrogate, encoder, untried, history, found, untried.points_of(ended), settings, rng)
        self._by_turn: dict[int | None, Surrogate] = {}
        self._taken: list[Array] = []

    def next(self) -> Surrogate:
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


class Surrogate:
    """The posterior of one history as one view shows it, pending training jobs included."""

    def __init__(
        self,
        encoder: Encoder,
        untried: Untried,
        history: History,
        found: Sequence[float | None],
        ended_points: Array,
        settings: BayesianSettings,
        rng: np.random.Generator,
        number: int,
    ) -> None:
        """The model for suggestion `number`, counted as training jobs are begun.

        Args:
            encoder: of the space.
            untried: knows the points of the history.
            history: what the model is of.
            found: (n) losses of the training jobs that say something, None where they failed.
            ended_points: (n, d) where they ran.
            settings: constants.
            rng: the draws' source.
            number: of the suggestion.
        """
        self.encoder = encoder
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


def thinned(losses: Array, limit: int) -> NDArray[np.intp]:
    """Positions, rising, of at most `limit` losses: half of them the best, the others an even spread over the rest."""
    if len(losses) <= limit:
        return np.arange(len(losses))
    ranked = np.argsort(losses, kind="stable")
    best, rest = ranked[: limit // 2], np.sort(ranked[limit // 2 :])
    spread = rest[np.linspace(0, len(rest) - 1, limit - limit // 2).astype(np.intp)]
    return np.sort(np.concatenate([best, spread]))
