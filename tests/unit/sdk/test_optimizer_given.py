"""Whatever is given to an optimizer: taken as meant, or refused in words of Python, never by a traceback."""

from __future__ import annotations

import decimal
import fractions
import math

import numpy as np
import pytest

from selftune import CategoricalParameter, ContinuousParameter, IntegerParameter, Optimizer
from selftune.model.errors import InvalidRange, UnknownName, UsageError
from selftune.model.ranges import ContinuousRange, IntegerRange, ScalingType

LINE = {"x": (0.0, 1.0)}
HUGE = 10**400


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ((-1e308, 1e308), "so wide that its width is no finite number"),
        ((0, HUGE), r"A bound must be a finite number, but it is 10{50,90}\.\.\."),
        ((np.array([0.0, 1.0]), 2.0), "A bound must be a finite number"),
        ((3, 1), r"Did you mean \(1, 3\)\?"),
        ((0.3, 0.1), r"Did you mean \(0\.1, 0\.3\)\?"),
        ((1, 2, "log"), "No scaling type 'log'.*Did you mean 'Logarithmic'"),
        ((1, 2, None), "is no range"),
        (
            (0, 0.01, "Logarithmic"),
            r"\(1e-08, 0\.01, 'Logarithmic'\).*ContinuousParameter\(1e-08, 0\.01, includes_zero=True\)",
        ),
        ((-1.0, 0.01, "Logarithmic"), r"\(1e-08, 0\.01, 'Logarithmic'\), or leave out the scale\.$"),
        ((0, 100, "Logarithmic"), r"\(1, 100, 'Logarithmic'\), or .*Real numbers have a point: \(0\.0001, 100\.0, "),
        ((-3.0, -1.0, "Logarithmic"), r"Leave out the scale\.$"),
        ((0.5, 1.0, "ReverseLogarithmic"), "or end below one"),
        ({"low": 1}, "is no range"),
    ],
)
def test_a_range_that_is_none_is_refused_by_its_name_with_what_to_write(given, message):
    with pytest.raises(InvalidRange, match=f"(?s)The range of 'x' is .*{message}") as caught:
        Optimizer({"a": (0, 1), "x": given})
    assert ".." not in caught.value.hint.replace("...", "")
    assert ":l" not in caught.value.hint


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"ranges": [("x", (0, 1))]}, r"ranges is \[\('x', \(0, 1\)\)\], but it must be a dict"),
        ({"ranges": {1: (0, 1)}}, "ranges is given for the name 1, but a name must be a text"),
        ({"ranges": {"": (0, 1)}}, "given for the name ''"),
        ({"ranges": {"b": 5}}, "'b'.*no range"),
        ({"seed": HUGE}, r"seed is 1000.*\.\.\., but it must be less than 2 \*\* 128"),
        ({"seed": math.inf}, "seed is inf, but it must be a whole number"),
        ({"max_jobs": np.array([1, 2])}, r"max_jobs is array\(\[1, 2\]\), but it must be a whole number"),
        ({"parents": Optimizer(LINE)}, r"parents is Optimizer\(x.*but it must be a list"),
        ({"parents": "abc"}, "parents is 'abc', but it must be a list"),
        ({"parents": [({"x": 0.5}, 1.0)]}, r"holds no pairs"),
        ({"parents": [[({"x": 0.5}, "good")]]}, "A parent has the objective 'good', which is no number"),
        ({"first": {"x": 0.1}}, r"first is \{'x': 0\.1\}, but it must be a list"),
        ({"first": [None]}, "Values are a dict .* but None was given"),
        ({"first": ["x"]}, "Values are a dict .* but 'x' was given"),
        ({"first": 5}, "first is 5, but it must be a list"),
        ({"priors": {"x": (0.5, "a")}}, r"The prior of 'x' is \(0\.5, 'a'\)"),
        ({"priors": {"x": (0.5, 0.1, 0.1)}}, r"The prior of 'x' is \(0\.5, 0\.1, 0\.1\)"),
        ({"priors": {"x": (0.5, -0.1)}}, "The prior of 'x'"),
        ({"priors": [0.5]}, r"priors is \[0\.5\], but it must be a dict"),
        (
            {"soft_ranges": {"y": (0.1, 0.5)}, "hard_bounds": {"y": 5}},
            "hard bounds of 'y' are 5: they must be two numbers",
        ),
        ({"soft_ranges": {"y": (0.1, 0.5)}, "hard_bounds": {"y": ("a", None)}}, "they must be two numbers"),
        ({"soft_ranges": {"y": (0.1, 0.5)}, "hard_bounds": {"y": (0, 1, 2)}}, "they must be two numbers"),
        ({"soft_ranges": {"y": (0.1, 0.5)}, "hard_bounds": {"y": (math.nan, None)}}, "NaN is no bound"),
        ({"constraints": "x < 0.5"}, "constraints is 'x < 0.5', but it must be a list"),
        ({"constraints": [5]}, "5 is no constraint"),
        ({"constraints": [None]}, "None is no constraint"),
    ],
)
def test_an_argument_of_another_shape_is_refused_by_its_name(arguments, message):
    with pytest.raises(UsageError, match=f"(?s){message}"):
        Optimizer(**{"ranges": LINE, **arguments})


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ContinuousParameter(1, 2, None), "The scaling type is None"),
        (lambda: CategoricalParameter(None), "A choice is a list of values, but it is None"),
        (lambda: CategoricalParameter({"a": 1}), "A choice is a list of values"),
        (lambda: IntegerParameter(1, HUGE), "must be a finite number"),
        (lambda: ContinuousParameter(3, 1), r"Did you mean \(1, 3\)"),
    ],
)
def test_a_parameter_that_is_none_is_refused(make, message):
    with pytest.raises(InvalidRange, match=message):
        make()


@pytest.mark.parametrize("objective", [np.array([1.0, 2.0]), "0.5", 1j, [1.0], True])
def test_an_objective_that_is_no_number_is_refused_and_the_suggestion_stays_pending(objective):
    optimizer = Optimizer(LINE, seed=1)
    suggestion = optimizer.ask()
    with pytest.raises(UsageError, match="which is no number"):
        optimizer.tell(suggestion, objective)
    assert optimizer.pending == (suggestion,)


@pytest.mark.parametrize(
    ("objective", "expected"),
    [
        (np.float32(0.5), 0.5),
        (np.array([0.5]), 0.5),
        (decimal.Decimal("0.5"), 0.5),
        (fractions.Fraction(1, 2), 0.5),
        (HUGE, None),
        (decimal.Decimal("inf"), None),
    ],
)
def test_every_kind_of_number_is_one_and_one_beyond_all_floats_has_failed(objective, expected):
    optimizer = Optimizer(LINE, seed=1)
    assert optimizer.tell(optimizer.ask(), objective).objective == expected


@pytest.mark.parametrize("number", [1, 1.0, np.int64(1), np.float64(1.0), np.array(1)])
def test_a_suggestion_is_addressed_by_its_number_whatever_its_kind(number):
    optimizer = Optimizer(LINE, seed=1)
    optimizer.ask()
    assert optimizer.tell(number, 0.5).number == 1


def test_what_is_discarded_is_a_suggestion_or_its_number():
    optimizer = Optimizer(LINE, seed=1)
    optimizer.ask()
    with pytest.raises(UsageError, match=r"discard\(\) takes a suggestion or its number, not a NoneType"):
        optimizer.discard(None)
    optimizer.discard(np.int64(1))
    assert optimizer.pending == ()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"x": "0.5", "c": "a"}, r"The value of 'x' is '0\.5', which is no number.*\n.*0\.\.1"),
        ({"x": np.array([1, 2]), "c": "a"}, "which is no number"),
        ({"x": HUGE, "c": "a"}, r"(?s)of 'x' lies outside its range 0\.\.1.*nearest valid value is 0"),
        ({"x": 2, "c": "a"}, r"(?s)The value 2 of 'x' lies outside its range 0\.\.1.*nearest valid value is 1"),
        ({"x": 0.5, "c": "tree"}, "(?s)'c' has no choice 'tree'.*Did you mean 'trees'"),
        ({"x": 0.5, "c": None}, "(?s)'c' has no choice None.*Known: a, trees"),
        ({"x": 0.5}, "lack 'c'.*\n.*a, trees"),
    ],
)
def test_a_value_that_is_none_of_the_range_is_refused_in_words_of_people(values, message):
    optimizer = Optimizer({"x": (0.0, 1.0), "c": ["a", "trees"]}, seed=1)
    with pytest.raises(UsageError, match=message) as caught:
        optimizer.tell(values, 1.0)
    assert ":linear" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "braced"), [("l-r < 0.5", "{l-r} < 0.5"), ("number of layers <= 3", "{number of layers} <= 3")]
)
def test_a_name_that_is_no_word_is_shown_in_braces_where_a_constraint_needs_them(text, braced):
    ranges = {"l-r": (0.0, 1.0), "number of layers": (1, 9)}
    with pytest.raises(UsageError) as caught:
        Optimizer(ranges, constraints=[text])
    assert caught.value.hint.endswith(braced)
    name = braced[1 : braced.index("}")]
    made = Optimizer(ranges, seed=0, constraints=[braced]).ask(8)
    assert all(suggestion[name] <= (0.5 if name == "l-r" else 3) for suggestion in made)


def test_an_unknown_name_says_where_it_stands():
    with pytest.raises(UnknownName, match="No hyperparameter 'q' in the ranges: it is named in the dict of values"):
        Optimizer(LINE).tell({"q": 1.0}, 1.0)


def test_values_are_taken_as_every_kind_of_number():
    optimizer = Optimizer({"x": (decimal.Decimal("0.1"), 1), "n": (1, 5)}, seed=1)
    told = optimizer.tell({"x": fractions.Fraction(1, 2), "n": np.float64(3.0)}, 1.0)
    assert told.values == {"x": 0.5, "n": 3}
    assert isinstance(told.values["n"], int)


def test_whole_numbers_beyond_what_floats_hold_exactly_stay_themselves():
    optimizer = Optimizer({"n": (0, 2**60)}, seed=2**100)
    assert optimizer.tell({"n": 2**53 + 1}, 1.0).values == {"n": 2**53 + 1}
    assert optimizer.seed == 2**100


def test_zero_stands_beside_a_logarithmic_range_where_that_is_said():
    decay = ContinuousParameter(1e-6, 0.1, includes_zero=True)
    optimizer = Optimizer({"decay": decay}, seed=0)
    assert optimizer.ranges["decay"] == ContinuousRange(low=1e-6, high=0.1, scaling=ScalingType.LOG, includes_zero=True)
    made = [suggestion["decay"] for suggestion in optimizer.ask(30)]
    assert 0.0 in made
    assert all(value == 0 or 1e-6 <= value <= 0.1 for value in made)
    assert sum(0 < value < 1e-3 for value in made) > 8
    assert optimizer.tell({"decay": 0}, 1.0).values == {"decay": 0.0}
    with pytest.raises(UsageError, match=r"lies outside its range 0 or 1e-06\.\.0\.1"):
        optimizer.tell({"decay": 1e-9}, 1.0)


def test_a_range_with_zero_finds_it_where_off_is_best():
    optimizer = Optimizer({"decay": ContinuousParameter(1e-6, 0.1, includes_zero=True), "x": (0.0, 1.0)}, seed=2)
    best = optimizer.run(lambda values: (values["decay"] > 0) + (values["x"] - 0.4) ** 2, jobs=20)
    assert best.values["decay"] == 0
    assert best.objective < 0.01


def test_a_range_with_zero_may_be_soft_and_whole_numbers_have_a_zero_of_their_own():
    soft = Optimizer(soft_ranges={"w": ContinuousParameter(1e-4, 1e-2, includes_zero=True)}, seed=0)
    soft.tell({"w": 0.0}, 1.0)
    assert soft.range_moves == ()
    assert Optimizer({"n": (0, 100)}).ranges["n"] == IntegerRange(low=0, high=100)
