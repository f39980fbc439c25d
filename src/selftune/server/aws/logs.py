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
from selftune.server.aws.caller import Caller
from selftune.server.aws.errors import AwsError
from selftune.server.aws.log_pages import Lines, Output
from selftune.server.aws.log_streams import Stream, place_of, stream_named, streams

GROUP = "/aws/sagemaker/TrainingJobs"
MOST_EVENTS = 10_000
MOST_STREAMS = 50
LONGEST_LINE = 256 << 10
_TOKEN = re.compile(r"([fb])/(\d{1,15})\Z")
_TOKEN_OF_SEVERAL = re.compile(r"(\d{1,15})/(.+)\Z")
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
        """DescribeLogStreams: by name, or by time; a page ends before the stream that its token names."""
        del caller
        _check_group(given)
        found = streams(self.service, given.get("logStreamNamePrefix", ""))
        is_by_time = given.get("orderBy") == "LastEventTime"
        key: Callable[[Stream], Any] = (lambda each: each.place) if is_by_time else (lambda each: each.name)
        found.sort(key=key, reverse=given.get("descending", False))
        names = [stream.name for stream in found]
        token, most = given.get("nextToken"), given.get("limit", MOST_STREAMS)
        if token is not None and token not in names:
            raise _invalid_token()
        start = 0 if token is None else names.index(token)
        page, rest = found[start : start + most], names[start + most :]
        return {
            "logStreams": [{"logStreamName": stream.name, "creationTime": stream.at} for stream in page],
            "nextToken": rest[0] if rest else None,
        }

    def get_events(self, given: Given, caller: Caller) -> Mapping[str, Any]:
        """GetLogEvents: on from a token in its direction; without one the latest, or the first with startFromHead."""
        del caller
        _check_group(given)
        stream, most = stream_named(self.service, given["logStreamName"]), _most(given)
        output, token = self._output(stream), given.get("nextToken")
        if token is not None:
            direction, offset = _opened(token)
            found = output.forward(offset, most) if direction == "f" else output.backward(offset, most)
        else:
            found = output.forward(0, most) if given.get("startFromHead") else output.latest(most)
        return {
            "events": _events(stream, found) if _is_in_time(stream, given) else [],
            "nextForwardToken": f"f/{found.end}",
            "nextBackwardToken": f"b/{found.start}",
        }

    def filter_events(self, given: Given, caller: Caller) -> Mapping[str, Any]:
        """FilterLogEvents of all streams, of those of a prefix or of those named, without a pattern; oldest first."""
        del caller
        _check_group(given)
        if given.get("filterPattern"):
            raise AwsError("InvalidParameterException", "Patterns are not read here: leave filterPattern out.")
        offset, first = _opened_of_several(given.get("nextToken"))
        most, events = _most(given), list[dict[str, Any]]()
        for stream in self._chosen(given):
            if stream.place < first or not _is_in_time(stream, given):
                continue
            if len(events) >= most:
                return {"events": events, "nextToken": f"0/{stream.name}"}
            start = offset if stream.place == first else 0
            output = self._output(stream)
            found = output.forward(start, most - len(events))
            events += [{**event, "logStreamName": stream.name} for event in _events(stream, found)]
            if found.lines and found.end < output.size:
                return {"events": events, "nextToken": f"{found.end}/{stream.name}"}
        return {"events": events}

    def _chosen(self, given: Given) -> list[Stream]:
        """The streams that a request names in one way or another, oldest first."""
        names = given.get("logStreamNames")
        if names and given.get("logStreamNamePrefix"):
            raise AwsError("InvalidParameterException", "Give logStreamNames or logStreamNamePrefix, not both.")
        found = (
            [stream_named(self.service, name) for name in dict.fromkeys(names)]
            if names
            else streams(self.service, given.get("logStreamNamePrefix", ""))
        )
        return sorted(found, key=lambda stream: stream.place)

    def _output(self, stream: Stream) -> Output:
        name, job = stream.record.job.name, stream.training_job
        return Output(
            read=lambda offset, most: self.service.output(name, job.number, offset, most),
            size=self.service.output_size(name, job.number),
            is_over=job.status.is_terminal,
        )


def _check_group(given: Given) -> None:
    group = given.get("logGroupName") or given.get("logGroupIdentifier", "").rpartition("log-group:")[2]
    if group != GROUP:
        raise AwsError("ResourceNotFoundException", f"The specified log group does not exist: only {GROUP} does.")


def _most(given: Given) -> int:
    return min(int(given.get("limit", MOST_EVENTS)), MOST_EVENTS)


def _is_in_time(stream: Stream, given: Given) -> bool:
    """Whether its lines lie between the times of a request, the second of them excluded."""
    return bool(given.get("startTime", 0) <= stream.at < given.get("endTime", stream.at + 1))


def _opened(token: str) -> tuple[str, int]:
    """(direction, offset) of a token of one stream."""
    match = _TOKEN.match(token)
    if match is None:
        raise _invalid_token()
    return match[1], int(match[2])


def _opened_of_several(token: str | None) -> tuple[int, tuple[int, str]]:
    """(offset, the place of the stream that it is in) of a token of several streams."""
    if token is None:
        return 0, (0, "")
    match = _TOKEN_OF_SEVERAL.match(token)
    place = None if match is None else place_of(match[2])
    if match is None or place is None:
        raise _invalid_token()
    return int(match[1]), place


def _invalid_token() -> AwsError:
    return AwsError("InvalidParameterException", "The specified nextToken is invalid.")


def _events(stream: Stream, found: Lines) -> list[dict[str, Any]]:
    return [{"timestamp": stream.at, "ingestionTime": stream.at, "message": _text(line)} for line in found.lines]


def _text(line: bytes) -> str:
    return _SERVICE_ANSI.sub("", line[:LONGEST_LINE].decode("utf-8", "replace")).rstrip("\r\n")
