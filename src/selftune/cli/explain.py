"""`selftune explain`: every decision with who made it, why, on what evidence, and how to overrule it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from selftune.cli.console import give, give_json, width
from selftune.cli.layout import bold, dim, paragraph, table
from selftune.cli.options import home_option, json_option
from selftune.cli.service import open_service
from selftune.model.plan import Chooser
from selftune.views.explain import explain
from selftune.views.explanation import Explanation

_INDENT = 2


@click.command(name="explain")
@click.argument("job")
@click.argument("name", required=False)
@home_option
@json_option
def command(job: str, name: str | None, home: Path | None, as_json: bool) -> None:
    """Tell why each hyperparameter and setting was chosen, and what was seen since.

    NAME is a hyperparameter or a setting such as max_jobs; without it, all are explained. `selftune plan --explain
    NAME ...` tells the same of a plan that has not run.

    \b
      selftune explain train-1a2b
      selftune explain train-1a2b lr
    """
    service = open_service(home)
    explanations = explain(service.record(job), service.summary(job), name)
    if as_json:
        give_json({"tuning_job": job, "decisions": decisions(explanations)})
        return
    for line in explanation_lines(explanations, columns=width()):
        give(line)


def decisions(explanations: Sequence[Explanation]) -> list[dict[str, Any]]:
    """Explanations as JSON has them."""
    return [dataclasses.asdict(each) for each in explanations]


def explanation_lines(explanations: Sequence[Explanation], *, columns: int) -> Iterator[str]:
    """Explanations for people, one block each, at most `columns` wide."""
    for number, explanation in enumerate(explanations):
        if number:
            yield ""
        yield from _block(explanation, columns)


def _block(explanation: Explanation, columns: int) -> Iterator[str]:
    source = f" [{explanation.source}]" if explanation.source else ""
    yield from paragraph(f"{explanation.name}: {explanation.value}", width=columns, style=bold)
    by = "You" if explanation.by is Chooser.USER else "selftune"
    rows = [("chosen by", by), ("because", f"{explanation.reason}{source}")]
    rows += _labelled("instead of", explanation.alternatives)
    rows += _labelled("seen so far", explanation.evidence)
    rows += _labelled("would change", explanation.would_change)
    yield from table(rows, width=columns, indent=_INDENT, styles=(dim,))
    yield from paragraph(f"to overrule   {explanation.override}", width=columns, indent=_INDENT, style=dim)


def _labelled(label: str, sentences: Sequence[str]) -> list[tuple[str, str]]:
    return [(label if not index else "", sentence) for index, sentence in enumerate(sentences)]
