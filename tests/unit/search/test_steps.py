"""Steps stay in the cube, keep what must hold, and forget where they began."""

from __future__ import annotations

import numpy as np

from selftune.model.constraints import Constraint
from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange
from selftune.search.allowed import Allowed
from selftune.search.encoder import Encoder
from selftune.search.maximizer import Effort, best_candidates
from selftune.search.steps import about, down, mutated


def kept(text):
    return Constraint(text=text, reason="A test says so.", source="a test")


UNIT = ContinuousRange(low=0.0, high=1.0)
EIGHT = Encoder(tuple((f"h{i}", UNIT) for i in range(8)))
SIMPLEX = Allowed(EIGHT, [kept(" + ".join(EIGHT.names) + " <= 1")])
CORNER = np.full((1, 8), 0.01)


def test_a_walk_keeps_the_constraints_and_goes_far_from_where_it_began():
    visited = about(CORNER, EIGHT, SIMPLEX, np.random.default_rng(0))
    assert SIMPLEX.mask(visited).all()
    assert np.abs(visited[:16] - CORNER).max(axis=1).min() > 0.05, "the last ones come first"


def test_steps_down_end_where_the_constraints_are_kept_whatever_their_units():
    names = ("a", "b", *(f"h{i}" for i in range(6)))
    encoder = Encoder((("a", ContinuousRange(low=0.0, high=1e6)), *((name, UNIT) for name in names[1:])))
    texts = ["a >= 10000", "a <= 30000", f"{' + '.join(names[1:])} <= 0.2"]
    allowed = Allowed(encoder, map(kept, texts))
    rng = np.random.default_rng(0)
    drawn = rng.random((512, 8))
    assert not allowed.mask(drawn).any()
    found = down(drawn, encoder, allowed, rng)
    assert len(found)
    assert allowed.mask(found).all()


def test_where_nothing_keeps_the_constraints_steps_down_end_with_nothing():
    never = Allowed(EIGHT, [kept("h0 > 2")])
    assert down(CORNER, EIGHT, never, np.random.default_rng(0)).shape == (0, 8)


def test_what_stays_is_the_most_and_what_has_one_value_never_moves():
    space = [("kind", CategoricalRange(values=("x", "y", "z"))), ("fixed", IntegerRange(low=3, high=3))]
    encoder = Encoder((*space, *((f"h{i}", UNIT) for i in range(8))))
    points = encoder.snap(np.full((200, 10), 0.5))
    moved = mutated(points, encoder, 0.1, np.random.default_rng(0)) != points
    assert not moved[:, 1].any()
    assert 2.0 < moved.sum(axis=1).mean() < 4.0, "three of nine"


class _FarFromTheCorner:
    """Best at the farthest corner, which is forbidden."""

    def score(self, cube):
        return cube.sum(axis=1)


def test_all_candidates_keep_the_constraints_and_the_best_of_them_lie_where_these_end():
    found, scores = best_candidates(
        _FarFromTheCorner(), EIGHT, CORNER, np.random.default_rng(0), Effort(even=50, near_best=5), SIMPLEX
    )
    assert SIMPLEX.mask(found).all()
    assert len(found) > 100
    assert scores[0] > 0.95


def test_with_nothing_that_keeps_the_constraints_there_is_no_candidate():
    nothing = np.zeros((0, 8))
    found, _ = best_candidates(_FarFromTheCorner(), EIGHT, nothing, np.random.default_rng(0), Effort(even=5), SIMPLEX)
    assert len(found) == 0
