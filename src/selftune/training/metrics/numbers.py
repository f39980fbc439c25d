"""Numbers as training scripts print them."""

from __future__ import annotations

NUMBER = r"(?:[-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[-+]?(?:[nN]a[nN]|NAN|[iI]nf(?:inity)?|INF)\b)"


def number_from_text(text: str) -> float | None:
    """The number that `text` is, NaN and infinities among them; None where it is none ("12%" and "12," are 12)."""
    try:
        return float(text.strip(" ,;%"))
    except ValueError:
        return None
