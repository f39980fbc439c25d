"""For any space: values survive the way to the cube and back, and nothing leaves its range."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from selftune.search.encoder import Encoder
from selftune.testing.spaces import spaces

SEEDS = st.integers(min_value=0, max_value=2**32)


@given(space=spaces(), seed=SEEDS)
@settings(max_examples=100, deadline=None)
def test_values_survive_the_way_to_the_cube_and_back(space, seed):
    encoder = Encoder(space)
    values = encoder.values(np.random.default_rng(seed).random(encoder.dimension))
    again = encoder.values(encoder.cube([dict(values)])[0])
    assert again == values


@given(space=spaces(), seed=SEEDS)
@settings(max_examples=100, deadline=None)
def test_every_point_of_the_cube_stands_for_values_inside_the_ranges(space, seed):
    encoder = Encoder(space)
    for point in np.random.default_rng(seed).uniform(-0.2, 1.2, (5, encoder.dimension)):
        values = dict(encoder.values(point))
        assert all(range_.contains(values[name]) for name, range_ in space)
        assert encoder.contains(values)


@given(space=spaces(), seed=SEEDS)
@settings(max_examples=100, deadline=None)
def test_snapping_changes_no_value_and_snapping_twice_changes_nothing(space, seed):
    encoder = Encoder(space)
    cube = np.random.default_rng(seed).random((4, encoder.dimension))
    snapped = encoder.snap(cube)
    assert [encoder.values(point) for point in snapped] == [encoder.values(point) for point in cube]
    np.testing.assert_allclose(encoder.snap(snapped), snapped, atol=1e-9)


@given(space=spaces(), seed=SEEDS)
@settings(max_examples=100, deadline=None)
def test_features_are_finite_and_as_many_as_the_groups_say(space, seed):
    encoder = Encoder(space)
    features = encoder.features(encoder.from_uniform(np.random.default_rng(seed).random((3, encoder.dimension))))
    assert features.shape == (3, len(encoder.groups))
    assert np.isfinite(features).all()
