"""Automatic model tuning with nothing to configure."""

__version__ = "0.1.0.dev0"
