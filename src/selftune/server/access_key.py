"""The key that clients sign with: made at the first start, readable by its owner only."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import string
from pathlib import Path

from selftune.model.errors import StorageFailure
from selftune.server.aws.signature import AccessKey

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_ID_LENGTH = 20
_SECRET_LENGTH = 40
_SECRET_LETTERS = string.ascii_letters + string.digits
"""None that a shell or an option parser reads in a way of its own."""


def key_path(home: Path) -> Path:
    """Where the key of a home lies."""
    return home / "server" / "access_key.json"


def access_key(home: Path) -> tuple[AccessKey, bool]:
    """(the key of a home, whether it was made just now). Two processes that make it at once get the same.

    Raises:
        StorageFailure: it cannot be written, is damaged, or others may read it.
    """
    path = key_path(home)
    try:
        return _read(path), False
    except FileNotFoundError:
        return _made(path)


def _read(path: Path) -> AccessKey:
    text = path.read_text(encoding="utf-8")
    if path.stat().st_mode & 0o077:
        raise StorageFailure(f"{path} can be read by others.", hint=f"chmod 600 {path}")
    try:
        document = json.loads(text)
        return AccessKey(access_key_id=document["access_key_id"], secret=document["secret_access_key"])
    except (ValueError, KeyError, TypeError):
        raise StorageFailure(f"{path} holds no key.", hint="Delete it: a new one is made at the next start.") from None


def _made(path: Path) -> tuple[AccessKey, bool]:
    key = AccessKey(
        access_key_id="SELFTUNE" + "".join(secrets.choice(_LETTERS) for _ in range(_ID_LENGTH - 8)),
        secret="".join(secrets.choice(_SECRET_LETTERS) for _ in range(_SECRET_LENGTH)),
    )
    document = json.dumps({"access_key_id": key.access_key_id, "secret_access_key": key.secret})
    own = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(document)
            file.flush()
            os.fsync(file.fileno())
        os.link(own, path)  # fails where another process was first, and never shows half a file
    except FileExistsError:
        return _read(path), False
    except OSError as error:
        raise StorageFailure(
            f"The key cannot be written: {error.strerror}.", hint="Name another home: --home DIR or SELFTUNE_HOME."
        ) from error
    finally:
        with contextlib.suppress(OSError):
            own.unlink()
    return key, True
