"""Best so far against the number of ended training jobs."""

from __future__ import annotations

from selftune.model.jobs import TrainingJobStatus
from selftune.model.values import short_number
from selftune.views.figures.canvas import Canvas
from selftune.views.figures.ticks import padded
from selftune.views.progress import ProgressPoint
from selftune.views.summary import Summary


def best_so_far_svg(summary: Summary, *, width: int = 720, height: int = 320) -> str:
    """A dot a training job (done, stopped = hollow, failed = cross), a step line of the best, today's value dashed."""
    name, points = summary.objective_name or "objective", summary.progress
    values = [point.objective for point in points if point.objective is not None]
    baseline = None if summary.baseline is None else summary.baseline.objective
    canvas = Canvas(
        x=(0.5, max(len(points), 1) + 0.5),
        y=padded(values if baseline is None else [*values, baseline]),
        width=width,
        height=height,
    )
    better = "lower" if summary.direction.value == "Minimize" else "higher"
    canvas.axes(title=name, x_name="training jobs ended", y_name=f"{better} is better")
    if not points:
        canvas.note("No training job has ended yet.")
    if baseline is not None:
        canvas.level(baseline, f"today {short_number(baseline)}")
    canvas.steps([(place, point.best) for place, point in enumerate(points, 1) if point.best is not None])
    for place, point in enumerate(points, 1):
        _mark(canvas, place, point, is_best=summary.best is not None and point.number == summary.best.number)
    return canvas.svg(_description(summary, name))


def _mark(canvas: Canvas, place: int, point: ProgressPoint, is_best: bool) -> None:
    if point.objective is None:
        canvas.cross(place, f"training job {point.number}: {point.status.value}")
        return
    style = "done" if point.status is TrainingJobStatus.COMPLETED else "stopped"
    canvas.dot(
        (place, point.objective),
        style="best" if is_best else style,
        note=f"training job {point.number}: {short_number(point.objective)}, {point.status.value}",
        radius=6 if is_best else 4,
    )


def _description(summary: Summary, name: str) -> str:
    if summary.best is None:
        return f"{name} of tuning job {summary.tuning_job}: none yet"
    best = short_number(summary.best.objective)
    return f"{name} of tuning job {summary.tuning_job}: best {best} in training job {summary.best.number}"
