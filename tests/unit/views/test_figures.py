from __future__ import annotations

import math
import xml.etree.ElementTree as ET

import pytest

from selftune.model.jobs import TrainingJobStatus
from selftune.testing.factories import T0, a_record, a_request, a_state, a_training_job, a_tuning_job, an_objective
from selftune.views.figures import best_so_far_svg, learning_curves_svg
from selftune.views.figures.ticks import padded, round_ticks
from selftune.views.summary import summarize

SVG = "{http://www.w3.org/2000/svg}"
JOBS = [
    a_training_job(1, objective=1.0),
    a_training_job(2, objective=0.8),
    a_training_job(3, objective=1.4, status=TrainingJobStatus.STOPPED),
    a_training_job(4, status=TrainingJobStatus.FAILED),
    a_training_job(5, objective=0.5),
]
CURVES = {1: (1.5, 1.2, 1.0), 2: (1.2, 0.9, 0.8), 3: (1.6, 1.4), 5: (0.9, math.nan, 0.5)}


def summary_of(jobs, **state):
    record = a_record(a_state(jobs, **state), job=a_tuning_job(request=a_request()))
    return summarize(record, CURVES, now=T0 + 100)


def classes(svg, tag):
    return [element.get("class") for element in ET.fromstring(svg).iter(SVG + tag)]


def texts(svg):
    return [element.text for element in ET.fromstring(svg).iter(SVG + "text")]


def test_best_so_far_has_a_mark_for_each_training_job_by_its_state():
    svg = best_so_far_svg(summary_of(JOBS))
    assert classes(svg, "circle") == ["done", "done", "stopped", "best"]
    assert classes(svg, "path").count("failed") == 1
    assert classes(svg, "path").count("line") == 1


def test_todays_value_is_a_named_dashed_line():
    svg = best_so_far_svg(summary_of(JOBS))
    assert "dashed" in classes(svg, "path")
    assert "today 1" in texts(svg)


def test_learning_curves_draw_the_best_in_front_and_end_stopped_ones_with_a_stroke():
    svg = learning_curves_svg(summary_of(JOBS), CURVES)
    curves = [name for name in classes(svg, "path") if name in ("faint", "line", "tick")]
    assert curves == ["faint", "faint", "faint", "tick", "line"]


@pytest.mark.parametrize("figure", [best_so_far_svg, lambda summary: learning_curves_svg(summary, {})])
def test_with_nothing_to_draw_a_figure_says_so(figure):
    assert any("No training job has" in text for text in texts(figure(summary_of([]))))


@pytest.mark.parametrize("figure", [best_so_far_svg, lambda summary: learning_curves_svg(summary, CURVES)])
def test_a_figure_is_self_contained_and_knows_the_dark(figure):
    svg = figure(summary_of(JOBS))
    assert svg.count("http") == 1, "only the name of the SVG language"
    assert "prefers-color-scheme:dark" in svg
    assert ET.fromstring(svg).find(SVG + "title").text


def test_names_are_escaped():
    svg = best_so_far_svg(summary_of(JOBS, objective=an_objective("<script>&")))
    assert "<script>" not in svg
    assert "<script>&" in texts(svg)


def test_one_diverged_value_does_not_flatten_all_others():
    low, high = padded([*(1 + 0.01 * n for n in range(20)), 1e9])
    assert high < 2
    assert low < 1


def test_values_outside_the_frame_are_drawn_on_its_edge():
    jobs = [a_training_job(n, objective=1 + 0.01 * n) for n in range(1, 12)]
    svg = best_so_far_svg(summary_of([*jobs, a_training_job(12, objective=1e9)]))
    tops = [float(element.get("cy")) for element in ET.fromstring(svg).iter(SVG + "circle")]
    assert min(tops) >= 0


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [(0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]), (0.5, 20.5, [5, 10, 15, 20]), (-3e-4, 3e-4, [-2e-4, 0, 2e-4]), (1, 1, [1])],
)
def test_ticks_are_round_numbers(low, high, ticks):
    assert round_ticks(low, high, 5) == pytest.approx(ticks, abs=1e-9)


def test_equal_values_still_have_a_span():
    low, high = padded([0.5, 0.5])
    assert low < 0.5 < high
    assert padded([]) == (0.0, 1.0)
    assert padded([math.nan, math.inf]) == (0.0, 1.0)
