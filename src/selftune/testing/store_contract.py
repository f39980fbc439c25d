"""What each store must pass: subclass `StoreContract`, say how to open one, and run pytest.

class TestSqliteStore(StoreContract):
    def open_store(self, home: Path) -> SqliteStore:
        return SqliteStore(home / "selftune.db")
"""

from __future__ import annotations

import math
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from selftune.model.errors import LeaseLost, NameTaken, NoSuchJob, SelftuneError
from selftune.model.events import (
    MetricsReported,
    ObjectiveConfirmed,
    StartTrainingJob,
    StopRequested,
    Suggest,
    SuggestionsMade,
    TrainingJobStarted,
    TuningJobCreated,
)
from selftune.model.jobs import TrainingJob, TrainingJobStatus
from selftune.model.request import JobKind, stored_name
from selftune.store.store import Lease, Store, TrainingJobOrder, TrainingJobQuery, Transition
from selftune.testing.factories import NAME, T0, a_state, a_suggestion, a_training_job, a_tuning_job, an_objective
from selftune.testing.forked import process_that
from selftune.testing.stored import a_report, commit_reports, create, taken_lease, transition

_STATUSES = (
    TrainingJobStatus.COMPLETED,
    TrainingJobStatus.STARTING,
    TrainingJobStatus.FAILED,
    TrainingJobStatus.IN_PROGRESS,
    TrainingJobStatus.STOPPED,
)


def _in_order(jobs: Iterable[TrainingJob], order: TrainingJobOrder, is_descending: bool) -> list[TrainingJob]:
    """The specification of `training_jobs`, by sorting all of them."""
    keys: dict[TrainingJobOrder, Callable[[TrainingJob], Any]] = {
        TrainingJobOrder.NUMBER: lambda job: job.number,
        TrainingJobOrder.NAME: lambda job: (job.name, job.number),
        TrainingJobOrder.STATUS: lambda job: (_shown(job.status), job.number),
        TrainingJobOrder.OBJECTIVE: lambda job: (job.objective, job.number),
    }
    by_objective = order is TrainingJobOrder.OBJECTIVE
    last = [job for job in jobs if by_objective and (job.objective is None or math.isnan(job.objective))]
    first = [job for job in jobs if job not in last]
    return [*sorted(first, key=keys[order], reverse=is_descending), *last]


def _shown(status: TrainingJobStatus) -> str:
    return (TrainingJobStatus.IN_PROGRESS if status is TrainingJobStatus.STARTING else status).value


def _has(job: TrainingJob, status: TrainingJobStatus | None) -> bool:
    return status is None or _shown(job.status) == status.value


class StoreContract:
    """Holds for each implementation of `Store`."""

    def open_store(self, home: Path) -> Store:
        """A new store object on what lies in `home`."""
        raise NotImplementedError

    @pytest.fixture
    def store(self, tmp_path: Path) -> Store:
        store = self.open_store(tmp_path)
        create(store)
        return store

    @pytest.fixture
    def lease(self, store: Store) -> Lease:
        return taken_lease(store)

    # --- create and load

    def test_a_created_tuning_job_is_loaded_as_it_was(self, tmp_path: Path) -> None:
        store = self.open_store(tmp_path)
        job = a_tuning_job()
        state = a_state([a_training_job(1, objective=math.pi)])
        store.create(job, transition(state))
        record = store.load(NAME)
        assert (record.job, record.state) == (job, state)

    def test_names_are_case_insensitive(self, store: Store) -> None:
        assert store.load(NAME.upper()).job.name == NAME

    def test_a_name_is_taken_whatever_its_case(self, store: Store) -> None:
        with pytest.raises(NameTaken, match=NAME):
            create(store, NAME.upper())

    def test_an_unknown_name_is_an_error_that_names_the_nearest(self, store: Store) -> None:
        for use in self._uses_of("digits-1a2c"):
            with pytest.raises(NoSuchJob) as caught:
                use(store)
            assert NAME in str(caught.value)

    def test_names_come_newest_first(self, store: Store) -> None:
        create(store, "older", created_at=T0 - 1)
        create(store, "newer", created_at=T0 + 1)
        assert store.names() == ["newer", NAME, "older"]

    def test_an_empty_store_has_no_names(self, tmp_path: Path) -> None:
        assert self.open_store(tmp_path).names() == []

    def test_training_jobs_of_their_own_are_named_apart(self, store: Store) -> None:
        create(store, stored_name(NAME, JobKind.TRAINING))
        assert store.names() == [NAME]
        assert store.names(JobKind.TRAINING) == [f"training.{NAME}"]

    def test_what_is_deleted_leaves_nothing_behind(self, store: Store, lease: Lease) -> None:
        commit_reports(store, lease, [1.0, 2.0])
        store.post(NAME, StopRequested(at=T0))
        create(store, "other")
        store.delete(NAME.upper())
        assert store.names() == ["other"]
        with pytest.raises(NoSuchJob):
            store.commit(NAME, lease, [transition(a_state())])
        create(store)
        assert (store.posted(NAME), store.curves(NAME), len(store.events(NAME))) == ([], {}, 1)

    # --- commit

    def test_a_commit_is_seen_by_a_store_opened_elsewhere(self, store: Store, lease: Lease, tmp_path: Path) -> None:
        state = a_state([a_training_job(1, objective=1.5), a_training_job(2)])
        store.commit(NAME, lease, [transition(state)])
        assert self.open_store(tmp_path).load(NAME).state == state

    def test_each_commit_counts_the_version_up(self, store: Store, lease: Lease) -> None:
        before = store.load(NAME).version
        store.commit(NAME, lease, [transition(a_state())])
        assert store.load(NAME).version == before + 1

    def test_only_the_last_of_several_states_is_kept_and_all_events_are(self, store: Store, lease: Lease) -> None:
        states = [a_state(updated_at=T0 + second) for second in (1.0, 2.0)]
        store.commit(NAME, lease, [transition(state) for state in states])
        assert store.load(NAME).state == states[-1]
        assert len(store.events(NAME)) == 3

    def test_a_new_holder_goes_on_from_the_stored_state(self, store: Store, lease: Lease) -> None:
        first, second = a_training_job(1, objective=1.0), a_training_job(2)
        store.commit(NAME, lease, [transition(a_state([first, second]))])
        lease.release()
        ended = a_training_job(2, objective=0.5)
        store.commit(NAME, taken_lease(store), [transition(a_state([first, ended]))])
        assert store.load(NAME).state.training_jobs == (first, ended)

    def test_a_commit_without_a_step_still_takes_posted_events(self, store: Store, lease: Lease) -> None:
        state = store.load(NAME).state
        store.post(NAME, StopRequested(at=T0))
        ((number, _),) = store.posted(NAME)
        store.commit(NAME, lease, [], taken=[number])
        assert (store.posted(NAME), store.load(NAME).state) == ([], state)

    def test_a_commit_that_fails_leaves_nothing_behind(self, store: Store, lease: Lease) -> None:
        before, events = store.load(NAME), store.events(NAME)
        unstorable = replace(a_state(), status_reason=object())  # type: ignore[arg-type]
        with pytest.raises(TypeError):
            store.commit(NAME, lease, [transition(a_state([a_training_job(1)])), transition(unstorable)])
        assert (store.load(NAME), store.events(NAME)) == (before, events)
        store.commit(NAME, lease, [transition(a_state([a_training_job(1)]))])
        assert len(store.load(NAME).state.training_jobs) == 1

    # --- lease

    def test_there_is_one_holder_at_a_time(self, lease: Lease, tmp_path: Path) -> None:
        assert self.open_store(tmp_path).lease(NAME.upper()) is None
        lease.release()
        assert self.open_store(tmp_path).lease(NAME) is not None

    @pytest.mark.usefixtures("lease")
    def test_leases_of_two_tuning_jobs_are_independent(self, store: Store) -> None:
        create(store, "other")
        assert store.lease("other") is not None

    def test_a_lease_may_be_released_twice(self, store: Store, lease: Lease) -> None:
        lease.release()
        lease.release()
        assert store.lease(NAME) is not None

    def test_a_released_lease_commits_nothing(self, store: Store, lease: Lease) -> None:
        lease.release()
        with pytest.raises(LeaseLost, match=NAME):
            store.commit(NAME, lease, [transition(a_state([a_training_job(1)]))])
        assert store.load(NAME).state.training_jobs == ()

    def test_a_holder_that_was_replaced_commits_nothing(self, store: Store, lease: Lease) -> None:
        lease.release()
        taken_lease(store)
        with pytest.raises(LeaseLost):
            store.commit(NAME, lease, [transition(a_state([a_training_job(1)]))])
        assert store.load(NAME).state.training_jobs == ()

    def test_the_lease_of_one_tuning_job_is_no_good_for_another(self, store: Store, lease: Lease) -> None:
        create(store, "other")
        assert store.lease("other") is not None
        with pytest.raises(LeaseLost):
            store.commit("other", lease, [transition(a_state([a_training_job(1)]))])
        assert store.load("other").state.training_jobs == ()

    def test_of_many_threads_one_becomes_the_holder(self, store: Store) -> None:
        with ThreadPoolExecutor(8) as threads:
            leases = list(threads.map(lambda _: store.lease(NAME), range(8)))
        assert sum(lease is not None for lease in leases) == 1

    def test_another_process_keeps_the_lease_until_it_dies(self, store: Store, tmp_path: Path) -> None:
        with process_that(lambda: self.open_store(tmp_path).lease(NAME)) as (pid, took_it):
            assert took_it
            assert store.lease(NAME) is None
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            assert store.lease(NAME) is not None

    def test_another_process_does_not_get_a_lease_that_is_held(
        self, store: Store, lease: Lease, tmp_path: Path
    ) -> None:
        with process_that(lambda: self.open_store(tmp_path).lease(NAME)) as (_, took_it):
            assert not took_it
        store.commit(NAME, lease, [transition(a_state())])
        assert store.load(NAME).version == 2

    # --- inbox

    def test_posted_events_wait_in_order_until_they_are_taken(self, store: Store, lease: Lease) -> None:
        asked = [StopRequested(at=T0 + second, reason=f"{second}") for second in range(3)]
        for event in asked:
            store.post(NAME, event)
        posted = store.posted(NAME)
        assert [event for _, event in posted] == asked
        store.commit(NAME, lease, [transition(a_state(), asked[0])], taken=[posted[0][0]])
        assert [event for _, event in store.posted(NAME)] == asked[1:]

    def test_posting_changes_no_state(self, store: Store) -> None:
        before = store.load(NAME)
        store.post(NAME, StopRequested(at=T0))
        assert store.load(NAME) == before

    def test_numbers_of_posted_events_are_never_used_again(self, store: Store, lease: Lease) -> None:
        store.post(NAME, StopRequested(at=T0))
        ((first, _),) = store.posted(NAME)
        store.commit(NAME, lease, [], taken=[first])
        store.post(NAME, StopRequested(at=T0))
        ((second, _),) = store.posted(NAME)
        assert second != first

    # --- journal

    def test_events_come_back_as_they_were_with_their_effects(self, store: Store, lease: Lease) -> None:
        made = SuggestionsMade(at=T0 + 1, suggestions=(a_suggestion({"lr": 0.1, "nesterov": True, "act": "relu"}),))
        effects = (StartTrainingJob(number=1, attempt=1), Suggest(count=2))
        store.commit(NAME, lease, [Transition(event=made, state=a_state(), effects=effects)])
        created, stored = store.events(NAME)
        assert created.event == TuningJobCreated(at=T0)
        assert (stored.event, stored.effects) == (made, effects)

    def test_events_after_a_sequence_number_are_the_later_ones(self, store: Store, lease: Lease) -> None:
        for second in range(3):
            store.commit(NAME, lease, [transition(a_state(), TrainingJobStarted(at=T0 + second, number=1, attempt=1))])
        sequences = [stored.sequence for stored in store.events(NAME)]
        assert sequences == sorted(set(sequences))
        assert [stored.sequence for stored in store.events(NAME, after=sequences[1])] == sequences[2:]

    def test_metric_points_come_back_in_order(self, store: Store, lease: Lease) -> None:
        commit_reports(store, lease, [0.9, 0.8], [0.7])
        assert [(p.name, p.step, p.value, p.at) for p in store.metrics(NAME, 1)] == [
            ("rmse", 0, 0.9, T0 + 1),
            ("rmse", 1, 0.8, T0 + 1),
            ("rmse", 2, 0.7, T0 + 2),
        ]

    def test_a_reported_event_has_its_points_again(self, store: Store, lease: Lease) -> None:
        commit_reports(store, lease, [0.9, 0.8])
        event = store.events(NAME)[-1].event
        assert isinstance(event, MetricsReported)
        assert [point.value for point in event.points] == [0.9, 0.8]

    def test_values_that_are_no_numbers_are_kept(self, store: Store, lease: Lease) -> None:
        commit_reports(store, lease, [math.nan, math.inf, -math.inf])
        assert [str(point.value) for point in store.metrics(NAME, 1)] == ["nan", "inf", "-inf"]
        assert [str(value) for value in store.curves(NAME)[1]] == ["nan", "inf", "-inf"]

    def test_curves_hold_the_objective_by_training_job(self, store: Store, lease: Lease) -> None:
        commit_reports(store, lease, [0.9, 0.8], [0.7])
        assert store.curves(NAME) == {1: (0.9, 0.8, 0.7)}

    def test_a_new_attempt_begins_a_new_curve(self, store: Store, lease: Lease) -> None:
        commit_reports(store, lease, [0.9, 0.8])
        again = a_training_job(1, attempt=2)
        store.commit(NAME, lease, [transition(a_state([again]))])
        assert (store.curves(NAME), store.metrics(NAME, 1)) == ({}, [])
        reported = replace(again, objective=0.5, report_count=1, log_offset=10)
        store.commit(NAME, lease, [transition(a_state([reported]), a_report([0.5], attempt=2))])
        assert store.curves(NAME) == {1: (0.5,)}

    def test_a_report_that_changed_nothing_is_in_no_curve(self, store: Store, lease: Lease) -> None:
        job = commit_reports(store, lease, [0.9])
        store.commit(NAME, lease, [transition(a_state([job]), a_report([0.9]))])
        assert store.curves(NAME) == {1: (0.9,)}
        assert [point.value for point in store.metrics(NAME, 1)] == [0.9]

    def test_a_confirmed_objective_replaces_the_curve_that_led_to_it(self, store: Store, lease: Lease) -> None:
        job = commit_reports(store, lease, [0.9, 0.8])
        confirmed = ObjectiveConfirmed(
            at=T0 + 5, number=1, objective=an_objective("accuracy"), reason="Seen.", objective_values=(0.1, 0.2, 0.3)
        )
        store.commit(NAME, lease, [transition(a_state([job]), confirmed)])
        assert store.curves(NAME) == {1: (0.1, 0.2, 0.3)}

    def test_metrics_of_a_training_job_that_is_not_there_are_an_error(self, store: Store) -> None:
        with pytest.raises(NoSuchJob, match="training job '7'"):
            store.metrics(NAME, 7)

    # --- listing

    @pytest.fixture
    def listed(self, store: Store, lease: Lease) -> Store:
        """A store with training jobs of many kinds; two share an objective, one has none, one has no number."""
        objectives = [0.5, None, -1.0, 0.5, math.nan, 3.0, None, 1e9, 0.0, -2.5, 7.0, 0.25]
        jobs = [
            a_training_job(number, objective=objective, status=_STATUSES[number % len(_STATUSES)])
            for number, objective in enumerate(objectives, start=1)
        ]
        store.commit(NAME, lease, [transition(a_state(jobs))])
        return store

    @pytest.mark.parametrize("order", TrainingJobOrder)
    @pytest.mark.parametrize("is_descending", [False, True])
    @pytest.mark.parametrize("status", [None, TrainingJobStatus.IN_PROGRESS, TrainingJobStatus.COMPLETED])
    def test_pages_of_training_jobs_are_together_the_whole_list_in_order(
        self, listed: Store, order: TrainingJobOrder, is_descending: bool, status: TrainingJobStatus | None
    ) -> None:
        jobs = listed.load(NAME).state.training_jobs
        expected = [job.number for job in _in_order(jobs, order, is_descending) if _has(job, status)]
        for size in (1, 2, 5, 100):
            query = TrainingJobQuery(order=order, is_descending=is_descending, status=status, limit=size)
            found: list[int] = []
            while page := listed.training_jobs(NAME, replace(query, after=found[-1] if found else None)):
                assert len(page) <= size
                found += [job.number for job in page]
            assert found == expected

    def test_listed_training_jobs_are_whole(self, listed: Store) -> None:
        assert listed.training_jobs(NAME, TrainingJobQuery(limit=1)) == [listed.load(NAME).state.training_job(1)]

    def test_behind_a_training_job_that_is_not_there_is_nothing(self, listed: Store) -> None:
        assert listed.training_jobs(NAME, TrainingJobQuery(after=1000)) == []

    def test_a_head_is_the_tuning_job_without_its_training_jobs(self, listed: Store) -> None:
        whole, head = listed.load(NAME), listed.head(NAME)
        assert (head.job, head.version) == (whole.job, whole.version)
        assert head.state == replace(whole.state, training_jobs=())

    def test_a_tuning_job_that_is_made_again_is_another(self, store: Store) -> None:
        assert store.load(NAME).job.created_at == T0
        store.delete(NAME)
        create(store, created_at=T0 + 5)
        assert store.load(NAME).job.created_at == store.head(NAME).job.created_at == T0 + 5

    # --- concurrency

    def test_readers_in_many_threads_see_whole_states_while_one_writes(self, store: Store, lease: Lease) -> None:
        def counts() -> list[tuple[int, int]]:
            return [(record.version, len(record.state.training_jobs)) for record in map(store.load, [NAME] * 20)]

        with ThreadPoolExecutor(4) as threads:
            readings = [threads.submit(counts) for _ in range(4)]
            jobs: tuple[TrainingJob, ...] = ()
            for number in range(1, 21):
                jobs = (*jobs, a_training_job(number))
                store.commit(NAME, lease, [transition(a_state(jobs))])
        seen = [pair for reading in readings for pair in reading.result()]
        assert all(version == count + 1 for version, count in seen)

    def test_one_of_many_creators_of_one_name_succeeds(self, tmp_path: Path) -> None:
        def outcome(number: int) -> str:
            try:
                create(self.open_store(tmp_path), "same", created_at=T0 + number)
            except SelftuneError as error:
                return type(error).__name__
            return "created"

        with ThreadPoolExecutor(8) as threads:
            outcomes = sorted(threads.map(outcome, range(8)))
        assert outcomes == ["NameTaken"] * 7 + ["created"]

    def _uses_of(self, name: str) -> Iterator[Callable[[Store], object]]:
        yield lambda store: store.load(name)
        yield lambda store: store.lease(name)
        yield lambda store: store.post(name, StopRequested(at=T0))
        yield lambda store: store.posted(name)
        yield lambda store: store.events(name)
        yield lambda store: store.curves(name)
        yield lambda store: store.metrics(name, 1)
        yield lambda store: store.head(name)
        yield lambda store: store.training_jobs(name, TrainingJobQuery())
