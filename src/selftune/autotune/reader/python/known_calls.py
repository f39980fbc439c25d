"""Calls that hand values on, hold hyperparameters, or tell nothing about them."""

from __future__ import annotations

_NAMESPACE_SOURCES = frozenset(
    {"parse_args", "parse_known_args", "parse_intermixed_args", "parse_args_into_dataclasses", "parse_arguments"}
)
_NAMESPACE_CALLS = frozenset(
    {
        "tyro.cli",
        "simple_parsing.parse",
        "simple_parsing.parse_known_args",
        "yaml.safe_load",
        "yaml.load",
        "yaml.full_load",
        "json.load",
        "json.loads",
        "toml.load",
        "toml.loads",
        "tomllib.load",
        "tomllib.loads",
        "tomli.load",
        "omegaconf.OmegaConf.load",
        "omegaconf.OmegaConf.from_cli",
        "OmegaConf.load",
        "OmegaConf.from_cli",
    }
)
_KEEPING = frozenset(
    {
        "vars",
        "dict",
        "list",
        "tuple",
        "copy.copy",
        "copy.deepcopy",
        "argparse.Namespace",
        "types.SimpleNamespace",
        "dataclasses.asdict",
        "easydict.EasyDict",
        "munch.Munch",
        "munch.munchify",
        "box.Box",
        "omegaconf.OmegaConf.create",
        "omegaconf.OmegaConf.to_container",
        "omegaconf.OmegaConf.merge",
        "OmegaConf.create",
        "OmegaConf.to_container",
        "tqdm.tqdm",
        "tqdm.auto.tqdm",
        "enumerate",
        "reversed",
        "sorted",
        "zip",
        "iter",
    }
)
_CONVERSIONS = frozenset(
    {"int", "float", "str", "bool", "abs", "round", "min", "max", "sum", "eval", "ast.literal_eval", "range", "pow"}
)
_CONVERSION_MODULES = ("math.", "numpy.", "jax.numpy.", "torch.tensor", "torch.log", "torch.exp")
_HARMLESS = frozenset(
    {"print", "len", "isinstance", "hasattr", "type", "repr", "format", "setattr", "id", "super", "exit", "sys.exit"}
    | {"pprint.pprint", "pprint", "json.dumps", "json.dump", "yaml.dump", "yaml.safe_dump", "info", "debug", "warning"}
    | {
        "error",
        "save_hyperparameters",
        "add_hparams",
        "add_text",
        "write",
        "writelines",
        "log_hyperparams",
        "add_argument",
    }
    | {"add_params", "log_params", "set_description", "set_postfix", "print_args"}
)
_CHAINED = frozenset(
    {"to", "cuda", "cpu", "train", "eval", "fit", "double", "float", "half", "compile", "set_params", "requires_grad_"}
)
_HARMLESS_MODULES = (
    "logging.",
    "wandb.",
    "mlflow.",
    "neptune.",
    "comet_ml.",
    "loguru.",
    "rich.",
    "argparse.",
    "click.",
)


def is_namespace_source(name: str) -> bool:
    """True for a call whose result holds hyperparameters by name: a parsed command line, a loaded configuration."""
    return name in _NAMESPACE_SOURCES or name in _NAMESPACE_CALLS


def keeps_its_argument(name: str) -> bool:
    """True for a call that gives back what it got, in another container."""
    return name in _KEEPING or name.rsplit(".", 1)[-1] in ("AttrDict", "DotDict", "dotdict", "Namespace", "EasyDict")


def is_conversion(name: str) -> bool:
    """True for a call whose result is computed from its arguments alone."""
    return name in _CONVERSIONS or name.startswith(_CONVERSION_MODULES)


def is_harmless(name: str) -> bool:
    """True for a call that only shows or stores what it is given, or says nothing about values."""
    return name in _HARMLESS or name.startswith(_HARMLESS_MODULES)


def returns_itself(name: str) -> bool:
    """True for a method that people chain: it gives back the object."""
    return name in _CHAINED
