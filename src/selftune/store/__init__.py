"""What is remembered: tuning jobs with their state, events, metric points; and artifacts."""

from __future__ import annotations
