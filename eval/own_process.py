"""Runs measurements in processes of their own, so that each has its own memory and its own threads."""

import re
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from typing import ParamSpec, Self, TypeVar

from index.errors import FastTrackError

P = ParamSpec("P")
T = TypeVar("T")


class OwnProcess:
    """A fresh Python that keeps its modules and models from one call to the next."""

    def __enter__(self) -> Self:
        self._pool = ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn"))
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What a module's function returns there. Raises what it raises, and `FastTrackError` where the
        process ends before it has returned."""
        try:
            return self._pool.submit(function, *args, **kwargs).result()
        except BrokenProcessPool as error:
            raise FastTrackError(
                "A process that measured ended before it was done, perhaps for lack of memory: "
                "measure fewer documents or a smaller library."
            ) from error

    def peak_memory(self) -> float:
        """The most memory that the process has had resident so far, in MiB."""
        return self.call(_read_peak)


def _read_peak() -> float:
    # Not `getrusage`: a process that is started inherits the peak of the one that starts it.
    status = Path("/proc/self/status").read_text(encoding="utf-8", errors="replace")
    found = re.search(r"^VmHWM:\s*(\d+) kB$", status, re.MULTILINE)
    if found is None:
        raise FastTrackError("The system does not tell how much memory a process has used: measure on Linux.")
    return int(found[1]) / 1024
