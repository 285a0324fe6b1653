"""Runs measurements in processes of their own, so that each has its own memory and its own threads."""

import os
import re
import signal
import traceback
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, ParamSpec, Self, TypeVar

from index.errors import FastTrackError

P = ParamSpec("P")
T = TypeVar("T")


class OwnProcess:
    """A fresh Python that keeps its modules and models from one call to the next.

    With `one_core` it runs on one core alone, whatever it loads. Not an executor's: interrupted, that would
    wait until the work is done.
    """

    def __init__(self, *, one_core: bool = False) -> None:
        self._one_core = one_core

    def __enter__(self) -> Self:
        context = get_context("spawn")
        self._pipe, there = context.Pipe()
        self._process = context.Process(target=_serve, args=(there, self._one_core), daemon=True)
        self._process.start()
        there.close()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._pipe.close()
        if kind:
            self._process.terminate()
        self._process.join()

    def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What a module's function returns there. Raises what it raises, and `FastTrackError` where the
        process ends before it has returned."""
        try:
            self._pipe.send((function, args, kwargs))
            result, failure = self._pipe.recv()
        except (EOFError, OSError) as broken:
            raise FastTrackError(
                "A process that measured ended before it was done, perhaps for lack of memory: "
                "measure fewer documents or a smaller library."
            ) from broken
        if failure is not None:
            raise failure
        value: T = result
        return value

    def peak_memory(self) -> float:
        """The most memory that the process has had resident so far, in MiB."""
        # Not `getrusage`: a process that is started inherits the peak of the one that starts it.
        return self.call(_read_memory, "VmHWM")

    def memory(self) -> float:
        """The memory that the process has resident now, in MiB."""
        return self.call(_read_memory, "VmRSS")


def _serve(pipe: "Connection[Any, Any]", one_core: bool) -> None:
    """Do what is asked until nobody asks any more."""
    if one_core:
        # Before anything is loaded: libraries count the cores when they start their threads.
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started this process ends it
    while True:
        try:
            function, args, kwargs = pipe.recv()
        except EOFError:
            return
        result, failure = None, None
        try:
            result = function(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - it is raised where the work was asked for
            error.add_note(traceback.format_exc())
            failure = error
        pipe.send((result, failure))


def _read_memory(entry: str) -> float:
    status = Path("/proc/self/status").read_text(encoding="utf-8", errors="replace")
    found = re.search(rf"^{entry}:\s*(\d+) kB$", status, re.MULTILINE)
    if found is None:
        raise FastTrackError("The system does not tell how much memory a process has: measure on Linux.")
    return int(found[1]) / 1024
