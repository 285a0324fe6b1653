"""The reference search against a full sort, and that it costs nothing where it is not used."""

import subprocess
import sys
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from eval.speed import plain

ROOT = Path(__file__).parents[3]


@given(st.integers(1, 60), st.data(), st.integers(0, 1000))
def test_the_nearest_are_those_of_a_full_sort(rows: int, data: st.DataObject, seed: int) -> None:
    count = data.draw(st.integers(1, rows))
    chance = np.random.default_rng(seed)
    vectors = chance.normal(size=(rows, 8)).astype(np.float32)
    vector = chance.normal(size=8).astype(np.float32)
    expected = np.argsort(-(vectors @ vector), kind="stable")[:count]
    assert plain.find_nearest(vectors, vector, count).tolist() == expected.tolist()


def test_where_the_product_is_measured_torch_takes_no_memory() -> None:
    script = (
        "import sys, eval.speed.answers, eval.speed.encoding, eval.speed.ingest, eval.speed.search\n"
        "sys.exit(', '.join({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)) or 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
