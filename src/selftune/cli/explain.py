"""`selftune explain`: every decision with who made it, why, on what evidence, and how to overrule it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import click

from selftune.cli.console import give, give_json, width
from selftune.cli.layout import bold, dim, paragraph
from selftune.cli.options import home_option, json_option
from selftune.cli.service import open_service
from selftune.views.explain import Explanation, explain


@click.command(name="explain")
@click.argument("job")
@click.argument("name", required=False)
@home_option
@json_option
def command(job: str, name: str | None, home: Path | None, as_json: bool) -> None:
    """Tell why each hyperparameter and setting was chosen, and what was seen since.

    NAME is a hyperparameter or a setting such as max_jobs; without it, all are explained.

    \b
      selftune explain train-1a2b
      selftune explain train-1a2b lr
    """
    service = open_service(home)
    explanations = explain(service.record(job), service.summary(job), name)
    if as_json:
        give_json({"tuning_job": job, "decisions": [dataclasses.asdict(each) for each in explanations]})
        return
    columns = width()
    for explanation in explanations:
        for line in _lines(explanation, columns):
            give(line)


def _lines(explanation: Explanation, columns: int) -> Iterator[str]:
    source = f" [{explanation.source}]" if explanation.source else ""
    yield f"{bold(explanation.name)}  {explanation.value}"
    yield from paragraph(f"{explanation.reason}{source}", width=columns, indent=4)
    for sentence in explanation.evidence:
        yield from paragraph(sentence, width=columns, indent=4)
    yield from paragraph(
        f"Chosen by {explanation.by}. To change it: {explanation.override}", width=columns, indent=4, style=dim
    )
