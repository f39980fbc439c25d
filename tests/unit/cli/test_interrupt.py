from __future__ import annotations

import os
import signal
import threading

import pytest

from selftune.cli.interrupt import CleanStop, TerminalClosed


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_asks_for_a_stop_and_the_second_leaves(number: signal.Signals) -> None:
    stopped = threading.Event()
    with CleanStop(stopped.set) as clean_stop:
        os.kill(os.getpid(), number)
        assert stopped.wait(10)
        assert clean_stop.is_requested
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), number)


def test_a_closed_terminal_leaves_without_asking_for_a_stop() -> None:
    stopped = threading.Event()
    with CleanStop(stopped.set) as clean_stop, pytest.raises(TerminalClosed):
        os.kill(os.getpid(), signal.SIGHUP)
    assert not clean_stop.is_requested
    assert not stopped.is_set()


def test_under_nohup_a_closed_terminal_changes_nothing() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with CleanStop(lambda: None) as clean_stop:
            os.kill(os.getpid(), signal.SIGHUP)
        assert not clean_stop.is_requested
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_afterwards_the_signals_mean_what_they_meant() -> None:
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    with CleanStop(lambda: None) as clean_stop:
        assert [signal.getsignal(number) for number in numbers] != before
    assert [signal.getsignal(number) for number in numbers] == before
    assert not clean_stop.is_requested
