"""What Autotune's ranges are scored by: they are its own, and may reach beyond the expert's."""

from __future__ import annotations

from collections.abc import Callable

from boxes import nearest
from tasks import Task, Values


def bounded(task: Task, score: Callable[[Values], float]) -> Callable[[Values], float]:
    """A score that knows nothing outside the expert's ranges: there the nearest values inside are scored."""
    parameters = {parameter.name: parameter for parameter in task.parameters}

    def bounded_score(values: Values) -> float:
        return score({name: nearest(parameters[name], value) for name, value in {**task.start, **values}.items()})

    return bounded_score
