"""The tuner of SageMaker's Python SDK, on this machine."""

from __future__ import annotations

import html
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from selftune.engine.compose import tuning_service
from selftune.model.errors import UsageError
from selftune.model.values import HyperparameterValue, counted, short_number
from selftune.sdk.analytics import TunerAnalytics
from selftune.sdk.arguments import TunerArguments, default_channel, request_from
from selftune.sdk.completion import TuningJobCompletionCriteriaConfig
from selftune.sdk.estimator_arguments import note_on
from selftune.sdk.estimator_base import EstimatorBase
from selftune.sdk.explanations import Explanations, in_sdk_words
from selftune.sdk.inputs import InputData, channels_from
from selftune.sdk.keywords import argument_names, refuse_unknown
from selftune.sdk.models import model_of
from selftune.sdk.names import checked_name, new_name
from selftune.sdk.parameters import Parameter
from selftune.sdk.restored import estimator_of, tuner_arguments_of
from selftune.sdk.session import TuningJobSession
from selftune.sdk.tuner_fields import TunerFields
from selftune.sdk.words import TUNER_WORDS
from selftune.views.explain import explain
from selftune.views.gain import Gain
from selftune.views.summary import Summary


class HyperparameterTuner(TunerFields):
    """Finds better hyperparameters for an estimator.

    Whatever is passed holds; with `autotune=True` everything that is not passed is chosen, on the record with a reason
    (`plan`, `explain()`). The order of the arguments is that of SageMaker's SDK, version 2.

    Args:
        estimator: what a training job runs, with today's values.
        objective_metric_name: as the training prints it; None: inferred.
        hyperparameter_ranges: ContinuousParameter, IntegerParameter or CategoricalParameter by name; a range is a wall.
        metric_definitions: [{"Name": ..., "Regex": ...}], where the built-in recogniser does not find the metric.
        objective_type: Minimize or Maximize; None: by the metric's name, otherwise Minimize with a warning in the plan.
        max_runtime_in_seconds: of the whole tuning job.
        base_tuning_job_name: beginning of the names of tuning jobs; None: the estimator's.
        hyperparameters_to_keep_static: never tuned.
        budget: "2h", "20jobs" or "5usd": the whole plan is chosen to fit; money needs price_per_hour.
        price_per_hour: of one training job, for the bound and what is spent in money.
        learn_from_store: whether earlier tuning jobs of the same program are learnt from (with autotune=True); None:
            yes, unless random_seed is set.

    Raises:
        TypeError: an unknown argument; names the nearest.
        UsageError: an argument that makes no sense or is not available here, or nothing to tune.
    """

    def __init__(
        self,
        estimator: EstimatorBase,
        objective_metric_name: str | None = None,
        hyperparameter_ranges: Mapping[str, Parameter] | None = None,
        metric_definitions: Sequence[Mapping[str, str]] | None = None,
        strategy: str | None = None,
        objective_type: str | None = None,
        max_jobs: int | None = None,
        max_parallel_jobs: int | None = None,
        max_runtime_in_seconds: float | None = None,
        tags: Any = None,
        base_tuning_job_name: str | None = None,
        warm_start_config: Any = None,
        strategy_config: Any = None,
        completion_criteria_config: TuningJobCompletionCriteriaConfig | None = None,
        early_stopping_type: str | None = None,
        estimator_name: str | None = None,
        random_seed: int | None = None,
        autotune: bool = False,
        hyperparameters_to_keep_static: Sequence[str] | None = None,
        budget: str | None = None,
        price_per_hour: float | None = None,
        learn_from_store: bool | None = None,
        **others: Any,
    ) -> None:
        refuse_unknown(others, argument_names(HyperparameterTuner.__init__))
        _refuse_unavailable(warm_start_config=warm_start_config, strategy_config=strategy_config)
        arguments = TunerArguments(
            objective_metric_name=objective_metric_name,
            hyperparameter_ranges=dict(hyperparameter_ranges or {}),
            metric_definitions=list(metric_definitions or ()),
            strategy=strategy,
            objective_type=objective_type,
            max_jobs=max_jobs,
            max_parallel_jobs=max_parallel_jobs,
            max_runtime_in_seconds=max_runtime_in_seconds,
            tags=tags,
            completion_criteria_config=completion_criteria_config,
            early_stopping_type=early_stopping_type,
            random_seed=random_seed,
            autotune=autotune,
            hyperparameters_to_keep_static=list(hyperparameters_to_keep_static or ()),
            budget=budget,
            price_per_hour=price_per_hour,
            learn_from_store=learn_from_store,
        )
        super().__init__(estimator, arguments)
        _refuse_nothing_to_tune(arguments)
        self.base_tuning_job_name = base_tuning_job_name
        self.estimator_name = estimator_name

    @classmethod
    def attach(cls, tuning_job_name: str) -> HyperparameterTuner:
        """A tuner for a tuning job that exists, whoever made it.

        Raises:
            NoSuchJob: names the nearest ones.
        """
        with TUNER_WORDS.in_errors():
            session = TuningJobSession(tuning_job_name)
            request = session.record().job.request
        tuner = cls.__new__(cls)
        TunerFields.__init__(tuner, estimator_of(request), tuner_arguments_of(request))
        tuner.base_tuning_job_name = tuner.estimator_name = None
        tuner._session = session
        return tuner

    # --- running

    def fit(
        self,
        inputs: InputData | Mapping[str, InputData] | None = None,
        job_name: str | None = None,
        include_cls_metadata: Any = False,
        estimator_kwargs: Any = None,
        wait: bool = True,
        **others: Any,
    ) -> None:
        """Create the tuning job and run it.

        Args:
            inputs: a path, TrainingInput(path), or a dict of these by channel.
            job_name: name of the tuning job; None: a new one.
            wait: run it here, with a line on standard error for each training job; False: leave it to a process of its
                own and return at once.
            others: include_cls_metadata, estimator_kwargs, logs: accepted as SageMaker's, without a meaning here.

        Raises:
            UsageError: the request cannot be carried out; nothing has run.
        """
        del include_cls_metadata, estimator_kwargs
        refuse_unknown(others, (*argument_names(HyperparameterTuner.fit), "logs"))
        name = None if job_name is None else checked_name(job_name, "job_name=")
        session = self._create(name or self._new_name(), inputs)
        if wait:
            session.run()
        else:
            session.start_detached()

    def _new_name(self) -> str:
        estimator = self.estimator
        return new_name(self.base_tuning_job_name or estimator.base_job_name or estimator.base_name)

    def _create(self, name: str, inputs: InputData | Mapping[str, InputData] | None) -> TuningJobSession:
        """The tuning job, made and noted but not begun."""
        estimator, service = self.estimator, tuning_service()
        with TUNER_WORDS.in_errors():
            channels = channels_from(inputs, default_name=default_channel(estimator))
            record = service.create(request_from(name, self._arguments, estimator, channels))
        self._session, self._planned = TuningJobSession(record.job.name, service), record.job.plan
        unused = note_on(estimator.unused, record.job.plan.max_parallel.value)
        for note in (unused, *record.job.plan.warnings, *record.job.warnings):
            if note:
                print(TUNER_WORDS.of(note), file=sys.stderr)
        return self._session

    def wait(self) -> None:
        """Return when the tuning job has ended."""
        self._require_session().wait()

    def stop(self) -> None:
        """Ask the tuning job to end: what runs is stopped, what was found is kept. Returns at once."""
        self._require_session().stop()

    def stop_tuning_job(self) -> None:
        """The same as `stop`, under SageMaker's name."""
        self.stop()

    # --- results

    def describe(self) -> dict[str, Any]:
        """SageMaker's DescribeHyperParameterTuningJob document; complete from the moment of creation."""
        return self._require_session().describe()

    def summary(self) -> Summary:
        """Best, gain, spent, saved, what mattered, as they stand."""
        return self._require_session().summary()

    def best_training_job(self) -> str:
        """Name of the best training job.

        Raises:
            UsageError: none has ended with an objective yet.
            TuningFailed: none ever will.
        """
        return self._require_session().best().name

    def best_hyperparameters(self) -> dict[str, HyperparameterValue]:
        """The tuned hyperparameters' best values; raises as `best_training_job` does."""
        return dict(self._require_session().best().values)

    @property
    def best_objective(self) -> float:
        """The objective of the best training job; raises as `best_training_job` does."""
        return self._require_session().best().objective

    def best_estimator(self, best_training_job: Any = None) -> EstimatorBase:
        """The estimator with the best values; `model_data` is the folder of its model, None where it wrote none there.

        Args:
            best_training_job: accepted as SageMaker's; the best is always this tuning job's.
        """
        del best_training_job
        best = self._require_session().best()
        return self.estimator.with_result(best.name, dict(best.values), model_of(best))

    @property
    def gain(self) -> Gain | None:
        """How much better the best is than today's values; None where either is not known."""
        return self.summary().gain

    def analytics(self) -> TunerAnalytics:
        """The training jobs as a table: `.dataframe()` or `.rows()`."""
        return TunerAnalytics(self._require_session().record())

    def jobs(self) -> list[dict[str, Any]]:
        """The training jobs in the order of creation, with what suggested their values."""
        return [
            {
                "number": job.number,
                "name": job.name,
                "status": job.status.value,
                "objective": job.objective,
                "hyperparameters": job.values,
                "duration_seconds": job.duration_seconds,
                "is_baseline": job.is_baseline,
                "made_by": job.suggestion.strategy,
                "reason": job.suggestion.reason,
                "note": job.failure_reason or job.stop_reason,
            }
            for job in self._require_session().record().state.training_jobs
        ]

    def explain(self, name: str | None = None) -> Explanations:
        """Why everything, or one hyperparameter or setting, is what it is, and the evidence since.

        Raises:
            UnknownName: no hyperparameter or setting of that name; names the nearest.
        """
        session = self._require_session()
        return Explanations(in_sdk_words(explain(session.record(), session.summary(), name)))

    # --- shown

    def __repr__(self) -> str:
        return f"<HyperparameterTuner {self._headline()}>"

    def _repr_html_(self) -> str:
        """A headline and the curve of the best so far, for a notebook: plain HTML and SVG, no script."""
        headline = f"<p><strong>{html.escape(self._headline())}</strong></p>"
        if self._session is None:
            return headline
        from selftune.views.figures import best_so_far_svg

        return f"<div>{headline}{best_so_far_svg(self.summary())}</div>"

    def _headline(self) -> str:
        if self._session is None:
            return f"of {self._estimator!r}, not fitted yet"
        summary = self.summary()
        ended = summary.counters.completed + summary.counters.stopped + summary.counters.failed
        text = f"'{summary.tuning_job}': {summary.status}, {ended} of {counted(summary.bound.jobs, 'training job')}"
        if summary.best is None:
            return text
        return f"{text}, best {summary.objective_name} {short_number(summary.best.objective)}"


def _refuse_nothing_to_tune(arguments: TunerArguments) -> None:
    if not arguments.autotune and not arguments.hyperparameter_ranges:
        raise UsageError(
            "There is nothing to tune: hyperparameter_ranges is empty, and autotune is not on.",
            hint="Pass autotune=True, or hyperparameter_ranges={'lr': ContinuousParameter(0.001, 0.1)}.",
        )


def _refuse_unavailable(**given: Any) -> None:
    for name, value in given.items():
        if value is not None:
            raise UsageError(f"{name} is not available yet.", hint="Leave it out.")
