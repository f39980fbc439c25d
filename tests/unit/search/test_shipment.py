"""A history is sent in parts and arrives whole."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from selftune.model.history import History, Observation, Outcome
from selftune.search.shipment import Receiver, Sender


def ended(number, loss=1.0):
    return Observation(number=number, values=(("x", number),), outcome=Outcome.COMPLETED, loss=loss)


JOBS = tuple(ended(number) for number in range(1, 9))


@given(st.lists(st.sets(st.sampled_from(JOBS)).map(lambda jobs: sorted(jobs, key=lambda job: job.number)), max_size=6))
def test_whatever_is_sent_after_whatever_it_arrives_whole(histories):
    sender, receiver = Sender(), Receiver()
    for jobs in histories:
        history = History(space=(), ended=tuple(jobs))
        assert receiver.unpacked(sender.packed(history)) == history


def test_only_what_is_new_is_sent():
    sender = Sender()
    assert sender.packed(History(space=(), ended=JOBS[:6])).known == 0
    copied = tuple(replace(job) for job in JOBS)
    shipment = sender.packed(History(space=(), ended=copied))
    assert shipment.known == 6
    assert shipment.news.ended == JOBS[6:]


def test_a_training_job_that_ends_late_is_sent_with_those_after_it():
    sender = Sender()
    sender.packed(History(space=(), ended=(*JOBS[:3], *JOBS[4:])))
    assert sender.packed(History(space=(), ended=JOBS)).news.ended == JOBS[3:]


def test_another_result_of_the_same_number_is_news():
    sender = Sender()
    sender.packed(History(space=(), ended=JOBS))
    changed = (*JOBS[:2], ended(3, loss=0.5), *JOBS[3:])
    assert sender.packed(History(space=(), ended=changed)).known == 2
