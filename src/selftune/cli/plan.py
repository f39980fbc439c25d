"""`selftune plan`: what would be tuned and why; nothing runs, nothing is kept."""

from __future__ import annotations

from pathlib import Path

import click

from selftune.cli.console import give, give_json, say, width
from selftune.cli.options import Given, home_option, json_option, program_options
from selftune.cli.program_command import ProgramCommand, program_words
from selftune.cli.service import open_service
from selftune.cli.source import tuning_request
from selftune.model.errors import UnreadableInput
from selftune.model.plan import Plan
from selftune.model.request import TuningJobRequest


@click.command(name="plan", cls=ProgramCommand)
@program_options
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Write the plan as a TOML file to edit and to run with --plan.")  # fmt: skip
@click.option("--explain", "explained", metavar="NAME",
              help="Tell why this hyperparameter or setting is as planned; 'all' for all of them.")  # fmt: skip
@home_option
@json_option
@click.pass_context
def command(
    ctx: click.Context, given: Given, output: Path | None, explained: str | None, home: Path | None, as_json: bool
) -> None:
    """Show what would be tuned and why; run nothing.

    The script is read, not executed.

    \b
      selftune plan train.py
      selftune plan train.py -o plan.toml
      selftune plan -o plan.toml -- python train.py --lr 0.01
      selftune plan --explain lr train.py
      selftune plan xgboost --data train=train.csv --target price --json
    """
    words = program_words(ctx)
    service = open_service(home)
    ctx.call_on_close(service.close)
    request = tuning_request(words, given, service, Path.cwd())
    plan = service.plan(request)
    if output is not None:
        _write(output, request, plan)
    if explained is not None:
        _explain(plan, request, None if explained == "all" else explained, as_json=as_json)
        return
    _show(plan, as_json=as_json)
    if output is not None and not as_json:
        say(f"Written to {output}. Edit it, then: selftune run --plan {output}")


def _show(plan: Plan, *, as_json: bool) -> None:
    # Here and below: what one form of the answer needs is imported for it alone; a plan is to be there at once.
    if as_json:
        from selftune.views.plan_document import plan_document

        give_json(plan_document(plan))
        return
    from selftune.cli.plan_text import plan_lines

    for line in plan_lines(plan, width=width()):
        give(line)


def _explain(plan: Plan, request: TuningJobRequest, name: str | None, *, as_json: bool) -> None:
    from selftune.cli.explain import decisions, explanation_lines
    from selftune.views.explain import explain_plan

    explanations = explain_plan(plan, request, name)
    if as_json:
        give_json({"decisions": decisions(explanations)})
        return
    for line in explanation_lines(explanations, columns=width()):
        give(line)


def _write(path: Path, request: TuningJobRequest, plan: Plan) -> None:
    from selftune.cli.plan_file_writer import plan_file_text

    try:
        path.write_text(plan_file_text(request, plan), encoding="utf-8")
    except OSError as error:
        raise UnreadableInput(f"{path} cannot be written: {error.strerror or error}.") from error
