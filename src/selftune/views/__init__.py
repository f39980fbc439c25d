"""What a reader sees, as pure functions of what the store returns: no clock, no file, standard library only."""

from __future__ import annotations
