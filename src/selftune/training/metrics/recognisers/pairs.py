"""Names with values in one line of output: `name=value`, `name: value`, and `name value` where the name is a metric's.

Each number of the line is looked at with the text before it. That one rule reads XGBoost (`train-rmse:0.1`), LightGBM
(`valid_0's auc: 0.98`), CatBoost, Keras bars (`- val_loss: 0.3`), tqdm postfixes, Hugging Face dictionaries, meters
(`Loss 0.31 (0.40)`) and most of what people print themselves.
"""

from __future__ import annotations

import functools
import re

from selftune.training.metrics.names import direction_of, is_held_out_word
from selftune.training.metrics.numbers import NUMBER, number_from_text
from selftune.training.metrics.recognisers.recogniser import Named, Recogniser
from selftune.training.metrics.splits import SPLIT_WORD, in_split, leading_split

_VALUE = re.compile(rf"(?<![\w.@^\-])(?<![A-Za-z]/)({NUMBER})(?!\w|:\d|\.\d|-\d)")
_PHRASE_LIMIT = 80
_NAME = re.compile(r"[A-Za-z][\w.@/'’:\-^]*(?: ?\([A-Za-z@\d]+\))?(?: \(?[A-Za-z][\w.@/'’:\-^]*\)?)*$")
_OPENERS = re.compile(r"(?:(?:tensor|array|np\.float\d+|float\d*)\()?['\"]?$")
_MARK = re.compile(r"(?:['\"]?\s*(?:=>|->|[=:])\s*|\s+(?:is|was)\s+)$")
_CUT = re.compile(r".*\b(?:with|and|got|has|reached|then|to)\s+", re.IGNORECASE)
_ARTICLES = re.compile(r"^(?:(?:the|a|an|our|current)\s+)+", re.IGNORECASE)
_LOGGER = re.compile(r"^(?:DEBUG|INFO|WARNING|ERROR|CRITICAL)(?:(?::[\w.]+)?:|\s+)")
_CONTEXT = re.compile(SPLIT_WORD + r"\s*[:\]|]\s*(?=[A-Za-z])", re.IGNORECASE)
_AT_COUNTER = re.compile(
    r"^(.+?)\s+(?:(?:at|after|for|in|on)\s+)?(?:epoch|step|iteration|iter|round|fold)$", re.IGNORECASE
)
_GOES_ON = re.compile(r"\b(?:the|on|of|for|all)$", re.IGNORECASE)
_RATIO = re.compile(rf"\s*/\s*(\d+)\s*(?:\(\s*({NUMBER})\s*%?\s*\))?")
_FILE = re.compile(r"\.(?:py|pyx|pyi|ipynb|c|cc|cpp|cu|h|hpp|rs|go|jl|R|js|ts|java|sh)$")
_AVERAGE = re.compile(rf"\s+\(({NUMBER})\)")


def find(line: str) -> list[Named]:
    """Each named number in the line, in order, counters included.

    Names behind the split that they are about (`Train: loss=0.5 acc=0.9 Val: loss=0.6`, `eval epoch 3 loss 0.6`) get
    it, unless they name one.
    """
    found = _named_numbers(line)
    contexts = [(match.end(), match.group(1)) for match in _CONTEXT.finditer(line)] if found else []
    leading = leading_split(line) if found else None
    if leading is not None:
        contexts.insert(0, (0, leading))
    if not contexts:
        return found
    return [named._replace(name=_in_context(named.name, named.place, contexts)) for named in found]


def _in_context(name: str, place: int, contexts: list[tuple[int, str]]) -> str:
    """The name with the last split that stands before it, where it has none of its own."""
    before = [word for end, word in contexts if end <= place]
    return in_split(before[-1], name) if before else name


def _named_numbers(line: str) -> list[Named]:
    """Each number with a name."""
    found: list[Named] = []
    end, before = 0, ""
    for match in _VALUE.finditer(line):
        if match.start() < end:
            continue
        gap = line[max(end, match.start() - _PHRASE_LIMIT) : match.start()]
        name, is_marked = _name_before(gap)
        if is_marked:
            name = _across_number(before, name)
        before = name if name or not gap.strip() else ""
        value, end = _value_at(line, match, name, is_marked)
        if value is not None and not _FILE.search(name) and (is_marked or _is_telling(name.rsplit(" ", 1)[-1])):
            found.append(value)
    return found


def _is_telling(word: str) -> bool:
    """Whether a word before a number, with nothing between them, names a metric."""
    return direction_of(word) is not None or is_held_out_word(word)


def _across_number(before: str, name: str) -> str:
    """A name that a number interrupts: `Loss at epoch 3: 0.4`, `Accuracy on the 10000 test images: 55 %`."""
    if not name:
        return _tidy(_AT_COUNTER.sub(r"\1", before)) if _AT_COUNTER.match(before) else ""
    if _GOES_ON.search(before) and direction_of(name) is None and direction_of(before) is not None:
        return f"{before} {name}"
    return name


@functools.lru_cache(maxsize=4096)
def _name_before(gap: str) -> tuple[str, bool]:
    """(name, whether `=`, `:` or the like stands between it and the number) from the text before a number."""
    text = _OPENERS.sub("", gap)
    mark = _MARK.search(text)
    phrase = text[: mark.start()] if mark else text.rstrip()
    match = _NAME.search(phrase.rstrip("'\"* "))
    return (_tidy(match.group()) if match else "", mark is not None)


def _tidy(phrase: str) -> str:
    """A phrase without what leads up to the name: articles, log levels, "finished with"."""
    last = _LOGGER.sub("", phrase).rsplit(": ", 1)[-1]
    return _ARTICLES.sub("", _CUT.sub("", last)).strip(" :-.'\"")


def _value_at(line: str, match: re.Match[str], name: str, is_marked: bool) -> tuple[Named | None, int]:
    """The value that starts at a number, under its name, and where it ends; None where the number has no name.

    `9500/10000 (95%)` is 95, `9500/10000` is 0.95; of a meter's `0.31 (0.40)` it is the average in brackets.
    """
    ratio = _RATIO.match(line, match.end())
    if ratio:
        return _share(match, name, ratio), ratio.end()
    average = None if is_marked else _AVERAGE.match(line, match.end())
    if average:
        return _named(average.start(1), name, average.group(1)), average.end()
    return _named(match.start(), name, match.group(1)), match.end()


def _share(match: re.Match[str], name: str, ratio: re.Match[str]) -> Named | None:
    """The share that a ratio says, or is."""
    if ratio.group(2):
        return _named(ratio.start(2), name, ratio.group(2))
    whole, part = float(ratio.group(1)), number_from_text(match.group(1))
    if not name or not whole or part is None:
        return None
    return Named(match.start(), name, part / whole, ratio.start(1))


def _named(place: int, name: str, text: str) -> Named | None:
    value = number_from_text(text)
    return Named(place, name, value) if name and value is not None else None


PAIRS = Recogniser(name="name and value", example="epoch 3: loss=0.31, val_acc: 0.93", find=find)
