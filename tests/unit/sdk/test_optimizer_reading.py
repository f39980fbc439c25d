"""Text that is read as an optimizer: whole, or refused with what is wrong in it."""

from __future__ import annotations

import json

import pytest

from selftune import ContinuousParameter, Optimizer
from selftune.model.errors import UnreadableInput


def document():
    optimizer = Optimizer(
        {"x": (0.0, 1.0), "n": (1, 5), "c": ["a", "b"], "w": ContinuousParameter(1e-6, 0.1, includes_zero=True)},
        seed=3,
        max_jobs=9,
        conditions={"w": "c == a"},
        constraints=["n <= 4"],
        first=[{"x": 0.5, "n": 1, "c": "b"}, {"x": 0.6, "n": 1, "c": "b"}],
        parents=[[({"x": place / 9, "n": 2, "c": "a", "w": 0.0}, place) for place in range(6)]],
    )
    optimizer.tell(optimizer.ask(), 1.5)
    optimizer.tell({"x": 0.25, "n": 2, "c": "a", "w": 0.0}, failed=True)
    return json.loads(optimizer.to_json())


def changed(change):
    found = document()
    change(found)
    return json.dumps(found)


def test_what_was_written_is_read_and_goes_on():
    one, other = (Optimizer.from_json(json.dumps(document())) for _ in range(2))
    assert one.to_json() == json.dumps(document(), separators=(",", ":"))
    assert one.ask(3) == other.ask(3)


def test_the_version_is_compared_before_anything_else_is_read():
    with pytest.raises(UnreadableInput, match=r"is of version 2, but this selftune reads version 1\."):
        Optimizer.from_json('{"version": 2, "spaces": {"x": 1}}')


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.pop("version"), "It has no version"),
        (lambda d: [d.pop("seed"), d.pop("space")], "It lacks space, seed"),
        (lambda d: d.update(colour="red"), "It holds 'colour', which this selftune does not know"),
        (lambda d: d["jobs"][0].update(colour="red"), r"It holds 'jobs\[0\]\.colour'"),
        (lambda d: d.update(seed="three"), "The seed is 'three'"),
        (lambda d: d.update(seed=-3), "The seed is -3"),
        (lambda d: d.update(max_jobs=0), "max_jobs is 0"),
        (lambda d: d.update(max_seconds=-1.0), "max_seconds is -1"),
        (lambda d: d.update(strategy="magic"), "magic"),
        (lambda d: d.update(space=[]), "It has no ranges"),
        (lambda d: d.update(space=[*d["space"], d["space"][0]]), "two of one name"),
        (lambda d: d.update(conditions=[["w", "c is a"]]), "The condition of 'w' cannot be read"),
        (lambda d: d.update(conditions=[["w", "c == zzz"]]), "'c' has no choice 'zzz'"),
        (lambda d: d["constraints"][0].update(text="n <="), "'n <=' is no constraint"),
        (lambda d: d["constraints"][0].update(text="q < 1"), "No hyperparameter 'q'"),
        (lambda d: d["jobs"].reverse(), "not numbered from 1 on"),
        (lambda d: d["jobs"][0].update(objective=None), "Job 1 is completed with the objective None"),
        (lambda d: d["jobs"][0].update(objective={"number": "nan"}), "Job 1 is completed with the objective nan"),
        (lambda d: d["jobs"][1].update(objective=2.0), r"Job 2 is failed with the objective 2\.0"),
        (lambda d: d["jobs"][0].update(seconds=-1.0), "The seconds of job 1 is -1"),
        (lambda d: d["jobs"][0]["values"].pop(), "Job 1 has other hyperparameters than the ranges"),
        (lambda d: d["jobs"][0]["values"][0].__setitem__(1, "much"), "Job 1 has 'much' as 'x'"),
        (lambda d: d["jobs"][0]["values"][2].__setitem__(1, "z"), "Job 1 has 'z' as 'c'"),
        (lambda d: d["first"][0].pop(), "A start value has other hyperparameters"),
        (lambda d: d["parents"][0]["rows"][0].__setitem__(1, {"number": "inf"}), "The parent 1 has the loss inf"),
        (lambda d: d["parents"][0]["rows"][0][0].pop(), "A result of parent 1 has other hyperparameters"),
        (lambda d: d["space"][0][1].update(low=2.0), r"Low 2 is above high 1"),
    ],
)
def test_what_no_optimizer_has_written_is_refused_with_what_is_wrong(change, message):
    with pytest.raises(UnreadableInput, match=message):
        Optimizer.from_json(changed(change))


@pytest.mark.parametrize("text", [None, 5, b"\xff", "[" * 100_000, '"text"', "[1]", '{"version": 1, "space": 3}'])
def test_what_is_no_json_object_of_an_optimizer_is_refused(text):
    with pytest.raises(UnreadableInput, match="no optimizer as"):
        Optimizer.from_json(text)
