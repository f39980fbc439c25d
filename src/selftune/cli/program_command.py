"""How `run` and `plan` tell their own options from the program to be tuned.

run [OPTIONS] -- COMMAND...           everything after the first -- is the command
run [OPTIONS] SCRIPT.py [ARGS...]     what stands after the script is the script's (see `behind_script` for the rest)
run [OPTIONS] ALGORITHM [OPTIONS]     a built-in takes no arguments: options may follow its name
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import click

from selftune.cli.behind_script import options_of, part, refuse_strays
from selftune.model.errors import UsageError

_META_KEY = "selftune.program"
_OPTIONS_KEY = "selftune.options"
"""Keeps what was read of the script, so that the plan need not parse it again."""


@dataclass(frozen=True, slots=True)
class CommandWords:
    """A command in any language, as typed after `--`."""

    argv: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScriptWords:
    """A Python script and its arguments."""

    script: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AlgorithmWord:
    """The name of a built-in algorithm, or a word that should have been one."""

    name: str


ProgramWords: TypeAlias = CommandWords | ScriptWords | AlgorithmWord


class ProgramCommand(click.Command):
    """A click command whose first positional word begins the program to be tuned."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own, ctx.meta[_META_KEY] = self._split(ctx, list(args))
        return super().parse_args(ctx, own)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [*super().collect_usage_pieces(ctx), "-- COMMAND... | SCRIPT.py [ARGS...] | ALGORITHM"]

    def _split(self, ctx: click.Context, args: list[str]) -> tuple[list[str], ProgramWords | None]:
        parser = self.make_parser(ctx)
        parser.allow_interspersed_args = False
        _, rest, _ = parser.parse_args(list(args))
        own = args[: len(args) - len(rest)]
        if own and own[-1] == "--":
            return own[:-1], _command(rest)
        if not rest:
            return own, None
        if rest[0].endswith(".py"):
            return self._with_script(ctx, own, rest[0], rest[1:])
        return own + rest[1:], AlgorithmWord(rest[0])

    def _with_script(
        self, ctx: click.Context, own: list[str], script: str, words: list[str]
    ) -> tuple[list[str], ProgramWords]:
        options = {
            spelling: option
            for option in self.get_params(ctx)
            if isinstance(option, click.Option)
            for spelling in option.opts
        }
        if not any(word.partition("=")[0] in options for word in words):
            return own, ScriptWords(script, tuple(words))
        ctx.meta[_OPTIONS_KEY] = takes = options_of(Path(script))
        parted = part(words, options, takes)
        refuse_strays(parted, script, own, ctx.command_path)
        return [*own, *parted.taken], ScriptWords(script, parted.scripts)


def program_words(ctx: click.Context) -> ProgramWords | None:
    """The program that this command line names; None where it names none."""
    words: ProgramWords | None = ctx.meta[_META_KEY]
    return words


def _command(rest: list[str]) -> CommandWords:
    if not rest:
        raise UsageError("There is no command after --.", hint="Such as: selftune run -- python train.py --lr 0.01")
    return CommandWords(tuple(rest))
