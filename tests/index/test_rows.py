"""What is written of the chunks is read again."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.rows import ChunkRows

NUMBERS = st.integers(0, 2**63 - 1)
LANGUAGES = st.sampled_from(["", "cs", "und", "pt-BR"])


@given(st.lists(st.tuples(NUMBERS, NUMBERS, LANGUAGES)))
def test_what_is_written_is_read(known: list[tuple[int, int, str]]) -> None:
    rows = ChunkRows(
        np.array([number for number, _, _ in known], np.int64),
        np.array([document for _, document, _ in known], np.int64),
        np.array([language for _, _, language in known], np.str_),
    )
    read = ChunkRows.from_bytes(memoryview(rows.to_bytes()))
    for ours, theirs in zip(rows, read, strict=True):
        assert theirs.dtype.kind == ours.dtype.kind
        np.testing.assert_array_equal(theirs, ours)
    assert rows.to_bytes() == read.to_bytes()
