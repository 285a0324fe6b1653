"""The prompt that every language model gets: the passages under their numbers, and the question."""

from assistant.generator import Request
from assistant.phrases import PHRASES


def write_messages(request: Request) -> list[dict[str, str]]:
    """The chat's messages, in the question's language."""
    phrases = PHRASES[request.language]
    passages = "\n\n".join(f"[{number}] {text}" for number, text in enumerate(request.passages, start=1))
    return [
        {"role": "system", "content": phrases.instructions},
        {"role": "user", "content": f"{passages}\n\n{phrases.question_label}: {request.question}"},
    ]
