"""Runs come back as they were written, in trec_eval's order; a broken line is named."""

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st

from eval.lines import BrokenFileError
from eval.trec import Run, Topic, read_qrels, read_run, read_topics, write_run
from index.errors import FastTrackError

ids = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=6).filter(
    lambda text: text.split() == [text] and not text.startswith("\ufeff")
)
scores = st.floats(allow_nan=False, allow_infinity=False)
runs = st.dictionaries(ids, st.dictionaries(ids, scores, min_size=1, max_size=8), max_size=4)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("trec") / "file.txt"


def write(path: Path, text: str) -> Path:
    path.write_bytes(text.encode())
    return path


def bits(run: Run) -> dict[str, dict[str, str]]:
    return {query: {id_: score.hex() for id_, score in found.items()} for query, found in run.items()}


def columns(path: Path) -> Iterator[list[str]]:
    return (line.split(" ") for line in path.read_text(encoding="utf-8").split("\n")[:-1])


@given(runs)
def test_a_run_comes_back_to_the_last_bit(file: Path, run: Run) -> None:
    write_run(file, run, "system")
    assert bits(read_run(file)) == bits(run)


@given(runs)
def test_another_reader_finds_the_same_in_the_file(file: Path, run: Run) -> None:
    write_run(file, run, "system")
    with file.open(encoding="utf-8") as lines:
        assert pytrec_eval.parse_run(lines) == run


@given(st.dictionaries(ids, st.integers(0, 3), min_size=1, max_size=12))
def test_the_order_is_that_of_trec_eval(file: Path, found: dict[str, int]) -> None:
    """Its reciprocal rank of the only relevant passage tells where it puts this passage, ties and all."""
    write_run(file, {"q": {id_: float(score) for id_, score in found.items()}}, "system")
    for _, _, passage, rank, _, _ in columns(file):
        judge = pytrec_eval.RelevanceEvaluator({"q": {passage: 1}}, {"recip_rank"})
        value = judge.evaluate({"q": {id_: float(score) for id_, score in found.items()}})["q"]["recip_rank"]
        assert value == pytest.approx(1 / int(rank))


def test_a_run_has_six_columns_and_ranks_from_one(tmp_path: Path) -> None:
    write_run(tmp_path / "runs/x.trec", {"q2": {"a": 1.0, "b": 2.5}, "q1": {"a": -1e-300}}, "x")
    assert (tmp_path / "runs/x.trec").read_text() == (
        "q2 Q0 b 1 2.5 x\nq2 Q0 a 2 1.0 x\nq1 Q0 a 1 -1e-300 x\n"
    )


def test_numbers_of_numpy_are_written_as_numbers(file: Path) -> None:
    scores = np.random.default_rng(1).normal(size=50).astype(np.float32)
    write_run(file, {"q": {f"p{place}": score for place, score in enumerate(scores)}}, "system")
    assert [read_run(file)["q"][f"p{place}"] for place in range(50)] == scores.tolist()


def test_ranks_in_a_file_are_ignored_and_queries_may_be_mixed(file: Path) -> None:
    write(file, "q1 Q0 a 1 0.5 x\nq2 Q0 a 7 1e1 x\r\n\nq1 0 b 2 .75 x\n\r\n")
    assert read_run(file) == {"q1": {"a": 0.5, "b": 0.75}, "q2": {"a": 10.0}}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("q Q0 b 2 0.5", r"5 columns instead of 6 \(query, Q0, passage, rank, score, tag\)"),
        ("q Q0 b 2 0.5 my system", "7 columns instead of 6"),
        ("q Q0 a 2 0.5 x", "passage a stands twice for query q"),
        ("q Q0 b 2 high x", "the score 'high' is not a finite number"),
        ("q Q0 b 2 nan x", "the score 'nan' is not a finite number"),
        ("q Q0 b 2 -inf x", "not a finite number"),
        ("q Q0 b 2 1e999 x", "not a finite number"),
        ("q Q0 b 2 1_0 x", "not a finite number"),
        ("q Q0 b 2 0,5 x", "not a finite number"),
    ],
)
def test_a_broken_line_of_a_run_is_named(file: Path, line: str, reason: str) -> None:
    write(file, f"q Q0 a 1 0.5 x\n\n{line}\nq Q0 c 3 0.1 x\n")
    with pytest.raises(BrokenFileError, match=rf"{file.name}, line 3: .*{reason}"):
        read_run(file)


@pytest.mark.parametrize(
    ("run", "tag", "reason"),
    [
        ({"q": {"a": 1.0}}, "my system", "'my system' is empty or has white space"),
        ({"q": {"a": 1.0}}, "", "'' is empty or has white space"),
        ({"q": {"a b": 1.0}}, "x", "'a b' is empty or has white space"),
        ({"q\t": {"a": 1.0}}, "x", r"'q\\t' is empty or has white space"),
        ({"p": {"a": 1.0}, "q": {"a": math.nan}}, "x", "passage a has the score nan for query q"),
        ({"p": {"a": 1.0}, "q": {"a": math.inf}}, "x", "passage a has the score inf for query q"),
    ],
)
def test_what_a_run_cannot_hold_leaves_the_earlier_file(
    tmp_path: Path, run: Run, tag: str, reason: str
) -> None:
    write_run(tmp_path / "x.trec", {"q": {"a": 1.0}}, "earlier")
    with pytest.raises(FastTrackError, match=reason):
        write_run(tmp_path / "x.trec", run, tag)
    assert [path.name for path in tmp_path.iterdir()] == ["x.trec"]
    assert (tmp_path / "x.trec").read_text() == "q Q0 a 1 1.0 earlier\n"


@pytest.mark.parametrize(
    "place", ["folder", "file/x.trec", "x" * 300], ids=["folder", "in file", "long name"]
)
def test_a_run_that_cannot_be_written_is_an_error_and_leaves_nothing(tmp_path: Path, place: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(FastTrackError, match=r"cannot be written .*choose another place"):
        write_run(tmp_path / place, {"q": {"a": 1.0}}, "x")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "folder"]


def test_qrels_are_read_with_any_white_space(file: Path) -> None:
    write(file, "\ufeff301 0 FBIS3-1 1\r\n301\t0\tFBIS3-2\t0\r\n302  0  FBIS3-1  -2\n")
    assert read_qrels(file) == {"301": {"FBIS3-1": 1, "FBIS3-2": 0}, "302": {"FBIS3-1": -2}}


@pytest.mark.parametrize("grade", [-1, -2, -5])
def test_trec_eval_takes_a_negative_grade_for_not_relevant(grade: int) -> None:
    run = {"q": {"a": 4.0, "b": 3.0, "c": 2.0}}
    measures = {"ndcg_cut_10", "map", "recall_100", "recip_rank", "success_1"}
    negative, zero = (
        pytrec_eval.RelevanceEvaluator({"q": {"a": g, "b": 2, "c": 1, "d": g}}, measures).evaluate(run)
        for g in (grade, 0)
    )
    assert negative == zero


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("q 0 b", r"3 columns instead of 4 \(query, 0, passage, grade\)"),
        ("q 0 b 1.0", "the grade '1.0' is not a whole number"),
        ("q 0 b yes", "the grade 'yes' is not a whole number"),
        ("q 0 b 1_0", "is not a whole number"),
        ("q 0 b 1000000000000", "is not a whole number of at most six digits"),
        ("q 0 a 1", "passage a is judged twice for query q"),
    ],
)
def test_a_broken_line_of_qrels_is_named(file: Path, line: str, reason: str) -> None:
    write(file, f"q 0 a 1\n{line}\n")
    with pytest.raises(BrokenFileError, match=rf"{file.name}, line 2: .*{reason}"):
        read_qrels(file)


@pytest.mark.parametrize("read", [read_run, read_qrels, read_topics])
def test_bytes_that_are_not_utf_8_are_named(file: Path, read: object) -> None:
    file.write_bytes("\n1\tmétier".encode("latin-1"))
    assert callable(read)
    with pytest.raises(BrokenFileError, match=rf"{file.name}, line 2: not UTF-8 text"):
        read(file)


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BrokenFileError, match=r"none\.trec cannot be read \(No such file"):
        read_run(tmp_path / "none.trec")


CLASSIC = """
<top>

<num> Number: 301
<title> International Organized
  Crime

<desc> Description:
Identify organizations that participate in international criminal activity.

<narr> Narrative:
A relevant document must as a minimum identify the organization.
</top>

<top>
<num> Number: 302
<title> Topic: Poliomyelitis & Post-Polio
</top>
"""
CLOSED = (
    "<TOP><NUM>301</NUM><TITLE>International Organized Crime</TITLE></TOP>\n"
    "<top><num>302</num> <title>Poliomyelitis & Post-Polio</title><desc>x</desc></top>"
)
TABBED = "301\tInternational Organized Crime\n302\tPoliomyelitis & Post-Polio\n\n"


@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["unix", "windows"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "mark"])
@pytest.mark.parametrize("text", [CLASSIC, CLOSED, TABBED], ids=["classic", "closed", "tabbed"])
def test_topics_are_the_same_in_every_form(file: Path, text: str, mark: str, ends: str) -> None:
    write(file, mark + text.replace("\n", ends))
    assert read_topics(file) == [
        Topic("301", "International Organized Crime"),
        Topic("302", "Poliomyelitis & Post-Polio"),
    ]


def test_topics_may_state_their_language(file: Path) -> None:
    write(file, "1\tnl\tTelewerk in de zorg\n2\tund\tSERV\n3\tDigital skills\n")
    assert read_topics(file) == [
        Topic("1", "Telewerk in de zorg", "nl"),
        Topic("2", "SERV", "und"),
        Topic("3", "Digital skills"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("1\ta\n2", 2, "1 columns parted by tabs"),
        ("1\ta\n2\ten\tb\tc", 2, "4 columns parted by tabs"),
        ("1\ta\n2\tEnglish\tb", 2, "the language 'English' is no code of two small letters"),
        ("1\ta\n1\tb", 2, "topic 1 stands twice"),
        ("1\ta\n2\t ", 2, "topic 2 has no text"),
        ("1\ta\n2 b\tc", 2, "the id '2 b' is empty or has white space"),
        ("1\ta\n\tc", 2, "the id '' is empty or has white space"),
        ("<top><num>1<title>a</top>\n\n<top><num>1<title>b</top>", 3, "topic 1 stands twice"),
        ("<top>\n<title>a\n</top>", 1, "a topic with 0 <num> instead of one"),
        ("<top><num>1<title>a</top>\n<top>\n<num>2\n</top>", 2, "a topic with 0 <title> instead of one"),
        ("<top><num>1<title>a\n<title>b</top>", 1, "a topic with 2 <title> instead of one"),
        ("<top><num>1<title> </top>", 1, "topic 1 has no text"),
        ("<top><num>1<title>a</top>\n\nhello\n", 3, "'hello' belongs to no <top> that ends with </top>"),
        ("<top><num>1<title>a</top>\n<top><num>2<title>b", 2, "belongs to no <top> that ends with </top>"),
        ("<top><num>1<title>a\n<top><num>2<title>b</top>", 1, "this <top> is not closed by </top>"),
    ],
)
def test_a_broken_topic_is_named(file: Path, text: str, line: int, reason: str) -> None:
    write(file, text)
    with pytest.raises(BrokenFileError, match=rf"{file.name}, line {line}: .*{reason}"):
        read_topics(file)
