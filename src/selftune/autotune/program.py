"""What is to be run: reads the program of a request, whichever kind it is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from selftune.autotune.algorithm import TARGET_NAME, read_algorithm
from selftune.autotune.declared_types import told_as_defaults
from selftune.autotune.reader.command import read_command
from selftune.autotune.reader.environment import telling_variables
from selftune.autotune.reader.reading import FoundHyperparameter, ProgramReading
from selftune.autotune.reader.script import read_script
from selftune.model.command import CommandTemplate, ValueSlot
from selftune.model.plan import ConfigFile, Program
from selftune.model.request import AlgorithmRequest, CommandRequest, ScriptRequest, TuningJobRequest
from selftune.model.values import HyperparameterValue


def read_program(request: TuningJobRequest, environ: Mapping[str, str] = os.environ) -> ProgramReading:
    """Read the program of a request without running it, as it would run in the environment `environ`.

    Raises:
        UnreadableInput: the script or the data is not there.
        UnknownName: a value was given for what the program does not take, or there is no such algorithm.
    """
    program = request.program
    if isinstance(program, AlgorithmRequest):
        return read_algorithm(request, program)
    inherited = telling_variables({**environ, **dict(request.environment)})
    if isinstance(program, CommandRequest):
        reading = read_command(program.argv, Path(program.folder), dict(request.settings.values), inherited)
        return told_as_defaults(reading, Path(program.folder))
    values = dict(program.hyperparameters) | dict(request.settings.values)
    folder = Path(program.folder)
    reading = read_script(program.entry_point, folder, program.python, values, program.framework, inherited)
    return _with_ranged_names(told_as_defaults(reading, folder), request)


def reading_of_values(values: Mapping[str, HyperparameterValue], framework: str | None = None) -> ProgramReading:
    """The reading of a function that takes exactly these values: no command, no files.

    Args:
        values: Today's values by name; all count as listed.
        framework: What the function trains ("xgboost", "sklearn.svm", "rl.ppo"), where that is known.
    """
    found = [FoundHyperparameter(name=n, value=v, source="hyperparameters", is_listed=True) for n, v in values.items()]
    return ProgramReading(
        title=framework or "objective",
        template=CommandTemplate(parts=()),
        hyperparameters=tuple(found),
        frameworks=frozenset({framework} if framework else ()),
    )


def program_of(request: TuningJobRequest, reading: ProgramReading, tuned: frozenset[str]) -> Program:
    """The program of a plan: its command with places for values, and the values that never change."""
    program = request.program
    is_command = isinstance(program, CommandRequest)
    return Program(
        template=reading.template,
        folder=None if isinstance(program, AlgorithmRequest) else program.folder,
        title=reading.title,
        algorithm=reading.title if isinstance(program, AlgorithmRequest) else None,
        static_values=() if is_command else _static_values(request, reading, tuned),
        config_files=_rewritten(reading, tuned | {name for name, _ in request.settings.values}),
        is_in_place=request.is_in_place,
        environment=request.environment,
    )


def _rewritten(reading: ProgramReading, wanted: frozenset[str]) -> tuple[ConfigFile, ...]:
    """The files that training jobs get a copy of: those that hold what is `wanted` otherwise than today."""
    literals = {h.name for h in reading.hyperparameters if h.is_literal} - wanted
    files = [replace(f, keys=tuple(pair for pair in f.keys if pair[0] not in literals)) for f in reading.config_files]
    return tuple(file for file in files if any(name in wanted for name, _ in file.keys))


def _static_values(
    request: TuningJobRequest, reading: ProgramReading, tuned: frozenset[str]
) -> tuple[tuple[str, HyperparameterValue], ...]:
    listed = [(h.name, h.value) for h in reading.hyperparameters if h.is_listed and h.name not in tuned]
    values = [(name, value) for name, value in listed if value is not None]
    target = request.settings.target_column
    if isinstance(request.program, AlgorithmRequest) and target is not None:
        values.append((TARGET_NAME, target))
    return tuple(values)


def _with_ranged_names(reading: ProgramReading, request: TuningJobRequest) -> ProgramReading:
    """A script whose arguments cannot be read is believed to take what the user gives ranges for."""
    if any(not found.is_listed for found in reading.hyperparameters):
        return reading
    known = {found.name for found in reading.hyperparameters}
    names = [name for name, _ in request.settings.ranges if name not in known]
    if not names or not isinstance(request.program, ScriptRequest):
        return reading
    slots = tuple(ValueSlot(name=name, before=f"--{name}=", true_text="True", false_text="False") for name in names)
    found = tuple(FoundHyperparameter(name=name, value=None, source="your range", is_listed=True) for name in names)
    return ProgramReading(
        title=reading.title,
        template=CommandTemplate(parts=(*reading.template.parts, *slots), today=reading.template.today),
        hyperparameters=(*reading.hyperparameters, *found),
        metrics=reading.metrics,
        frameworks=reading.frameworks,
        config_files=reading.config_files,
        warnings=reading.warnings,
    )
