"""S3's XML: small documents out, smaller ones in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from xml.etree import ElementTree

from selftune.server.s3.errors import s3_error

NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def document(root: str, content: Mapping[str, object] | str, namespace: str | None = NAMESPACE) -> bytes:
    """An XML document: a mapping is an element with children, a sequence one element for each, None nothing."""
    attributes = {} if namespace is None else {"xmlns": namespace}
    element = ElementTree.Element(root, attributes)
    _fill(element, content)
    written: bytes = ElementTree.tostring(element, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + written


def parsed(body: bytes) -> ElementTree.Element:
    """The root of a document that a client sent; names without their namespace.

    Raises:
        AwsError: MalformedXML.
    """
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise s3_error("MalformedXML", "A document type is not accepted.")
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError:
        raise s3_error("MalformedXML", "The body of the request is no well-formed XML.") from None
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


def time_text(seconds: float) -> str:
    """A time as S3 writes it in XML: ISO 8601 in UTC with milliseconds."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _fill(element: ElementTree.Element, content: object) -> None:
    if isinstance(content, Mapping):
        for name, value in content.items():
            _append(element, name, value)
    elif isinstance(content, bool):
        element.text = "true" if content else "false"
    elif content is not None:
        element.text = _NOT_IN_XML.sub("", str(content))


def _append(parent: ElementTree.Element, name: str, value: object) -> None:
    if value is None:
        return
    values = value if isinstance(value, list | tuple) else (value,)
    for each in values:
        _fill(ElementTree.SubElement(parent, name), each)
