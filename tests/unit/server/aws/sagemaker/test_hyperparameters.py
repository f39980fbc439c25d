"""Hyperparameters go back in the spelling of the client that sent them."""

from __future__ import annotations

from selftune.server.aws.sagemaker.hyperparameters import as_spelled

ENCODED = {"sagemaker_program": '"train.py"', "kind": '"a"', "lr": "0.10"}


def test_a_client_that_encodes_reads_json_also_of_what_it_did_not_send():
    assert as_spelled({"kind": "b", "lr": "0.2", "other": "text", "flag": "true"}, ENCODED) == {
        "kind": '"b"',
        "lr": "0.2",
        "other": '"text"',
        "flag": "true",
    }


def test_the_same_value_keeps_its_spelling():
    assert as_spelled({"kind": "a", "lr": "0.1"}, ENCODED) == {"kind": '"a"', "lr": "0.10"}


def test_a_client_that_sends_plain_text_reads_plain_text():
    assert as_spelled({"kind": "b"}, {"sagemaker_program": "train.py", "kind": "a"}) == {"kind": "b"}
