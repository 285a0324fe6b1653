"""How much of a call goes to its steps: all of it is told once, and the methods are as before."""

import time

import pytest

from eval.speed.steps import time_steps


class Kitchen:
    def chop(self, seconds: float) -> str:
        time.sleep(seconds)
        return "chopped"

    def cook(self, seconds: float) -> None:
        time.sleep(seconds)

    def burn(self) -> None:
        raise ValueError("burnt")


STEPS = {"knife": [(Kitchen, "chop")], "fire": [(Kitchen, "cook"), (Kitchen, "burn")], "oven": []}


def test_steps_and_the_rest_are_the_whole() -> None:
    told = []

    def dine() -> None:
        kitchen = Kitchen()
        told.append(kitchen.chop(0.01))
        kitchen.cook(seconds=0.04)
        told.append(kitchen.chop(0.01))
        time.sleep(0.02)

    started = time.perf_counter()
    seconds = time_steps(STEPS, dine)
    whole = time.perf_counter() - started
    assert told == ["chopped", "chopped"]
    assert list(seconds) == ["knife", "fire", "oven", "rest"]
    assert seconds["knife"] >= 0.02
    assert seconds["fire"] >= 0.04
    assert seconds["oven"] == 0
    assert seconds["rest"] >= 0.02
    assert 0.08 <= sum(seconds.values()) <= whole


def test_afterwards_the_methods_are_as_before() -> None:
    before = dict(vars(Kitchen))
    time_steps(STEPS, lambda: Kitchen().cook(0))
    with pytest.raises(ValueError, match="burnt"):
        time_steps(STEPS, Kitchen().burn)
    assert dict(vars(Kitchen)) == before
