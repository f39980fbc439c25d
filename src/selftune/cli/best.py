"""`selftune best`: the best values, as text, as a command to paste or as a patch of the script."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import click

from selftune.cli.console import give, give_json, say, width
from selftune.cli.options import home_option, json_option
from selftune.cli.outcome import outcome_document
from selftune.cli.patch import Patch, patch_config, patch_defaults, patchable_script
from selftune.cli.receipt import best_lines, how_to_use
from selftune.cli.service import open_service
from selftune.model.errors import TuningFailed, UnreadableInput, UsageError
from selftune.model.jobs import TuningJobRecord
from selftune.views.results import JobResult
from selftune.views.summary import Summary

_JSON_KEYS = ("tuning_job", "status", "objective", "best", "baseline", "gain")


@click.command(name="best")
@click.argument("job")
@click.option("--command", "as_command", is_flag=True, help="Print the command line alone.")
@click.option(
    "--patch",
    "as_patch",
    is_flag=True,
    help="Print a diff of the script's argparse defaults, or of the configuration file.",
)
@home_option
@json_option
def command(job: str, as_command: bool, as_patch: bool, home: Path | None, as_json: bool) -> None:
    """Show the best values, the command to paste, or a patch of the script.

    \b
      selftune best train-1a2b
      $(selftune best train-1a2b --command)
      selftune best train-1a2b --patch | git apply
    """
    if as_command + as_patch + as_json > 1:
        raise UsageError("--command, --patch and --json were given together.", hint="Give one of them.")
    service = open_service(home)
    record, summary = service.record(job), service.summary(job)
    best = _best(summary)
    if as_json:
        document = outcome_document(record, summary)
        give_json({key: document[key] for key in _JSON_KEYS})
    elif as_command:
        give(best.command)
    elif as_patch:
        _give_patch(record, best)
    else:
        for line in (*best_lines(record, summary, width=width()), *how_to_use(record, best)):
            give(line)
        give(best.command)


def _best(summary: Summary) -> JobResult:
    if summary.best is not None:
        return summary.best
    running = summary.counters.in_progress
    if not summary.status.is_terminal:
        raise TuningFailed(
            f"No training job of '{summary.tuning_job}' has given the objective yet ({running} running).",
            hint=f"Follow it: selftune watch {summary.tuning_job}",
        )
    raise TuningFailed(f"No training job of '{summary.tuning_job}' gave the objective.", hint=summary.status_reason)


def _give_patch(record: TuningJobRecord, best: JobResult) -> None:
    patches = [*_config_patches(record, best), *_script_patch(record, best)]
    click.echo("".join(patch.diff for patch in patches), nl=False)
    for patch in patches:
        for note in patch.notes:
            say(f"Note: {note}")
    if not any(patch.diff for patch in patches):
        say("Nothing to change: no default and no configuration file differs from the best values.")


def _config_patches(record: TuningJobRecord, best: JobResult) -> Iterator[Patch]:
    """One for each configuration file that holds a tuned value."""
    for (path, format), edits in groupby(best.file_edits, key=lambda edit: (edit.path, edit.format)):
        source = _read(Path(record.job.plan.program.folder or ".") / path)
        yield patch_config(source, path, format, {edit.key: edit.value for edit in edits})


def _script_patch(record: TuningJobRecord, best: JobResult) -> Iterator[Patch]:
    """The one for what is in no configuration file."""
    program = record.job.plan.program
    in_files = {name for file in program.config_files for name, _ in file.keys}
    values = {name: value for name, value in best.values if name not in in_files}
    if best.file_edits and patchable_script(program) is None:
        yield Patch(diff="", notes=tuple(f"{name}: its best value is {value!r}." for name, value in values.items()))
    elif values or not best.file_edits:
        script, folder = _script(record)
        yield patch_defaults(_read(folder / script), script, values)


def _read(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(f"{path} cannot be read: {error}.") from None


def _script(record: TuningJobRecord) -> tuple[str, Path]:
    """The Python script that the command runs, relative to the program's folder."""
    program = record.job.plan.program
    script = patchable_script(program)
    if script is None or program.folder is None:
        raise UsageError(
            f"There is no Python script to patch: this tuning job runs {program.title}.",
            hint=f"The command to paste: selftune best {record.job.name} --command",
        )
    folder = Path(program.folder)
    path = folder / script
    return (str(path.relative_to(folder)) if path.is_relative_to(folder) else script), folder
