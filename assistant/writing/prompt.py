"""The prompt that every language model gets: the passages under their numbers, and the question."""

import unicodedata

from assistant.phrases import PHRASES
from assistant.writing.generator import Request

# What could be read as a mark, as the passages' border or as a chat template's token (`<|im_start|>`,
# `[INST]`) becomes round: a runtime takes such a token for its own, wherever it stands.
_ROUNDED = str.maketrans("[]<>【】", "()()()")
# Control characters, and those that are not seen or turn the direction of the text.
_UNSEEN = ("Cc", "Cf")


def write_messages(request: Request) -> list[dict[str, str]]:
    """The chat's messages, in the question's language.

    The system message depends on the language alone, so that a runtime can keep what it has read of it.
    """
    phrases = PHRASES[request.language]
    passages = "\n".join(
        f"[{number}] {_disarm(text)}" for number, text in enumerate(request.passages, start=1)
    )
    return [
        {"role": "system", "content": phrases.instructions},
        {
            "role": "user",
            "content": f"<passages>\n{passages}\n</passages>\n\n"
            f"{phrases.question_label}: {_disarm(request.question)}"
            + (f"\n\n{phrases.insistence}" if request.insist else ""),
        },
    ]


def _disarm(text: str) -> str:
    """The text in one line, of which nothing can be taken for a part of the prompt's frame."""
    spaced = " ".join(text.split())
    seen = "".join(character for character in spaced if unicodedata.category(character) not in _UNSEEN)
    return seen.translate(_ROUNDED)
