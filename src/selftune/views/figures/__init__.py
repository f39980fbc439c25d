"""Pictures of a tuning job as SVG text: self-contained, readable on light and dark ground, values in, text out."""

from __future__ import annotations

from selftune.views.figures.best_so_far import best_so_far_svg
from selftune.views.figures.learning_curves import learning_curves_svg

__all__ = ["best_so_far_svg", "learning_curves_svg"]
