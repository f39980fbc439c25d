"""Fields of library classes that scripts hand to a parser of dataclasses: the arguments of the Hugging Face trainers.

Facts of the libraries' public interfaces; only fields that have to do with the fit, its length or its evaluation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from selftune.autotune.reader.interface import Declaration
from selftune.model.values import HyperparameterValue

_Fields = Mapping[str, HyperparameterValue]
_TRAINING: _Fields = {
    "learning_rate": 5e-5,
    "weight_decay": 0.0,
    "warmup_ratio": 0.0,
    "warmup_steps": 0,
    "num_train_epochs": 3.0,
    "max_steps": -1,
    "per_device_train_batch_size": 8,
    "per_device_eval_batch_size": 8,
    "gradient_accumulation_steps": 1,
    "max_grad_norm": 1.0,
    "label_smoothing_factor": 0.0,
    "lr_scheduler_type": "linear",
    "optim": "adamw_torch",
    "adam_beta1": 0.9,
    "adam_beta2": 0.999,
    "adam_epsilon": 1e-8,
    "seed": 42,
}
_PREFERENCE: _Fields = {**_TRAINING, "learning_rate": 1e-6, "beta": 0.1}
_ADAPTER: _Fields = {"lora_r": 16, "lora_alpha": 32, "lora_dropout": 0.05}
_ADAPTS = frozenset({"--use_peft", "--use-peft", "--use_peft=True", "--use_peft=true"})
_CLASSES: Mapping[str, tuple[str, _Fields]] = MappingProxyType(
    {
        "TrainingArguments": ("transformers", _TRAINING),
        "Seq2SeqTrainingArguments": ("transformers", _TRAINING),
        "SentenceTransformerTrainingArguments": ("sentence_transformers", _TRAINING),
        "SFTConfig": ("trl", {**_TRAINING, "learning_rate": 2e-5}),
        "RewardConfig": ("trl", {**_TRAINING, "learning_rate": 1e-4}),
        "DPOConfig": ("trl", _PREFERENCE),
        "CPOConfig": ("trl", _PREFERENCE),
        "ORPOConfig": ("trl", _PREFERENCE),
        "KTOConfig": ("trl", _PREFERENCE),
        "GRPOConfig": ("trl", {**_TRAINING, "learning_rate": 1e-6, "beta": 0.0}),
        "ModelConfig": ("trl", _ADAPTER),
    }
)


def library_fields(class_name: str, prefix: str, arguments: Sequence[str]) -> list[Declaration]:
    """What a parser of dataclasses takes for a class of a library; nothing for one that is not known.

    Adapters are off unless `arguments`, the words of the command line, turn them on.
    """
    library, fields = _CLASSES.get(class_name, ("", {}))
    if fields is _ADAPTER and not _ADAPTS.intersection(arguments):
        return []
    return [
        Declaration(
            name=prefix + name,
            dest=prefix + name,
            source=f"default of {library}.{class_name}",
            options=(f"--{prefix}{name}",),
            default=default,
            declared_type=type(default).__name__,
            is_for_library=True,
        )
        for name, default in fields.items()
    ]
