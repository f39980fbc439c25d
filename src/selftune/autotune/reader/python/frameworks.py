"""The frameworks that a script uses, by its imports."""

from __future__ import annotations

import ast

from selftune.autotune.reader.python.signatures import canonical
from selftune.autotune.reader.python.source import SourceProgram

_BY_PACKAGE: dict[str, tuple[str, ...]] = {
    "torch": ("pytorch",),
    "torchvision": ("pytorch",),
    "torchaudio": ("pytorch",),
    "torch_geometric": ("pytorch",),
    "timm": ("pytorch",),
    "lightning": ("lightning", "pytorch"),
    "pytorch_lightning": ("lightning", "pytorch"),
    "lightning_fabric": ("pytorch",),
    "transformers": ("transformers",),
    "peft": ("peft",),
    "trl": ("trl", "transformers"),
    "setfit": ("transformers",),
    "sentence_transformers": ("transformers",),
    "diffusers": ("diffusers", "pytorch"),
    "accelerate": ("pytorch",),
    "keras": ("keras",),
    "tf_keras": ("keras",),
    "tensorflow": ("tensorflow",),
    "sklearn": ("sklearn",),
    "xgboost": ("xgboost",),
    "lightgbm": ("lightgbm",),
    "catboost": ("catboost",),
    "fastai": ("fastai", "pytorch"),
    "stable_baselines3": ("stable_baselines3", "pytorch"),
    "sb3_contrib": ("stable_baselines3", "pytorch"),
    "gymnasium": ("gymnasium",),
    "gym": ("gymnasium",),
    "jax": ("jax",),
    "flax": ("jax",),
    "optax": ("jax",),
    "mxnet": ("mxnet",),
    "paddle": ("paddle",),
    "statsmodels": ("statsmodels",),
    "prophet": ("prophet",),
    "ultralytics": ("ultralytics", "pytorch"),
}


def frameworks(program: SourceProgram) -> frozenset[str]:
    """Names such as "pytorch", "keras", "xgboost" for all imports of a program."""
    found: set[str] = set()
    for module in program:
        for qualified in module.imports.values():
            parts = qualified.split(".")
            found.update(_BY_PACKAGE.get(parts[0], ()))
            if parts[:2] == ["tensorflow", "keras"]:
                found.add("keras")
    if "tensorflow" in found and any("keras" in _attributes(program, name) for name in ("tf", "tensorflow")):
        found.add("keras")
    return frozenset(found)


def library_classes(program: SourceProgram) -> frozenset[str]:
    """Qualified names of the classes of known libraries that a program imports or makes objects of."""
    found: set[str] = set()
    for module in program:
        called = (module.qualified(name) for name in module.syntax.called())
        found.update(canonical(name) for name in (*module.imports.values(), *called) if _is_class(name))
    return frozenset(found)


def _is_class(qualified: str) -> bool:
    package, dot, _ = qualified.partition(".")
    return bool(dot) and package in _BY_PACKAGE and qualified.rpartition(".")[2][:1].isupper()


def _attributes(program: SourceProgram, owner: str) -> set[str]:
    """Attributes of the name `owner` that the program uses."""
    return {
        node.attr
        for module in program
        for node in module.all(ast.Attribute)
        if isinstance(node.value, ast.Name) and node.value.id == owner
    }
