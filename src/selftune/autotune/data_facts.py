"""What is known of the training data: rows, columns, classes, imbalance, missing cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from selftune.model.values import counted, short_number


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFacts:
    """What a sample of the training data says; None: not known, or without meaning for them."""

    source: str
    """The file's or folder's name, for people."""
    rows: int
    is_estimated: bool = False
    """True where the rows were not counted but follow from the file's size and the length of sampled lines."""
    columns: int | None = None
    """Without the label's, where that is known."""
    classes: int | None = None
    """Distinct labels of a classification; 0 where the label is a number to be predicted."""
    imbalance: float | None = None
    """Rows of the largest class for each row of the smallest."""
    negatives_per_positive: float | None = None
    """For two classes: rows of the first for each row of the second, in their sorted order."""
    missing: float | None = None
    """Share of empty cells."""

    def numbers(self) -> dict[str, float]:
        """What is known, by the names that the knowledge base uses."""
        known: Mapping[str, float | None] = {
            "rows": self.rows,
            "columns": self.columns,
            "classes": self.classes,
            "imbalance": self.imbalance,
            "negatives_per_positive": self.negatives_per_positive,
            "missing": self.missing,
        }
        return {name: float(value) for name, value in known.items() if value is not None}

    def words(self, names: Iterable[str]) -> str:
        """Those facts as a clause: "train.csv has about 1,200,000 rows and 9 negatives for each positive"."""
        parts = [part for part in (self._part(name) for name in dict.fromkeys(names)) if part]
        return f"{self.source} has {_listed(parts)}" if parts else ""

    def __str__(self) -> str:
        return self.words(("rows", "columns", "classes", "imbalance", "missing"))

    def _part(self, name: str) -> str:
        match name:
            case "rows":
                about = "about " if self.is_estimated else ""
                return f"{about}{self.rows:,} {'row' if self.rows == 1 else 'rows'}"
            case "columns" if self.columns is not None:
                return counted(self.columns, "column")
            case "classes" if self.classes is not None:
                return f"{self.classes} classes" if self.classes else "a label that is a number"
            case "imbalance" if self.imbalance is not None and self.negatives_per_positive is None:
                return f"{short_number(self.imbalance, 2)} rows of the largest class for each of the smallest"
            case "imbalance" | "negatives_per_positive" if self.negatives_per_positive is not None:
                ratio = short_number(self.negatives_per_positive, 2)
                return "as many negatives as positives" if ratio == "1" else f"{ratio} negatives for each positive"
            case "missing" if self.missing is not None:
                return f"{self.missing:.0%} of its cells empty" if self.missing else "no empty cell"
        return ""


def _listed(parts: list[str]) -> str:
    distinct = list(dict.fromkeys(parts))
    return distinct[0] if len(distinct) == 1 else f"{', '.join(distinct[:-1])} and {distinct[-1]}"
