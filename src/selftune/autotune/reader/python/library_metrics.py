"""Metrics that a library prints for a script: Keras, XGBoost, LightGBM, the Hugging Face Trainer."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from selftune.autotune.reader.python.constants import UNKNOWN, dotted_name, fold
from selftune.autotune.reader.python.keras_metrics import keras_metrics, keras_validates
from selftune.autotune.reader.python.lines import Lines
from selftune.autotune.reader.python.source import SourceModule, SourceProgram
from selftune.autotune.reader.reading import PrintedMetric
from selftune.model.objective import Direction
from selftune.model.values import HyperparameterValue
from selftune.training.metrics import direction_of

_NO_VALUES: Mapping[str, HyperparameterValue] = {}
_XGBOOST_METRICS = {
    "reg:squarederror": "rmse",
    "reg:squaredlogerror": "rmsle",
    "reg:logistic": "rmse",
    "reg:absoluteerror": "mae",
    "reg:pseudohubererror": "mphe",
    "binary:logistic": "logloss",
    "binary:logitraw": "logloss",
    "binary:hinge": "error",
    "multi:softmax": "mlogloss",
    "multi:softprob": "mlogloss",
    "count:poisson": "poisson-nloglik",
    "rank:pairwise": "ndcg",
    "rank:ndcg": "ndcg",
    "rank:map": "map",
    "survival:cox": "cox-nloglik",
}
_LIGHTGBM_METRICS = {
    "regression": "l2",
    "regression_l1": "l1",
    "binary": "binary_logloss",
    "multiclass": "multi_logloss",
    "lambdarank": "ndcg",
}
_METRIC_LOADERS = frozenset({"evaluate.load", "evaluate.combine", "datasets.load_metric"})
_MEASURES = {"glue": "accuracy", "super_glue": "accuracy", "seqeval": "f1", "sacrebleu": "bleu", "squad": "f1"}
"""What a loaded metric calls its main number, where that is not its own name."""
_BOOSTERS = ("xgboost.train", "lightgbm.train")
_QUIET = (0, False, "0")


def library_metrics(
    program: SourceProgram,
    frameworks: frozenset[str],
    values: Mapping[str, HyperparameterValue] = _NO_VALUES,
    taken: Collection[Lines] = (),
) -> list[PrintedMetric]:
    """Metrics that the program's libraries will print, in the order of the calls.

    Args:
        program: The program.
        frameworks: What it uses.
        values: Today's values of its arguments by the names under which the code reads them.
        taken: Where code stands that runs today because of what a condition says.
    """
    is_validated = "keras" in frameworks and keras_validates(program, taken)
    found: list[PrintedMetric] = []
    for module in program:
        for call in module.calls_named(_telling_names(module)):
            names = dict.fromkeys(_names(call, module, program, frameworks, values, is_validated))
            found += [
                PrintedMetric(name=name, source=module.source(call), direction=told)
                for name, told in {**dict.fromkeys(names), **_catboost(call, module, frameworks, values)}.items()
            ]
    return found


def _telling_names(module: SourceModule) -> set[str]:
    """The last names, as they are written, of the calls that may make a library print."""
    wholes = {name: module.qualified(name) for name in module.syntax.called()}
    told = {name for name, whole in wholes.items() if whole in _BOOSTERS or whole.endswith("Trainer")}
    return {"compile", "fit", *(name.rpartition(".")[2] for name in told)}


def _names(
    call: ast.Call,
    module: SourceModule,
    program: SourceProgram,
    frameworks: frozenset[str],
    values: Mapping[str, HyperparameterValue],
    is_validated: bool,
) -> Iterator[str]:
    qualified = module.qualified(dotted_name(call.func) or "")
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if method == "compile" and "keras" in frameworks:
        yield from keras_metrics(call, module, is_validated=is_validated)
    elif qualified in _BOOSTERS:
        yield from _boosting(call, module, qualified, values)
    elif method == "fit" and _is_watched(call, module):
        yield from _boosting_fit(call, module, values) if "xgboost" in frameworks else ()
        yield from _lightgbm_fit(call, module, values) if "lightgbm" in frameworks else ()
    elif qualified.rsplit(".", 1)[-1].endswith("Trainer") and qualified.startswith("setfit."):
        given = next((fold(k.value, module.constants) for k in call.keywords if k.arg == "metric"), UNKNOWN)
        yield given if isinstance(given, str) else "accuracy"
    elif qualified.rsplit(".", 1)[-1].endswith("Trainer") and "transformers" in frameworks:
        yield from _trainer(call, program)


def _boosting(
    call: ast.Call, module: SourceModule, qualified: str, values: Mapping[str, HyperparameterValue]
) -> Iterator[str]:
    arguments = dict(zip(("params", "dtrain", "num_boost_round", "evals"), call.args, strict=False))
    arguments.update({k.arg: k.value for k in call.keywords if k.arg is not None})
    quiet = fold(arguments.get("verbose_eval"), module.constants)
    if quiet is not UNKNOWN and quiet in _QUIET:
        return
    is_xgboost = qualified.startswith("xgboost")
    params = _dictionary(arguments.get("params"), module, values) or _among_arguments(values)
    metrics = _metrics_of(params, is_xgboost)
    names = _evaluation_names(arguments.get("evals"), module)
    if not is_xgboost:
        given = fold(arguments.get("valid_names"), module.constants)
        sets = arguments.get("valid_sets")
        count = len(sets.elts) if isinstance(sets, ast.List | ast.Tuple) else 1 if sets is not None else 0
        names = [str(n) for n in given] if isinstance(given, list | tuple) else [f"valid_{i}" for i in range(count)]
    for name in _validation_first(names):
        yield from (f"{name}-{metric}" if is_xgboost else f"{name} {metric}" for metric in metrics)


def _among_arguments(values: Mapping[str, HyperparameterValue]) -> dict[Any, Any]:
    """What the program's own arguments say of the metric, where its parameters are made of those at run time."""
    return {name: values[name] for name in ("metric", "eval_metric", "objective") if name in values}


def _metrics_of(params: dict[Any, Any], is_xgboost: bool) -> list[str]:
    given = params.get("eval_metric" if is_xgboost else "metric", UNKNOWN)
    if isinstance(given, str):
        return [given]
    if isinstance(given, list | tuple):
        return [str(item) for item in given]
    known = _XGBOOST_METRICS if is_xgboost else _LIGHTGBM_METRICS
    objective = params.get("objective", "reg:squarederror" if is_xgboost else "regression")
    return [known[objective]] if isinstance(objective, str) and objective in known else []


def _dictionary(
    node: ast.expr | None, module: SourceModule, values: Mapping[str, HyperparameterValue]
) -> dict[Any, Any]:
    """A literal dictionary, or the last one assigned to a name."""
    if isinstance(node, ast.Name):
        assigned = [value for line, value in module.assigned(node.id) if line < node.lineno]
        node = next((value for value in reversed(assigned) if _makes_dictionary(value)), None)
    if isinstance(node, ast.Call) and _makes_dictionary(node):
        return {k.arg: _value(k.value, module, values) for k in node.keywords}
    if not isinstance(node, ast.Dict):
        found = fold(node, module.constants)
        return found if isinstance(found, dict) else {}
    pairs = zip(node.keys, node.values, strict=True)
    return {key.value: _value(value, module, values) for key, value in pairs if isinstance(key, ast.Constant)}


def _makes_dictionary(node: ast.expr) -> bool:
    return isinstance(node, ast.Dict) or (isinstance(node, ast.Call) and dotted_name(node.func) == "dict")


def _value(node: ast.expr, module: SourceModule, values: Mapping[str, HyperparameterValue]) -> Any:
    """A literal, or today's value of the argument that the code reads there: `args.eval_metric`."""
    known = fold(node, module.constants)
    if known is not UNKNOWN or not isinstance(node, ast.Attribute):
        return known
    return values.get(node.attr, UNKNOWN)


def _evaluation_names(node: ast.expr | None, module: SourceModule) -> list[str]:
    """The names in `evals=[(dtrain, "train"), (dvalid, "validation")]`."""
    if isinstance(node, ast.Name):
        assigned = [value for line, value in module.assigned(node.id) if line < node.lineno]
        node = assigned[-1] if assigned else None
    pairs = node.elts if isinstance(node, ast.List | ast.Tuple) else []
    names = [
        fold(pair.elts[1], module.constants) for pair in pairs if isinstance(pair, ast.Tuple) and len(pair.elts) == 2
    ]
    return [name for name in names if isinstance(name, str)]


def _validation_first(names: list[str]) -> list[str]:
    return sorted(names, key=lambda name: name.startswith("train"))


def _boosting_fit(call: ast.Call, module: SourceModule, values: Mapping[str, HyperparameterValue]) -> Iterator[str]:
    """XGBoost's scikit-learn classes call the sets of `eval_set` validation_0, validation_1 ..."""
    keywords = {k.arg: k.value for k in call.keywords}
    sets = keywords["eval_set"]
    if not isinstance(sets, ast.List | ast.Tuple):
        return
    for made in module.all(ast.Call):
        qualified = module.qualified(dotted_name(made.func) or "")
        if not qualified.startswith("xgboost.XGB"):
            continue
        params = {k.arg: _value(k.value, module, values) for k in made.keywords}
        params.setdefault("objective", "binary:logistic" if "Classifier" in qualified else "reg:squarederror")
        for index in reversed(range(len(sets.elts))):
            yield from (f"validation_{index}-{metric}" for metric in _metrics_of(params, True))
        return


def _is_watched(call: ast.Call, module: SourceModule) -> bool:
    """Whether a `fit` measures sets of validation, and says so."""
    keywords = {k.arg: k.value for k in call.keywords}
    quiet = fold(keywords.get("verbose"), module.constants)
    return "eval_set" in keywords and (quiet is UNKNOWN or quiet not in _QUIET)


def _lightgbm_fit(call: ast.Call, module: SourceModule, values: Mapping[str, HyperparameterValue]) -> Iterator[str]:
    """LightGBM's scikit-learn classes call the sets of `eval_set` valid_0, valid_1 ..."""
    keywords = {k.arg: k.value for k in call.keywords}
    sets = keywords["eval_set"]
    count = len(sets.elts) if isinstance(sets, ast.List) else 1
    made = _made(module, "lightgbm.", "LGBM", values)
    if made is None:
        return
    name, params = made
    usual = {"LGBMClassifier": "binary", "LGBMRanker": "lambdarank"}.get(name, "regression")
    if not isinstance(params.get("objective"), str):
        params["objective"] = usual
    given = _value(keywords["eval_metric"], module, values) if "eval_metric" in keywords else UNKNOWN
    metrics = [given] if isinstance(given, str) else _metrics_of(params, is_xgboost=False)
    for index in range(count):
        yield from (f"valid_{index} {metric}" for metric in metrics)


def _catboost(
    call: ast.Call, module: SourceModule, frameworks: frozenset[str], values: Mapping[str, HyperparameterValue]
) -> dict[str, Direction | None]:
    """What CatBoost prints as `test` where `fit` is given an `eval_set`, and which way of its metric is better."""
    is_fit = isinstance(call.func, ast.Attribute) and call.func.attr == "fit"
    made = _made(module, "catboost.", "CatBoost", values) if is_fit and "catboost" in frameworks else None
    if made is None or not _is_watched(call, module):
        return {}
    name, params = made
    quiet = [params.get(word) for word in ("verbose", "verbose_eval")]
    if params.get("logging_level") == "Silent" or any(isinstance(word, int) and word in _QUIET for word in quiet):
        return {}
    usual = "RMSE" if "Regressor" in name else "Logloss"
    told = next((m for m in map(params.get, ("eval_metric", "loss_function")) if isinstance(m, str)), usual)
    return {"test": direction_of(told.partition(":")[0])}


def _made(
    module: SourceModule, library: str, begins: str, values: Mapping[str, HyperparameterValue]
) -> tuple[str, dict[Any, Any]] | None:
    """The class of a library that a module makes an object of, and with which arguments; None where it makes none."""
    for call in module.calls_named(name for name in module.syntax.last_names() if name.startswith(begins)):
        qualified = module.qualified(dotted_name(call.func) or "")
        if not qualified.startswith(library):
            continue
        params = {k.arg: _value(k.value, module, values) for k in call.keywords if k.arg is not None}
        for spread in (k.value for k in call.keywords if k.arg is None):
            params = {**_dictionary(spread, module, values), **params}
        return qualified.rpartition(".")[2], params
    return None


def _trainer(call: ast.Call, program: SourceProgram) -> Iterator[str]:
    """`eval_loss` and what `compute_metrics` returns, each with `eval_` in front."""
    given = next((k.value for k in call.keywords if k.arg == "compute_metrics"), None)
    names = {dotted_name(part) for part in ast.walk(given)} if given is not None else set()
    for module in program:
        for node in module.all(ast.FunctionDef):
            if node.name in names:
                yield from (f"eval_{name}" for name in _computed(node, module))
    if any(k.arg == "eval_dataset" for k in call.keywords):
        yield "eval_loss"


def _computed(function: ast.FunctionDef, module: SourceModule) -> Iterator[str]:
    """The keys of the dictionaries that a function builds, and the metrics that it has loaded by name."""
    for node in ast.walk(function):
        if isinstance(node, ast.Dict):
            yield from (key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str))
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
            key = node.targets[0].slice
            yield from [key.value] if isinstance(key, ast.Constant) and isinstance(key.value, str) else []
    if any(
        isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute) and n.func.attr == "compute"
        for n in ast.walk(function)
    ):
        yield from _loaded(module)


def _loaded(module: SourceModule) -> Iterator[str]:
    """`evaluate.load("accuracy")`, `evaluate.combine(["accuracy", "f1"])`."""
    for call in module.all(ast.Call):
        if module.qualified(dotted_name(call.func) or "") in _METRIC_LOADERS and call.args:
            known = fold(call.args[0], module.constants)
            names = known if isinstance(known, list | tuple) else [known]
            yield from (_MEASURES.get(name, name) for name in names if isinstance(name, str))
