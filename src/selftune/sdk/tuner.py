"""The tuner of SageMaker's Python SDK, on this machine."""

from __future__ import annotations

import html
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from selftune.engine.compose import tuning_service
from selftune.model.errors import UsageError
from selftune.model.jobs import TuningJobRecord
from selftune.model.plan import CompletionCriteria, Plan, Role
from selftune.model.request import AlgorithmRequest, ScriptRequest
from selftune.model.values import HyperparameterValue, short_number
from selftune.sdk import arguments as words
from selftune.sdk.analytics import TunerAnalytics
from selftune.sdk.arguments import TunerArguments, default_channel, request_from, settings_from
from selftune.sdk.completion import TuningJobCompletionCriteriaConfig, config_of
from selftune.sdk.estimator_arguments import note_on
from selftune.sdk.estimators import EstimatorBase
from selftune.sdk.inputs import InputData, channels_from
from selftune.sdk.keywords import argument_names, refuse_unknown
from selftune.sdk.mapping import CallableMapping
from selftune.sdk.names import new_name
from selftune.sdk.parameters import Parameter, parameter_of
from selftune.sdk.restored import estimator_of, tuner_arguments_of
from selftune.sdk.session import TuningJobSession
from selftune.views.explain import Explanation, explain
from selftune.views.gain import Gain
from selftune.views.plan_document import plan_document
from selftune.views.summary import Summary
