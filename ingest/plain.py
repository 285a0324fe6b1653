"""Reads plain text in whatever encoding it is."""

import unicodedata

from charset_normalizer import from_bytes

from ingest.content import Content
from ingest.errors import UnreadableError

_LONGEST_TITLE = 100


def read_plain(data: bytes) -> Content:
    """The text as it is, with uniform line ends; its first line serves as title if it looks like one."""
    text = decode(data)
    return Content(text=text, title=_first_line_as_title(text))


def decode(data: bytes) -> str:
    """The bytes as text: UTF-8, or what they most likely are. Raises `UnreadableError`."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        guess = from_bytes(data).best()
        if guess is None:
            raise UnreadableError("its bytes are not text in any known encoding") from error
        text = str(guess)
    if "\0" in text:
        raise UnreadableError("it is not text: it holds null characters")
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def _first_line_as_title(text: str) -> str:
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    is_sentence = line.endswith((".", ",", ";", ":"))
    return "" if is_sentence or line[:1].isdigit() or len(line) > _LONGEST_TITLE else line
