"""Who calls: what a request says of its client."""

from __future__ import annotations

from dataclasses import dataclass

_SDK_MARKS = ("AWS-SageMaker-Python-SDK", "sagemaker-core", "SageMaker-Python-SDK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """The client of a request whose signature is good."""

    region: str
    user_agent: str = ""

    @property
    def is_sagemaker_sdk(self) -> bool:
        """Whether it is SageMaker's Python SDK, which sends more than its user has said."""
        return any(mark in self.user_agent for mark in _SDK_MARKS)
