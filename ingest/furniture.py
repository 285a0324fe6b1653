"""Takes away what belongs to a printed page and not to its text: headers, footers, page numbers, contents."""

import re
from collections import Counter

from ingest.lines import Line, letters_of, text_of
from ingest.paragraphs import LEADERS

_LETTER = re.compile(r"[^\W\d_]")
_PAGE_NUMBER = re.compile(r"^\D{0,8}(\d+)\D{1,6}(\d+)\D{0,2}$")
_EDGE_LINES = 2
LONGEST_ENTRY = 3  # lines


def drop_running_lines(pages: list[list[Line]]) -> list[list[Line]]:
    """Without the headers, footers and page numbers at the pages' edges."""
    running = _find_running(pages) if len(pages) > 2 else set()
    return [
        _without_edges(page, running, (str(number), str(len(pages))))
        for number, page in enumerate(pages, start=1)
    ]


def _find_running(pages: list[list[Line]]) -> set[str]:
    """The shapes of the lines that most pages share at their edges."""
    counts: Counter[str] = Counter()
    for page in pages:
        shapes = [shape for line in page if (shape := _shape(line))]
        counts.update({*shapes[:_EDGE_LINES], *shapes[-_EDGE_LINES:]})
    return {shape for shape, count in counts.items() if count > len(pages) / 2}


def _shape(line: Line) -> str:
    """What a line says, with its numbers made alike, so that page numbers do not tell pages apart."""
    return re.sub(r"\d+", "0", text_of(line).strip())


def _without_edges(page: list[Line], running: set[str], numbers: tuple[str, str]) -> list[Line]:
    page = page[_count_running(page, running, numbers) :]
    return page[: len(page) - _count_running(page[::-1], running, numbers)]


def _count_running(page: list[Line], running: set[str], numbers: tuple[str, str]) -> int:
    """How many of the first lines belong to the page. Only one may be a mere number, as an amount has its
    shape too; "2 / 3" on the second of three pages is no amount."""
    removed = bare = 0
    for place, line in enumerate(page):
        if shape := _shape(line):
            removed += 1
            bare += _LETTER.search(shape) is None
            belongs = shape in running or _PAGE_NUMBER.findall(text_of(line)) == [numbers]
            if removed > _EDGE_LINES or bare > 1 or not belongs:
                return place
    return len(page)


def drop_contents(page: list[Line], titles: set[str]) -> list[Line]:
    """Without the lines of a table of contents: a title of the outline, leaders, and a page number."""
    plain = {letters_of(title) for title in titles}
    kept: list[Line] = []
    for line in page:
        kept.append(line)
        if match := LEADERS.match(text_of(line).strip()):
            for count in range(1, LONGEST_ENTRY + 1):  # the title may take several lines
                if letters_of("".join([*map(text_of, kept[-count:-1]), match[1]])) in plain:
                    del kept[-count:]
                    break
    return kept
