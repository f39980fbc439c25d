"""What a user can ask of selftune: the one set of use-cases behind CLI, SDK and server."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from selftune.autotune import make_plan
from selftune.autotune.earlier import learnt, not_learnt, why_not_learnt
from selftune.autotune.knowledge import KnowledgeBase
from selftune.autotune.knowledge.user_files import folders_of, knowledge_paths, knowledge_with
from selftune.engine.clock import Clock
from selftune.engine.creation import TuningJobFolders, environment_at_creation, storage_failures
from selftune.model.errors import LeaseLost, NoSuchJob, StillRunning, StorageFailure
from selftune.model.plan import Plan
from selftune.model.request import JobKind, TuningJobRequest

# Inside the methods below stand the imports of what acts during the run: a plan is to be there at once.
if TYPE_CHECKING:
    from selftune.backends.backend import TrainingBackend
    from selftune.engine.controller import Listener
    from selftune.engine.metrics_check import MetricsSeen, Watcher
    from selftune.engine.results import Results
    from selftune.engine.suggester import Suggester
    from selftune.model.events import Event, StoredEvent
    from selftune.model.jobs import TrainingJob, TuningJob, TuningJobRecord
    from selftune.store.store import (
        JobQuery,
        ListedTrainingJob,
        ListedTuningJob,
        Store,
        TimedPoint,
        TrainingJobQuery,
        Transition,
    )
    from selftune.views.summary import Summary, Totals


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The concrete pieces that a service works with; chosen in `compose` and nowhere else."""

    store: Callable[[], Store]
    backend: Callable[[], TrainingBackend]
    suggester: Callable[[], Suggester]
    clock: Clock
    capacity: Callable[[], int] | None = None
    """How many training jobs the backend runs at once, where that is known without it."""
    results: Callable[[], Results | None] = lambda: None
    """Where what training jobs leave is kept; None: nowhere but in their folders."""

    def slots(self) -> int:
        """How many training jobs run at once."""
        return self.backend().capacity() if self.capacity is None else self.capacity()


class TuningService:
    """Plans, creates, runs, stops and shows the tuning jobs of one home."""

    def __init__(self, home: Path, parts: Parts) -> None:
        self.home = home
        self._parts = parts
        self._folders = TuningJobFolders(home)
        self._opened: Store | None = None

    @property
    def _store(self) -> Store:
        if self._opened is None:
            self._folders.make_home()
            self._opened = self._parts.store()
        return self._opened

    def close(self) -> None:
        """Let go of the store; the next use opens it again."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    # --- before anything runs

    def plan(self, request: TuningJobRequest) -> Plan:
        """What would be tuned, how and why. Reads files and the store, runs nothing, writes nothing."""
        if request.kind is JobKind.TRAINING:
            from selftune.autotune.training_plan import training_plan

            return training_plan(request, slots=self._parts.slots())
        plan = make_plan(request, slots=self._parts.slots(), knowledge=self.knowledge(request))
        if request.warm_start is not None:
            from selftune.engine.warm_start import with_parents

            plan = with_parents(plan, request.warm_start, self._store.load)
        refused = why_not_learnt(request)
        if refused is not None:
            return not_learnt(plan, because=refused)
        return self._learnt(plan, request)

    def knowledge(self, request: TuningJobRequest | None = None) -> KnowledgeBase:
        """What is known of hyperparameters, with the user's own files: of the home, and beside what is asked for.

        Raises:
            UnreadableInput: one of the files has a mistake; names file, line and field.
        """
        here = Path.cwd()
        folders = (here,) if request is None else folders_of(request, here)
        return knowledge_with(knowledge_paths(self.home, folders, os.environ))

    def _learnt(self, plan: Plan, request: TuningJobRequest) -> Plan:
        """The plan with what the store says, as far as there is one that can be read: a plan makes none."""
        parent, wanted = request.parent, request.settings.learn_from_store
        if self._folders.are_made:
            from selftune.engine.earlier import earlier_results

            with suppress(StorageFailure):  # whoever goes on to create the tuning job is told
                return learnt(plan, earlier_results(self._store, parent), parent=parent, is_wanted=wanted)
        return learnt(plan, (), parent=parent, is_wanted=wanted)

    def create(self, request: TuningJobRequest) -> TuningJobRecord:
        """Plan a tuning job, take the snapshot of its code and store it; nothing runs yet.

        Raises:
            NameTaken: a tuning job of that name exists.
            UsageError: the request cannot be carried out as it stands.
        """
        from selftune.engine.definitions import check_definitions, with_common_bound
        from selftune.engine.passable import check_passable

        check_definitions(request)
        plans = with_common_bound([self.plan(each) for each in (request, *request.alternatives)])
        store = self._store
        with self._folders.one_creation_at_a_time():
            self._folders.check_name(request, store.names(request.kind))
            job = self._new_job(request, plans[0])
            others = [replace(job, request=r, plan=p) for r, p in zip(request.alternatives, plans[1:], strict=True)]
            others = [replace(other, definition=number) for number, other in enumerate(others, start=1)]
            for each in (job, *others):
                check_passable(each)
            job = replace(job, alternatives=tuple(others))
            with self._folders.made_for(job, is_stored=lambda: job.name in store.names(request.kind)) as made:
                store.create(made, _creation(made))
        return self.record(job.name)

    def check_metrics(
        self, request: TuningJobRequest, watcher: Watcher, *, is_stopping: Callable[[], bool] = lambda: False
    ) -> MetricsSeen:
        """Run the program once with today's values and tell which metrics its output holds; nothing is kept.

        Args:
            watcher: Is told of each line of output as it comes.
            is_stopping: Whether the user wants the run to end.
        """
        from selftune.engine.metrics_check import check_metrics, in_folder

        self._folders.make_home()
        job = in_folder(self._new_job(request, self.plan(request)), self.home / "checks" / request.name)
        with self._folders.made_for(job, is_stored=lambda: False) as made:
            return check_metrics(
                made, backend=self._parts.backend(), clock=self._parts.clock, watcher=watcher, is_stopping=is_stopping
            )

    def _new_job(self, request: TuningJobRequest, plan: Plan) -> TuningJob:
        from selftune.model.jobs import TuningJob

        return TuningJob(
            name=request.stored_name,
            request=request,
            plan=plan,
            created_at=self._parts.clock.now(),
            folder=str(self._folders.of(request.stored_name)),
            environment=environment_at_creation(),
        )

    # --- running

    def run(self, name: str, listener: Listener | None = None) -> TuningJobRecord:
        """Hold the loop of a tuning job in this process until it has ended.

        Raises:
            LeaseLost: another process holds it.
        """
        from selftune.engine.controller import Controller
        from selftune.engine.suggester import NoSuggestions

        record = self.record(name)
        if record.state.status.is_terminal:
            return record
        lease = self._store.lease(record.job.name)
        if lease is None:
            raise LeaseLost(
                f"The loop of tuning job '{record.job.name}' runs in another process.",
                hint=f"Follow it: selftune watch {record.job.name}",
            )
        suggester = NoSuggestions() if record.job.is_training_job else self._parts.suggester()
        try:
            return Controller(
                self.record(name),
                store=self._store,
                lease=lease,
                backend=self._parts.backend(),
                suggester=suggester,
                clock=self._parts.clock,
                listener=listener,
                results=self._parts.results(),
            ).run()
        finally:
            suggester.close()
            lease.release()

    def run_detached(self, name: str) -> None:
        """Start a process of its own that holds the loop, and return at once.

        A shell between the two ends at once, so that the process is nobody's child and leaves no zombie.
        """
        import subprocess

        record = self.record(name)
        command = [sys.executable, "-m", "selftune.engine.loop", "--home", str(self.home), record.job.name]
        with storage_failures(record.job.folder), (Path(record.job.folder) / "loop.log").open("ab") as log:
            subprocess.run(
                ["/bin/sh", "-c", '"$@" &', "selftune", *command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=self.home,
                check=True,
            )

    def give_up(self, name: str, reason: str) -> None:
        """End a tuning job whose loop nobody can hold: it has failed, and what runs of it is told to stop.

        Where another process holds the loop after all, nothing is done.
        """
        from selftune.engine.giving_up import give_up

        give_up(
            self.record(name).job.name,
            reason,
            store=self._store,
            backend=self._parts.backend(),
            clock=self._parts.clock,
        )

    def is_held(self, name: str) -> bool:
        """Whether some process holds the loop of this tuning job now."""
        return self._store.is_leased(self.record(name).job.name)

    def resumable(self) -> list[str]:
        """Unfinished tuning jobs whose loop nobody holds: what a crash has left."""
        from selftune.engine.unfinished import unfinished_jobs

        unfinished = unfinished_jobs(self._store)
        return [name for name in unfinished if not self.is_held(name)]

    def stop(self, name: str) -> None:
        """Ask a tuning job to end: what runs is stopped, what was found is kept."""
        from selftune.model.events import StopRequested

        self._ask(name, StopRequested(at=self._parts.clock.now()))

    def stop_training_job(self, name: str, number: int) -> None:
        """Ask one training job to end; the search goes on."""
        from selftune.model.events import TrainingJobStopRequested

        self._ask(name, TrainingJobStopRequested(at=self._parts.clock.now(), number=number))

    def _ask(self, name: str, event: Event) -> None:
        record = self.record(name)
        if record.state.status.is_terminal:
            return
        self._store.post(record.job.name, event)
        if not self.is_held(name):
            self.run_detached(name)

    def delete(self, name: str) -> None:
        """Forget a job that has ended, with its folder; a crash in between leaves a folder that nobody knows of.

        Raises:
            StillRunning: it has not ended.
            NoSuchJob: names the nearest ones.
        """
        store = self._store
        with self._folders.one_creation_at_a_time():
            record = store.load(name)
            if not record.state.status.is_terminal:
                raise StillRunning(
                    f"The {record.job.request.kind} job '{record.job.request.name}' has not ended "
                    f"({record.state.status}), so it cannot be deleted.",
                    hint="Stop it and wait until it has ended.",
                )
            store.delete(record.job.name)
            self._folders.remove(record.job.name)

    # --- looking

    def record(self, name: str) -> TuningJobRecord:
        """The tuning job as it stands.

        Raises:
            NoSuchJob: names the nearest ones.
        """
        return self._store.load(name)

    def head(self, name: str) -> TuningJobRecord:
        """The tuning job as it stands, without its training jobs.

        Raises:
            NoSuchJob: names the nearest ones.
        """
        return self._store.head(name)

    def training_jobs(self, name: str, query: TrainingJobQuery) -> list[TrainingJob]:
        """One page of the training jobs of a tuning job.

        Raises:
            NoSuchJob: names the nearest ones.
        """
        return self._store.training_jobs(name, query)

    def list_tuning_jobs(self, query: JobQuery) -> list[ListedTuningJob]:
        """One page of all tuning jobs."""
        return self._store.list_tuning_jobs(query)

    def list_training_jobs(self, query: JobQuery) -> list[ListedTrainingJob]:
        """One page of all training jobs, of tuning jobs and of their own."""
        return self._store.list_training_jobs(query)

    def count_jobs(self, kind: JobKind, query: JobQuery) -> int:
        """How many tuning jobs, or training jobs of either kind, there are on all pages of a query."""
        return self._store.count_jobs(kind, query)

    def names(self, kind: JobKind = JobKind.TUNING) -> list[str]:
        """All tuning jobs, or all training jobs of their own, newest first."""
        return self._store.names(kind)

    def records(self, kind: JobKind = JobKind.TUNING) -> list[TuningJobRecord]:
        """All tuning jobs, or all training jobs of their own, as they stand, newest first."""
        found = []
        for name in self._store.names(kind):
            with suppress(NoSuchJob):  # deleted meanwhile
                found.append(self._store.load(name))
        return found

    def heads(self, kind: JobKind = JobKind.TUNING) -> list[TuningJobRecord]:
        """The same without their training jobs."""
        found = []
        for name in self._store.names(kind):
            with suppress(NoSuchJob):  # deleted meanwhile
                found.append(self._store.head(name))
        return found

    def summary(self, name: str) -> Summary:
        """Best, gain, spent, saved, what mattered: computed from what is stored."""
        return self.summary_of(self.record(name))[0]

    def summary_of(self, record: TuningJobRecord) -> tuple[Summary, dict[int, tuple[float, ...]]]:
        """The summary of a tuning job as this record has it, and the learning curves that it rests on."""
        from selftune.engine.earlier import set_aside_in
        from selftune.views.summary import summarize

        curves, now = self._store.curves(record.job.name), self._parts.clock.now()
        metrics = self._metrics_of_alike(record, curves)
        summary = summarize(record, curves, now=now, set_aside=set_aside_in(record), metrics=metrics)
        return summary, curves

    def _metrics_of_alike(
        self, record: TuningJobRecord, curves: Mapping[int, Sequence[float]]
    ) -> dict[int, tuple[tuple[str, float], ...]]:
        """What training jobs of equal curves printed beside the objective, without what measures or counts the run."""
        from selftune.training.metrics.names import is_counter
        from selftune.views.inert import alike

        name, tuned = record.job.name, {planned.name for planned in record.job.plan.tuned}
        return {
            number: tuple(
                (point.name, point.value)
                for point in self._store.metrics(name, number)
                if not is_counter(point.name) and point.name not in tuned
            )
            for number in alike(record.state.training_jobs, curves)
        }

    def totals(self, record: TuningJobRecord) -> Totals:
        """What of a summary costs nothing to compute: the best, how many, how long."""
        from selftune.views.summary import totals_of

        return totals_of(record, now=self._parts.clock.now())

    def events(self, name: str) -> list[StoredEvent]:
        """Everything that has happened to a tuning job, in order."""
        return self._store.events(name)

    def curves(self, name: str) -> dict[int, tuple[float, ...]]:
        """The objective's values in the order reported, by training-job number."""
        return self._store.curves(name)

    def metrics(self, name: str, number: int) -> list[TimedPoint]:
        """All metric points of one training job."""
        return self._store.metrics(name, number)

    def training_job(self, name: str, wanted: str) -> TrainingJob:
        """A training job by its number or its name.

        Raises:
            NoSuchJob: names the nearest ones.
        """
        jobs = self.record(name).state.training_jobs
        for training_job in jobs:
            if wanted in (str(training_job.number), training_job.name):
                return training_job
        raise NoSuchJob(wanted, [str(t.number) for t in jobs] + [t.name for t in jobs], kind="training job")

    def attempt_folder(self, name: str, number: int) -> Path:
        """The folder of a training job's last attempt: its log, working folder and model lie below."""
        record = self.record(name)
        training_job = record.state.training_job(number)
        return Path(record.job.folder) / training_job.name / f"attempt-{training_job.attempt}"

    def output(self, name: str, number: int, offset: int = 0, limit: int = 1 << 20) -> bytes:
        """What a training job printed (standard output and error), from byte `offset`."""
        return self._parts.backend().logs(str(self.attempt_folder(name, number)), offset, limit)

    def output_size(self, name: str, number: int) -> int:
        """How many bytes it has printed so far."""
        from selftune.training.contract import AttemptFolder

        try:
            return AttemptFolder(self.attempt_folder(name, number)).output_log.stat().st_size
        except FileNotFoundError:
            return 0


def _creation(job: TuningJob) -> Transition:
    """The first step of a tuning job's life."""
    from selftune.engine import lifecycle
    from selftune.model.events import TuningJobCreated
    from selftune.store.store import Transition

    event = TuningJobCreated(at=job.created_at)
    state, effects = lifecycle.step(job, lifecycle.initial_state(job), event)
    return Transition(event=event, state=state, effects=effects)
