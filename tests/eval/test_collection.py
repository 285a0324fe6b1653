"""Collections load whole, in every form of their files, or name the file and the line that is broken."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.collection import Collection, Passage, Query, load_collection
from eval.lines import BrokenFileError, read_objects

LONG = "Sociale partners onderhandelen over telewerk en over het recht op deconnectie."
CORPUS = (
    '{"_id": "p1", "text": "Telewerk in de zorg", "title": "Zorg", "lang": "nl"}\n'
    '{"_id": "p2", "text": "Remote work in care", "lang": "en", "url": "x"}\n'
    '{"_id": "p3", "text": "", "title": "", "lang": null}\n'
)
QUERIES = (
    '{"_id": "q1", "text": "Wie mag telewerken?", "lang": "nl"}\n'
    '{"_id": "q2", "text": "Who may work remotely?", "lang": "en"}\n'
    '{"_id": "q3", "text": "Never judged"}\n'
    '{"_id": "q4", "text": "Judged, but nothing is relevant"}\n'
)
QRELS = "query-id\tcorpus-id\tscore\nq2\tp2\t2\nq2\tp1\t1\nq1\tp1\t1\nq1\tp2\t0\nq4\tp1\t0\nq4\tp2\t-1\n"
TREC_QRELS = "".join(
    f"{query} 0 {passage} {grade}\n"
    for query, passage, grade in (line.split("\t") for line in QRELS.splitlines()[1:])
)
BEIR = {"corpus.jsonl": CORPUS, "queries.jsonl": QUERIES, "qrels.tsv": QRELS}

Put = Callable[[dict[str, str]], Path]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Puts a collection's files into a folder."""

    def put_files(files: dict[str, str]) -> Path:
        folder = tmp_path / "care"
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(text.encode())
        return folder

    return put_files


def test_a_folder_of_beir_is_read_with_its_languages(put: Put) -> None:
    collection = load_collection(put(BEIR))
    assert collection == Collection(
        name="care",
        passages=(
            Passage("p1", "Telewerk in de zorg", "Zorg", "nl"),
            Passage("p2", "Remote work in care", "", "en"),
            Passage("p3", "", "", "und"),
        ),
        queries=(Query("q1", "Wie mag telewerken?", "nl"), Query("q2", "Who may work remotely?", "en")),
        qrels={"q1": {"p1": 1, "p2": 0}, "q2": {"p2": 2, "p1": 1}},
        digest=collection.digest,
    )


TABBED = "q1\tnl\tWie mag telewerken?\nq2\ten\tWho may work remotely?\nq3\tNever judged\nq4\tNothing found\n"
OTHER_FORMS = {
    "qrels in a folder": {"corpus.jsonl": CORPUS, "queries.jsonl": QUERIES, "qrels/test.tsv": QRELS},
    "other qrels beside them": BEIR | {"qrels/nl-en.tsv": "q1\tp2\t1\n", "qrels/train.tsv": "?"},
    "without header": BEIR | {"qrels.tsv": QRELS.split("\n", 1)[1]},
    "windows": {name: text.replace("\n", "\r\n") for name, text in BEIR.items()},
    "byte order mark": {name: f"\ufeff{text}" for name, text in BEIR.items()},
    "blank last line": {name: f"{text}\n \n" for name, text in BEIR.items()},
    "no last line end": {name: text.rstrip("\n") for name, text in BEIR.items()},
    "escaped": BEIR | {"corpus.jsonl": CORPUS.replace("Telewerk", "\\u0054elewerk")},
    "topics": {"corpus.jsonl": CORPUS, "topics.txt": TABBED, "qrels.txt": TREC_QRELS},
    "topics, judged as in BEIR": {"corpus.jsonl": CORPUS, "topics.txt": TABBED, "qrels.tsv": QRELS},
}


@pytest.mark.parametrize("files", OTHER_FORMS.values(), ids=OTHER_FORMS.keys())
def test_every_form_of_the_files_gives_the_same_collection(
    put: Put, tmp_path: Path, files: dict[str, str]
) -> None:
    expected = load_collection(put(BEIR))
    (tmp_path / "care").rename(tmp_path / "first")
    assert load_collection(put(files)) == expected


def test_topics_of_trec_are_queries(put: Put) -> None:
    topics = "<top>\n<num> Number: q1\n<title> telewerk\n<desc> Wie mag het?\n</top>\n"
    collection = load_collection(
        put({"corpus.jsonl": CORPUS, "topics.txt": topics, "qrels.txt": "q1 0 p1 1"})
    )
    assert collection.queries == (Query("q1", "telewerk", "und"),)


@pytest.mark.parametrize(
    ("stated", "text", "language"),
    [
        ({}, LONG, "nl"),
        ({"lang": ""}, LONG, "nl"),
        ({"lang": "cs"}, LONG, "cs"),
        ({"lang": "und"}, LONG, "und"),
        ({}, "Who may work remotely?", "und"),
        ({}, "2018 " * 50, "und"),
    ],
    ids=["detected", "empty", "stated", "stated as unknown", "too short", "no letters"],
)
def test_a_language_is_stated_or_told_by_a_text_of_some_length(
    put: Put, stated: dict[str, str], text: str, language: str
) -> None:
    line = json.dumps({"_id": "en-1", "text": text, **stated})
    files = {"corpus.jsonl": line, "queries.jsonl": line, "qrels.tsv": "en-1\ten-1\t1"}
    collection = load_collection(put(files))
    assert collection.passages[0].language == collection.queries[0].language == language


def test_the_title_tells_the_language_of_a_passage_that_has_no_text(put: Put) -> None:
    corpus = json.dumps({"_id": "p1", "text": "", "title": LONG})
    collection = load_collection(put(BEIR | {"corpus.jsonl": corpus, "qrels.tsv": "q1\tp1\t1"}))
    assert collection.passages == (Passage("p1", "", LONG, "nl"),)


BROKEN = {
    "not json": ("queries.jsonl", 2, "{'_id': 'q2'}", "not a JSON object but \"{'_id': 'q2'}\""),
    "cut short": ("corpus.jsonl", 3, '{"_id": "p3", "te', "not a JSON object"),
    "too deep": ("corpus.jsonl", 3, "[" * 100_000, "not a JSON object"),
    "a list": ("queries.jsonl", 2, '["q2"]', "not a JSON object"),
    "no id": ("corpus.jsonl", 2, '{"id": "p2", "text": "x"}', 'no "_id"'),
    "id a number": ("corpus.jsonl", 2, '{"_id": 2, "text": "x"}', "\"_id\" is '2', not a string"),
    "id empty": ("corpus.jsonl", 2, '{"_id": "", "text": "x"}', "the id '' is empty or has white space"),
    "id of two words": ("queries.jsonl", 1, '{"_id": "q 1", "text": "x"}', "the id 'q 1' is empty or has"),
    "id twice": ("corpus.jsonl", 3, '{"_id": "p1", "text": "x"}', "the id p1 stands twice"),
    "query twice": ("queries.jsonl", 2, '{"_id": "q1", "text": "x"}', "the id q1 stands twice"),
    "no text": ("corpus.jsonl", 1, '{"_id": "p1"}', 'no "text"'),
    "text null": ("corpus.jsonl", 1, '{"_id": "p1", "text": null}', 'no "text"'),
    "title a list": (
        "corpus.jsonl",
        1,
        '{"_id": "p1", "text": "x", "title": []}',
        "\"title\" is '\\[]', not",
    ),
    "query empty": ("queries.jsonl", 1, '{"_id": "q1", "text": " \\n"}', "query q1 has no text"),
    "half a character": (
        "corpus.jsonl",
        1,
        '{"_id": "p1", "text": "\\ud83e"}',
        '"text" has half a surrogate',
    ),
    "language": ("queries.jsonl", 1, '{"_id": "q1", "text": "x", "lang": "eng"}', "the language 'eng' is no"),
    "a path": ("queries.jsonl", 1, '{"_id": "q1", "text": "x", "lang": "../x"}', "the language '../x' is no"),
    "unknown passage": ("qrels.tsv", 3, "q2\tx\t1", "passage x is not in corpus.jsonl"),
    "unknown query": ("qrels.tsv", 3, "x\tp2\t0", "query x is not in queries.jsonl"),
    "judged twice": ("qrels.tsv", 3, "q2\tp2\t2", "passage p2 is judged twice for query q2"),
    "two columns": ("qrels.tsv", 3, "q2\tp1", "2 columns parted by tabs instead of 3"),
    "columns of trec": ("qrels.tsv", 2, "q2 0 p2 1", "1 columns parted by tabs instead of 3 .*qrels.txt"),
    "grade": ("qrels.tsv", 2, "q2\tp2\t0.5", "the grade '0.5' is not a whole number"),
    "second header": ("qrels.tsv", 2, "query-id\tcorpus-id\tscore", "the grade 'score' is not a whole"),
}


@pytest.mark.parametrize(("name", "number", "line", "reason"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_line_is_named(put: Put, name: str, number: int, line: str, reason: str) -> None:
    lines = BEIR[name].split("\n")
    lines[number - 1] = line
    with pytest.raises(BrokenFileError, match=rf"{name}, line {number}: {reason}") as raised:
        load_collection(put(BEIR | {name: "\n".join(lines)}))
    assert len(str(raised.value)) < 400


def test_bytes_that_are_not_utf_8_are_named(put: Put) -> None:
    folder = put(BEIR)
    (folder / "corpus.jsonl").write_bytes(
        CORPUS.encode() + '{"_id": "p4", "text": "métier"}'.encode("latin-1")
    )
    with pytest.raises(
        BrokenFileError, match=r"corpus\.jsonl, line 4: not UTF-8 text; save the file as UTF-8"
    ):
        load_collection(folder)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("corpus.jsonl", "holds no passages: put them into corpus.jsonl"),
        ("queries.jsonl", "holds no queries: put them into queries.jsonl or topics.txt"),
        ("qrels.tsv", "holds no judgements: put them into qrels.tsv or qrels/test.tsv or qrels.txt"),
    ],
)
def test_a_missing_file_is_named_with_what_may_stand_for_it(put: Put, name: str, reason: str) -> None:
    with pytest.raises(BrokenFileError, match=reason):
        load_collection(put({other: text for other, text in BEIR.items() if other != name}))


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("topics.txt", "", "queries in queries.jsonl and topics.txt: keep one of them"),
        ("qrels/test.tsv", "", "judgements in qrels.tsv and qrels/test.tsv: keep one of them"),
        ("corpus.jsonl", "\n", "corpus.jsonl holds no passage"),
        ("queries.jsonl", "", "queries.jsonl holds no query"),
        ("qrels.tsv", "query-id\tcorpus-id\tscore\n", "qrels.tsv holds no judgement above 0"),
        ("qrels.tsv", "q1\tp1\t0\n", "qrels.tsv holds no judgement above 0"),
    ],
)
def test_too_many_files_and_empty_ones_are_errors(put: Put, name: str, text: str, reason: str) -> None:
    with pytest.raises(BrokenFileError, match=reason):
        load_collection(put(BEIR | {name: text}))


def test_a_folder_that_is_none_is_an_error(put: Put) -> None:
    for path in (put(BEIR) / "none", put(BEIR) / "corpus.jsonl"):
        with pytest.raises(BrokenFileError, match=f"There is no folder {path}"):
            load_collection(path)


CHANGES = {
    "text": ("corpus.jsonl", "Remote", "remote"),
    "title": ("corpus.jsonl", '"Zorg"', '"Care"'),
    "passage language": ("corpus.jsonl", '"en"', '"de"'),
    "passage id": ("corpus.jsonl", "p3", "p4"),
    "query": ("queries.jsonl", "Wie", "Wat"),
    "query language": ("queries.jsonl", '"en"', '"de"'),
    "grade": ("qrels.tsv", "q2\tp2\t2", "q2\tp2\t3"),
    "judgement": ("qrels.tsv", "q1\tp2\t0\n", ""),
}


@pytest.mark.parametrize(("name", "old", "new"), CHANGES.values(), ids=CHANGES.keys())
def test_the_digest_tells_every_change(put: Put, name: str, old: str, new: str) -> None:
    before = load_collection(put(BEIR)).digest
    changed = BEIR[name].replace(old, new)
    assert changed != BEIR[name]
    assert load_collection(put(BEIR | {name: changed})).digest != before


def test_the_digest_tells_the_order_but_not_what_is_left_out(put: Put) -> None:
    before = load_collection(put(BEIR)).digest
    other = BEIR | {"queries.jsonl": QUERIES.replace("Never judged", "Still not judged")}
    assert load_collection(put(other)).digest == before
    turned = BEIR | {"queries.jsonl": "\n".join(reversed(QUERIES.splitlines()))}
    assert load_collection(put(turned)).digest != before


@given(st.lists(st.dictionaries(st.text(), st.text(), max_size=2), max_size=5), st.booleans())
def test_what_json_writes_is_one_object_a_line(
    tmp_path_factory: pytest.TempPathFactory, objects: list[dict[str, str]], ascii_only: bool
) -> None:
    """Unicode knows more line ends than files do, and JSON writes them as they are."""
    path = tmp_path_factory.getbasetemp() / "objects.jsonl"
    text = "".join(f"{json.dumps(value, ensure_ascii=ascii_only)}\n" for value in objects)
    path.write_text(text, encoding="utf-8", newline="\n")
    assert [value for _, value in read_objects(path)] == objects


SIX = ("nl", "en", "de", "fr", "es", "cs")
THREE = ("en", "de", "es")
IN_PAIRS = dict.fromkeys(SIX, 1000) | {"en": 5000}


@pytest.mark.parametrize(
    ("name", "passages", "queries", "judgements"),
    [
        pytest.param("xquad_r", dict.fromkeys(THREE, 240), dict.fromkeys(THREE, 1190), 10_710, id="xquad_r"),
        pytest.param("udhr6", dict.fromkeys(SIX, 30), dict.fromkeys(SIX, 50), 1500, id="udhr6"),
        pytest.param("tatoeba6", IN_PAIRS, IN_PAIRS, 10_000, id="tatoeba6"),
    ],
)
def test_the_shared_collections_hold_what_they_state(
    shared_folder: Path, name: str, passages: dict[str, int], queries: dict[str, int], judgements: int
) -> None:
    collection = load_collection(shared_folder / "data" / name)
    assert Counter(passage.language for passage in collection.passages) == passages
    assert Counter(query.language for query in collection.queries) == queries
    assert sum(map(len, collection.qrels.values())) == judgements
