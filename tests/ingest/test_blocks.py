"""Blocks become one text in which each keeps its words, whatever their kinds and order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.blocks import BULLET, Block, join_blocks
from ingest.content import Content

LEVELS, MARKS = st.integers(0, 6), st.sampled_from(["", BULLET, "1. "])
BLOCKS = st.builds(Block, st.text("ab \u00a0é", min_size=1).filter(str.strip), LEVELS, MARKS)


@pytest.mark.parametrize(
    ("blocks", "text"),
    [
        ([Block("a"), Block("b")], "a\n\nb"),
        ([Block("a", mark=BULLET), Block("b", mark="1. ")], "- a\n1. b"),
        ([Block("a"), Block("b", mark=BULLET), Block("c")], "a\n\n- b\n\nc"),
        ([Block("a", mark=BULLET), Block("b"), Block("c", mark=BULLET)], "- a\n\nb\n\n- c"),
        ([], ""),
    ],
    ids=["paragraphs", "items", "items-between", "paragraph-between", "none"],
)
def test_a_blank_line_parts_all_but_the_items_of_a_list(blocks: list[Block], text: str) -> None:
    assert join_blocks(blocks).text == text


@pytest.mark.parametrize(
    ("levels", "title"),
    [([1, 2, 3], "H0"), ([1], "H0"), ([2, 1], ""), ([1, 1], ""), ([2, 2], ""), ([], "")],
    ids=["highest", "alone", "late", "two", "low", "none"],
)
def test_the_single_first_and_highest_heading_is_the_title(levels: list[int], title: str) -> None:
    content = join_blocks([Block(f"H{place}", level) for place, level in enumerate(levels)])
    assert content.title == title


@given(st.lists(BLOCKS))
def test_the_blocks_in_their_order_are_the_text(blocks: list[Block]) -> None:
    content = join_blocks(blocks)
    position = 0
    for block in blocks:
        start = content.text.index(block.mark + block.text, position)
        assert content.text[position:start] in ("", "\n", "\n\n")
        position = start + len(block.mark + block.text)
    assert position == len(content.text)


@given(st.lists(BLOCKS))
def test_sections_follow_each_other_to_the_end_and_are_named_by_headings(blocks: list[Block]) -> None:
    content = join_blocks(blocks)
    headings = {block.text for block in blocks if block.level}
    bounds = [bound for section in content.sections for bound in (section.start, section.end)]
    assert bounds == sorted(bounds)
    assert bool(content.sections) == bool(headings)
    assert bounds[-1:] == ([len(content.text)] if headings else [])
    assert {name for section in content.sections for name in section.path} <= headings


def test_nothing_is_empty_content() -> None:
    assert join_blocks([]) == Content(text="")
