"""Kept searches by tool, setting and suite."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from comparison import Case, anchors_of, case_of, regrets
from rows import Row
from suites import OURS, PEERS


class Searches:
    """Kept searches by tool, setting and suite, with the anchors of their cases."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows
        self.anchors = anchors_of(rows)

    def of(self, tool: str, setting: str, suite: str) -> list[Row]:
        """The searches of one tool in one setting, those alone whose regret is known."""
        return [
            row
            for row in self._rows
            if (row["tool"], row["setting"], row["suite"]) == (tool, setting, suite) and case_of(row) in self.anchors
        ]

    def regrets(self, tool: str, setting: str, suite: str, jobs: int, **floor: float) -> dict[Case, float]:
        return regrets(self.of(tool, setting, suite), self.anchors, jobs, **floor)

    def provenance(self) -> Iterator[str]:
        """Versions, machines and dates of what is shown."""
        for tool in (OURS, *PEERS):
            mine = [row for row in self._rows if row["tool"] == tool]
            if mine:
                versions, machines = ({row[key] for row in mine} - {""} for key in ("version", "machine"))
                dates = sorted({row["date"] for row in mine} - {""})
                yield f"{tool}: {', '.join(sorted(versions))}; {'; '.join(sorted(machines))}; {_span(dates)}"


def _span(dates: Sequence[str]) -> str:
    if not dates:
        return "date not kept"
    return dates[0] if dates[0] == dates[-1] else f"{dates[0]} to {dates[-1]}"
