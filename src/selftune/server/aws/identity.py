"""STS and IAM as far as SDKs ask by themselves: who am I, and may I. Answers are well-formed XML of their kind."""

from __future__ import annotations

from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from selftune.server.aws.sagemaker.arns import ACCOUNT
from selftune.server.http import Response

_XML = {"content-type": "text/xml"}
_STS = "https://sts.amazonaws.com/doc/2011-06-15/"
_IAM = "https://iam.amazonaws.com/doc/2010-05-08/"


def answer(service: str, body: bytes) -> Response:
    """The answer to a form with `Action=...`.

    IAM's questions are answered with AccessDenied: the SDKs then go on as they do for users without rights on IAM.
    """
    action = dict(parse_qsl(body.decode("utf-8", "replace"))).get("Action", "")
    action = "".join(letter if letter.isprintable() else "?" for letter in action[:64])
    if service == "sts" and action == "GetCallerIdentity":
        return _identity()
    if service == "sts":
        return _refusal(_STS, "InvalidAction", f"{action} is not here.", 400)
    return _refusal(_IAM, "AccessDenied", f"There are no roles here, so that {action} has no answer.", 403)


def _identity() -> Response:
    result = f"<Arn>arn:aws:iam::{ACCOUNT}:user/selftune</Arn><UserId>SELFTUNE</UserId><Account>{ACCOUNT}</Account>"
    text = (
        f'<GetCallerIdentityResponse xmlns="{_STS}"><GetCallerIdentityResult>{result}</GetCallerIdentityResult>'
        "<ResponseMetadata><RequestId>0</RequestId></ResponseMetadata></GetCallerIdentityResponse>"
    )
    return Response(headers=_XML, body=text.encode())


def _refusal(namespace: str, code: str, message: str, status: int) -> Response:
    text = (
        f'<ErrorResponse xmlns="{namespace}"><Error><Type>Sender</Type><Code>{code}</Code>'
        f"<Message>{escape(message)}</Message></Error><RequestId>0</RequestId></ErrorResponse>"
    )
    return Response(status=status, headers=_XML, body=text.encode())
