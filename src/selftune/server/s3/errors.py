"""What S3 answers where it does not do what was asked."""

from __future__ import annotations

from selftune.model.errors import NameTaken, SelftuneError, StorageFailure
from selftune.server.aws.errors import AwsError
from selftune.store.artifacts.artifacts import NoSuchArtifact, PreconditionFailed
from selftune.store.artifacts.folder import BucketNotEmpty, KeyTooLong
from selftune.store.artifacts.uploads import InvalidPart, NoSuchUpload

STATUS = {
    "AccessDenied": 403,
    "BadDigest": 400,
    "BucketAlreadyOwnedByYou": 409,
    "BucketNotEmpty": 409,
    "EntityTooLarge": 400,
    "EntityTooSmall": 400,
    "IncompleteBody": 400,
    "InvalidArgument": 400,
    "InvalidBucketName": 400,
    "InvalidPart": 400,
    "InvalidPartOrder": 400,
    "InvalidRange": 416,
    "InvalidRequest": 400,
    "KeyTooLongError": 400,
    "MalformedXML": 400,
    "MethodNotAllowed": 405,
    "NoSuchBucket": 404,
    "NoSuchKey": 404,
    "NoSuchUpload": 404,
    "NotImplemented": 501,
    "PreconditionFailed": 412,
    "SignatureDoesNotMatch": 403,
    "ServiceUnavailable": 503,
}

SIGNATURE_CODES = {
    "MissingAuthenticationTokenException": "AccessDenied",
    "IncompleteSignatureException": "AuthorizationHeaderMalformed",
    "UnrecognizedClientException": "InvalidAccessKeyId",
    "InvalidSignatureException": "SignatureDoesNotMatch",
}
"""What S3 calls the findings of the signature check."""


def s3_error(code: str, message: str) -> AwsError:
    """An answer of S3 with the status that belongs to its code."""
    return AwsError(code, message, status=STATUS[code])


def from_ours(error: SelftuneError) -> AwsError:
    """An error of ours as S3 would put it."""
    return s3_error(_code(error), " ".join(str(error).split("\n")))


def from_signature(error: AwsError) -> AwsError:
    """A finding of the signature check as S3 would put it."""
    return AwsError(SIGNATURE_CODES.get(error.code, error.code), error.message, status=error.status)


def _code(error: SelftuneError) -> str:
    if isinstance(error, NoSuchArtifact):
        return "NoSuchBucket" if error.key is None else "NoSuchKey"
    table = (
        (NameTaken, "BucketAlreadyOwnedByYou"),
        (BucketNotEmpty, "BucketNotEmpty"),
        (KeyTooLong, "KeyTooLongError"),
        (PreconditionFailed, "PreconditionFailed"),
        (NoSuchUpload, "NoSuchUpload"),
        (InvalidPart, "InvalidPart"),
        (StorageFailure, "ServiceUnavailable"),
    )
    return next((code for kind, code in table if isinstance(error, kind)), "InvalidArgument")
