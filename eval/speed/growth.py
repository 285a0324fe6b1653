"""Writes what a bench measured, with a picture of how a search's time grows with the library."""

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from eval.files import write_json
from eval.speed.bench import Bench
from eval.speed.measurement import Measurement
from eval.speed.search import WARM


def write_bench(bench: Bench, folder: Path) -> list[Path]:
    """Write `bench.json` and, where searches over two sizes or more were measured, `growth.svg` and
    `growth.png`.

    Returns what was written. Raises `ModuleNotFoundError` where matplotlib is missing.
    """
    written = [folder / "bench.json"]
    write_json(written[0], asdict(bench))
    searches = [one for one in bench.measurements if one.name == WARM]
    if len(searches) > 1:
        # Not before the figures are safe: the product does without matplotlib.
        from eval.pictures import draw_growth, save

        save(draw_growth(_to_curves(searches), f"{WARM} (ms)"), folder / "growth")
        written += [folder / "growth.svg", folder / "growth.png"]
    return written


def _to_curves(searches: Iterable[Measurement]) -> dict[str, list[tuple[float, float]]]:
    """The median and the 95th percentile in milliseconds, by chunks."""
    curves: dict[str, list[tuple[float, float]]] = {"p50": [], "p95": []}
    for one in searches:
        curves["p50"].append((one.chunks, one.values.median * 1000))
        if one.values.p95 is not None:
            curves["p95"].append((one.chunks, one.values.p95 * 1000))
    return curves
