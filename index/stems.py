"""Words as the lexical index knows them: lower case, stemmed by the Snowball stemmer of the language."""

import re
import threading
import unicodedata
from functools import cache

import Stemmer

_WORD = re.compile(r"[^\W_]+")
_ALGORITHMS = {
    "nl": "dutch",
    "en": "english",
    "de": "german",
    "fr": "french",
    "es": "spanish",
    "cs": "czech",
}


def find_words(text: str) -> list[str]:
    """The text's words in order, in lower case."""
    return [word.lower() for word in _WORD.findall(unicodedata.normalize("NFC", text))]


def stem_words(text: str, language: str) -> list[str]:
    """The text's words in order, stemmed where the language has a stemmer; otherwise as they are."""
    words = find_words(text)
    if language not in _ALGORITHMS:
        return words
    stemmer, lock = _stemmer(_ALGORITHMS[language])
    with lock:
        return list(stemmer.stemWords(words))


@cache
def _stemmer(algorithm: str) -> tuple[Stemmer.Stemmer, threading.Lock]:
    # A PyStemmer object keeps a cache inside and must not be used by two threads at once.
    return Stemmer.Stemmer(algorithm), threading.Lock()
