"""What every measurement of speed shares: figures with their spread, ratios to a reference, timing.

Machines are shared and noisy. A time by itself says little; its ratio to that of a fixed reference, measured
in turns with it in the same run, says what a change did.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

import numpy as np

_FEWEST_FOR_P95 = 20

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Spread:
    """`n` values in short; `p95`, the 95th percentile, is None where fewer than 20 would have to tell it."""

    n: int
    minimum: float
    median: float
    p95: float | None
    maximum: float


@dataclass(frozen=True, slots=True)
class Reference:
    """What a measurement is held against: values in the same unit, and the ratios of the measured to them."""

    name: str
    values: Spread
    ratios: Spread


@dataclass(frozen=True, slots=True)
class Measurement:
    """One quantity in its unit, such as `s` or `chunks/s`; `chunks` is how many were encoded or searched."""

    part: str
    name: str
    unit: str
    chunks: int
    values: Spread
    reference: Reference | None = None


def summarise(values: Sequence[float]) -> Spread:
    """The spread of at least one value."""
    return Spread(
        n=len(values),
        minimum=float(min(values)),
        median=float(np.median(values)),
        p95=float(np.percentile(values, 95)) if len(values) >= _FEWEST_FOR_P95 else None,
        maximum=float(max(values)),
    )


def compare(name: str, values: Sequence[float], reference: Sequence[float]) -> Reference:
    """Hold values against those of the reference called `name`, each against the one at its place."""
    ratios = [own / other for own, other in zip(values, reference, strict=True)]
    return Reference(name, summarise(reference), summarise(ratios))


def time_call(call: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> float:
    """How many seconds the call takes."""
    started = time.perf_counter()
    call(*args, **kwargs)
    return time.perf_counter() - started


def spread_evenly(items: Sequence[T], most: int) -> list[T]:
    """At most so many of the items, from the first to the last at even distances."""
    places = np.linspace(0, len(items) - 1, min(most, len(items))).round().astype(int)
    return [items[place] for place in places]
