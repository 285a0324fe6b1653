"""Values in short, ratios pair by pair, and samples at even distances."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.speed.measurement import compare, spread_evenly, summarise, time_call

VALUES = st.lists(st.floats(0.001, 1000), min_size=1, max_size=60)


@given(VALUES)
def test_a_spread_lies_between_its_ends(values: list[float]) -> None:
    found = summarise(values)
    assert (found.n, found.minimum, found.maximum) == (len(values), min(values), max(values))
    assert sum(value <= found.median for value in values) * 2 >= len(values)
    assert sum(value >= found.median for value in values) * 2 >= len(values)
    assert (found.p95 is None) == (len(values) < 20)
    if found.p95 is not None:
        assert found.median <= found.p95 <= found.maximum


def test_the_95th_percentile_leaves_five_in_a_hundred_above() -> None:
    assert summarise([float(value) for value in reversed(range(101))]).p95 == 95


def test_ratios_are_made_pair_by_pair() -> None:
    compared = compare("plain", [2.0, 30.0, 3.0], [1.0, 10.0, 1.0])
    assert (compared.name, compared.values.median) == ("plain", 1.0)
    ratios = compared.ratios
    assert (ratios.n, ratios.minimum, ratios.median, ratios.maximum) == (3, 2.0, 3.0, 3.0)
    with pytest.raises(ValueError, match="shorter"):
        compare("plain", [1.0, 2.0], [1.0])


@given(st.lists(st.integers(), unique=True, max_size=80), st.integers(1, 100))
def test_a_sample_reaches_from_the_first_to_the_last(items: list[int], most: int) -> None:
    sample = spread_evenly(items, most)
    places = [items.index(item) for item in sample]
    assert len(places) == len(set(places)) == min(most, len(items))
    assert places == sorted(places)
    if len(sample) > 1:
        assert (sample[0], sample[-1]) == (items[0], items[-1])
        distances = [after - before for before, after in pairwise(places)]
        assert max(distances) - min(distances) <= 1


def test_a_call_is_timed_until_it_returns() -> None:
    seen = []

    def work(seconds: float, *, name: str) -> None:
        time.sleep(seconds)
        seen.append(name)

    assert time_call(work, 0.02, name="done") >= 0.02
    assert seen == ["done"]
