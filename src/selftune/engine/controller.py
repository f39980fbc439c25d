"""The tuning loop: feeds events to the pure lifecycle, stores each step, then carries out what follows from it.

    observe (inbox, backend, suggestions, clock) -> lifecycle.step -> one transaction -> effects -> ... until Finish

Effects run after the commit and are idempotent: after a crash at any point, `lifecycle.outstanding` says what is not
done, and doing it again does it once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from statistics import fmean
from typing import TYPE_CHECKING

from selftune.autotune import confirm_objective, is_worth_waiting, lowered_job_limit, review_ranges
from selftune.backends.backend import AttemptReport, Phase, TellsEnds, TrainingBackend
from selftune.engine import lifecycle
from selftune.engine.ahead import AheadSuggester, may_suggest_ahead
from selftune.engine.clock import Clock
from selftune.engine.definitions import is_first_of, next_definition
from selftune.engine.history import history_of, running_of
from selftune.engine.no_objective import nothing_to_compare
from selftune.engine.output import JobOutput, objective_values
from selftune.engine.result_files import FileWatch, files_written, result_folders
from selftune.engine.results import ResultKeeper, Results
from selftune.engine.spec import training_job_spec
from selftune.engine.suggester import Suggester
from selftune.model.errors import SelftuneError
from selftune.model.events import (
    CheckCompletion,
    CompletionReached,
    ConfirmObjective,
    EarlyStopDecided,
    Effect,
    EndedHow,
    Event,
    Finish,
    JobLimitLowered,
    JudgeTrainingJob,
    MetricsReported,
    ObjectiveConfirmed,
    ObjectiveNotFound,
    RangesMoved,
    ReviewJobLimit,
    ReviewRanges,
    StartTrainingJob,
    StopTrainingJob,
    Suggest,
    SuggestionFailed,
    SuggestionsMade,
    TimeElapsed,
    TrainingJobEnded,
    TrainingJobNotStarted,
    TrainingJobStarted,
    WakeAt,
)
from selftune.model.history import BASELINE, Suggestion
from selftune.model.jobs import (
    TrainingJob,
    TrainingJobStatus,
    TuningJob,
    TuningJobRecord,
    TuningState,
    objective_of,
)
from selftune.model.objective import Objective
from selftune.search.worker import SuggestionBatch
from selftune.stopping import completion_criteria, early_stopping_rule
from selftune.stopping.rules import Stop
from selftune.store.store import Lease, Store, Transition

if TYPE_CHECKING:
    from selftune.training.metrics.result_files import FoundFiles

SHORTEST_WAIT_SECONDS = 0.004
LONGEST_WAIT_SECONDS = 0.25
WAIT_SHARE_OF_ELAPSED = 0.02
"""A training job that has run for so long is looked at again after this share of it: what is late is late by 2 %."""
INBOX_SECONDS = 0.2
LARGEST_IDLE_SHARE = 0.005
"""A slot may stand idle for so much of what a training job takes before suggestions are made ahead."""
LATEST_DURATIONS = 20
"""Of so many training jobs the mean duration is taken."""
SLOTS_EACH_AHEAD = 4
"""One suggestion is made ahead for so many slots."""
LOG_CHUNK_BYTES = 1 << 20
TAIL_BYTES = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What a listener is told after each transaction."""

    record: TuningJobRecord
    event: Event
    """The last event of the transaction."""


Listener = Callable[[Progress], None]


class Controller:
    """Holds the loop of one tuning job until it has ended."""

    def __init__(
        self,
        record: TuningJobRecord,
        *,
        store: Store,
        lease: Lease,
        backend: TrainingBackend,
        suggester: Suggester,
        clock: Clock,
        listener: Listener | None = None,
        results: Results | None = None,
    ) -> None:
        self._job: TuningJob = record.job
        self._state: TuningState = record.state
        self._version = record.version
        self._store = store
        self._lease = lease
        self._backend = backend
        self._suggester = AheadSuggester(suggester, clock)
        self._clock = clock
        self._listener = listener
        self._keeper = ResultKeeper(record.job, results)
        self._handles: dict[int, str] = {}
        self._outputs: dict[int, JobOutput] = {}
        self._watches: dict[tuple[int, int], FileWatch] = {}
        """By number and attempt."""
        self._loss_curves: dict[int, tuple[float, ...]] = {}
        self._wake_at = math.inf
        self._inbox_at = 0.0
        self._is_finished = False
        self._prepared_for = 0
        """How many training jobs had begun when suggestions were last made ahead."""
        self._asked = 0
        """The training job definition that the outstanding question is about."""

    def run(self) -> TuningJobRecord:
        """Go on until the tuning job has ended; returns its final record."""
        direction = self._state.objective.direction
        stored = self._store.curves(self._job.name)
        self._loss_curves = {number: tuple(map(direction.loss, curve)) for number, curve in stored.items()}
        self._carry_out(lifecycle.outstanding(self._job, self._state))
        try:
            while not self._is_finished:
                events, taken = self._observe()
                if events:
                    self._advance(events, taken)
                else:
                    self._suggest_ahead()
                    self._clock.wait(self._patience(), self._suggester.fileno(), self._ends_descriptor())
        finally:
            self._keeper.close()
        return TuningJobRecord(job=self._job, state=self._state, version=self._version)

    # --- events in

    def _observe(self) -> tuple[list[Event], list[int]]:
        now = self._clock.now()
        posted = self._posted(now)
        events: list[Event] = [event for _, event in posted]
        events += self._suggestions(now)
        events += self._reports(now)
        if now >= self._wake_at:
            self._wake_at = math.inf
            events.append(TimeElapsed(at=now))
        return events, [number for number, _ in posted]

    def _posted(self, now: float) -> list[tuple[int, Event]]:
        if now < self._inbox_at:
            return []
        self._inbox_at = now + INBOX_SECONDS
        return list(self._store.posted(self._job.name))

    def _suggestions(self, now: float) -> list[Event]:
        answer = self._suggester.poll()
        if answer is None:
            return []
        if isinstance(answer, SuggestionBatch):
            made = tuple(replace(suggestion, definition=self._asked) for suggestion in answer.suggestions)
            over = answer.is_exhausted
            return [SuggestionsMade(at=now, suggestions=made, is_exhausted=over, definition=self._asked)]
        return [SuggestionFailed(at=now, reason=answer.reason)]

    def _reports(self, now: float) -> list[Event]:
        watched = {n: h for n, h in self._handles.items() if not self._is_closed(n)}
        reports = self._backend.poll(list(watched.values())) if watched else {}
        return [event for n, h in watched.items() for event in self._read_report(n, reports[h], now)]

    def _is_closed(self, number: int) -> bool:
        held = self._state.pending_end
        return self._state.training_job(number).status.is_terminal or (held is not None and held.number == number)

    def _read_report(self, number: int, report: AttemptReport, now: float) -> Iterator[Event]:
        training_job = self._state.training_job(number)
        attempt = training_job.attempt
        if training_job.status is TrainingJobStatus.STARTING and report.phase is not Phase.STARTING:
            yield TrainingJobStarted(at=report.started_at or now, number=number, attempt=attempt)
        has_ended = report.phase is Phase.ENDED
        yield from self._read_output(training_job, report.log_size, has_ended, now)
        how = report.how or EndedHow.LOST
        if report.phase is Phase.RUNNING:
            yield from self._look_at_files(training_job, report.started_at or now, now)
        kept = self._keeper.kept(training_job, how, report.exit_code) if has_ended else None
        if kept is not None:
            yield from self._read_files(training_job, report.started_at or now, now)
            yield TrainingJobEnded(
                at=report.ended_at or now,
                number=number,
                attempt=attempt,
                how=how,
                exit_code=report.exit_code,
                failure_reason=report.failure_reason,
                results_failure=kept.failure,
            )

    def _read_output(self, training_job: TrainingJob, size: int, has_ended: bool, now: float) -> Iterator[Event]:
        number, objective = training_job.number, self._objective_of(training_job)
        output = self._output(training_job)
        if output.offset < size:
            self._recall(training_job)
        while output.offset < size:
            data = self._backend.logs(self._handles[number], output.offset, LOG_CHUNK_BYTES)
            before = output.offset
            points = output.read(data, has_ended and before + len(data) >= size, objective)
            if output.offset == before:
                return
            if points:
                yield MetricsReported(
                    at=now,
                    number=number,
                    attempt=training_job.attempt,
                    points=points,
                    objective_values=objective_values(output, points, objective),
                    log_offset=output.offset,
                )

    def _recall(self, training_job: TrainingJob) -> None:
        """Look again at what another process has read of the output: what stands there was printed."""
        output = self._output(training_job)
        if not output.has_read:
            start = max(output.offset - LOG_CHUNK_BYTES, 0)
            earlier = self._backend.logs(self._handles[training_job.number], start, output.offset - start)
            output.recall(earlier, self._objective_of(training_job))

    def _read_files(self, training_job: TrainingJob, started_at: float, now: float) -> Iterator[Event]:
        """What it wrote instead of printing it, as far as it has not been taken in while it ran."""
        self._watches.pop((training_job.number, training_job.attempt), None)
        found = files_written(self._job.of(training_job.definition), training_job, started_at)
        self._recall(training_job)
        yield from self._written(training_job, found, now, is_growing=False)

    def _look_at_files(self, training_job: TrainingJob, started_at: float, now: float) -> Iterator[Event]:
        """What it has written so far; the looking goes on beside the loop."""
        key = (training_job.number, training_job.attempt)
        if key not in self._watches:
            folders = result_folders(self._job.of(training_job.definition), training_job)
            self._watches[key] = FileWatch(folders, started_at)
        found = self._watches[key].news(now)
        if found is not None:
            self._recall(training_job)
            yield from self._written(training_job, found, now, is_growing=True)

    def _written(
        self, training_job: TrainingJob, found: FoundFiles, now: float, *, is_growing: bool
    ) -> Iterator[Event]:
        objective, output = self._objective_of(training_job), self._output(training_job)
        points = output.read_files(found, objective, is_growing=is_growing)
        if points:
            yield MetricsReported(
                at=now,
                number=training_job.number,
                attempt=training_job.attempt,
                points=points,
                objective_values=objective_values(output, points, objective),
                log_offset=output.offset,
                file_points=output.file_points,
            )

    def _objective_of(self, training_job: TrainingJob) -> Objective:
        return objective_of(self._job, self._state, training_job.definition)

    def _output(self, training_job: TrainingJob) -> JobOutput:
        """Where reading stands; after a restart, rebuilt from what was stored."""
        output = self._outputs.get(training_job.number)
        if output is None:
            settings = self._job.of(training_job.definition).request.settings
            definitions = tuple((metric.name, metric.regex) for metric in settings.metrics)
            own_words = frozenset(value.lower() for value in training_job.values.values() if isinstance(value, str))
            output = JobOutput(
                offset=training_job.log_offset,
                file_points=training_job.file_points,
                is_recalled=training_job.metric_count > 0,
                definitions=definitions,
                own_words=own_words,
            )
            if training_job.metric_count:
                for point in self._store.metrics(self._job.name, training_job.number):
                    output.values.setdefault(point.name, []).append(point.value)
            self._outputs[training_job.number] = output
        return output

    # --- one transaction

    def _advance(self, events: list[Event], taken: list[int] | None = None) -> None:
        """Step through events, store the steps together, tell the listener, then carry out what follows."""
        transitions: list[Transition] = []
        effects: list[Effect] = []
        state = self._state
        for event in events:
            state, following = lifecycle.step(self._job, state, event)
            transitions.append(Transition(event=event, state=state, effects=following))
            effects += following
        self._store.commit(self._job.name, self._lease, transitions, taken or ())
        self._state = state
        self._version += 1
        self._update_curves(events)
        if self._listener is not None:
            record = TuningJobRecord(job=self._job, state=state, version=self._version)
            self._listener(Progress(record=record, event=events[-1]))
        self._carry_out(tuple(effects))

    def _update_curves(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, MetricsReported | ObjectiveConfirmed) and event.number in self._outputs:
                objective = self._objective_of(self._state.training_job(event.number))
                curve = self._outputs[event.number].curve(objective)
                self._loss_curves[event.number] = tuple(map(objective.direction.loss, curve))

    # --- effects out

    def _carry_out(self, effects: tuple[Effect, ...]) -> None:
        """Carry out effects in order; an answer that is known at once is stepped before the next effect."""
        for effect in effects:
            answer = self._answer(effect)
            if answer is not None:
                self._advance([answer])

    def _answer(self, effect: Effect) -> Event | None:
        match effect:
            case StartTrainingJob():
                return self._start(effect)
            case StopTrainingJob():
                self._stop(effect)
            case Suggest():
                return self._suggest(effect)
            case ConfirmObjective():
                return self._confirm_objective(effect)
            case JudgeTrainingJob():
                return self._judge(effect)
            case CheckCompletion():
                return self._check_completion()
            case ReviewRanges():
                return self._review_ranges()
            case ReviewJobLimit():
                return self._review_job_limit()
            case WakeAt():
                self._wake_at = min(self._wake_at, effect.at)
            case Finish():
                self._is_finished = True
        return None

    def _start(self, effect: StartTrainingJob) -> Event | None:
        now, training_job = self._clock.now(), self._state.training_job(effect.number)
        if training_job.attempt != effect.attempt or training_job.status.is_terminal:
            return None
        if effect.attempt > 1:
            self._outputs.pop(effect.number, None)
        objective, limit = self._objective_of(training_job).name, self._state.job_limit_seconds
        spec = training_job_spec(self._job.of(training_job.definition), training_job, objective, now, limit)
        try:
            self._handles[effect.number] = self._backend.start(spec)
        except SelftuneError as error:
            return TrainingJobNotStarted(at=now, number=effect.number, attempt=effect.attempt, reason=str(error))
        return None

    def _stop(self, effect: StopTrainingJob) -> None:
        handle = self._handles.get(effect.number)
        if handle is not None and self._state.training_job(effect.number).attempt == effect.attempt:
            self._backend.stop(handle)

    def _suggest(self, effect: Suggest) -> Event | None:
        """Ask the strategy; with several training job definitions for one of them, whose own values come first."""
        if self._state.ending is not None:
            return None
        asked = next_definition(self._job, self._state)
        plan, count = self._job.of(asked).plan, 1 if self._job.alternatives else effect.count
        if asked and plan.baseline is not None and is_first_of(self._state, asked):
            title = plan.baseline_title
            reason = f"{title[:1].upper()}{title[1:]}, tried first."
            first = Suggestion(values=plan.baseline, strategy=BASELINE, reason=reason, definition=asked)
            return SuggestionsMade(at=self._clock.now(), suggestions=(first,))
        self._asked = asked
        history = history_of(self._job, self._state, of=asked, now=self._clock.now())
        self._suggester.submit(plan.strategy.value, history, count)
        return None

    def _suggest_ahead(self) -> None:
        """Have the next suggestions made while all slots are busy: never with one slot, so that a seed repeats."""
        begun, plan = len(self._state.training_jobs), self._job.plan
        if begun == self._prepared_for or not may_suggest_ahead(self._job, self._state):
            return
        self._prepared_for = begun
        count = min(max(1, plan.max_parallel.value // SLOTS_EACH_AHEAD), plan.max_jobs.value - begun)
        lasted = [t.duration_seconds or 0.0 for t in self._state.training_jobs if t.status.is_terminal]
        idle_seconds = LARGEST_IDLE_SHARE * (fmean(lasted[-LATEST_DURATIONS:]) if lasted else 0.0)
        history = history_of(self._job, self._state, of=self._asked, now=self._clock.now())
        self._suggester.prepare(plan.strategy.value, history, count, idle_seconds)

    def _confirm_objective(self, effect: ConfirmObjective) -> Event | None:
        now, planned = self._clock.now(), self._state.objective
        training_job = self._state.training_job(effect.number)
        observed = self._output(training_job).values
        is_planned_seen = bool(self._output(training_job).curve(planned))
        if not effect.has_ended and (not is_planned_seen or is_worth_waiting(planned)):
            return None
        found = confirm_objective(planned, observed, self._output(training_job).files)
        if found is None:
            notes = self._output(training_job).notes
            reason = nothing_to_compare(effect.number, planned, observed, self._tail(training_job), notes)
            return ObjectiveNotFound(at=now, number=effect.number, reason=reason)
        objective, reason = found
        return ObjectiveConfirmed(
            at=now,
            number=effect.number,
            objective=objective,
            reason=reason,
            objective_values=self._output(training_job).curve(objective),
        )

    def _tail(self, training_job: TrainingJob) -> list[str]:
        handle = self._handles.get(training_job.number)
        if handle is None:
            return []
        size = self._backend.poll([handle])[handle].log_size
        text = self._backend.logs(handle, max(size - TAIL_BYTES, 0), TAIL_BYTES).decode("utf-8", "replace")
        return [line.rstrip()[:200] for line in text.replace("\r", "\n").split("\n") if line.strip()][-8:]

    def _judge(self, effect: JudgeTrainingJob) -> Event | None:
        training_job = self._state.training_job(effect.number)
        if training_job.attempt != effect.attempt or training_job.status is not TrainingJobStatus.IN_PROGRESS:
            return None
        definition = training_job.definition
        plan = self._job.of(definition).plan
        rule = early_stopping_rule(plan.early_stopping.value, plan.resource)
        history = history_of(self._job, self._state, self._loss_curves, of=definition)
        verdict = rule.decide(history, running_of(training_job, self._loss_curves))
        if not isinstance(verdict, Stop):
            return None
        return EarlyStopDecided(
            at=self._clock.now(),
            number=effect.number,
            attempt=effect.attempt,
            reason=verdict.reason,
            is_complete=verdict.is_complete,
        )

    def _check_completion(self) -> Event | None:
        now = self._clock.now()
        history = history_of(self._job, self._state, self._loss_curves)
        for criterion in completion_criteria(self._job.plan.completion.value, self._state.objective):
            completion = criterion.met(history, now)
            if completion is not None:
                return CompletionReached(at=now, reason=completion.reason)
        return None

    def _review_ranges(self) -> Event | None:
        seen = self._state.ended_count
        if self._state.ending is not None or seen <= self._state.ranges_moved_at:
            return None
        planned = self._job.plan.hyperparameters
        moves = review_ranges(
            history_of(self._job, self._state), self._state.range_moves, planned, self._job.plan.strategy.value
        )
        return RangesMoved(at=self._clock.now(), seen=seen, moves=moves) if moves else None

    def _review_job_limit(self) -> Event | None:
        first_seconds = self._state.training_job(1).duration_seconds
        lowered = None if first_seconds is None else lowered_job_limit(self._job.plan, first_seconds)
        return None if lowered is None else JobLimitLowered(at=self._clock.now(), seconds=lowered[0], reason=lowered[1])

    # --- waiting

    def _ends_descriptor(self) -> int | None:
        """Readable when something that is polled may have ended: what nobody polls would keep it readable for ever."""
        running = (t.number for t in self._state.running)
        is_polled = any(number in self._handles and not self._is_closed(number) for number in running)
        return self._backend.ends_descriptor() if is_polled and isinstance(self._backend, TellsEnds) else None

    def _patience(self) -> float:
        """How long nothing need be looked at: short while training jobs are young, and never past the next duty."""
        now = self._clock.now()
        ages = [now - (t.started_at or now) for t in self._state.running]
        wait = min((age * WAIT_SHARE_OF_ELAPSED for age in ages), default=LONGEST_WAIT_SECONDS)
        wait = min(max(wait, SHORTEST_WAIT_SECONDS), LONGEST_WAIT_SECONDS)
        return max(min(wait, self._wake_at - now, self._inbox_at - now), 0.001)
