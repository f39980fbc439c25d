"""Counting verdicts over cases, and what went wrong in each."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import median

from judging import Planned, ReadPlan, is_right_objective, judged_range, paired
from labels import Case, Label
from planning import Planner

PRECISION = "precision on static"
RECALL = "recall on tune"
SCALES = "scales right"
ACCEPTABLE = "ranges acceptable"
STRICT = "ranges strictly good"
OBJECTIVE = "objective and direction right"
TARGETS: Mapping[str, float] = {PRECISION: 0.97, RECALL: 0.9, SCALES: 0.95, STRICT: 0.85, OBJECTIVE: 0.9}
_RESOURCE = "resources recognised"
_SEEN = "names seen at all"
_PLANNED = "planned without failure"
_WEIGHTS = {
    "failure": 9,
    "tunes": 5,
    "misses": 4,
    "objective": 4,
    "acceptable": 3,
    "scale": 2,
    "strict": 1,
    "length": 0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that an expert would not have done."""

    case: str
    kind: str
    text: str

    @property
    def weight(self) -> int:
        return _WEIGHTS[self.kind]


@dataclass(slots=True)
class Score:
    """Shares over all cases, seconds, and the faults."""

    verdicts: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    seconds: list[float] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unlabelled: list[str] = field(default_factory=list)
    """Names that were tuned and that no label judges."""

    def counts(self) -> dict[str, tuple[int, int]]:
        """Measure -> how many were right, of how many."""
        return {key: (sum(found), len(found)) for key, found in self.verdicts.items()}

    def lines(self) -> list[str]:
        """One line a measure: share, counts, and the target where there is one."""
        rows = [_line(key, found) for key, found in sorted(self.verdicts.items(), key=lambda item: _order(item[0]))]
        timing = f"{'seconds, median and max':34} {median(self.seconds):.3f} {max(self.seconds):.3f}"
        return [*rows, timing, f"{'tuned names without a label':34} {len(self.unlabelled)}"]


def score_cases(cases: Iterable[Case], planner: Planner) -> Score:
    """Plan every case and judge the plan."""
    score = Score()
    for case in cases:
        add_case(score, case, planner(case.words, case.folder))
    return score


def add_case(score: Score, case: Case, plan: ReadPlan) -> None:
    """Judge one plan beside its labels."""
    score.seconds.append(plan.seconds)
    score.verdicts[_PLANNED].append(plan.failure is None)
    if plan.failure is not None:
        score.faults.append(Fault(case=case.name, kind="failure", text=plan.failure))
    pairs = paired(case.labels, plan)
    known = {planned.name for planned in pairs.values()}
    tuned = [planned.name for planned in plan.hyperparameters.values() if planned.is_tuned]
    score.unlabelled += [f"{case.name}: {name}" for name in tuned if name not in known]
    for label in case.labels:
        _add_label(score, case, label, pairs.get(label.name))
    if case.scores_objective:
        _add_objective(score, case, plan)


def _add_label(score: Score, case: Case, label: Label, planned: Planned | None) -> None:
    is_tuned = planned is not None and planned.is_tuned
    if not label.source:
        score.verdicts[_SEEN].append(planned is not None)
    if is_tuned:
        score.verdicts[PRECISION].append(label.kind != "static")
    if label.kind == "static" and is_tuned:
        score.faults.append(Fault(case=case.name, kind="tunes", text=f"tunes {label.name} ({label.why})"))
    if label.kind == "resource":
        role = "absent" if planned is None else planned.role
        score.verdicts[_RESOURCE].append(role == "resource")
        if role != "resource":
            score.faults.append(Fault(case=case.name, kind="length", text=f"{label.name} is {role} ({label.why})"))
    if label.kind == "tune":
        _add_tunable(score, case, label, planned)


def _add_tunable(score: Score, case: Case, label: Label, planned: Planned | None) -> None:
    is_tuned = planned is not None and planned.is_tuned
    score.verdicts[f"{RECALL} {label.source}".strip()].append(is_tuned)
    if planned is None or not planned.is_tuned:
        if not label.source:
            role = "absent" if planned is None else planned.role
            text = f"misses {label.name} = {label.value} ({role}; {label.why})"
            score.faults.append(Fault(case=case.name, kind="misses", text=text))
        return
    verdict = judged_range(label, planned)
    text = (
        f"{label.name} = {label.value}: {planned.low}..{planned.high} {planned.scale},"
        f" wanted {label.low}..{label.high} {label.scales[0]}"
    )
    measures = [(SCALES, "scale", verdict.scale)]
    if label.low > -math.inf:
        measures += [(ACCEPTABLE, "acceptable", verdict.acceptable), (STRICT, "strict", verdict.strict)]
    for key, kind, is_right in measures:
        score.verdicts[key].append(is_right)
        if not is_right:
            score.faults.append(Fault(case=case.name, kind=kind, text=f"not {key}: {text}"))


def _add_objective(score: Score, case: Case, plan: ReadPlan) -> None:
    is_right = is_right_objective(case, plan)
    score.verdicts[OBJECTIVE].append(is_right)
    if not is_right:
        wanted = case.objectives[0].names if case.objectives else None
        text = f"objective {plan.direction} {plan.objective}, wanted {wanted}"
        score.faults.append(Fault(case=case.name, kind="objective", text=text))


def _order(key: str) -> tuple[int, str]:
    targets = list(TARGETS)
    return (targets.index(key) if key in targets else len(targets), key)


def _line(key: str, found: list[bool]) -> str:
    share = sum(found) / max(len(found), 1)
    goal = f"  target {TARGETS[key]:.2f}{'' if share >= TARGETS[key] else '  missed'}" if key in TARGETS else ""
    return f"{key:34} {share:.3f}  ({sum(found)} of {len(found)}){goal}"
