"""The page for those who come from SageMaker leaves nothing out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.model import ListShape, MapShape, Shape, StructureShape

from selftune.engine.compose import tuning_service
from selftune.server.address import Address
from selftune.server.aws.wire import operation_model
from selftune.server.serving import assembled

PAGE = (Path(__file__).parents[3] / "docs" / "from-sagemaker.md").read_text(encoding="utf-8")
CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
NAMED = set(CODE.findall(PAGE))
FIELDS = PAGE[PAGE.index("## Fields of a tuning job") : PAGE.index("## Inside a training job")]
ROWS = [row.split(" | ", 1) for row in re.findall(r"^\| (`.*) \|$", FIELDS, re.MULTILINE)]
"""(fields, what is said of them) of the tables of fields."""


def members(shape: Shape | None, inside: tuple[str, ...] = ()) -> Iterator[str]:
    """The names of all fields of a shape, at any depth."""
    if isinstance(shape, StructureShape) and shape.name not in inside:
        for name, member in shape.members.items():
            yield name
            yield from members(member, (*inside, shape.name))
    elif isinstance(shape, ListShape):
        yield from members(shape.member, inside)
    elif isinstance(shape, MapShape):
        yield from members(shape.value, inside)


@pytest.mark.parametrize("operation", ["CreateHyperParameterTuningJob", "CreateTrainingJob"])
def test_each_field_of_a_request_is_told_of(operation: str) -> None:
    told = {name for fields, *_ in ROWS for name in CODE.findall(fields)}
    assert not set(members(operation_model("sagemaker", operation).input_shape)) - told


def test_of_each_field_it_is_said_whether_it_is_the_same_differs_or_is_not_here() -> None:
    assert len(ROWS) > 40
    assert not [row for row in ROWS if not re.match(r"(same|differs: |not here: )", row[-1])]


def test_each_operation_that_is_served_is_told_of(tmp_path: Path) -> None:
    gateway = assembled(tuning_service(tmp_path), Address()).gateway
    for service in ("sagemaker", "logs"):
        missing = {name for name in gateway.operations[service] if name not in NAMED}
        assert not missing, service
