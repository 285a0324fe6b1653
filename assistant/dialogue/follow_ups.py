"""Tells a question that leans on earlier ones from one that stands alone."""

from collections.abc import Sequence
from itertools import pairwise

from assistant.dialogue.function_words import FUNCTION_WORDS, FunctionWords
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
_FRONTED = (["a", "quién"], ["a", "quiénes"], ["a", "cuántos"], ["a", "cuántas"])
"""How a Spanish question begins whose "le" doubles what is asked for."""
_SOON = 3
"""Words behind an "and" among which a second question asks ("and since which year")."""
_CLAUSE_MARKS = ",;:–—.!?"
_FEMININE = ("die", "eine", "einer", "zur")
_NOT_FEMININE = ("der", "das", "den", "dem", "des", "ein", "im", "am", "zum", "beim", "vom")
"""German articles. "der" can be feminine, too, but seldom is before a noun that a possessive means."""


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
    if any(not _is_resolved(word, turn, new_names) for word in turn.of("perhaps")):
        return content <= _MOST_WHEN_PERHAPS
    return content <= _MOST_WHEN_BARE and not (content > 1 and turn.of("place"))


def is_replacing(turn: Turn) -> bool:
    """Whether the turn asks the same of something else ("What about …")."""
    return _begins_with(turn, FUNCTION_WORDS[turn.language].replacing)


def _begins_with(turn: Turn, phrases: tuple[str, ...]) -> bool:
    begin = " ".join(word.lower for word in turn.words[:6]) + " "
    return begin.startswith(tuple(f"{phrase} " for phrase in phrases))


def _is_resolved(pronoun: Word, turn: Turn, new_names: list[Word]) -> bool:
    """Whether the turn itself says what the pronoun means.

    `bound` ones, possessives above all, can mean something in their own clause. Any other pronoun can not, or
    it would be reflexive (principle B of Chomsky, "Lectures on Government and Binding", 1981): it means
    something in an earlier clause of the turn, or in an earlier turn.
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
        or _count_asked(turn.words, place, lists) >= _LEAST_IN_EARLIER_QUESTION
        or bool(content and any(word.role == "place" for word in before))
        or any(word in new_names for word in before)
    )


def _is_explained(turn: Turn, place: int) -> bool:
    """Whether what the pronoun means comes behind it, as in "dafür, dass …" and "le … a los repartidores"; or
    it is none: a German "sein" at the end is the verb. In other languages neither word points."""
    lists = FUNCTION_WORDS[turn.language]
    word, behind = turn.words[place].lower, turn.words[place + 1 :]
    rest = turn.text[turn.words[place].end :]
    if word in ("le", "les"):
        fronted = [one.lower for one in turn.words[:2]]
        return any(one.lower in ("a", "al") for one in behind) or fronted in _FRONTED
    if word == "sein":
        return not behind or not rest.startswith(" ")
    announced = word in lists.announcing and rest.startswith(",")
    return announced and bool(behind) and behind[0].lower not in lists.openings


def _find_clause(turn: Turn, place: int) -> int:
    """Where the clause of the word at this place begins."""
    clauses = FUNCTION_WORDS[turn.language].clauses
    for at in range(place, 0, -1):
        between = turn.text[turn.words[at - 1].end : turn.words[at].start]
        if turn.words[at].lower in clauses or set(between) & set(_CLAUSE_MARKS):
            return at
    return 0


def _count_asked(words: Sequence[Word], place: int, lists: FunctionWords) -> int:
    """The content words of an earlier question: of what stands before an "and" behind which a word asks."""
    joins = [
        at
        for at in range(place)
        if words[at].lower == lists.openings[0]
        and any(one.lower in lists.asking for one in words[at + 1 : at + 1 + _SOON])
    ]
    return sum(word.role == "content" for word in words[: max(joins, default=0)])


def _holds_owner(words: Sequence[Word], possessive: str) -> bool:
    """Whether a German noun of the possessive's gender is among the words, and is not what is asked for."""
    other = _FEMININE if possessive.startswith(("sein", "dessen")) else _NOT_FEMININE
    return any(
        word.text[0].isupper()
        and word.role in ("content", "name")
        and not before.lower.startswith(("welch", "viel"))
        and before.lower not in other
        for before, word in pairwise(words)
    )
