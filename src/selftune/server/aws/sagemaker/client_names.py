"""Names of files that a client chose, in an archive or as keys: of those that no file can have, the client is told."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from selftune.model.errors import UnreadableInput

_OF_A_NAME = {
    errno.ENAMETOOLONG: "a name that is too long",
    errno.ENOTDIR: "a name that is both a file and a folder",
    errno.EISDIR: "a name that is both a file and a folder",
    errno.EEXIST: "a name that is both a file and a folder",
    errno.EILSEQ: "a name that cannot be one of a file",
    errno.EINVAL: "a name that cannot be one of a file",
}
_SHOWN = 100


@contextmanager
def named_by_client(name: str, title: str) -> Iterator[None]:
    """Make of what the system says of a name something that its author can mend; a full disk stays what it is.

    Args:
        name: Of the file, as the client gave it.
        title: What it is in, for messages: "s3://bucket/sourcedir.tar.gz".

    Raises:
        UnreadableInput: no file can have this name here.
    """
    try:
        yield
    except (OSError, UnicodeEncodeError) as error:
        reason = _OF_A_NAME.get(error.errno or 0) if isinstance(error, OSError) else _OF_A_NAME[errno.EILSEQ]
        if reason is None:
            raise
        shown = name[:_SHOWN].encode("utf-8", "replace").decode("utf-8")
        raise UnreadableInput(f"{title} holds '{shown}', {reason}.") from None
