"""Whatever is asked and told, in whatever order: an optimizer that is saved and read again goes on as if unbroken."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selftune.sdk.optimizer import Optimizer

OBJECTIVES = st.one_of(st.floats(-1e6, 1e6), st.just(float("nan")))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("ask"), st.integers(1, 3)),
        st.tuples(st.just("tell"), st.integers(0, 5), OBJECTIVES),
        st.tuples(st.just("fail"), st.integers(0, 5)),
        st.tuples(st.just("discard"), st.integers(0, 5)),
        st.tuples(st.just("elsewhere"), st.floats(-3.0, 1.0), OBJECTIVES),
        st.tuples(st.just("enqueue"), st.floats(-3.0, -0.5)),
    ),
    max_size=14,
)


def an_optimizer(strategy, seed):
    return Optimizer(
        {"units": (1, 8), "booster": ["tree", "dart"], "drop": (0.0, 1.0)},
        "Maximize",
        seed=seed,
        strategy=strategy,
        soft_ranges={"lr": (1e-3, 1e-1)},
        hard_bounds={"lr": (1e-6, 10.0)},
        priors={"units": 4},
        constraints=["units * lr <= 0.5"],
        conditions={"drop": "booster == dart"},
        first=[{"units": 2, "booster": "tree", "lr": 0.01}],
        max_seconds=100.0,
    )


def carry_out(optimizer, step):
    """One step; what was asked."""
    pending = optimizer.pending
    match step:
        case ("ask", count):
            return [(made.number, dict(made), made.why) for made in optimizer.ask(count)]
        case ("elsewhere", exponent, objective):
            optimizer.tell({"units": 1, "booster": "tree", "lr": 10.0**exponent}, objective)
        case ("enqueue", exponent):
            optimizer.enqueue({"units": 1, "booster": "tree", "lr": 10.0**exponent})
        case (_, which, *_) if which >= len(pending):
            pass
        case ("tell", which, objective):
            optimizer.tell(pending[which], objective, seconds=which + 1)
        case ("fail", which):
            optimizer.tell(pending[which].number, failed=True)
        case ("discard", which):
            optimizer.discard(pending[which])
    return []


@pytest.mark.parametrize("strategy", ["Bayesian", "Random"])
@given(steps=STEPS, seed=st.integers(0, 2**31))
@settings(max_examples=15, deadline=None)
def test_an_optimizer_that_is_read_again_goes_on_as_the_unbroken_one(strategy, steps, seed):
    unbroken, broken = an_optimizer(strategy, seed), an_optimizer(strategy, seed)
    for step in [*steps, ("ask", 2)]:
        asked, broken = carry_out(broken, step), Optimizer.from_json(broken.to_json())
        assert carry_out(unbroken, step) == asked
    assert (broken.results, broken.pending, broken.best) == (unbroken.results, unbroken.pending, unbroken.best)
    suggested = [made for made in (*unbroken.results, *unbroken.pending) if made.strategy != "elsewhere"]
    values = [str(made if isinstance(made, dict) else made.values) for made in suggested]
    assert len(set(values)) == len(values)
    for made in unbroken.pending:
        assert ("drop" in made) == (made["booster"] == "dart")
        assert made.number == 1 or made["units"] * made["lr"] <= 0.5
