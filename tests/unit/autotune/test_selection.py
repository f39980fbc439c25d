"""Which candidates are tuned, and how many."""

from __future__ import annotations

from selftune.autotune.rules import jobs_for
from selftune.autotune.selection import Selection, select, telling_job_counts

from .factories import judged

COMMAND = [judged("lr", 0.01), judged("batch-size", 32), judged("weight-decay", 0.01), judged("wobble", 0.3)]


def chosen(max_jobs: int | None, *, forced: tuple[str, ...] = (), scaling_loss: str | None = None) -> Selection:
    return select(COMMAND, forced=forced, max_jobs=max_jobs, jobs_for=jobs_for, scaling_loss=scaling_loss)


def test_with_few_jobs_the_three_most_important_listed_ones_are_tuned() -> None:
    assert chosen(10).tuned == {"lr", "weight-decay", "batch-size"}


def test_with_many_jobs_all_listed_candidates_are_tuned() -> None:
    assert chosen(60).tuned == {"lr", "weight-decay", "batch-size", "wobble"}


def test_what_is_passed_over_is_told_with_the_numbers_and_the_flag() -> None:
    reason = chosen(10).passed_over["wobble"]
    assert "10 training jobs" in reason
    assert "--tune wobble" in reason


def test_what_the_user_tunes_counts_against_the_budget() -> None:
    assert chosen(10, forced=("wobble",)).tuned == {"wobble", "lr", "weight-decay"}


def test_minor_defaults_that_nobody_listed_stay_static() -> None:
    defaults = [judged("lr", 0.01, is_listed=False), judged("num-heads", 4, is_listed=False)]
    assert select(defaults, forced=(), max_jobs=None, jobs_for=jobs_for).tuned == {"lr"}
    assert select(defaults, forced=(), max_jobs=60, jobs_for=jobs_for).tuned == {"lr", "num-heads"}


def test_a_batch_size_is_tuned_beside_what_trains_and_comes_last() -> None:
    batch = judged("batch-size", 32, is_listed=False)
    rate, decay = judged("lr", 0.01, is_listed=False), judged("weight-decay", 0.01, is_listed=False)
    assert select([batch], forced=(), max_jobs=None, jobs_for=jobs_for).tuned == frozenset()
    assert select([batch, rate], forced=(), max_jobs=None, jobs_for=jobs_for).tuned == {"lr", "batch-size"}
    assert select([batch, decay, rate], forced=(), max_jobs=12, jobs_for=jobs_for).tuned == {"lr", "weight-decay"}


def test_an_important_default_comes_before_a_minor_listed_one() -> None:
    mixed = [judged("batch-size", 32), judged("lr", 0.01, is_listed=False)]
    assert "lr" in select(mixed, forced=(), max_jobs=6, jobs_for=jobs_for).tuned


def test_what_scales_the_printed_loss_is_not_tuned_on_it() -> None:
    smoothing = [judged("label-smoothing", 0.1)]
    on_loss = select(smoothing, forced=(), max_jobs=60, jobs_for=jobs_for, scaling_loss="val_loss")
    on_accuracy = select(smoothing, forced=(), max_jobs=60, jobs_for=jobs_for)
    assert "val_loss" in on_loss.passed_over["label-smoothing"]
    assert on_accuracy.tuned == {"label-smoothing"}


def test_all_reasons_of_one_plan_tell_the_same_jobs() -> None:
    many = [judged(f"part{i}.lr", 0.01) for i in range(13)]
    selection = select(many, forced=(), max_jobs=None, jobs_for=jobs_for)
    count = len(selection.tuned)
    assert selection.passed_over
    for place, reason in enumerate(selection.passed_over.values(), start=count + 1):
        assert f"number {place}, and {jobs_for(count)} training jobs pay for {count}" in reason


def test_the_short_jobs_of_hyperband_are_told_as_planned() -> None:
    many = [judged(f"part{i}.lr", 0.01) for i in range(13)]
    selection = select(many, forced=(), max_jobs=None, jobs_for=jobs_for, planned_jobs=lambda _: 777)
    assert all("777 training jobs" in reason for reason in selection.passed_over.values())


def test_only_what_is_known_is_said_to_matter_rarely() -> None:
    defaults = [judged("wobble", 0.37, is_listed=False), judged("batch-size", 32, is_listed=False)]
    reasons = select(defaults, forced=(), max_jobs=None, jobs_for=jobs_for).passed_over
    assert "rarely matters" in reasons["batch-size"]
    assert "only guessed at (a number around 0.37)" in reasons["wobble"]


def test_one_training_job_is_one() -> None:
    reasons = select(COMMAND, forced=("lr", "batch-size", "weight-decay"), max_jobs=1, jobs_for=jobs_for).passed_over
    assert "1 training job pays for 3" in reasons["wobble"]


def test_two_that_scale_the_loss_have_a_sentence_each() -> None:
    both = [judged("label-smoothing", 0.1), judged("pos_weight", 2.0)]
    reasons = select(both, forced=(), max_jobs=60, jobs_for=jobs_for, scaling_loss="val_loss").passed_over
    for name, reason in reasons.items():
        meaning = next(j.meaning for j in both if j.found.name == name)
        assert f"{name} ({meaning}) changes the scale of val_loss itself" in reason


def test_between_the_job_counts_that_tell_nothing_changes() -> None:
    telling = telling_job_counts(8, 60)
    assert telling[0] == 8
    for jobs in set(range(9, 61)) - set(telling):
        assert chosen(jobs).tuned == chosen(jobs - 1).tuned
