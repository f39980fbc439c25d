"""AddTags, ListTags, DeleteTags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from selftune.engine.service import TuningService
from selftune.server.aws.caller import Caller
from selftune.server.aws.paging import Pager
from selftune.server.aws.sagemaker.arns import TUNING_JOB, named_in
from selftune.server.aws.sagemaker.finding import find_training_job
from selftune.store.tags import SqliteTags

Given = Mapping[str, Any]
Output = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class TagOperations:
    """Tags of the tuning jobs and training jobs of one home."""

    service: TuningService
    tags: SqliteTags
    pager: Pager

    def add(self, given: Given, caller: Caller) -> Output:
        """AddTags."""
        found = self.tags.add(self._resource(given, caller), pairs_of(given["Tags"]))
        return {"Tags": _listed(found)}

    def list(self, given: Given, caller: Caller) -> Output:
        """ListTags."""
        found = _listed(self.tags.of(self._resource(given, caller)))
        asked = {"MaxResults": len(found) or 1, **given}
        page = self.pager.page("ListTags", asked, found, lambda tag: tag["Key"])
        return {"Tags": list(page.items), "NextToken": page.next_token}

    def delete(self, given: Given, caller: Caller) -> Output:
        """DeleteTags."""
        self.tags.remove(self._resource(given, caller), given["TagKeys"])
        return {}

    def _resource(self, given: Given, caller: Caller) -> str:
        """What the tags hang on: kind and name in lower case.

        Raises:
            NoSuchJob: there is none of that name.
        """
        kind, name = named_in(given["ResourceArn"], caller.region)
        if kind == TUNING_JOB:
            self.service.head(name)
        else:
            find_training_job(self.service, name)
        return resource_of(kind, name)


def resource_of(kind: str, name: str) -> str:
    """The key under which the tags of a resource are kept."""
    return f"{kind}/{name.lower()}"


def pairs_of(tags: Any) -> dict[str, str]:
    """A list of {"Key", "Value"} as a mapping."""
    return {tag["Key"]: tag["Value"] for tag in tags}


def _listed(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]
