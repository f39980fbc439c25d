"""What the lists of a store must be: subclass `ListingContract`, say how to open a store, and run pytest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from selftune.model.jobs import TrainingJob, TrainingJobStatus, TuningJobStatus
from selftune.model.request import JobKind, stored_name
from selftune.store.store import JobOrder, JobQuery, ListedTrainingJob, ListedTuningJob, Place, Store
from selftune.testing.factories import T0, a_state, a_training_job, a_tuning_job
from selftune.testing.stored import transition

ALONE = "alone"
"""A training job of its own."""
_STATUSES = (TuningJobStatus.COMPLETED, TuningJobStatus.IN_PROGRESS, TuningJobStatus.STOPPED)
_ENDS = (TrainingJobStatus.COMPLETED, TrainingJobStatus.STARTING, TrainingJobStatus.FAILED, TrainingJobStatus.STOPPED)


class ListingContract:
    """Each implementation of `Listing` passes this."""

    def open_store(self, home: Path) -> Store:
        raise NotImplementedError

    @pytest.fixture
    def store(self, tmp_path: Path) -> Store:
        """Three tuning jobs of four training jobs each, and a training job of its own."""
        store = self.open_store(tmp_path)
        for place, name in enumerate(("beta", "Alpha", "gamma")):
            _stored(store, name, created_at=T0 + 10 * place, status=_STATUSES[place], jobs=_four(name, T0 + 10 * place))
        own = a_training_job(1, tuning_job=ALONE, status=TrainingJobStatus.IN_PROGRESS)
        own = replace(own, name=ALONE, created_at=T0 + 5, ended_at=None)
        name = stored_name(ALONE, JobKind.TRAINING)
        _stored(store, name, created_at=T0 + 5, status=TuningJobStatus.IN_PROGRESS, jobs=[own])
        return store

    @pytest.mark.parametrize("order", JobOrder)
    @pytest.mark.parametrize("is_descending", [False, True])
    @pytest.mark.parametrize("size", [1, 2, 100])
    def test_pages_of_tuning_jobs_are_together_the_whole_list_in_order(
        self, store: Store, order: JobOrder, is_descending: bool, size: int
    ) -> None:
        keys: dict[JobOrder, Callable[[str], Any]] = {
            JobOrder.NAME: str.lower,
            JobOrder.CREATED: lambda name: store.head(name).job.created_at,
            JobOrder.MODIFIED: lambda name: max(store.head(name).state.updated_at, store.head(name).job.created_at),
            JobOrder.STATUS: lambda name: store.head(name).state.status.value,
        }
        expected = sorted(["beta", "Alpha", "gamma"], key=keys[order], reverse=is_descending)
        found = _all_tuning_jobs(store, JobQuery(order=order, is_descending=is_descending, limit=size))
        assert [listed.record.job.name for listed in found] == expected

    @pytest.mark.parametrize("order", JobOrder)
    @pytest.mark.parametrize("is_descending", [False, True])
    @pytest.mark.parametrize("size", [1, 4, 100])
    def test_pages_of_training_jobs_hold_each_of_them_once_and_in_order(
        self, store: Store, order: JobOrder, is_descending: bool, size: int
    ) -> None:
        found = _all_training_jobs(store, JobQuery(order=order, is_descending=is_descending, limit=size))
        names = [listed.training_job.name for listed in found]
        assert sorted(names) == sorted(
            [ALONE, *(job.name for name in ("beta", "Alpha", "gamma") for job in store.load(name).state.training_jobs)]
        )
        keys = [listed.place.key for listed in found]
        assert keys == sorted(keys, reverse=is_descending)

    def test_a_training_job_comes_with_the_head_of_what_it_belongs_to(self, store: Store) -> None:
        found = {each.training_job.name: each for each in _all_training_jobs(store, JobQuery())}
        assert found[ALONE].record == store.head(stored_name(ALONE, JobKind.TRAINING))
        of_beta = store.load("beta").state.training_job(2)
        assert found[of_beta.name].training_job == of_beta
        assert found[of_beta.name].record == store.head("beta")

    def test_the_training_jobs_of_a_tuning_job_are_counted(self, store: Store) -> None:
        (listed,) = store.list_tuning_jobs(JobQuery(name_contains=("alph",)))
        counted = {(each.status, each.has_objective): each.number for each in listed.outcomes}
        assert counted == {
            ("Completed", True): 1,
            ("InProgress", False): 1,
            ("Failed", True): 1,
            ("Stopped", True): 1,
        }

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            (JobQuery(name_contains=("A", "m")), ["gamma"]),
            (JobQuery(name_contains=("%",)), []),
            (JobQuery(status="Stopped"), ["gamma"]),
            (JobQuery(created_from=T0 + 10), ["Alpha", "gamma"]),
            (JobQuery(created_from=T0 + 1, created_until=T0 + 10), ["Alpha"]),
            (JobQuery(modified_until=T0 + 10), ["beta", "Alpha"]),
            (JobQuery(modified_from=T0 + 10.5), ["gamma"]),
        ],
    )
    def test_tuning_jobs_are_chosen_by_name_status_and_time(
        self, store: Store, query: JobQuery, names: list[str]
    ) -> None:
        assert [listed.record.job.name for listed in store.list_tuning_jobs(query)] == names
        assert store.count_jobs(JobKind.TUNING, replace(query, limit=1)) == len(names)

    @pytest.mark.parametrize(
        ("query", "number"),
        [
            (JobQuery(status="InProgress"), 4),
            (JobQuery(name_contains=("BETA-0",)), 4),
            (JobQuery(name_contains=(ALONE,), created_from=T0 + 5, created_until=T0 + 5), 1),
            (JobQuery(created_from=T0 + 1000), 0),
        ],
    )
    def test_training_jobs_are_chosen_by_name_status_and_time(self, store: Store, query: JobQuery, number: int) -> None:
        assert len(store.list_training_jobs(query)) == store.count_jobs(JobKind.TRAINING, query) == number

    def test_one_of_its_own_was_modified_when_its_record_was(self, store: Store) -> None:
        query = JobQuery(order=JobOrder.MODIFIED, name_contains=(ALONE,))
        (listed,) = store.list_training_jobs(query)
        assert listed.place.key == max(listed.record.state.updated_at, listed.training_job.created_at)

    def test_a_list_goes_on_behind_a_tuning_job_that_was_deleted_meanwhile(self, store: Store) -> None:
        first, second, _ = store.list_tuning_jobs(JobQuery(order=JobOrder.NAME))
        store.delete(first.record.job.name)
        store.delete(second.record.job.name)
        rest = store.list_tuning_jobs(JobQuery(order=JobOrder.NAME, after=second.place))
        assert [listed.record.job.name for listed in rest] == ["gamma"]

    def test_what_is_created_in_front_meanwhile_moves_nothing(self, store: Store) -> None:
        query = JobQuery(order=JobOrder.CREATED, is_descending=True, limit=1)
        (newest,) = store.list_tuning_jobs(query)
        _stored(store, "newer", created_at=T0 + 99, status=TuningJobStatus.IN_PROGRESS, jobs=[])
        (following,) = store.list_tuning_jobs(replace(query, after=newest.place))
        assert (newest.record.job.name, following.record.job.name) == ("gamma", "Alpha")


def _four(name: str, at: float) -> list[TrainingJob]:
    """One of each status; the one that is about to start has no objective."""
    return [
        replace(
            a_training_job(
                number, tuning_job=name, status=status, objective=None if not status.is_terminal else number / 2
            ),
            created_at=at + number,
        )
        for number, status in enumerate(_ENDS, start=1)
    ]


def _stored(store: Store, name: str, *, created_at: float, status: TuningJobStatus, jobs: list[TrainingJob]) -> None:
    state = replace(a_state(jobs), status=status, updated_at=created_at)
    store.create(a_tuning_job(name, created_at=created_at), transition(state))


def _all_tuning_jobs(store: Store, query: JobQuery) -> list[ListedTuningJob]:
    found: list[ListedTuningJob] = []
    while page := store.list_tuning_jobs(replace(query, after=_last(found))):
        assert len(page) <= query.limit
        found += page
    return found


def _all_training_jobs(store: Store, query: JobQuery) -> list[ListedTrainingJob]:
    found: list[ListedTrainingJob] = []
    while page := store.list_training_jobs(replace(query, after=_last(found))):
        assert len(page) <= query.limit
        found += page
    return found


def _last(found: list[ListedTuningJob] | list[ListedTrainingJob]) -> Place | None:
    return found[-1].place if found else None
