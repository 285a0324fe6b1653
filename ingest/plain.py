"""Reads plain text in whatever encoding it is."""

import string
import unicodedata

from charset_normalizer import from_bytes

from ingest.content import Content
from ingest.errors import UnreadableError

_LONGEST_TITLE = 100

# The older encodings of the six languages, and what these languages print. An encoding that makes something
# else of the bytes is the wrong one: in cp1250 a Spanish "ñ" becomes "ń". General statistics were wrong
# about most Spanish and all Czech files in these encodings.
_ENCODINGS = ("cp1252", "cp1250", "iso8859_2")
_LETTERS = "áàâäčçďéèêëěíîïňñóôöœřšťúùûüůýÿž"
_SIGNS = "ß“”„‘’‚‹›«»–—…•·€£§°ºª¿¡©®™½²³×±µ\u00a0\u00ad"
_USUAL = frozenset(string.printable + _LETTERS + _LETTERS.upper() + _SIGNS)
_MOST_UNUSUAL = 0.1
"""Share of the characters beyond ASCII that may be unusual, such as a name from elsewhere."""


def read_plain(data: bytes) -> Content:
    """The text as it is, with uniform line ends; its first line serves as title if it looks like one."""
    text = decode(data)
    return Content(text=text, title=_first_line_as_title(text))


def decode(data: bytes) -> str:
    """The bytes as text: UTF-8, or what they most likely are. Raises `UnreadableError`."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        guess = _decode_usual(data) or from_bytes(data).best()
        if guess is None:
            raise UnreadableError("its bytes are not text in any known encoding") from error
        text = str(guess)
    if "\0" in text:
        raise UnreadableError("it is not text: it holds null characters")
    lines = join_surrogates(text).replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", lines)


def join_surrogates(text: str) -> str:
    """The text with each pair of surrogates as the one character that it means, and none left alone."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _decode_usual(data: bytes) -> str | None:
    """The bytes as one of the six languages prints them, or None where none does."""
    beyond_ascii = sum(byte > 127 for byte in data)
    readings = []
    for encoding in _ENCODINGS:
        text = data.decode(encoding, "replace")
        readings.append((sum(character not in _USUAL for character in text), text))
    unusual, text = min(readings, key=lambda reading: reading[0])
    return text if unusual <= beyond_ascii * _MOST_UNUSUAL and "\ufffd" not in text else None


def _first_line_as_title(text: str) -> str:
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    is_sentence = line.endswith((".", ",", ";", ":"))
    return "" if is_sentence or line[:1].isdigit() or len(line) > _LONGEST_TITLE else line
