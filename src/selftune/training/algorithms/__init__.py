"""The built-in algorithms: training programs that need data and no code of the user's."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from selftune.model.errors import UnknownName

_XGBOOST = """
alpha base_score booster colsample_bylevel colsample_bynode colsample_bytree csv_weights deterministic_histogram
device disable_default_eval_metric early_stopping_rounds eta eval_metric feature_selector gamma grow_policy
huber_slope interaction_constraints lambda lambda_bias learning_rate max_bin max_cat_threshold max_cat_to_onehot
max_delta_step max_depth max_leaves min_child_weight min_split_loss monotone_constraints multi_strategy
normalize_type nthread num_class num_parallel_tree num_round objective one_drop process_type quantile_alpha
rate_drop ref_resolution refresh_leaf reg_alpha reg_lambda sample_type sampling_method save_model_on_termination
scale_pos_weight seed seed_per_iteration single_precision_histogram sketch_eps skip_drop subsample top_k
tree_method tweedie_variance_power updater use_dask_gpu_training validate_parameters verbosity
"""
"""What XGBoost and SageMaker's XGBoost take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlgorithmInfo:
    """One built-in algorithm: what it is called, where its program lies and what it needs to run."""

    name: str
    title: str
    """For people."""
    program: Path
    """Absolute path of the program. It reads the contract folder (`hyperparameters.json`, channels), no arguments."""
    required_package: str
    """The package, by its import name, that must be installed beside selftune."""
    install_hint: str
    """What to type where it is not."""
    hyperparameters: frozenset[str]
    """Every name that it accepts."""
    channels: tuple[str, ...] = ("train", "validation")
    """The channels that it reads; the first one is required."""

    def command(self, python: str) -> tuple[str, ...]:
        """The argument vector that runs the program; -P keeps the program's own folder from shadowing packages."""
        return (python, "-P", str(self.program))

    def is_installed(self) -> bool:
        """Whether the package that it needs can be imported by this interpreter; imports nothing."""
        return importlib.util.find_spec(self.required_package) is not None


def _built_in() -> Mapping[str, AlgorithmInfo]:
    here = Path(__file__).resolve().parent
    xgboost = AlgorithmInfo(
        name="xgboost",
        title="XGBoost: gradient-boosted trees on tables",
        program=here / "xgboost_program.py",
        required_package="xgboost",
        install_hint="pip install 'selftune[xgboost]'",
        hyperparameters=frozenset(_XGBOOST.split()),
    )
    return MappingProxyType({info.name: info for info in (xgboost,)})


ALGORITHMS: Mapping[str, AlgorithmInfo] = _built_in()


def algorithm_named(name: str) -> AlgorithmInfo:
    """The built-in algorithm called `name`; case, '-' and '_' do not count.

    Raises:
        UnknownName: there is none of that name; the message names the nearest.
    """
    plain = name.lower().replace("-", "").replace("_", "")
    if plain not in ALGORITHMS:
        raise UnknownName("built-in algorithm", name, ALGORITHMS)
    return ALGORITHMS[plain]
