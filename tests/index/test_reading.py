"""A reading is all that the encoder gets of a chunk, and its digest tells any two apart."""

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.reading import Reading, encode_readings, read_chunk
from index.records import Chunk
from tests.doubles import WordEncoder

TEXT = "Robots lift loads in the port. People watch them all day."
CHUNK = Chunk("id:10-67", "id", 10, 10 + len(TEXT), TEXT, "en", statements=((10, 40), (41, 67)))

some_text = st.text(max_size=5)
readings = st.builds(Reading, some_text, st.lists(some_text, max_size=3).map(tuple))
repeated = st.builds(
    Reading,
    st.sampled_from(["robots lift", "people watch"]),
    st.lists(st.sampled_from(["robots lift", "loads"])).map(tuple),
)


def test_whole_and_statements_stand_after_their_context() -> None:
    chunk = Chunk(
        "id", "id", 10, 10 + len(TEXT), TEXT, "en", heading=("Port", "Work"), statements=CHUNK.statements
    )
    context = "Report – Port – Work\n"
    assert read_chunk("Report", chunk) == Reading(
        context + TEXT,
        (context + "Robots lift loads in the port.", context + "People watch them all day."),
    )


def test_without_title_and_heading_the_text_stands_alone() -> None:
    assert read_chunk("", CHUNK) == Reading(
        TEXT, ("Robots lift loads in the port.", "People watch them all day.")
    )


@given(st.lists(readings, max_size=6))
def test_different_readings_have_different_digests(read: list[Reading]) -> None:
    for one, other in product(read, read):
        assert (one.digest == other.digest) == (one == other)


def test_the_digest_changes_with_any_statement() -> None:
    """Also where the same characters are only parted, or ordered, in another way."""
    variants = [
        Reading("whole", ("one", "two")),
        Reading("whole", ("two", "one")),
        Reading("whole", ("one",)),
        Reading("whole", ("one", "two", "")),
        Reading("whole", ("onetwo",)),
        Reading("whole", ("on", "etwo")),
        Reading("wholeone", ("two",)),
        Reading("whole", ("one", "twos")),
        Reading("whole", ()),
    ]
    assert len({reading.digest for reading in variants}) == len(variants)


def test_the_digest_is_the_same_tomorrow() -> None:
    """Libraries that exist hold it."""
    expected = "676a5aaf496ff835c4249d5d571a6b7c5043c5de691da71085ab581fb0f52c26"
    assert Reading("whole", ("één",)).digest.hex() == expected


@given(st.lists(repeated, max_size=5))
def test_equal_texts_are_encoded_once(read: list[Reading]) -> None:
    encoder = WordEncoder()
    encode_readings(read, encoder)
    assert len(encoder.encoded) == len(set(encoder.encoded))
    assert set(encoder.encoded) == {text for one in read for text in (one.whole, *one.statements)}


@given(st.lists(repeated, max_size=5))
def test_each_text_has_its_own_vector(read: list[Reading]) -> None:
    embeddings = encode_readings(read, WordEncoder())
    assert len(embeddings) == len(read)
    for one, embedding in zip(read, embeddings, strict=True):
        assert np.array_equal(embedding.whole, WordEncoder().encode_passages([one.whole])[0])
        assert embedding.statements.shape == (len(one.statements), WordEncoder.dimension)
        for statement, vector in zip(one.statements, embedding.statements, strict=True):
            assert np.array_equal(vector, WordEncoder().encode_passages([statement])[0])


def test_nothing_to_read_asks_the_encoder_for_nothing() -> None:
    encoder = WordEncoder()
    assert encode_readings([], encoder) == []
    assert encoder.encoded == []
