"""Reads files that hold one entry a line, and names file and line where one is broken."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import FastTrackError
from index.records import UNDETERMINED

_SHOWN = 60  # characters of a broken line that its error shows


class BrokenFileError(FastTrackError):
    """A file of a collection, a run or judgements cannot be read as what it should be."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its end; `number` counts from 1."""

    path: Path
    number: int
    text: str

    def broken(self, reason: str) -> BrokenFileError:
        """The error to raise for this line."""
        return BrokenFileError(f"{self.path}, line {self.number}: {reason}.")


def read_lines(path: Path) -> Iterator[Line]:
    """The lines that are not blank. Only line feeds part them, with or without a carriage return.

    A byte order mark is no part of the first. Raises `BrokenFileError` where the file cannot be read or is
    not UTF-8.
    """
    try:
        with path.open("rb") as file:
            for number, data in enumerate(file, start=1):
                try:
                    text = data.decode("utf-8-sig" if number == 1 else "utf-8")
                except UnicodeDecodeError as error:
                    raise Line(path, number, "").broken("not UTF-8 text; save the file as UTF-8") from error
                if text.strip():
                    yield Line(path, number, text.rstrip("\r\n"))
    except OSError as error:
        raise BrokenFileError(f"{path} cannot be read ({error.strerror}).") from error


def read_objects(path: Path) -> Iterator[tuple[Line, dict[str, Any]]]:
    """The JSON object on each line. Raises `BrokenFileError` for a line that is none."""
    for line in read_lines(path):
        try:
            value = json.loads(line.text)
        except (ValueError, RecursionError) as error:
            raise line.broken(f"not a JSON object but {shorten(line.text)}") from error
        if not isinstance(value, dict):
            raise line.broken(f"not a JSON object but {shorten(line.text)}")
        yield line, value


def check_id(line: Line, id_: str) -> str:
    """The id. Raises `BrokenFileError` where it is empty or has white space, which parts TREC's columns."""
    if id_.split() != [id_]:
        raise line.broken(f"the id {shorten(id_)} is empty or has white space, which no TREC file can hold")
    return id_


def check_language(line: Line, code: str) -> str:
    """The code. Raises `BrokenFileError` where it is neither of ISO 639-1 nor `UNDETERMINED`."""
    if code != UNDETERMINED and not re.fullmatch("[a-z]{2}", code):
        raise line.broken(
            f"the language {shorten(code)} is no code of two small letters such as nl, nor {UNDETERMINED}"
        )
    return code


def shorten(text: str) -> str:
    """A text as an error shows it: in quotes, without control characters, and not all too long."""
    return repr(text) if len(text) <= _SHOWN else f"{text[:_SHOWN]!r}…"
