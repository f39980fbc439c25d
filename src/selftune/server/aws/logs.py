"""CloudWatch Logs as far as SDKs read it: one log group, one stream for each training job, its output as events.

An event's time is not kept with each line: lines have the start of their training job, in order. Tokens are byte
offsets, so that reading on costs what is new.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from selftune.engine.service import TuningService
from selftune.model.errors import NoSuchJob
from selftune.model.jobs import TrainingJob, TuningJobRecord
from selftune.server.aws.caller import Caller
from selftune.server.aws.errors import AwsError
from selftune.server.aws.sagemaker.finding import find_training_job

GROUP = "/aws/sagemaker/TrainingJobs"
MOST_EVENTS = 10_000
MOST_BYTES = 1 << 20
LONGEST_LINE = 256 << 10
_STREAM = "{name}/algo-1-{at}"
_TOKEN = re.compile(r"[fb]/(\d{1,15})\Z")
_SERVICE_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")

Given = Mapping[str, Any]
Operation = Callable[[Given, Caller], Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogOperations:
    """Reads of the output of training jobs."""

    service: TuningService

    def table(self) -> dict[str, Operation]:
        """By the operation's name in botocore's model."""
        return {
            "DescribeLogGroups": self.describe_groups,
            "DescribeLogStreams": self.describe_streams,
            "GetLogEvents": self.get_events,
            "FilterLogEvents": self.filter_events,
        }

    def describe_groups(self, given: Given, caller: Caller) -> Mapping[str, Any]:
        """DescribeLogGroups: the one that is here."""
        del caller
        is_wanted = GROUP.startswith(given.get("logGroupNamePrefix", ""))
        return {"logGroups": [{"logGroupName": GROUP}] if is_wanted else []}

    def describe_streams(self, given: Given, caller: Caller) -> Mapping[str, Any]:
        """DescribeLogStreams: those of the training job that the prefix names."""
        del caller
        _check_group(given)
        prefix = given.get("logStreamNamePrefix", "")
        try:
            _, job = find_training_job(self.service, prefix.partition("/")[0])
        except NoSuchJob:
            return {"logStreams": []}
        if job.started_at is None:
            return {"logStreams": []}
        name = _stream(job)
        stream = {"logStreamName": name, "creationTime": round(job.started_at * 1000)}
        return {"logStreams": [stream] if name.startswith(prefix) else []}

    def get_events(self, given: Given, caller: Caller) -> Mapping[str, Any]:
        """GetLogEvents: from the token on, or from the beginning."""
        del caller
        _check_group(given)
        record, job = self._job(given["logStreamName"])
        start = _offset(given.get("nextToken"))
        data = self.service.output(record.job.name, job.number, start, MOST_BYTES)
        lines, taken = _whole_lines(data, is_over=job.status.is_terminal)
        lines = lines[: min(given.get("limit", MOST_EVENTS), MOST_EVENTS)]
        size = sum(len(line) for line in lines)
        end = start + min(size, taken)
        return {
            "events": [_event(line, job) for line in lines],
            "nextForwardToken": f"f/{end}",
            "nextBackwardToken": f"b/{start}",
        }

    def filter_events(self, given: Given, caller: Caller) -> Mapping[str, Any]:
        """FilterLogEvents of one stream (or the one of a prefix), without a pattern of CloudWatch's language."""
        names = given.get("logStreamNames") or []
        if not names and given.get("logStreamNamePrefix"):
            names = [each["logStreamName"] for each in self.describe_streams(given, caller)["logStreams"]]
            if not names:
                return {"events": []}
        if len(names) != 1 or given.get("filterPattern"):
            raise AwsError("InvalidParameterException", "Name one log stream, and no filter pattern.")
        asked = {"logGroupName": given.get("logGroupName"), "logStreamName": names[0]}
        token = given.get("nextToken")
        found = self.get_events({**asked, **({"nextToken": token} if token else {})}, caller)
        events = [{**event, "logStreamName": names[0]} for event in found["events"]]
        is_end = not events
        return {"events": events, "nextToken": None if is_end else found["nextForwardToken"]}

    def _job(self, stream: str) -> tuple[TuningJobRecord, TrainingJob]:
        try:
            return find_training_job(self.service, stream.partition("/")[0])
        except NoSuchJob as error:
            raise AwsError("ResourceNotFoundException", f"The specified log stream does not exist. {error}") from None


def _check_group(given: Given) -> None:
    group = given.get("logGroupName") or given.get("logGroupIdentifier", "").rpartition("log-group:")[2]
    if group != GROUP:
        raise AwsError("ResourceNotFoundException", f"The specified log group does not exist: only {GROUP} does.")


def _stream(job: TrainingJob) -> str:
    return _STREAM.format(name=job.name, at=round((job.started_at or job.created_at) * 1000))


def _offset(token: str | None) -> int:
    if token is None:
        return 0
    match = _TOKEN.match(token)
    if match is None:
        raise AwsError("InvalidParameterException", "The specified nextToken is invalid.")
    return int(match[1])


def _whole_lines(data: bytes, *, is_over: bool) -> tuple[list[bytes], int]:
    """(lines with their ends, bytes that they take); a last line without its end waits until the job is over."""
    end = len(data) if is_over or len(data) >= MOST_BYTES else data.rfind(b"\n") + 1
    whole = data[:end]
    return whole.splitlines(keepends=True), len(whole)


def _event(line: bytes, job: TrainingJob) -> dict[str, Any]:
    text = _SERVICE_ANSI.sub("", line[:LONGEST_LINE].decode("utf-8", "replace")).rstrip("\r\n")
    at = round((job.started_at or job.created_at) * 1000)
    return {"timestamp": at, "ingestionTime": at, "message": text}
