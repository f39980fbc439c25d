"""The constants of the Bayesian strategy."""

from __future__ import annotations

from dataclasses import dataclass, field

from selftune.search.feasibility import FeasibilitySettings
from selftune.search.gaussian_process import ParameterPrior
from selftune.search.maximizer import Effort
from selftune.search.trust_region import RegionSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class BayesianSettings:
    """Constants, each of which an ablation may change."""

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
