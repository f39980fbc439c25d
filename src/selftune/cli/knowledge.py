"""`selftune knowledge`: what is known of frameworks and hyperparameters, and where it comes from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from selftune.cli.console import give, give_json, width
from selftune.cli.options import home_option, json_option
from selftune.cli.service import open_service
from selftune.model.errors import UnknownName

if TYPE_CHECKING:
    from selftune.autotune.knowledge import KnowledgeBase
    from selftune.autotune.knowledge.catalogue import Catalogue


@click.command(name="knowledge")
@click.argument("name", required=False)
@home_option
@json_option
def command(name: str | None, home: Path | None, as_json: bool) -> None:
    """Show what is known of a framework or a hyperparameter, and where it comes from.

    NAME is a framework (xgboost, sklearn.svm), a hyperparameter by any of its names (eta, weight_decay), or both
    (xgboost.eta); without it, all frameworks are listed. What you know better goes into knowledge.toml in the home, or
    selftune-knowledge.toml beside your script.

    \b
      selftune knowledge
      selftune knowledge lightgbm
      selftune knowledge eta
      selftune knowledge sklearn.svm.C --json
    """
    from selftune.autotune.knowledge.catalogue import look_up, overview
    from selftune.cli.knowledge_text import catalogue_lines, overview_lines

    knowledge = open_service(home).knowledge()
    if name is None:
        known = overview(knowledge)
        if as_json:
            give_json(known.document())
        else:
            _give(overview_lines(known, width=width()))
        return
    found = _found(name, look_up(name, knowledge), knowledge)
    if as_json:
        give_json(found.document())
    else:
        _give(catalogue_lines(found, width=width()))


def _found(name: str, found: Catalogue | None, knowledge: KnowledgeBase) -> Catalogue:
    if found is not None:
        return found
    from selftune.autotune.knowledge.catalogue import all_names

    raise UnknownName("framework or hyperparameter", name, all_names(knowledge), where="the knowledge base")


def _give(lines: list[str]) -> None:
    for line in lines:
        give(line)
