"""What the help of an argument says of it, where nobody knows its name: "learning rate of the critic", "in [0, 1]"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from selftune.autotune.knowledge import KnowledgeBase, Known
from selftune.autotune.names import is_of_schedule, word_set
from selftune.autotune.reader.reading import FoundHyperparameter
from selftune.model.ranges import HardBounds
from selftune.model.values import is_number

_PHRASES = (
    ("learning rate", "learning_rate"),
    ("weight decay", "weight_decay"),
    ("l2 penalty", "weight_decay"),
    ("l2 regularization", "weight_decay"),
    ("l2 regularisation", "weight_decay"),
    ("label smoothing", "label_smoothing"),
    ("drop path", "drop_path"),
    ("stochastic depth", "drop_path"),
    ("dropout", "dropout"),
    ("momentum", "momentum"),
    ("batch size", "batch_size"),
    ("mini-batch size", "batch_size"),
    ("hidden units", "hidden_size"),
    ("hidden size", "hidden_size"),
    ("hidden dimension", "hidden_size"),
    ("number of layers", "num_layers"),
    ("number of hidden layers", "num_layers"),
    ("embedding size", "embedding_dim"),
    ("embedding dimension", "embedding_dim"),
    ("gradient clipping", "max_grad_norm"),
    ("gradient norm clipping", "max_grad_norm"),
    ("kernel size", "kernel_size"),
    ("number of epochs", "epochs"),
    ("mixup alpha", "mixup"),
    ("mixup interpolation", "mixup"),
    ("cutmix alpha", "cutmix"),
)
"""What a help begins with, and the entry that it means; the longest that fits counts."""
_LEAD = word_set(
    """
    the a an initial base starting value amount of rate probability ratio for how much number size our peak
    d g discriminator generator actor critic policy encoder decoder backbone head optimizer optimiser adam sgd
    """
)
"""Words in front of a phrase that say nothing else."""
_GOES_ON = word_set(
    """
    of for used in on with during default when to between from at inside within passed if e g eg coefficient strength
    rate ratio probability value
    """
)
"""Words behind a phrase that leave its meaning: "learning rate of the critic", not "learning rate noise"."""
_OTHER = word_set(
    """
    decay schedule scheduler warmup step steps every anneal annealing multiplier factor test testing evaluation eval
    validation minimum maximum final whether if use enable type name path when after before until file
    """
)
"""Words that make another thing of it: "learning rate decay factor"."""
_NUMBER = r"(-?\d+(?:\.\d+)?(?:e-?\d+)?)"
_BOUNDS = re.compile(
    rf"[\[(]\s*{_NUMBER}\s*(?:,|\.\.+|-|to)\s*{_NUMBER}\s*[\])]"
    rf"|\bbetween\s+{_NUMBER}\s+and\s+{_NUMBER}|\bfrom\s+{_NUMBER}\s+to\s+{_NUMBER}",
    re.IGNORECASE,
)
_ONLY_WITH = re.compile(
    r"\bonly\s+(?:(?:is|be|has|an?|effect|effective|active|relevant|used|applied|applies|applicable|valid|works?|needed|"
    r"matters?|in|use|together|the|option|flag)\s+)*(?:if|when|with)\s+(?:using\s+|the\s+)?[`'\"]?"
    r"(?P<option>--[a-z][\w-]*)(?![\w-])[`'\"]?(?!\s*(?:=|is\b|not\b|false|off))",
    re.IGNORECASE,
)
"""The option behind "only effective if --do_mlm", unless a value of it is asked for."""
_REGULARISING = ("regularization", "regularisation", "regularizer", "regulariser", "penalty")


def known_by_help(found: FoundHyperparameter, scopes: Sequence[str], knowledge: KnowledgeBase) -> Known | None:
    """The entry that the help of an argument begins with; None where it begins otherwise or means another thing."""
    words = re.findall(r"[a-z0-9-]+", found.help.lower())
    while words and words[0] in _LEAD and not _begun(words):
        words = words[1:]
    phrase = _begun(words)
    if not phrase or not scopes or not is_number(found.value):
        return None
    behind = words[len(phrase.split()) :]
    if (
        (behind and behind[0] not in _GOES_ON)
        or not _OTHER.isdisjoint(behind[:6])
        or is_of_schedule(found.telling_name)
    ):
        return None
    name = dict(_PHRASES)[phrase]
    if name == "weight_decay" and float(found.value or 0) >= 1:
        return None  # the penalty on something else than all weights
    known = knowledge.known_exactly(name, (*scopes, "dl", "dl.vision"))
    return Known(known.entry, is_exact=False, is_by_help=True) if known is not None else None


def _begun(words: Sequence[str]) -> str:
    text = " ".join(words) + " "
    return max((phrase for phrase, _ in _PHRASES if text.startswith(f"{phrase} ")), key=len, default="")


def speaks_of_a_penalty(found: FoundHyperparameter) -> bool:
    """Whether the help says that it is the strength of a regularisation."""
    words = re.findall(r"[a-z0-9-]+", found.help.lower())[:6]
    return any(word in _REGULARISING for word in words)


def is_denied_by_help(found: FoundHyperparameter, known: Known) -> bool:
    """Whether the help gives a well-known name of deep learning another meaning: the strength of a penalty.

    Other libraries count some of their own regularisers under such names.
    """
    is_penalty = any(word in known.entry.meaning for word in ("penalty", "regular", "decay"))
    return known.entry.framework.startswith("dl") and not is_penalty and speaks_of_a_penalty(found)


def option_in_help(found: FoundHyperparameter) -> str:
    """The option without which it does nothing, as its help says: "only effective if --do_mlm"; empty where none is."""
    match = _ONLY_WITH.search(found.help)
    return match["option"] if match is not None else ""


def bounds_in_help(found: FoundHyperparameter) -> HardBounds | None:
    """The two ends that the help names, where today's value lies between them."""
    match = _BOUNDS.search(found.help)
    if match is None or not is_number(found.value):
        return None
    low, high = (float(number) for number in match.groups() if number is not None)
    bounds = HardBounds(low=low, high=high)
    return bounds if low < high and bounds.contains(float(found.value or 0)) else None
