"""What is wrong with a request is said with AWS's code and a remedy; nothing is stored, and the server never fails."""

from __future__ import annotations

import http.client
import io
import json
import tarfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

import botocore.auth
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

LIST = "SageMaker.ListHyperParameterTuningJobs"
BUCKET = "bad-input"
IMAGE = "000000000000.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:2.3-cpu-py311"


@dataclass(frozen=True)
class Raw:
    """An answer as it came over the wire."""

    status: int
    body: bytes

    @property
    def code(self) -> str:
        return str(json.loads(self.body)["__type"])

    @property
    def message(self) -> str:
        return str(json.loads(self.body)["message"])


def send(server: Any, headers: Mapping[str, str], body: bytes = b"{}", path: str = "/", method: str = "POST") -> Raw:
    address = urlsplit(server.environment["AWS_ENDPOINT_URL"])
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
    connection.putrequest(method, path, skip_host="Host" in headers, skip_accept_encoding=True)
    for name, value in {"Content-Length": str(len(body)), **headers}.items():
        connection.putheader(name, value)
    connection.endheaders(body)
    answer = connection.getresponse()
    return Raw(answer.status, answer.read())


def signed(
    server: Any,
    body: bytes = b"{}",
    *,
    target: str = LIST,
    secret: str | None = None,
    key: str | None = None,
    service: str = "sagemaker",
    late: timedelta = timedelta(),
) -> dict[str, str]:
    """The headers that botocore sends."""
    environment = server.environment
    request = AWSRequest(
        method="POST",
        url=environment["AWS_ENDPOINT_URL"] + "/",
        data=body,
        headers={"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.1"},
    )
    credentials = Credentials(key or environment["AWS_ACCESS_KEY_ID"], secret or environment["AWS_SECRET_ACCESS_KEY"])
    at = (datetime.now(UTC) + late).replace(tzinfo=None)
    with mock.patch.object(botocore.auth, "get_current_datetime", return_value=at):
        SigV4Auth(credentials, service, "us-east-1").add_auth(request)
    return dict(request.headers.items())


def refused(server: Any, headers: Mapping[str, str], body: bytes = b"{}") -> tuple[int, str]:
    answer = send(server, headers, body)
    return answer.status, answer.code


# --- who asks, and is it what was signed


def test_a_good_signature_is_answered(server: Any) -> None:
    assert send(server, signed(server)).status == 200


def test_signatures_that_are_missing_wrong_foreign_or_old_are_refused(server: Any) -> None:
    bare = {"X-Amz-Target": LIST, "Content-Type": "application/x-amz-json-1.1"}
    assert refused(server, bare) == (403, "MissingAuthenticationTokenException")
    assert refused(server, signed(server, secret="wrong")) == (403, "InvalidSignatureException")
    assert refused(server, signed(server, key="AKIAFOREIGN")) == (403, "UnrecognizedClientException")
    assert refused(server, signed(server, service="s3")) == (403, "InvalidSignatureException")
    assert refused(server, signed(server, late=timedelta(minutes=-10))) == (403, "InvalidSignatureException")
    assert refused(server, signed(server, late=timedelta(minutes=10))) == (403, "InvalidSignatureException")
    assert refused(server, {**signed(server), "Authorization": "Bearer x"}) == (403, "IncompleteSignatureException")


def test_the_message_of_a_wrong_signature_tells_where_the_right_key_is(server: Any) -> None:
    assert "selftune env" in send(server, signed(server, secret="wrong")).message


def test_what_was_changed_behind_a_signature_is_refused(server: Any) -> None:
    assert refused(server, signed(server, b"{}"), b'{"MaxResults": 1}') == (403, "InvalidSignatureException")
    swapped = {**signed(server), "X-Amz-Target": "SageMaker.ListTrainingJobs"}
    assert refused(server, swapped) == (403, "InvalidSignatureException")


def test_the_object_of_a_stranger_is_refused_before_it_is_sent(server: Any) -> None:
    """The body is announced and never sent: whoever waits for it never answers."""
    headers = {**signed(server, service="s3", secret="wrong"), "Content-Length": str(4 << 30)}
    headers = {name: text for name, text in headers.items() if not name.startswith("X-Amz-Target")}
    answer = send(server, headers, b"", path="/bucket/key", method="PUT")
    assert (answer.status, b"<Code>" in answer.body) == (403, True)


def test_another_name_of_the_server_is_not_answered(server: Any) -> None:
    for host in ("evil.example", "127.0.0.1.nip.io", "localhost", "127.0.0.1:1"):
        assert send(server, {**signed(server), "Host": host}).status == 421


# --- what is asked


def test_a_body_that_is_too_large_is_refused_before_it_is_read(server: Any) -> None:
    body = b'{"NameContains": "' + b"x" * (5 << 20) + b'"}'
    answer = send(server, signed(server, body), body)
    assert (answer.status, answer.code) == (413, "RequestEntityTooLargeException")
    assert "4 MiB" in answer.message


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'"x"', b'{"MaxResults": NaN}', b"\xff", b"[" * 50_000, b'{"MaxResults": 1, "MaxResults": 2}']
)
def test_what_is_no_json_object_is_refused(server: Any, body: bytes) -> None:
    assert refused(server, signed(server, body), body) == (400, "SerializationException")


HALVES = [
    ("SageMaker.ListTags", "ResourceArn"),
    ("SageMaker.DescribeTrainingJob", "TrainingJobName"),
    ("Logs_20140328.DescribeLogStreams", "logStreamNamePrefix"),
    ("Logs_20140328.GetLogEvents", "logStreamName"),
]


@pytest.mark.parametrize(("target", "member"), HALVES)
def test_half_of_a_character_is_refused(server: Any, target: str, member: str) -> None:
    body = json.dumps({"logGroupName": "/aws/sagemaker/TrainingJobs", member: "a\ud800"}).encode()
    service = "logs" if target.startswith("Logs") else "sagemaker"
    assert refused(server, signed(server, body, target=target, service=service), body) == (
        400,
        "SerializationException",
    )


def test_a_place_beyond_all_numbers_is_one_beyond_the_object(server: Any, objects: None) -> None:
    del objects
    client, asked = server.client("s3"), {"Bucket": BUCKET, "Key": "data/train.csv"}
    code, _ = code_and_message(lambda: client.get_object(**asked, Range=f"bytes={'9' * 5000}-"))
    assert code == "InvalidRange"
    for reach in (f"2-{'9' * 5000}", f"-{'9' * 5000}"):
        assert b"a,b\n1,2\n".endswith(client.get_object(**asked, Range=f"bytes={reach}")["Body"].read())


def test_numbers_and_texts_that_s3_cannot_mean_are_refused(server: Any, objects: None) -> None:
    del objects
    client = server.client("s3")
    code, message = code_and_message(
        lambda: client.get_object(Bucket=BUCKET, Key="data/train.csv", ResponseContentType="a/\u20ac")
    )
    assert (code, "ISO-8859-1" in message) == ("InvalidArgument", True)
    upload = client.create_multipart_upload(Bucket=BUCKET, Key="parts")["UploadId"]
    copied = {"Bucket": BUCKET, "Key": "parts", "UploadId": upload, "PartNumber": 1}
    copied |= {"CopySource": f"{BUCKET}/data/train.csv", "CopySourceRange": f"bytes=0-{'9' * 5000}"}
    assert code_and_message(lambda: client.upload_part_copy(**copied))[0] == "InvalidArgument"


@pytest.mark.parametrize("target", ["SageMaker.CreateEndpoint", "SageMaker.Nothing", "Other.List", ".."])
def test_an_operation_that_is_not_here_is_refused_by_name(server: Any, target: str) -> None:
    answer = send(server, signed(server, target=target))
    assert (answer.status, answer.code) == (400, "UnknownOperationException")
    assert target.split(".")[-1] in answer.message


def code_and_message(call: Callable[[], Any]) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] < 500
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


def test_a_token_that_was_made_up_or_changed_is_refused(server: Any) -> None:
    sagemaker = server.client("sagemaker")
    for token in ("x", "AAAA" * 20, "é"):
        code, message = code_and_message(
            lambda token=token: sagemaker.list_hyper_parameter_tuning_jobs(NextToken=token)
        )
        assert code == "ValidationException"
        assert "NextToken" in message


# --- tuning jobs


@pytest.fixture(scope="module")
def objects(server: Any) -> None:
    """A bucket with archives and data, good and bad."""
    s3 = server.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key="good.tar.gz", Body=archive({"train.py": b"print('loss=1')"}))
    s3.put_object(Bucket=BUCKET, Key="climbs.tar.gz", Body=archive({"../../out.py": b"x", "train.py": b"x"}))
    s3.put_object(Bucket=BUCKET, Key="linked.tar.gz", Body=archive({"train.py": b""}, links={"passwd": "/etc/passwd"}))
    s3.put_object(Bucket=BUCKET, Key="none.tar.gz", Body=b"this is no archive")
    s3.put_object(Bucket=BUCKET, Key="empty.tar.gz", Body=b"")
    s3.put_object(Bucket=BUCKET, Key="data/train.csv", Body=b"a,b\n1,2\n")
    s3.put_object(Bucket=BUCKET, Key="folder/", Body=b"")
    s3.put_object(Bucket=BUCKET, Key="up/../../x", Body=b"x")
    for key in ("both/a", "both/a/b", "long/" + "n" * 300):
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"x")
    good = archive({"train.py": b"print('loss=1')"})
    s3.put_object(Bucket=BUCKET, Key="damaged.tar.gz", Body=good[:30] + bytes([good[30] ^ 1]) + good[31:])
    s3.put_object(Bucket=BUCKET, Key="damaged.tar.xz", Body=b"\xfd7zXZ\x00" + b"x" * 100)
    s3.put_object(Bucket=BUCKET, Key="both.tar.gz", Body=archive({"train.py": b"", "a": b"", "a/b": b""}))


def archive(files: Mapping[str, bytes], links: Mapping[str, str] | None = None) -> bytes:
    place = io.BytesIO()
    with tarfile.open(fileobj=place, mode="w:gz") as tar:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
        for name, target in (links or {}).items():
            member = tarfile.TarInfo(name)
            member.type, member.linkname = tarfile.SYMTYPE, target
            tar.addfile(member)
    return place.getvalue()


def request(**changes: Any) -> dict[str, Any]:
    """A request that would be carried out, but for what is changed in its definition."""
    name = changes.pop("name", "never")
    static = {"sagemaker_program": "train.py", "sagemaker_submit_directory": f"s3://{BUCKET}/good.tar.gz"}
    static.update(changes.pop("static", {}))
    return {
        "HyperParameterTuningJobName": name,
        "HyperParameterTuningJobConfig": {
            "Strategy": "Random",
            "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "loss"},
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 1, "MaxParallelTrainingJobs": 1},
            "ParameterRanges": changes.pop(
                "ranges", {"ContinuousParameterRanges": [{"Name": "lr", "MinValue": "0.1", "MaxValue": "1"}]}
            ),
        },
        "TrainingJobDefinition": {
            "StaticHyperParameters": {name: text for name, text in static.items() if text is not None},
            "AlgorithmSpecification": {
                "TrainingImage": changes.pop("image", IMAGE),
                "TrainingInputMode": "File",
                "MetricDefinitions": [{"Name": "loss", "Regex": "loss=([0-9.]+)"}],
            },
            "RoleArn": "arn:aws:iam::000000000000:role/service",
            "OutputDataConfig": {"S3OutputPath": changes.pop("output", f"s3://{BUCKET}/out")},
            "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
            "StoppingCondition": {"MaxRuntimeInSeconds": 60},
            **changes,
        },
    }


def channel(uri: str, name: str = "train", **more: str) -> list[dict[str, Any]]:
    source = {"S3DataType": "S3Prefix", "S3Uri": uri, "S3DataDistributionType": "FullyReplicated"}
    return [{"ChannelName": name, "DataSource": {"S3DataSource": source}, **more}]


def uri(key: str) -> str:
    return f"s3://{BUCKET}/{key}"


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"static": {"sagemaker_submit_directory": "s3://no-such-bucket/x.tar.gz"}}, "no bucket 'no-such-bucket'"),
    ({"static": {"sagemaker_submit_directory": uri("no-such-key")}}, "no object 'no-such-key'"),
    ({"static": {"sagemaker_submit_directory": uri("none.tar.gz")}}, "is no tar archive"),
    ({"static": {"sagemaker_submit_directory": uri("empty.tar.gz")}}, "is no tar archive"),
    ({"static": {"sagemaker_submit_directory": uri("climbs.tar.gz")}}, "would lie outside its folder"),
    ({"static": {"sagemaker_submit_directory": uri("linked.tar.gz")}}, "'passwd', which is no plain file"),
    (
        {"InputDataConfig": channel(uri("good.tar.gz"), InputMode="Pipe")},
        "input mode Pipe, and scripts read files here",
    ),
    ({"static": {"sagemaker_program": "tran.py"}}, "Did you mean 'train.py'?"),
    ({"static": {"sagemaker_program": "../train.py"}}, "is no path inside"),
    ({"static": {"sagemaker_program": "/etc/passwd"}}, "is no path inside"),
    ({"static": {"sagemaker_program": None}}, "sagemaker_program"),
    ({"static": {"sagemaker_submit_directory": None}}, "runs a script, and none was given"),
    ({"image": "someone/else:1"}, "images.toml"),
    ({"InputDataConfig": channel(uri("folder/"))}, "nothing at"),
    ({"InputDataConfig": channel(uri("no-such-prefix"))}, "nothing at"),
    ({"InputDataConfig": channel("s3://no-such-bucket/data")}, "no bucket 'no-such-bucket'"),
    ({"InputDataConfig": channel("https://169.254.169.254/latest")}, "is no s3:// address"),
    ({"InputDataConfig": channel(uri("up/"))}, "cannot be the name of a file"),
    ({"InputDataConfig": channel(uri("both/"))}, "both a file and a folder"),
    ({"InputDataConfig": channel(uri("long/"))}, "name that is too long"),
    ({"InputDataConfig": channel(f"s3://{BUCKET}")}, "holds '"),
    ({"static": {"sagemaker_submit_directory": uri("damaged.tar.gz")}}, "damaged.tar.gz is no tar archive"),
    ({"static": {"sagemaker_submit_directory": uri("damaged.tar.xz")}}, "damaged.tar.xz is no tar archive"),
    ({"static": {"sagemaker_submit_directory": uri("both.tar.gz")}}, "'a/b', a name that is both"),
    ({"static": {"sagemaker_program": "n" * 300}}, "', a name that is too long"),
    ({"InputDataConfig": channel(uri("data"), "..")}, "'..' cannot name a channel"),
    ({"InputDataConfig": channel(uri("data"), "../x")}, "regular expression"),
    ({"InputDataConfig": channel(uri("data")) * 2}, "train stands there twice"),
    ({"output": "file:///etc"}, "s3OutputPath"),
    ({"name": "../../etc"}, "regular expression"),
    ({"name": "a" * 33}, "length less than or equal to 32"),
    ({"ranges": {"ContinuousParameterRanges": [{"Name": "lr", "MinValue": "1", "MaxValue": "0.1"}]}}, "lr"),
    ({"ranges": {"ContinuousParameterRanges": [{"Name": "lr", "MinValue": "a", "MaxValue": "b"}]}}, "no number"),
    ({"ranges": {"ContinuousParameterRanges": [{"Name": "lr", "MinValue": "nan", "MaxValue": "inf"}]}}, "lr"),
    ({"ranges": {}}, "No hyperparameter has a range"),
    ({"HyperParameterRanges": {}, "StaticHyperParameters": {"lr": "1\n2"}}, "Map value must satisfy constraint"),
]


@pytest.mark.parametrize(("changes", "said"), WRONG, ids=[said for _, said in WRONG])
def test_what_cannot_be_carried_out_is_refused_and_leaves_nothing(
    server: Any, objects: None, changes: dict[str, Any], said: str
) -> None:
    del objects
    sagemaker = server.client("sagemaker")
    asked = request(**changes)
    code, message = code_and_message(lambda: sagemaker.create_hyper_parameter_tuning_job(**asked))
    assert code == "ValidationException"
    assert said in message
    assert "Traceback" not in message
    missing, _ = code_and_message(
        lambda: sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName="never")
    )
    assert missing == "ResourceNotFound"


def test_a_name_that_is_taken_is_refused_whatever_its_case(server: Any, objects: None) -> None:
    del objects
    sagemaker = server.client("sagemaker")
    sagemaker.create_hyper_parameter_tuning_job(**request(name="taken"))
    code, _ = code_and_message(lambda: sagemaker.create_hyper_parameter_tuning_job(**request(name="TAKEN")))
    assert code == "ResourceInUse"


def test_resources_of_another_account_are_not_touched(server: Any) -> None:
    sagemaker = server.client("sagemaker")
    arn = "arn:aws:sagemaker:us-east-1:{}:hyper-parameter-tuning-job/taken"
    code, message = code_and_message(lambda: sagemaker.list_tags(ResourceArn=arn.format("123456789012")))
    assert code == "AccessDeniedException"
    assert "000000000000" in message
    elsewhere = arn.format("000000000000").replace("us-east-1", "eu-west-1")
    code, message = code_and_message(lambda: sagemaker.list_tags(ResourceArn=elsewhere))
    assert code == "ValidationException"
    assert "us-east-1" in message


def test_another_region_reaches_the_same_jobs(server: Any, objects: None) -> None:
    del objects
    server.client("sagemaker").create_hyper_parameter_tuning_job(**request(name="anywhere"))
    elsewhere = server.client("sagemaker", region_name="eu-west-1")
    described = elsewhere.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName="anywhere")
    assert ":eu-west-1:" in described["HyperParameterTuningJobArn"]


def test_what_was_refused_is_in_the_log_a_line_each_and_secrets_are_not(server: Any) -> None:
    answer = send(server, {**signed(server, secret="wrong"), "X-Amz-Target": f"{LIST}\x85\xa0"})
    assert (answer.status, answer.code) == (403, "InvalidSignatureException")
    lines = server.log.read_text().split("\n")[:-1]
    assert any(f"{LIST}\\x85\\xa0 -> 403 InvalidSignatureException" in line for line in lines)
    assert server.environment["AWS_SECRET_ACCESS_KEY"] not in "\n".join(lines[3:])
    assert all(line.isprintable() for line in lines)
