"""Both suggesters: one answer a request, whatever happens."""

from __future__ import annotations

import io
import os
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from selftune.model.codec import dumps
from selftune.model.history import History, Observation, Outcome, Running
from selftune.model.plan import Strategy
from selftune.model.ranges import CategoricalRange, ContinuousRange
from selftune.search.shipment import Sender
from selftune.search.worker import (
    MAX_STARTS,
    ONE_THREAD,
    DirectSuggester,
    Parcel,
    SuggestionBatch,
    SuggestionError,
    SuggestionWorker,
    main,
)

pytestmark = pytest.mark.integration
HISTORY = History(space=(("x", ContinuousRange(low=0.0, high=1.0)),), seed=4)


@pytest.fixture(scope="module")
def worker():
    worker = SuggestionWorker()
    yield worker
    worker.close()


@pytest.fixture
def direct():
    direct = DirectSuggester()
    yield direct
    direct.close()


def is_readable(suggester, seconds):
    """Whether an answer waits within so many seconds; unlike `select`, whatever the number of its descriptor."""
    poll = select.poll()
    poll.register(suggester, select.POLLIN)
    return bool(poll.poll(1000 * seconds))


def answer_of(suggester, strategy, history, count):
    suggester.submit(strategy, history, count)
    while (answer := suggester.poll()) is None:
        is_readable(suggester, 30)
    return answer


def test_worker_and_direct_suggester_answer_the_same(worker, direct):
    for strategy in (Strategy.RANDOM, Strategy.BAYESIAN):
        assert answer_of(worker, strategy, HISTORY, 3) == answer_of(direct, strategy, HISTORY, 3)


def test_there_is_no_answer_without_a_request(worker, direct):
    assert worker.poll() is None
    assert direct.poll() is None


def test_a_mistake_in_the_request_is_an_answer(worker):
    answer = answer_of(worker, Strategy.GRID, HISTORY, 1)
    assert isinstance(answer, SuggestionError)
    assert "continuous range" in answer.reason


def killed(worker):
    """Kill the worker process, and return once it is dead."""
    os.kill(worker.process_id, signal.SIGKILL)
    os.waitid(os.P_PID, worker.process_id, os.WEXITED | os.WNOWAIT)


def test_a_worker_that_was_killed_while_idle_is_started_again_and_answers_the_same(worker):
    before = answer_of(worker, Strategy.RANDOM, HISTORY, 2)
    dead = worker.process_id
    killed(worker)
    assert answer_of(worker, Strategy.RANDOM, HISTORY, 2) == before
    assert worker.process_id != dead


def test_a_worker_that_is_killed_over_a_request_is_started_again_and_answers_the_same(worker):
    before = answer_of(worker, Strategy.BAYESIAN, HISTORY, 2)
    os.kill(worker.process_id, signal.SIGSTOP)
    worker.submit(Strategy.BAYESIAN, HISTORY, 2)
    killed(worker)
    while (answer := worker.poll()) is None:
        is_readable(worker, 30)
    assert answer == before


def test_nobody_waits_for_a_worker_of_which_nothing_is_asked(worker):
    answer_of(worker, Strategy.RANDOM, HISTORY, 1)
    assert worker.fileno() is None
    killed(worker)
    assert worker.fileno() is None
    assert worker.poll() is None


def test_a_worker_that_always_dies_is_given_up_with_the_reason_and_another_request_starts_afresh(monkeypatch):
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    worker = SuggestionWorker()
    worker.submit(Strategy.RANDOM, HISTORY, 1)
    seen = set()
    while (answer := worker.poll()) is None and len(seen) <= MAX_STARTS:
        seen.add(worker.process_id)
        is_readable(worker, 30)
    monkeypatch.undo()
    assert answer == SuggestionError(
        reason=f"The process that makes suggestions died {MAX_STARTS} times. It ended with exit code 1."
    )
    assert worker.fileno() is None
    assert isinstance(answer_of(worker, Strategy.RANDOM, HISTORY, 1), SuggestionBatch)
    worker.close()


CTRL_C = """
import os, select, signal, sys
from selftune.model.history import History
from selftune.model.plan import Strategy
from selftune.search.worker import SuggestionWorker

def ask(worker):
    worker.submit(Strategy.RANDOM, History(space=()), 1)
    while worker.poll() is None:
        select.select([worker], [], [], 30)
    return worker.process_id

worker = SuggestionWorker()
before = ask(worker)
signal.signal(signal.SIGINT, lambda *_: None)
os.killpg(os.getpgrp(), signal.SIGINT)
print(before == ask(worker))
worker.close()
"""


def test_ctrl_c_in_the_terminal_does_not_reach_the_worker():
    code = [sys.executable, "-c", CTRL_C]
    done = subprocess.run(code, capture_output=True, text=True, check=True, start_new_session=True)
    assert done.stdout.strip() == "True"


def test_the_worker_computes_on_one_core_whatever_the_environment_says(monkeypatch):
    for name in ONE_THREAD:
        monkeypatch.setenv(name, "7")
    worker = SuggestionWorker()
    answer_of(worker, Strategy.RANDOM, HISTORY, 1)
    environment = Path(f"/proc/{worker.process_id}/environ").read_bytes().decode().split("\0")
    worker.close()
    assert {f"{name}=1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")} <= set(environment)


def test_only_one_request_may_be_outstanding(direct):
    direct.submit(Strategy.RANDOM, HISTORY, 1)
    with pytest.raises(RuntimeError, match="outstanding"):
        direct.submit(Strategy.RANDOM, HISTORY, 1)


def test_the_descriptor_is_readable_only_while_an_answer_waits(direct):
    assert not is_readable(direct, 0)
    direct.submit(Strategy.RANDOM, HISTORY, 1)
    assert is_readable(direct, 0)
    direct.poll()
    assert not is_readable(direct, 0)


def test_an_exhausted_space_is_an_empty_batch_that_says_so(direct):
    space = (("x", CategoricalRange(values=("only",))),)
    tried = Running(number=1, values=(("x", "only"),))
    assert answer_of(direct, Strategy.RANDOM, History(space=space), 5).is_exhausted is False
    last = answer_of(direct, Strategy.RANDOM, History(space=space, running=(tried,)), 5)
    assert last == SuggestionBatch(suggestions=(), is_exhausted=True)


def test_closing_twice_is_allowed(direct):
    other = SuggestionWorker()
    for suggester in (direct, other):
        suggester.close()
        suggester.close()
        assert suggester.poll() is None


def test_the_worker_answers_a_line_a_request_until_there_are_no_more():
    request = Parcel(strategy=Strategy.RANDOM, shipment=Sender().packed(HISTORY), count=1)
    written: list[bytes] = []
    main(io.BytesIO(dumps(request).encode() + b"\n").readline, written.append)
    assert len(written) == 1
    assert written[0].startswith(b'{"kind":"SuggestionBatch"')


def test_the_worker_does_not_import_the_users_modules(tmp_path, monkeypatch):
    (tmp_path / "numpy.py").write_text("raise SystemExit('the user\\'s numpy.py was imported')")
    monkeypatch.chdir(tmp_path)
    worker = SuggestionWorker()
    answer = answer_of(worker, Strategy.RANDOM, HISTORY, 1)
    worker.close()
    assert isinstance(answer, SuggestionBatch)


def test_the_client_side_does_without_numpy():
    code = "import sys, selftune.search, selftune.search.worker, selftune.stopping; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_worker_that_has_seen_a_part_of_a_history_answers_like_one_that_gets_the_whole(worker, direct):
    jobs = tuple(
        Observation(number=n, values=(("x", n / 40),), outcome=Outcome.COMPLETED, loss=(n / 40 - 0.3) ** 2)
        for n in range(1, 31)
    )
    late = (*jobs[:9], *jobs[10:])
    for ended in (jobs[:8], late, jobs, jobs[:5], ()):
        history = History(space=HISTORY.space, ended=ended, max_jobs=50)
        asked = answer_of(worker, Strategy.BAYESIAN, history, 1)
        assert asked == answer_of(direct, Strategy.BAYESIAN, history, 1)
        if ended is late:
            killed(worker)


SLOW_IMPORTS = """
import sys
from selftune.model.history import History, Observation, Outcome
from selftune.model.plan import Strategy
from selftune.model.ranges import ContinuousRange
from selftune.search import suggest
from selftune.search.worker import _import_ahead

_import_ahead()
space = (("x", ContinuousRange(low=0.0, high=1.0)), ("y", ContinuousRange(low=0.0, high=1.0)))
ended = ()
for number in range(1, 8):
    (made,) = suggest(Strategy.BAYESIAN, History(space=space, ended=ended, max_jobs=20), 1)
    ended += (Observation(number=number, values=made.values, outcome=Outcome.COMPLETED, loss=number % 3.0),)
    loaded = {name for name in ("scipy.optimize", "scipy.stats") if name in sys.modules}
    print(made.strategy.partition(":")[0], *sorted(loaded))
"""


def test_the_first_suggestions_do_not_wait_for_what_only_a_model_needs():
    run = subprocess.run([sys.executable, "-c", SLOW_IMPORTS], capture_output=True, text=True, check=True)
    lines = run.stdout.splitlines()
    assert lines[0] == "sobol"
    assert lines[-1] == "gp scipy.optimize"
