"""What SageMaker's estimators take that means something else, or nothing, on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from selftune.model.errors import UsageError

WITHOUT_MEANING = (
    "checkpoint_local_path",
    "checkpoint_s3_uri",
    "code_location",
    "container_log_level",
    "debugger_hook_config",
    "disable_output_compression",
    "disable_profiler",
    "enable_infra_check",
    "enable_network_isolation",
    "enable_remote_debug",
    "enable_sagemaker_metrics",
    "enable_session_tag_chaining",
    "encrypt_inter_container_traffic",
    "framework_version",
    "image_uri_region",
    "input_mode",
    "instance_type",
    "keep_alive_period_in_seconds",
    "max_wait",
    "model_channel_name",
    "output_kms_key",
    "output_path",
    "profiler_config",
    "py_version",
    "role",
    "rules",
    "sagemaker_session",
    "security_group_ids",
    "subnets",
    "tags",
    "tensorboard_output_config",
    "training_repository_access_mode",
    "training_repository_credentials_provider_arn",
    "use_spot_instances",
    "volume_kms_key",
    "volume_size",
)
"""Accepted and named once in a note: they say where and under whose account SageMaker would run the training job."""

_REFUSED: Mapping[str, str] = MappingProxyType(
    {
        "compiler_config": "Leave it out: the script runs as it is.",
        "dependencies": "Put them into the folder of the script, or name that folder as source_dir.",
        "distribution": "Training jobs run on one host; start several processes from the script, with torchrun say.",
        "git_config": "Clone the repository and name the folder as source_dir.",
        "instance_groups": "Leave it out: training jobs run on this machine.",
        "model_uri": "Give the model as a channel of fit().",
        "recipe_overrides": "Write the values into hyperparameters.",
        "training_recipe": "Name the training script as entry_point.",
    }
)
"""Would change what a training job does, so ignoring them would be wrong."""

KNOWN = (*WITHOUT_MEANING, *_REFUSED)


def refuse_unavailable(others: Mapping[str, Any], instance_count: int) -> None:
    """Raise UsageError for an argument that would change what a training job does and is not available here."""
    for name, remedy in _REFUSED.items():
        if others.get(name) is not None:
            raise UsageError(f"{name} is not available here.", hint=remedy)
    if instance_count != 1:
        raise UsageError(
            f"instance_count is {instance_count}, but each training job runs on one host.",
            hint="Set instance_count=1; several training jobs run side by side with max_parallel_jobs.",
        )


def without_meaning(others: Mapping[str, Any]) -> dict[str, str]:
    """Those of the arguments that were given and say nothing here, as text."""
    return {name: str(others[name]) for name in WITHOUT_MEANING if others.get(name) is not None}


def note_on(given: Mapping[str, str], slots: int) -> str | None:
    """One sentence about what was accepted and means nothing here; None where there is nothing to say."""
    if not given:
        return None
    at_once = "one training job at a time" if slots == 1 else f"up to {slots} training jobs at once"
    names = [f"{name} {value}" if name == "instance_type" else name for name, value in given.items()]
    return f"Training jobs run on this machine, {at_once}; not used here: {', '.join(names)}."
