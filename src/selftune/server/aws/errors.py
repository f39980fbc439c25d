"""What the service answers where it does not do what was asked: AWS's codes, and which errors of ours they are."""

from __future__ import annotations

from selftune.model.errors import (
    LeaseLost,
    NameTaken,
    NoSuchJob,
    SelftuneError,
    StillRunning,
    StorageFailure,
    TuningFailed,
    UsageError,
)

MAX_MESSAGE = 2048


class AwsError(Exception):
    """An answer other than success: a code that SDKs know, a message for people, an HTTP status."""

    def __init__(self, code: str, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message[:MAX_MESSAGE]
        self.status = status


CODES: tuple[tuple[type[SelftuneError], str], ...] = (
    (NameTaken, "ResourceInUse"),
    (StillRunning, "ResourceInUse"),
    (NoSuchJob, "ResourceNotFound"),
    (UsageError, "ValidationException"),
    (LeaseLost, "ConflictException"),
    (StorageFailure, "ServiceUnavailable"),
    (TuningFailed, "ValidationException"),
)
"""The first class that fits gives the code."""

STATUS = {"ServiceUnavailable": 503}


def aws_error(error: SelftuneError) -> AwsError:
    """An error of ours as the service would put it; the remedy stays in the message."""
    code = next((code for kind, code in CODES if isinstance(error, kind)), "ValidationException")
    return AwsError(code, " ".join(str(error).split("\n")), status=STATUS.get(code, 400))


def validation(message: str) -> AwsError:
    """A request that is well-formed and yet cannot be."""
    return AwsError("ValidationException", message)


def serialization(message: str) -> AwsError:
    """A body that is not what the operation's input looks like."""
    return AwsError("SerializationException", message)


def access_denied(message: str) -> AwsError:
    """A signature that is good, for something that is not allowed."""
    return AwsError("AccessDeniedException", message, status=400)
