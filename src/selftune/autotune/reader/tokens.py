"""The words of a command line as literals and slots, in every style in which people write values."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from selftune.autotune.reader.interface import Declaration, Form, Interface
from selftune.autotune.reader.key_values import KeyWords
from selftune.model.command import FlagSlot, Literal, Part, ValueSlot
from selftune.model.values import HyperparameterValue, is_number, value_from_text

_NEGATIVE_NUMBER = re.compile(r"-\.?\d")
_OVERRIDE = re.compile(r"(?P<sign>\+{0,2})(?P<name>[A-Za-z_][\w./@-]*)=(?P<value>.*)", re.DOTALL)
_PROPERTY = re.compile(r"-D(?=[A-Za-z_])")


@dataclass(slots=True, kw_only=True)
class TokenReading:
    """The parts of a command and the values that stand in it, in the order of the command."""

    parts: list[Part] = field(default_factory=list)
    values: dict[str, HyperparameterValue] = field(default_factory=dict)
    """Today's values by name, those that stay as they are (lists) included."""
    flags: set[str] = field(default_factory=set)
    declared: dict[str, Declaration] = field(default_factory=dict)
    positions: int = 0
    """How many values stand by position."""
    command: str | None = None
    """The subcommand that was chosen."""
    command_at: int | None = None
    """Index of its part."""
    separator_at: int | None = None
    """Index of the part `--`."""
    options: set[str] = field(default_factory=set)
    """The options as they are written, without what is joined to them."""


def read_tokens(
    tokens: Sequence[str], interface: Interface, *, lead: Sequence[Part] = (), keys: Collection[str] = ()
) -> TokenReading:
    """Read the arguments of a program.

    Args:
        tokens: Its arguments.
        interface: What it declares.
        lead: The parts in front of them.
        keys: Keys of the configuration files that it reads, which `KEY VALUE` words override.
    """
    reader = _Reader(tokens, interface, TokenReading(parts=list(lead)), KeyWords(tokens, frozenset(keys)))
    reader.read()
    return reader.reading


class _Reader:
    """One pass over the words."""

    def __init__(self, tokens: Sequence[str], interface: Interface, reading: TokenReading, key_words: KeyWords) -> None:
        self._tokens = tokens
        self._interface = interface
        self._key_words = key_words
        self._at = 0
        self._slots: dict[str, int] = {}
        """Index of the part that holds a name."""
        self._words: dict[int, str] = {}
        """The word that stood where a part is a slot."""
        self.reading = reading

    def read(self) -> None:
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            if self._interface.counts_words:
                self._counted(token)
            elif token == "--" and self.reading.separator_at is None:
                self.reading.separator_at = len(self.reading.parts)
                self._literal()
            elif self.reading.separator_at is None and _is_option(token):
                self._option(token)
            else:
                self._operand(token)

    def _counted(self, token: str) -> None:
        """A word that the program takes by its number, whatever is before it; an option there names what follows."""
        found, following = self._at_number(self._at), self._at_number(self._at + 1)
        before = self._tokens[self._at - 1] if self._at else ""
        if found is not None and not _is_option(token):
            is_named = _is_option(before) and "=" not in before
            self._value(before.lstrip("-") if is_named else found.name, token, found)
        elif _is_option(token) and (found is None or not _is_told(found)) and not _is_told(following):
            self._option(token)
        elif _is_option(token):
            self._literal()
        else:
            self._operand(token)
        self.reading.positions = self._at

    def _at_number(self, index: int) -> Declaration | None:
        return next((d for d in self._interface.declarations if d.position == index), None)

    def _option(self, token: str) -> None:
        key, equals, text = token.partition("=")
        found = self._interface.option(key, self.reading.command)
        short = None if found is not None or key[:2] == "--" else self._interface.option(key[:2], self.reading.command)
        if short is not None and short.form not in (Form.SWITCH, Form.PAIR) and not short.is_separate:
            key, equals, text, found = key[:2], "", token[2:], short
        self.reading.options.add(key)
        name = _name(key, found) if found is not None else (_PROPERTY.sub("", key) if equals else key).lstrip("-")
        if not name:
            self._literal()
        elif equals or (short is not None and short is found):
            self._joined(name, key + equals, text, found)
        elif found is None:
            self._undeclared(name)
        elif found.form in (Form.SWITCH, Form.PAIR):
            self._flag(name, found)
        elif found.form is Form.LIST:
            self._list(name)
        else:
            self._separate(name, found)

    def _joined(self, name: str, before: str, text: str, found: Declaration | None) -> None:
        """`--name=value`."""
        if found is not None and found.form is Form.LIST:
            self._static(name, text)
        else:
            self._value(name, text, found, before=before)

    def _separate(self, name: str, found: Declaration | None) -> None:
        """`--name value`."""
        self._literal()
        if self._at < len(self._tokens) and (found is not None or not _is_option(self._tokens[self._at])):
            self._value(name, self._tokens[self._at], found)

    def _undeclared(self, name: str) -> None:
        """An option of which nothing is known: what follows it says whether it takes a value, several or none."""
        following = self._following()
        if not following:
            self._flag(name, None)
        elif self._key_words.starts_pair(self._at + 1):
            self._literal()
        elif len(following) > 1 and all(is_number(value_from_text(text)) for text in following):
            self._list(name)
        else:
            self._separate(name, None)

    def _following(self) -> list[str]:
        found: list[str] = []
        for token in self._tokens[self._at + 1 :]:
            if _is_option(token) or token == "--" or _OVERRIDE.fullmatch(token):
                break
            found.append(token)
        return found

    def _flag(self, name: str, found: Declaration | None) -> None:
        token = self._tokens[self._at]
        is_on = found is None or token not in found.off_options
        slot = FlagSlot(name=name, when_true=(token,))
        if found is not None and found.form is Form.PAIR:
            opposite = _opposite(token, found)
            slot = FlagSlot(
                name=name, when_true=(token,) if is_on else opposite, when_false=opposite if is_on else (token,)
            )
        self.reading.flags.add(name)
        self._add(slot, is_on, found)

    def _list(self, name: str) -> None:
        """An option with several values stays as it is, but for keys of a configuration with their values."""
        self._literal()
        texts: list[str] = []
        has_keys = False
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            if _is_option(token) or token == "--":
                break
            if self._is_override(token) or self._key_words.starts_pair(self._at):
                has_keys = True
                self._operand(token)
            else:
                texts.append(token)
                self._literal()
        if texts or not has_keys:
            self.reading.values[name] = " ".join(texts)

    def _is_override(self, token: str) -> bool:
        """True for `optimizer.lr=0.1` and for a known key, inside a list of words of any kind."""
        match = _OVERRIDE.fullmatch(token)
        return match is not None and ("." in match["name"] or self._key_words.is_known(match["name"]))

    def _static(self, name: str, text: str) -> None:
        self._literal()
        self.reading.values[name] = text

    def _operand(self, token: str) -> None:
        override = _OVERRIDE.fullmatch(token)
        if override is not None and not _is_location(override["value"]):
            self._value(override["name"], override["value"], None, before=override["sign"] + override["name"] + "=")
        elif token in self._interface.commands and self.reading.command is None:
            self.reading.command, self.reading.command_at = token, len(self.reading.parts)
            self._literal()
        else:
            self._position(token)

    def _key_and_value(self, token: str) -> None:
        """`SOLVER.BASE_LR 0.001`: two words, of which the first names a key of the configuration."""
        self.reading.positions += 1
        self._literal()
        self._value(token, self._tokens[self._at], None)

    def _position(self, token: str) -> None:
        index = self.reading.positions
        found = self._interface.position(index, self.reading.command)
        if (found is None or found.form is Form.LIST) and self._key_words.starts_pair(self._at):
            self._key_and_value(token)
            return
        self.reading.positions += 1
        if found is not None and found.form is Form.LIST:
            before = self.reading.values.get(found.name)
            self._static(found.name, token if before is None else f"{before} {token}")
        elif found is not None:
            self._value(found.name, token, found)
        elif is_number(value_from_text(token)):
            self._value(f"arg{index + 1}", token, None)
        else:
            self._literal()

    def _value(self, name: str, text: str, found: Declaration | None, *, before: str = "") -> None:
        value = value_as_declared(text, found)
        true_text, false_text = _boolean_texts(text, found)
        slot = ValueSlot(name=name, before=before, original=text, true_text=true_text, false_text=false_text)
        self._add(slot, value, found)

    def _add(self, slot: ValueSlot | FlagSlot, value: HyperparameterValue, found: Declaration | None) -> None:
        """Put a slot where the word at hand stands; an earlier one of its name becomes a literal: the last wins."""
        earlier = self._slots.get(slot.name)
        if earlier is not None:
            self.reading.parts[earlier] = Literal(text=self._words[earlier])
        self._slots[slot.name] = len(self.reading.parts)
        self._words[len(self.reading.parts)] = self._tokens[self._at]
        self.reading.parts.append(slot)
        self.reading.values[slot.name] = value
        if found is not None:
            self.reading.declared[slot.name] = found
        self._at += 1

    def _literal(self) -> None:
        self.reading.parts.append(Literal(text=self._tokens[self._at]))
        self._at += 1


def value_as_declared(text: str, found: Declaration | None) -> HyperparameterValue:
    """A word as a value: by its text, unless the program declares that it takes text, or real numbers."""
    value = value_from_text(text)
    if found is None:
        return value
    if found.choices is not None and text in found.choices:
        return text
    if found.declared_type == "float" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if found.declared_type == "str" and not is_number(found.default):
        return text
    return value


def _name(key: str, found: Declaration) -> str:
    """The user's own spelling, unless it is a single letter, a beginning or a "no": then the declared name."""
    word = key.lstrip("-")
    return word if key in found.options and len(word) > 1 else found.name


def _is_told(found: Declaration | None) -> bool:
    """Whether the program says something of a position, and does not only read one behind it."""
    return found is not None and (found.is_required or found.default is not None)


def _is_option(token: str) -> bool:
    return len(token) > 1 and token.startswith("-") and not _NEGATIVE_NUMBER.match(token)


def _is_location(text: str) -> bool:
    """True for what stands behind the "=" of an address (`//host/?a`), which is no value of a name."""
    return text.startswith("//")


def _opposite(token: str, found: Declaration) -> tuple[str, ...]:
    """The other spelling of a pair: `--no-shuffle` for `--shuffle`."""
    if token in found.options:
        place = found.options.index(token)
        return (found.off_options[min(place, len(found.off_options) - 1)],) if found.off_options else ()
    place = found.off_options.index(token) if token in found.off_options else 0
    return (found.options[min(place, len(found.options) - 1)],)


def _boolean_texts(text: str, found: Declaration | None) -> tuple[str, str]:
    """How true and false are spelled where `text` stands."""
    if found is not None and found.false_text == "":
        return ("True", "")
    spellings = (("True", "False"), ("TRUE", "FALSE"))
    return next((pair for pair in spellings if text in pair), ("true", "false"))
