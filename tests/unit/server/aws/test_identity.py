"""What STS and IAM answer is XML, whatever was asked."""

from __future__ import annotations

from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest

from selftune.server.aws.identity import answer


@pytest.mark.parametrize("service", ["sts", "iam"])
@pytest.mark.parametrize("action", ["\x01", "\x00<&>", "\ufffe", "Assume" * 50, ""])
def test_a_question_that_is_not_answered_is_refused_in_well_formed_xml(service: str, action: str) -> None:
    response = answer(service, urlencode({"Action": action}).encode())
    assert response.status in (400, 403)
    assert isinstance(response.body, bytes)
    assert ElementTree.fromstring(response.body).tag.endswith("ErrorResponse")
