"""A plotting frame as SVG text: axes, grid, lines, marks. Colours follow the reader's light or dark setting."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise

from selftune.model.values import short_number
from selftune.views.figures.ticks import round_ticks

_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 16, 40, 44
"""Margins in pixels: room for tick labels, title and axis names."""

_LIGHT = "--ink:#1f2328;--soft:#59636e;--grid:#d1d9e0;--main:#0969da;--good:#1a7f37;--bad:#cf222e;--ground:#ffffff"
_DARK = "--ink:#e6edf3;--soft:#9198a1;--grid:#3d444d;--main:#4493f8;--good:#3fb950;--bad:#f85149;--ground:#0d1117"
_RULES = {
    ".ground": "fill:var(--ground)",
    ".title": "fill:var(--ink);font-size:14px;font-weight:600",
    ".label": "fill:var(--soft)",
    ".grid": "stroke:var(--grid);stroke-width:1",
    ".line": "fill:none;stroke:var(--main);stroke-width:2",
    ".faint": "fill:none;stroke:var(--soft);stroke-width:1;opacity:.45",
    ".dashed": "fill:none;stroke:var(--soft);stroke-dasharray:5 4",
    ".done": "fill:var(--main)",
    ".stopped": "fill:var(--ground);stroke:var(--main);stroke-width:1.5",
    ".failed": "stroke:var(--bad);stroke-width:2;fill:none",
    ".best": "fill:var(--good);stroke:var(--ground);stroke-width:1.5",
    ".tick": "stroke:var(--soft);stroke-width:2",
}
_FIGURE = ".selftune-figure"
"""Prefix of all rules, so that a figure inside a page changes nothing around it."""

_STYLE = "".join(
    (
        f"{_FIGURE}{{{_LIGHT};font-family:system-ui,sans-serif;font-size:12px}}",
        f"@media (prefers-color-scheme:dark){{{_FIGURE}{{{_DARK}}}}}",
        *(f"{_FIGURE} {name}{{{rule}}}" for name, rule in _RULES.items()),
    )
)

Point = tuple[float, float]


@dataclass(slots=True, kw_only=True)
class Canvas:
    """Collects marks given in data units; `svg()` gives the picture."""

    x: tuple[float, float]
    """Lowest and highest value shown."""
    y: tuple[float, float]
    width: int = 720
    """Pixels."""
    height: int = 320
    _marks: list[str] = field(default_factory=list)

    def axes(self, *, title: str, x_name: str, y_name: str, whole_x: bool = True) -> None:
        """Grid lines, tick labels, title and axis names."""
        for value in round_ticks(*self.y, 5):
            _, top = self._place((self.x[0], value))
            self._marks.append(f'<path class="grid" d="M{_LEFT} {top:.1f}H{self.width - _RIGHT}"/>')
            self._text(_LEFT - 8, top + 4, short_number(value), anchor="end")
        for value in round_ticks(*self.x, 8):
            if not whole_x or value == round(value):
                left, _ = self._place((value, self.y[0]))
                self._text(left, self.height - _BOTTOM + 18, short_number(value), anchor="middle")
        self._text(_LEFT, 22, title, style="title")
        self._text((self.width + _LEFT) / 2, self.height - 8, x_name, anchor="middle")
        self._text(self.width - _RIGHT, 22, y_name, anchor="end")

    def line(self, points: Sequence[Point], style: str = "line") -> None:
        """A line through points; broken where one is not finite."""
        drawn = " ".join(
            f"{'M' if index == 0 else 'L'}{left:.1f} {top:.1f}"
            for piece in _finite_pieces(points)
            for index, (left, top) in enumerate(map(self._place, piece))
        )
        if drawn:
            self._marks.append(f'<path class="{style}" d="{drawn}"/>')

    def steps(self, points: Sequence[Point]) -> None:
        """A line that stays level until the next point."""
        corners = [points[0]] if points else []
        for (_, before), (x, y) in pairwise(points):
            corners += [(x, before), (x, y)]
        self.line(corners)

    def level(self, y: float, name: str) -> None:
        """A dashed line across the frame, with its name at the right end."""
        self.line([(self.x[0], y), (self.x[1], y)], "dashed")
        _, top = self._place((self.x[0], y))
        self._text(self.width - _RIGHT - 4, top - 5, name, anchor="end")

    def dot(self, point: Point, *, style: str, note: str, radius: float = 4) -> None:
        """A round mark; `note` is shown by hovering, and read aloud."""
        left, top = self._place(point)
        place = f'cx="{left:.1f}" cy="{top:.1f}" r="{radius:g}"'
        self._marks.append(f'<circle class="{style}" {place}><title>{escape(note)}</title></circle>')

    def cross(self, x: float, note: str) -> None:
        """A mark at the lower edge for what has no value."""
        left, top = self._place((x, self.y[0]))
        top -= 8
        shape = f"M{left - 4:.1f} {top - 4:.1f}l8 8m0 -8l-8 8"
        self._marks.append(f'<path class="failed" d="{shape}"><title>{escape(note)}</title></path>')

    def bar(self, point: Point, note: str) -> None:
        """A short upright stroke that ends a line."""
        left, top = self._place(point)
        self._marks.append(f'<path class="tick" d="M{left:.1f} {top - 5:.1f}v10"><title>{escape(note)}</title></path>')

    def note(self, text: str) -> None:
        """A sentence in the middle of the frame, where there is nothing to draw."""
        self._text((self.width + _LEFT) / 2, self.height / 2, text, anchor="middle")

    def svg(self, description: str) -> str:
        """The whole picture as one SVG element."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="{_FIGURE[1:]}" role="img"'
            f' viewBox="0 0 {self.width} {self.height}">'
            f"<title>{escape(description)}</title><style>{_STYLE}</style>"
            f'<rect class="ground" width="{self.width}" height="{self.height}" rx="6"/>{"".join(self._marks)}</svg>'
        )

    def _place(self, point: Point) -> Point:
        """From data units to pixels; what lies above or below the frame is drawn on its edge."""
        (x_low, x_high), (y_low, y_high) = self.x, self.y
        across = (point[0] - x_low) / (x_high - x_low)
        up = min(max((point[1] - y_low) / (y_high - y_low), 0.0), 1.0)
        return (
            _LEFT + across * (self.width - _LEFT - _RIGHT),
            self.height - _BOTTOM - up * (self.height - _TOP - _BOTTOM),
        )

    def _text(self, left: float, top: float, text: str, *, anchor: str = "start", style: str = "label") -> None:
        place = f'x="{left:.1f}" y="{top:.1f}" text-anchor="{anchor}"'
        self._marks.append(f'<text class="{style}" {place}>{escape(text)}</text>')


def _finite_pieces(points: Iterable[Point]) -> list[list[Point]]:
    pieces: list[list[Point]] = [[]]
    for point in points:
        if all(map(math.isfinite, point)):
            pieces[-1].append(point)
        elif pieces[-1]:
            pieces.append([])
    return [piece for piece in pieces if piece]
