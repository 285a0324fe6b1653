"""Makes a follow-up stand alone, so that it can be searched and answered without the conversation."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.dialogue.follow_ups import is_follow_up, is_replacing
from assistant.dialogue.function_words import FUNCTION_WORDS
from assistant.dialogue.turns import Role, Turn, Word, drop_opening, name_stems, read_turn
from index.library import Library

_MOST_TURNS = 30
"""Reading a turn takes 0.4 ms. A topic that came up earlier, with nothing but follow-ups since, is lost."""
_MOST_SUBJECT_WORDS = 16
"""A question of 2,000 characters would otherwise drown the follow-up."""


_ENOUGH_TO_JUDGE = 3
"""Content words of a follow-up."""
_LEAST_COSINE = 0.833
"""Of 18 follow-ups of the development halves that say so much, the best statement for 3 lies below, 2 of them
with a pronoun, which are not asked; of 6 questions on other subjects with an "And" before them, for all."""


def make_standalone(question: str, history: Sequence[str], language: str, library: Library) -> str:
    """The question as it would be asked without the earlier ones in `history`, the latest last.

    A question that names its own subject only loses an "And" before it. A follow-up gets the subject of the
    last question that stood alone, however many turns ago; where it only names another country or year, that
    takes the old one's place. A question to which nothing in the library comes near gets no subject: with it,
    an answer would be found where there is none. The earlier questions may be in other languages than
    `language`. Takes a millisecond or two, and sometimes a search.
    """
    topic: _Topic | None = None
    for earlier in history[-_MOST_TURNS:]:
        turn = read_turn(earlier, language)
        if turn.words:
            topic = _follow(topic, turn)
    turn = read_turn(question, language)
    if topic is None or not turn.words:
        return question
    if is_follow_up(turn, topic.names) and not _is_strange(turn, language, library):
        return _ask(topic, turn)
    return drop_opening(turn)


def _is_strange(turn: Turn, language: str, library: Library) -> bool:
    """Whether the turn says enough to be judged by itself, and is about nothing that the library holds."""
    if turn.of("pointing") or len(turn.of("content")) < _ENOUGH_TO_JUDGE:
        return False
    hits = library.search(drop_opening(turn), question_language=language)
    return max((cosine for hit in hits for cosine in hit.evidence), default=0.0) < _LEAST_COSINE


@dataclass(frozen=True, slots=True)
class _Topic:
    """What the conversation is about: the last question that stood alone, with what follow-ups changed.

    `subject` are the words that a follow-up is asked of; `latest` is the turn before it; `names` are the
    beginnings of all names that occurred since the topic came up.
    """

    question: Turn
    subject: tuple[Word, ...]
    latest: Turn
    names: frozenset[str]


def _begin(turn: Turn, names: frozenset[str] = frozenset()) -> _Topic:
    return _Topic(turn, tuple(turn.subject), turn, names | name_stems(turn))


def _follow(topic: _Topic | None, turn: Turn) -> _Topic:
    """The topic after one more turn."""
    if topic is None or not is_follow_up(turn, topic.names):
        return _begin(turn)
    if _only_names_slot(turn):
        asked = read_turn(_ask(topic, turn), turn.language)
        return _begin(asked, topic.names)
    subject = _without_slots(topic.subject, turn)
    known = {word.lower for word in subject}
    subject += tuple(word for word in turn.of("name", "place") if word.lower not in known)
    return _Topic(topic.question, subject, turn, topic.names | name_stems(turn))


def _ask(topic: _Topic, turn: Turn) -> str:
    """The follow-up with its subject."""
    if _only_names_slot(turn):
        replaced = _replace_slot(topic.question, turn)
        if replaced:
            return replaced
    subject = list(_without_slots(topic.subject, turn))
    if not turn.of("content") and topic.latest is not topic.question:
        # "Since when?" asks of what was asked last, not only of the topic.
        known = {word.lower for word in subject}
        subject += [word for word in topic.latest.of("content") if word.lower not in known]
    named = " ".join(word.text for word in subject[:_MOST_SUBJECT_WORDS])
    return f"{named} {drop_opening(turn)}"


def _only_names_slot(turn: Turn) -> bool:
    """Whether the turn only says what takes the place of something before ("And in Germany?")."""
    return not turn.of("content") and bool(turn.of("name", "place", "year"))


def _without_slots(subject: Sequence[Word], turn: Turn) -> tuple[Word, ...]:
    """The subject without the country or year that the turn names anew."""
    gone = {word.role for word in turn.of("place", "year")}
    if (is_replacing(turn) and turn.of("name", "place")) or (_only_names_slot(turn) and turn.of("name")):
        gone |= {"name", "place"}
    return tuple(word for word in subject if word.role not in gone)


def _replace_slot(question: Turn, turn: Turn) -> str:
    """The question with the turn's country, or year, in place of its own; empty where that cannot be told."""
    if turn.of("name"):
        return ""
    slots: tuple[Role, ...] = ("place", "year")
    for role in slots:
        new, old = _find_phrase(turn, role), _find_phrase(question, role)
        if new and old:
            return question.text[: old[0]] + turn.text[new[0] : new[1]] + question.text[old[1] :]
    return ""


def _find_phrase(turn: Turn, role: Role) -> tuple[int, int] | None:
    """Where the turn's one place or year stands, from its preposition on: "in the Netherlands".

    None where there are several, or none, or no preposition: an adjective has its place among other words.
    """
    places = [place for place, word in enumerate(turn.words) if word.role == role]
    if not places or places != list(range(places[0], places[0] + len(places))):
        return None
    prepositions = FUNCTION_WORDS[turn.language].prepositions
    first = places[0]
    while first and turn.words[first - 1].role == "empty" and turn.words[first].lower not in prepositions:
        first -= 1
    if turn.words[first].lower not in prepositions:
        return None
    return turn.words[first].start, turn.words[places[-1]].end
