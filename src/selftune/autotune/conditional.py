"""Hyperparameters that act only with certain values of others, certain data or a certain objective metric.

`rate_drop` does nothing unless the booster is dart: where that is known not to be so, it stays static and says why;
where it is known to be so, it may matter more than usual.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from selftune.autotune.data_facts import DataFacts
from selftune.autotune.help_words import option_in_help
from selftune.autotune.judgement import Judgement
from selftune.autotune.knowledge.expressions import FACTS
from selftune.autotune.knowledge.lookup import family_of
from selftune.autotune.names import last_part, normal_name, word_set, words_of
from selftune.autotune.sleeping import settled_by_branches
from selftune.model.conditions import Clause, Condition
from selftune.model.plan import PlannedHyperparameter, Role
from selftune.model.values import HyperparameterValue, short_value

_PASSES = 3
"""What becomes static may move what else is tuned, so it is looked at again."""
METRIC = "metric"
"""The name by which a condition asks for the kind of the objective metric."""
KINDS_OF_METRIC = {
    "calibrated": word_set(
        "loss logloss mlogloss nll nloglik likelihood entropy crossentropy brier deviance perplexity"
    ),
    "ranking": word_set("auc roc aucpr prauc auprc auroc ap map ndcg gini precision_at"),
    "threshold": word_set("f1 fbeta recall precision sensitivity specificity mcc kappa balanced jaccard dice"),
    "accuracy": word_set("accuracy acc error merror accuracy_score top1"),
    "distance": word_set("rmse mse mae mape rmsle r2 huber mphe"),
}


def planned_by_conditions(
    judgements: Sequence[Judgement],
    plan: Callable[[Sequence[Judgement]], tuple[PlannedHyperparameter, ...]],
    *,
    facts: DataFacts | None,
    metric: str | None,
) -> tuple[list[Judgement], tuple[PlannedHyperparameter, ...]]:
    """(the judgements, those static that cannot act; what becomes of each hyperparameter under `plan`).

    A kernel that is itself tuned takes other values than today's, so what depends on it stays a candidate: planned
    once as if everything were open, then with what is tuned.
    """
    tuned: Collection[str] = [judgement.found.name for judgement in judgements]
    for _ in range(_PASSES):
        settled = settled_by_conditions(judgements, facts=facts, metric=metric, open_names=tuned)
        planned = plan(settled)
        before, tuned = tuned, {h.name for h in planned if h.role is Role.TUNED}
        if tuned == before or not any(map(_is_conditional, judgements)):
            break
    return settled, planned


def settled_by_conditions(
    judgements: Sequence[Judgement], *, facts: DataFacts | None, metric: str | None, open_names: Collection[str] = ()
) -> list[Judgement]:
    """The judgements, those static that cannot act today.

    Args:
        judgements: What was judged of each hyperparameter.
        facts: What the data are like.
        metric: The objective metric's name.
        open_names: Hyperparameters that take other values than today's: the user tunes them.
    """
    known = dict(facts.numbers()) if facts is not None else {}
    awake = settled_by_branches(judgements, open_names)
    return [_settled(judgement, awake, known, facts, metric, open_names) for judgement in awake]


def values_for(
    condition: Condition, framework: str, judgements: Sequence[Judgement], open_names: Collection[str] = ()
) -> dict[str, HyperparameterValue]:
    """Today's values of the hyperparameters that a condition of a framework names, as far as they are known."""
    found = {name: acting(name, framework, judgements) for name in condition.names}
    return {
        name: judgement.found.value
        for name, judgement in found.items()
        if judgement is not None and judgement.found.value is not None and judgement.found.name not in open_names
    }


def conditions_between(judgements: Sequence[Judgement], tuned: Collection[str]) -> tuple[tuple[str, Condition], ...]:
    """When a tuned hyperparameter acts, in the program's own names, as far as other tuned ones decide it."""
    found = []
    for judgement in judgements:
        if judgement.found.name in tuned and judgement.entry is not None and judgement.entry.when is not None:
            framework = judgement.entry.framework
            parents = [(acting(clause.name, framework, judgements), clause) for clause in judgement.entry.when.clauses]
            clauses = tuple(
                replace(clause, name=parent.found.name)
                for parent, clause in parents
                if parent is not None and parent.found.name in tuned
            )
            if clauses:
                found.append((judgement.found.name, Condition(clauses)))
    return tuple(found)


def acting(name: str, framework: str, judgements: Sequence[Judgement]) -> Judgement | None:
    """The one hyperparameter of a program that the knowledge base calls `name`; None where none or several could be."""
    family = family_of(framework)
    by_entry = [j for j in judgements if j.entry is not None and j.entry.name == name and _is_kin(j, family)]
    exact = [j for j in by_entry or judgements if normal_name(last_part(j.found.telling_name)) == name]
    found = exact if len(exact) == 1 else by_entry
    return found[0] if len(found) == 1 else None


def kind_of_metric(metric: str | None) -> str | None:
    """ "calibrated", "ranking", "threshold", "accuracy" or "distance"; None where the name does not say."""
    if metric is None:
        return None
    words = frozenset(words_of(metric.replace(":", "_").replace("/", "_").replace("@", "_")))
    return next((kind for kind, names in KINDS_OF_METRIC.items() if not words.isdisjoint(names)), None)


def _is_conditional(judgement: Judgement) -> bool:
    is_told = bool(judgement.found.branches) or bool(option_in_help(judgement.found))
    return is_told or (judgement.entry is not None and judgement.entry.when is not None)


def _is_kin(judgement: Judgement, family: str) -> bool:
    own = family_of(judgement.entry.framework) if judgement.entry is not None else ""
    return own in (family, "dl", "any") or family == "any"


def _settled(
    judgement: Judgement,
    judgements: Sequence[Judgement],
    known: dict[str, float],
    facts: DataFacts | None,
    metric: str | None,
    open_names: Collection[str],
) -> Judgement:
    entry = judgement.entry
    if entry is None or entry.when is None or judgement.role is not Role.TUNED:
        return judgement
    values: dict[str, HyperparameterValue] = {
        **values_for(entry.when, entry.framework, judgements, open_names),
        **known,
    }
    kind = kind_of_metric(metric)
    if kind is not None:
        values[METRIC] = kind
    broken = entry.when.broken(values)
    if broken is not None:
        why = _why_not(broken, values, facts, metric, acting(broken.name, entry.framework, judgements))
        reason = f"{judgement.found.name} ({entry.meaning}) {why}."
        return replace(judgement, role=Role.STATIC, reason=reason)
    if entry.priority_when is None or not entry.when.is_known_to_hold(values):
        return judgement
    return replace(judgement, entry=replace(entry, priority=entry.priority_when))


def _why_not(
    clause: Clause,
    values: dict[str, HyperparameterValue],
    facts: DataFacts | None,
    metric: str | None,
    acts_on: Judgement | None,
) -> str:
    """Why a clause does not hold, to be read after the hyperparameter's name."""
    if clause.name == METRIC:
        return f"changes how sure the model is and not whom it ranks first, which {metric} would punish"
    if clause.name in FACTS and facts is not None:
        return f"is of use only where {_fact_words(clause)}, and {facts.words((clause.name,))}"
    name = acts_on.found.name if acts_on is not None else clause.name
    if clause.sign == "!=":
        return f"does nothing while {name} is {short_value(values[clause.name])}, as it is today"
    return f"acts only where {clause}, and {clause.name} is {short_value(values[clause.name])} today"


def _fact_words(clause: Clause) -> str:
    limit = short_value(clause.values[0])
    match clause.name, clause.sign:
        case "classes", "==":
            return f"there are {limit} classes"
        case "imbalance", ">=":
            return f"one class has at least {limit} times the rows of another"
        case _:
            return str(clause)
