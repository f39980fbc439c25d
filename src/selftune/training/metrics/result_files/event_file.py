"""TensorBoard event files: their frame is read here, their messages by the library that brings their definition.

`tensorboardX` is small and needs no TensorFlow; where `tensorboard` is installed already, it serves as well.
"""

from __future__ import annotations

import importlib
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from selftune.training.metrics.result_files.reading import FilePoint, FileRecogniser, ReaderMissing

_DEFINITIONS = ("tensorboardX.proto.event_pb2", "tensorboard.compat.proto.event_pb2")
_HEADER = struct.Struct("<QI")
_CHECKSUM_BYTES = 4


def read(path: Path, is_growing: bool) -> list[FilePoint]:  # noqa: ARG001 - each record says how long it is
    """All scalars of the file, in order; a last record that is not yet whole is left out.

    Raises:
        ReaderMissing: neither library is installed.
        ValueError: it is no event file.
    """
    definition = _event_definition()
    points: list[FilePoint] = []
    for record in _records(path.read_bytes()):
        try:
            event = definition.FromString(record)
        except Exception as error:  # protobuf's own DecodeError, of whichever protobuf is installed
            raise ValueError(f"no event: {error}") from error
        points += _scalars(event)
    return points


def _event_definition() -> Any:
    for name in _DEFINITIONS:
        try:
            return importlib.import_module(name).Event
        except ImportError:
            continue
    raise ReaderMissing("TensorBoard event files are read with a small library: pip install 'selftune[tensorboard]'.")


def _records(data: bytes) -> Iterator[bytes]:
    """The records of a TFRecord file: length, its checksum, the record, its checksum."""
    position = 0
    while position + _HEADER.size <= len(data):
        length, _ = _HEADER.unpack_from(data, position)
        start = position + _HEADER.size
        position = start + length + _CHECKSUM_BYTES
        if position > len(data):
            return
        yield data[start : start + length]


def _scalars(event: Any) -> Iterator[FilePoint]:
    for value in event.summary.value:
        kind = value.WhichOneof("value")
        if kind == "simple_value":
            yield FilePoint(name=value.tag, value=float(value.simple_value), step=event.step)
        elif kind == "tensor" and value.metadata.plugin_data.plugin_name == "scalars":
            number = _tensor_number(value.tensor)
            if number is not None:
                yield FilePoint(name=value.tag, value=number, step=event.step)


def _tensor_number(tensor: Any) -> float | None:
    """The number in a tensor that holds one, as TensorFlow 2 writes its scalars."""
    for field in (tensor.float_val, tensor.double_val, tensor.int_val, tensor.int64_val):
        if field:
            return float(field[0])
    size = {4: "<f", 8: "<d"}.get(len(tensor.tensor_content))
    return float(struct.unpack(size, tensor.tensor_content)[0]) if size else None


EVENT_FILE = FileRecogniser(
    name="TensorBoard event file",
    example="events.out.tfevents.1700000000.host.1.0",
    takes=lambda name: ".tfevents." in name,
    read=read,
)
