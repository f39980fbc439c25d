"""Where a server listens, and to which names it answers."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from selftune.model.errors import UsageError
from selftune.server.address import Address, check_address, listening_socket, read_address, write_address


def test_a_server_on_this_machine_answers_to_its_names_and_to_no_others() -> None:
    assert Address(port=9000).hosts == {"127.0.0.1:9000", "localhost:9000", "[::1]:9000"}
    assert Address(host="::1", port=9000).url == "http://[::1]:9000"


def test_a_name_that_is_given_is_answered_and_is_what_clients_call() -> None:
    address = Address(host="0.0.0.0", port=443, certificate=Path("c"), names=("Tune.example",))
    assert address.url == "https://Tune.example:443"
    assert {"tune.example", "tune.example:443", f"{socket.gethostname().lower()}:443"} <= address.hosts
    assert "evil.example" not in address.hosts


def test_other_machines_are_not_listened_to_unprotected() -> None:
    for host in ("0.0.0.0", "::", "192.0.2.1"):
        with pytest.raises(UsageError, match="without TLS"):
            check_address(Address(host=host), may_be_remote=False)
        check_address(Address(host=host), may_be_remote=True)


def test_what_is_no_certificate_is_refused(tmp_path: Path) -> None:
    certificate = tmp_path / "c.pem"
    certificate.write_text("nothing")
    with pytest.raises(UsageError, match="no certificate and its key"):
        check_address(Address(certificate=certificate, certificate_key=certificate), may_be_remote=False)
    with pytest.raises(UsageError, match="go together"):
        check_address(Address(certificate=certificate), may_be_remote=False)


def test_port_zero_is_a_free_one_and_a_taken_one_is_refused() -> None:
    with listening_socket(Address(port=0)) as listening:
        port = listening.getsockname()[1]
        assert port > 0
        with pytest.raises(UsageError, match=f"127.0.0.1:{port} cannot be listened on"):
            listening_socket(Address(port=port))


def test_what_was_noted_is_read_again_and_damage_is_like_nothing(tmp_path: Path) -> None:
    (tmp_path / "server").mkdir()
    write_address(tmp_path, Address(port=9000))
    assert read_address(tmp_path)["url"] == "http://127.0.0.1:9000"
    for damaged in ("", "[]", '{"url": 3}', "{"):
        (tmp_path / "server" / "address.json").write_text(damaged)
        with pytest.raises(UsageError, match="No server"):
            read_address(tmp_path)
