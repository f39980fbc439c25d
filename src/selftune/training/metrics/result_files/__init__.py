"""Metrics in the files that a training job has written: JSON, JSON lines, CSV, TensorBoard events."""

from __future__ import annotations

from selftune.training.metrics.result_files.reading import FileReading, FileRecogniser
from selftune.training.metrics.result_files.survey import FILE_RECOGNISERS, FoundFiles, ResultFiles, read_result_files

__all__ = ["FILE_RECOGNISERS", "FileReading", "FileRecogniser", "FoundFiles", "ResultFiles", "read_result_files"]
