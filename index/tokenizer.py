"""The packaged encoder's tokenizer, whole for many texts or just large enough for one.

Reading the whole vocabulary of 250,000 pieces takes longer than everything else that a question from the
command line waits for. But a text is cut only into pieces that stand in it, so a tokenizer over these few
cuts it in the same way; they are looked up in a small database.
"""

import re
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from index.e5file import Pieces

_SPECIALS = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
_SPECIAL = re.compile("|".join(_SPECIALS))
_LOOKED_UP_AT_ONCE = 500


def build_tokenizer(pieces: Pieces) -> Any:
    """The XLM-RoBERTa tokenizer over these pieces, as `tokenizers.Tokenizer`."""
    from tokenizers import Tokenizer
    from tokenizers.models import Unigram
    from tokenizers.processors import TemplateProcessing

    tokenizer = Tokenizer(Unigram(pieces.vocabulary, unk_id=pieces.unk))
    tokenizer.normalizer, tokenizer.pre_tokenizer = _normalizer(), _pre_tokenizer()
    specials = [("<s>", pieces.bos), ("</s>", pieces.eos)]
    tokenizer.post_processor = TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=specials
    )
    tokenizer.add_special_tokens(list(_SPECIALS))
    return tokenizer


def write_pieces(pieces: Pieces, path: Path) -> None:
    """Write the vocabulary as a database for `tokenize_few`."""
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE pieces (piece TEXT PRIMARY KEY, id INTEGER, score REAL) WITHOUT ROWID")
        database.executemany(
            "INSERT OR IGNORE INTO pieces VALUES (?, ?, ?)",
            [(piece, id_, score) for id_, (piece, score) in enumerate(pieces.vocabulary)],
        )
        # Where the tokenizer finds no piece, it reckons with the lowest score of its vocabulary.
        database.execute("CREATE TABLE lowest AS SELECT piece FROM pieces ORDER BY score LIMIT 1")
        database.execute(f"PRAGMA user_version = {max(len(piece) for piece, _ in pieces.vocabulary)}")


def tokenize_few(texts: Sequence[str], path: Path) -> list[list[int]]:
    """The texts' ids, special tokens included, as the whole tokenizer gives them."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
        (longest,) = database.execute("PRAGMA user_version").fetchone()
        (lowest,) = database.execute("SELECT piece FROM lowest").fetchone()
        wanted = {*_substrings(texts, longest), *_SPECIALS, lowest}
        rows = _look_up(database, sorted(wanted))
    places = {piece: place for place, (piece, _, _) in enumerate(rows)}
    small = build_tokenizer(
        Pieces(
            [(piece, score) for piece, _, score in rows],
            bos=places["<s>"],
            eos=places["</s>"],
            pad=places["<pad>"],
            unk=places["<unk>"],
        )
    )
    return [[rows[place][1] for place in encoding.ids] for encoding in small.encode_batch(list(texts))]


def _normalizer() -> Any:
    from tokenizers import Regex, normalizers

    return normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )


def _pre_tokenizer() -> Any:
    from tokenizers.pre_tokenizers import Metaspace

    return Metaspace(prepend_scheme="always")


def _substrings(texts: Iterable[str], longest: int) -> set[str]:
    """Every string of at most `longest` characters that stands in a word of the texts."""
    normalizer, pre_tokenizer = _normalizer(), _pre_tokenizer()
    # What stands between special tokens is cut by itself.
    parts = (normalizer.normalize_str(part) for text in texts for part in _SPECIAL.split(text))
    words = {word for part in parts for word, _ in pre_tokenizer.pre_tokenize_str(part)}
    return {
        word[start:end]
        for word in words
        for start in range(len(word))
        for end in range(start + 1, min(start + longest, len(word)) + 1)
    }


def _look_up(database: sqlite3.Connection, wanted: list[str]) -> list[tuple[str, int, float]]:
    """Those of the wanted pieces that the vocabulary has, with their ids and scores, by id."""
    rows: list[tuple[str, int, float]] = []
    for first in range(0, len(wanted), _LOOKED_UP_AT_ONCE):
        some = wanted[first : first + _LOOKED_UP_AT_ONCE]
        marks = ",".join("?" * len(some))
        rows += database.execute(f"SELECT piece, id, score FROM pieces WHERE piece IN ({marks})", some)
    return sorted(rows, key=lambda row: row[1])
