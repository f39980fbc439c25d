"""Hyperparameters that only code uses which does not run with today's values: `momentum` while `opt` is adam.

They stay static and say which option would switch them on. Where that option is itself tuned, other jobs do run the
code, so they remain candidates; and where all that could be tuned sleeps, the command is not the one that trains.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from selftune.autotune.help_words import option_in_help
from selftune.autotune.judgement import Judgement
from selftune.autotune.reader.reading import Branch, FoundHyperparameter, Need
from selftune.model.plan import Role
from selftune.model.values import counted

_MOST_SAID = 3


def settled_by_branches(judgements: Sequence[Judgement], open_names: Collection[str] = ()) -> list[Judgement]:
    """The judgements, those static that no code uses which runs today.

    Args:
        judgements: What was judged of each hyperparameter.
        open_names: Hyperparameters that take other values than today's: the user tunes them, or Autotune does.
    """
    names = {_variable(judgement.found): judgement.found.name for judgement in judgements}
    judgements = [_told_by_help(judgement, judgements) for judgement in judgements]
    settled = [
        _asleep(judgement, names) if _sleeps(judgement, names, open_names) else judgement for judgement in judgements
    ]
    return settled if any(j.role is Role.TUNED for j in settled) else list(judgements)


def _told_by_help(judgement: Judgement, judgements: Sequence[Judgement]) -> Judgement:
    """The judgement with the switch that its help names and that is off today, where the code told of none."""
    wanted = "" if judgement.found.branches else option_in_help(judgement.found).lstrip("-").replace("-", "_")
    switch = next((j.found for j in judgements if wanted and wanted == _variable(j.found)), None)
    if switch is None or switch.value is not False:
        return judgement
    branch = Branch(needs=(Need(option=_variable(switch), what="is on", today="off"),))
    return replace(judgement, found=replace(judgement.found, branches=(branch,)))


def sleeping_warning(judgements: Sequence[Judgement]) -> tuple[str, ...]:
    """What to say where everything that could be tuned is used only by code that does not run today."""
    candidates = [j for j in judgements if j.role is Role.TUNED]
    names = {_variable(judgement.found): judgement.found.name for judgement in judgements}
    if not candidates or not all(j.found.branches for j in candidates):
        return ()
    first = candidates[0].found
    others = len(candidates) - 1
    more = f", and {counted(others, 'other')} with it" if others else ""
    return (f"The command may not be the one that trains: {first.name} {_why(first.branches, names)}{more}.",)


def _variable(found: FoundHyperparameter) -> str:
    return found.dest or found.name.replace("-", "_")


def _sleeps(judgement: Judgement, names: Mapping[str, str], open_names: Collection[str]) -> bool:
    branches = judgement.found.branches
    options = {names.get(need.option, need.option) for branch in branches for need in branch.needs}
    return bool(branches) and judgement.role is not Role.STATIC and options.isdisjoint(open_names)


def _asleep(judgement: Judgement, names: Mapping[str, str]) -> Judgement:
    found = judgement.found
    what = f"{found.name} ({judgement.meaning})" if not judgement.is_guessed and judgement.entry else found.name
    reason = f"{what} {_why(found.branches, names)}."
    return replace(judgement, role=Role.STATIC, range=None, reason=reason, source=found.declared_at or found.source)


def _why(branches: Sequence[Branch], names: Mapping[str, str]) -> str:
    """ "is only used when opt is sgd, and opt is adamw today", to be read after a name."""
    needs = list(dict.fromkeys(need for branch in branches for need in branch.needs))
    options = list(dict.fromkeys(need.option for need in needs))
    wanted = " or ".join(_wanted(names.get(o, o), [n for n in needs if n.option == o]) for o in options[:_MOST_SAID])
    today = {need.option: need.today for need in needs}
    said = " and ".join(f"{names.get(option, option)} is {today[option]}" for option in options[:_MOST_SAID])
    return f"is only used when {wanted}, and {said} today"


def _wanted(option: str, needs: Sequence[Need]) -> str:
    """ "opt is sgd or asgd\""""
    first, *others = needs[:_MOST_SAID]
    return " or ".join([f"{option} {first.what}", *_following(first.what, [need.what for need in others])])


def _following(first: str, others: Sequence[str]) -> Iterator[str]:
    verb = first.partition(" ")[0]
    for other in others:
        yield other.removeprefix(f"{verb} ")
