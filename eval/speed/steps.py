"""Tells how much of a call goes to some of its steps, timed from outside: the methods that do them."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import wraps
from typing import Any

Method = tuple[type, str]
"""A class and the name of one of its methods."""

REST = "rest"


def time_steps(steps: Mapping[str, Sequence[Method]], call: Callable[[], object]) -> dict[str, float]:
    """Seconds of the call by step, and `REST`: what it takes besides.

    The methods must not call each other, and call nothing that other threads use meanwhile.
    """
    seconds = dict.fromkeys(steps, 0.0)
    with ExitStack() as stack:
        for step, methods in steps.items():
            for owner, name in methods:
                stack.enter_context(_timed(owner, name, step, seconds))
        started = time.perf_counter()
        call()
        whole = time.perf_counter() - started
    return seconds | {REST: whole - sum(seconds.values())}


@contextmanager
def _timed(owner: type, name: str, step: str, seconds: dict[str, float]) -> Iterator[None]:
    """Add up what a method takes for as long as this lasts."""
    method = getattr(owner, name)

    @wraps(method)
    def measured(*args: Any, **kwargs: Any) -> Any:
        started = time.perf_counter()
        try:
            return method(*args, **kwargs)
        finally:
            seconds[step] += time.perf_counter() - started

    setattr(owner, name, measured)
    try:
        yield
    finally:
        setattr(owner, name, method)
