"""What the model sees of many training jobs: all of few, then one region or a rough whole at a time."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from selftune.model.ranges import CategoricalRange, ContinuousRange
from selftune.search.encoder import Encoder
from selftune.search.trust_region import RegionSettings, _centres, as_numbers, view_of

SQUARE = Encoder((("x", ContinuousRange(low=0.0, high=1.0)), ("y", ContinuousRange(low=0.0, high=1.0))))
SETTINGS = RegionSettings(most=50, near=40, wide=40)


def two_hollows(count, seed=0):
    """Points and losses with the lowest hollow at (0.2, 0.2) and another at (0.8, 0.8)."""
    points = np.random.default_rng(seed).random((count, 2))
    first, second = (np.square(points - middle).sum(axis=1) for middle in (0.2, 0.8))
    return points, np.minimum(first, second + 0.01)


def test_all_of_few_training_jobs_are_seen_in_the_whole_cube():
    points, losses = two_hollows(50)
    view = view_of(SQUARE, points, losses, 50, SETTINGS)
    assert view.seen.tolist() == list(range(50))
    assert not view.is_region
    assert view.features(SQUARE, points) == pytest.approx(points)


def test_a_region_is_the_nearest_training_jobs_around_the_best_and_the_box_that_they_span():
    points, losses = two_hollows(400)
    best = points[np.argmin(losses)]
    view = view_of(SQUARE, points, losses, 400, SETTINGS)
    assert len(view.seen) == 40
    distance = np.linalg.norm(points - best, axis=1)
    assert distance[view.seen].max() <= np.delete(distance, view.seen).min()
    assert (view.low <= best).all()
    assert (best <= view.high).all()
    assert view.high.max() < 0.6
    drawn = view.drawn(np.random.default_rng(1).random((100, 2)))
    assert ((drawn >= view.low) & (drawn <= view.high)).all()
    features = view.features(SQUARE, np.vstack([view.low, view.high]))
    assert features[1] - features[0] == pytest.approx([1.0, 1.0])


def test_regions_lie_apart_and_the_second_hollow_has_its_turn():
    points, losses = two_hollows(400)
    views = [view_of(SQUARE, points, losses, number, SETTINGS) for number in range(400, 424)]
    centres = {tuple(points[view.seen[np.argmin(losses[view.seen])]]) for view in views if view.is_region}
    assert any(np.linalg.norm(np.array(centre) - 0.8) < 0.15 for centre in centres)


def test_most_suggestions_are_for_the_best_region_until_it_brings_nothing_any_more():
    points, losses = two_hollows(400)
    views_of_best = {}
    for place, name in ((399, "new"), (0, "old")):
        moved = losses.copy()
        moved[place] = -1.0
        seen = [view_of(SQUARE, points, moved, number, SETTINGS) for number in range(400, 448)]
        views_of_best[name] = sum(view.is_region and place in view.seen for view in seen)
    assert views_of_best["new"] >= 36
    assert views_of_best["old"] <= 24


def test_the_rough_whole_holds_the_best_and_the_newest():
    points, losses = two_hollows(400)
    wide = [view_of(SQUARE, points, losses, number, SETTINGS) for number in range(400, 448)]
    (seen,) = {tuple(view.seen) for view in wide if not view.is_region}
    assert set(np.argsort(losses)[:20]) <= set(seen)
    assert set(range(390, 400)) <= set(seen)
    assert len(seen) == 40


def test_a_region_has_every_choice_of_a_category_and_is_no_thinner_than_the_narrowest():
    space = Encoder((("x", ContinuousRange(low=0.0, high=1.0)), ("c", CategoricalRange(values=("a", "b", "c")))))
    points = space.snap(np.column_stack([np.full(100, 0.5), np.full(100, 0.1)]))
    view = view_of(space, points, np.arange(100.0)[::-1], 100, SETTINGS)
    assert view.low[1] == 0.0
    assert view.high[1] == 1.0
    assert np.isfinite(view.features(space, points)).all()


def test_failed_training_jobs_are_no_centre_and_yet_seen():
    points, losses = two_hollows(400)
    found = [None if loss < 0.005 else float(loss) for loss in losses]
    numbers = as_numbers(found)
    assert Counter(np.isinf(numbers))[True] == found.count(None) > 0
    view = view_of(SQUARE, points, numbers, 400, SETTINGS)
    assert np.isfinite(numbers[view.seen]).any()
    assert np.isinf(numbers[view.seen]).any()


def test_a_worse_hollow_far_away_is_a_centre_before_the_slopes_of_the_best_one():
    rng = np.random.default_rng(2)
    slope = rng.random((300, 2)) * [1.0, 0.6]
    points = np.vstack([slope, [[0.85, 0.95]]])
    losses = np.append(np.square(slope - 0.2).sum(axis=1), 0.5)
    assert (losses[np.linalg.norm(points - points[losses.argmin()], axis=1) > 0.4] < 0.5).sum() > 50
    centres = _centres(SQUARE, SQUARE.features(points), losses, 2, RegionSettings(apart=0.6))
    assert centres == [int(losses.argmin()), 300]
