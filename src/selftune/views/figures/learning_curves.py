"""The learning curves of all training jobs, the best one in front."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from selftune.model.jobs import TrainingJobStatus
from selftune.model.values import short_number
from selftune.views.figures.canvas import Canvas
from selftune.views.figures.ticks import padded
from selftune.views.summary import Summary


def learning_curves_svg(
    summary: Summary, curves: Mapping[int, Sequence[float]], *, width: int = 720, height: int = 320
) -> str:
    """All curves grey, the best one bold; one that was stopped ends in an upright stroke.

    Args:
        summary: of the tuning job.
        curves: the objective's values in the order reported, by training-job number.
    """
    name = summary.objective_name or "objective"
    longest = max((len(curve) for curve in curves.values()), default=0)
    canvas = Canvas(
        x=(1.0, max(longest, 2)),
        y=padded([value for curve in curves.values() for value in curve]),
        width=width,
        height=height,
    )
    canvas.axes(title=f"{name}, learning curves", x_name="values reported", y_name=f"{len(curves)} training jobs")
    if not longest:
        canvas.note("No training job has reported the objective yet.")
    best = summary.best.number if summary.best is not None else None
    stopped = {point.number for point in summary.progress if point.status is TrainingJobStatus.STOPPED}
    for number in sorted(curves, key=lambda number: number == best):
        _curve(canvas, number, curves[number], is_best=number == best, is_stopped=number in stopped)
    return canvas.svg(f"Learning curves of {name} in tuning job {summary.tuning_job}")


def _curve(canvas: Canvas, number: int, values: Sequence[float], *, is_best: bool, is_stopped: bool) -> None:
    points = [(float(step), value) for step, value in enumerate(values, 1)]
    canvas.line(points, "line" if is_best else "faint")
    if not points:
        return
    note = f"training job {number}: {short_number(points[-1][1])} at value {len(points)}"
    if is_stopped:
        canvas.bar(points[-1], f"{note}, stopped")
    elif is_best or len(points) == 1:
        canvas.dot(points[-1], style="best" if is_best else "done", note=note)
