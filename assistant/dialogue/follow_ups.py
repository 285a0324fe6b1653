"""Tells a question that leans on earlier ones from one that stands alone."""

from collections.abc import Sequence
from itertools import pairwise

from assistant.dialogue.function_words import FUNCTION_WORDS
from assistant.dialogue.turns import Turn, Word, name_stems

# The bounds were set on the development half of the gold questions and conversations, on 300 follow-ups
# (tests/assistant/dialogue/follow_ups.tsv) and on the reader's training questions, which all stand alone.
_MOST_WHEN_BARE = 2
"""Content words without pronoun, opening or name. At 3, questions on other subjects would borrow the
conversation's."""
_MOST_WHEN_PERHAPS = 5
_MOST_ANTECEDENTS = 4
_LEAST_IN_EARLIER_QUESTION = 2
_LEAST_BESIDE_NAME_AFTER_OPENING = 2
_LEAST_BESIDE_NAME = 3
_CLAUSE_MARKS = ",;:–?"
_FEMININE = ("die", "eine", "einer", "zur")
_MASCULINE = ("der", "das", "den", "dem", "des", "ein", "im", "am", "zum", "beim", "vom")
"""German articles, as they stand before the nouns that can be what a possessive does not mean."""


def is_follow_up(turn: Turn, known_names: frozenset[str]) -> bool:
    """Whether the turn cannot be understood without the earlier ones.

    `known_names` are the beginnings of the names that occurred there (`name_stems`): where they are half of
    the turn's names or more, the others are no new subject.
    """
    lists = FUNCTION_WORDS[turn.language]
    known = name_stems(turn) & known_names
    new_names = [] if known and len(name_stems(turn)) <= 2 * len(known) else turn.of("name")
    content = len(turn.of("content"))
    if is_replacing(turn):
        return True
    pointing = turn.of("pointing")
    leaning = any(not _is_resolved(word, turn, new_names) for word in pointing)
    if _begins_with(turn, lists.openings):
        return leaning or not (new_names and content >= _LEAST_BESIDE_NAME_AFTER_OPENING)
    if pointing:
        return leaning
    if new_names or (content and _begins_with(turn, lists.defining)):
        return False
    if perhaps := turn.of("perhaps"):
        leaning = any(not _is_resolved(word, turn, new_names) for word in perhaps)
        return leaning and content <= _MOST_WHEN_PERHAPS
    return content <= _MOST_WHEN_BARE and not (content > 1 and turn.of("place"))


def is_replacing(turn: Turn) -> bool:
    """Whether the turn asks the same of something else ("What about …")."""
    return _begins_with(turn, FUNCTION_WORDS[turn.language].replacing)


def _begins_with(turn: Turn, phrases: tuple[str, ...]) -> bool:
    begin = " ".join(word.lower for word in turn.words[:6]) + " "
    return begin.startswith(tuple(f"{phrase} " for phrase in phrases))


def _is_resolved(pronoun: Word, turn: Turn, new_names: list[Word]) -> bool:
    """Whether the turn itself says what the pronoun means.

    A possessive can mean something in its own clause. Any other pronoun can not, or it would be reflexive
    (principle B of Chomsky, "Lectures on Government and Binding", 1981): it means something in an earlier
    clause of the turn, or in an earlier turn.
    """
    lists = FUNCTION_WORDS[turn.language]
    place = turn.words.index(pronoun)
    before = turn.words[:place]
    if _is_explained(turn, place):
        return True
    if pronoun.lower in lists.bound:
        if new_names and len(turn.of("content")) >= _LEAST_BESIDE_NAME:
            return True
        if turn.language == "de" and _holds_owner(before, pronoun.lower):
            return True
    else:
        before = before[: _find_clause(turn, place)]
    content = sum(word.role == "content" for word in before)
    return (
        content > _MOST_ANTECEDENTS
        or _count_content(turn.words[:place], lists.openings) >= _LEAST_IN_EARLIER_QUESTION
        or bool(content and any(word.role == "place" for word in before))
        or any(word in new_names for word in before)
    )


def _is_explained(turn: Turn, place: int) -> bool:
    """Whether what the pronoun means comes behind it: "dafür, dass …", "le … a los repartidores"."""
    word, behind = turn.words[place].lower, turn.words[place + 1 :]
    if turn.language == "es":
        return word in ("le", "les") and any(one.lower in ("a", "al") for one in turn.words)
    if turn.language == "de" and word == "sein":
        return not behind or not turn.text[turn.words[place].end :].startswith(" ")
    if not behind or behind[0].lower in FUNCTION_WORDS[turn.language].openings:
        return False
    return turn.text[turn.words[place].end :].startswith(",")


def _find_clause(turn: Turn, place: int) -> int:
    """Where the clause of the word at this place begins."""
    clauses = FUNCTION_WORDS[turn.language].clauses
    for at in range(place, 0, -1):
        between = turn.text[turn.words[at - 1].end : turn.words[at].start]
        if turn.words[at].lower in clauses or set(between) & set(_CLAUSE_MARKS):
            return at
    return 0


def _count_content(words: Sequence[Word], conjunctions: Sequence[str]) -> int:
    """The content words before the last conjunction: what comes before an "and" is a question of its own."""
    last = max((at for at, word in enumerate(words) if word.lower in conjunctions), default=0)
    return sum(word.role == "content" for word in words[:last])


def _holds_owner(words: Sequence[Word], possessive: str) -> bool:
    """Whether a German noun of the possessive's gender is among the words, and is not what is asked for."""
    other = _FEMININE if possessive.startswith(("sein", "dessen")) else _MASCULINE
    return any(
        word.text[0].isupper()
        and word.role in ("content", "name")
        and not before.lower.startswith(("welch", "viel"))
        and before.lower not in other
        for before, word in pairwise(words)
    )
