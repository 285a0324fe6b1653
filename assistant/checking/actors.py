"""Tells whether a sentence gives the actors of a statement each other's parts, in six languages.

An actor is an acronym, a name, a country, or one of the parties of social dialogue, under one key in all
languages. Within a clause, who acts comes first, unless a passive names it behind "by"; between clauses, what
is said of each is compared.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.checking.clauses import split_clauses
from assistant.checking.facts import CAPITAL, find_dates, find_facts, normalise_acronym
from assistant.checking.parties import COUNTRIES, IMPLIED, PARTIES, TELLING_PARTIES
from assistant.checking.polarity import Compare, denies, find_telling
from index.language import LANGUAGES

_KEYS = tuple(PARTIES)
_PARTY = {
    language: re.compile(
        "|".join(
            rf"(?P<p{number}>(?<!\w)(?:{forms[language]})(?!\w))"
            for number, forms in enumerate(PARTIES.values())
        ),
        re.IGNORECASE,
    )
    for language in LANGUAGES
}

_SMALL = "a-zß-öø-ÿčďěňřšťůž"
_INSIDE = r"(?<=[\w,;:»”’)] )"
_ACRONYM = rf"(?<!\w)[{CAPITAL}][{CAPITAL}0-9]+(?!\w)(?: (?:[{CAPITAL}]{{2,}}|Metall)(?!\w))?"
_NAME = rf"{_INSIDE}[{CAPITAL}][{_SMALL}][^\W\d_]+(?:[ -][{CAPITAL}][{_SMALL}][^\W\d_]*)*"
# German writes every noun with a capital.
_NAMED = {
    language: re.compile(_ACRONYM if language == "de" else rf"{_ACRONYM}|{_NAME}") for language in LANGUAGES
}
_PERSON = re.compile(rf"{_INSIDE}[{CAPITAL}][{_SMALL}]+(?: [{CAPITAL}][{_SMALL}]+)+")
_NAME_BEGINNING = 4
"""Names are inflected, so their beginnings are compared."""
# The title of a project or a text, whatever words it is made of.
_QUOTED = re.compile(r"[“„«‘][^“„«‘”»’]{4,}[”“»’]")

_ARTICLES = r"(?:\s(?:de|het|een|the|an?|die|der|den|dem|das|les?|la|l[’']|une?|el|los|las))*\s?(?:l[’'])?$"
_AGENT = {
    language: re.compile(rf"\b(?:{by}){_ARTICLES}", re.IGNORECASE)
    for language, by in {
        "nl": "door",
        "en": "by",
        "de": "von|vom|durch",
        "fr": "par",
        "es": "por",
    }.items()
}
_PASSIVE = {
    language: re.compile(words, re.IGNORECASE)
    for language, words in {
        "nl": r"\b(?:word\w*|werd\w*|is|zijn|was|waren)\b",
        "en": r"\b(?:is|are|was|were|be|been|being)\b|ed\b",
        "de": r"\b(?:w[ei]rd\w*|wurd\w*|worden|ist|sind)\b",
        "fr": r"\b(?:est|sont|été|était|fut|furent)\b|é[es]*\b",
        "es": r"\b(?:es|son|fue\w*|sido|ser)\b|[ai]d[oa]s?\b",
        "cs": r"\b(?:je|jsou|byl[aoiy]?|bud\w+)\b.*\b\w+(?:en|án|at|it)[aoyi]?\b",
    }.items()
}
# A Czech agent stands in the instrumental: "bylo schváleno vládou".
_INSTRUMENTAL = re.compile(r"(?:ou|em|y|i)$")
_AND = re.compile(
    r"""[\s,;]*(?:(?:en|and|und|et|y|e|a|i|o|of|or|oder|ou|nebo|s|se|with|met|mit|avec|con|the|de|het|die|der
    |den|dem|das|les?|la|l|des|du|los|las|el|del|al|aux?|à|to|van|von|both|sowie|také|z|ze|k|ke)[\s’']+)*""",
    re.VERBOSE,
)
_NEW = re.compile(r"\b(?:en|and|und|et|y|e|a|i)\b", re.IGNORECASE)
# What stands behind one of these says where or for what, not who.
_ADVERBIAL = re.compile(
    r"\b(?:voor|in|op|bij|met|over|na|onder|aan|for|on|at|about|before|after|under|für|im|mit|über|nach|vor"
    r"|unter|bei|pour|en|dans|sur|avec|avant|après|sous|para|con|sobre|antes de|tras|bajo|pro|v|ve|při|s|se|o"
    r"|po|před|k|ke)"
    r"(?:\s(?:het|de|een|the|an?|das|dem|den|der|die|le|la|les|el|los|las|un|una|une))?\s(?:l[’'])?$",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[^\W\d])[.!?]\s+")
_MARGIN_OF_WORDS = 0.1
_MARGIN_OF_MEANING = 0.01
"""Below these differences what is said of two actors does not tell them apart, and their order does."""


@dataclass(frozen=True, slots=True)
class Mention:
    """An actor at its place in a text. Mentions of one list ("unions and employers") share a `group`; the
    groups are numbered in the order in which they act."""

    key: str
    start: int
    end: int
    group: int
    clause: int
    is_adverbial: bool


@lru_cache(maxsize=4096)
def find_mentions(text: str, language: str) -> tuple[Mention, ...]:
    """The actors of a text, in the order of the text; none in a language that is not known."""
    if language not in _PARTY:
        return ()
    text = _QUOTED.sub(lambda match: " " * len(match[0]), text)
    found: list[tuple[str, int, int]] = []
    for match in _PARTY[language].finditer(text):
        assert match.lastgroup is not None
        found.append((_KEYS[int(match.lastgroup[1:])], match.start(), match.end()))
    taken = [(start, end) for _, start, end in found]
    for match in _NAMED[language].finditer(text):
        free = not any(start < match.end() and match.start() < end for start, end in taken)
        if free and not find_dates(match[0]):
            found.append((_name_key(match[0]), match.start(), match.end()))
    found.sort(key=lambda one: one[1])
    # "The European Social Fund (ESF)" is one mention.
    found = [
        one
        for place, one in enumerate(found)
        if not place or found[place - 1][0] != one[0] or re.search(r"\w", text[found[place - 1][2] : one[1]])
    ]
    return _order(text, language, found)


def _order(text: str, language: str, found: Sequence[tuple[str, int, int]]) -> tuple[Mention, ...]:
    """The mentions (key, start, end) with the place of each list in the order in which the lists act."""
    clauses = split_clauses(text)
    placed: list[tuple[int, int]] = []  # of each mention, its clause and its list
    lists: list[tuple[int, int]] = []  # of each list, the clause that it begins in, and its number
    agents = set()
    for place, (_, start, end) in enumerate(found):
        clause = next(index for index, span in enumerate(clauses) if start < span[1])
        between = text[found[place - 1][2] : start] if place else ""
        # ", and the employer" begins a clause; ", the employer" goes on with a list.
        goes_on = place and _AND.fullmatch(between) and (clause == placed[-1][0] or not _NEW.search(between))
        if not goes_on:
            lists.append((clause, len(lists)))
        placed.append((clause, len(lists) - 1))
        first, last = clauses[clause]
        if _is_agent(text[first:start], text[start:end], text[first:last], language):
            agents.add(lists[-1])
    acting = sorted(lists, key=lambda one: (one[0], one not in agents))
    return tuple(
        Mention(key, start, end, acting.index(lists[list_]), clause, bool(_ADVERBIAL.search(text, 0, start)))
        for (key, start, end), (clause, list_) in zip(found, placed, strict=True)
    )


def _is_agent(before: str, word: str, clause: str, language: str) -> bool:
    if not _PASSIVE[language].search(clause):
        return False
    if language == "cs":
        return bool(before.strip() and _INSTRUMENTAL.search(word))
    return bool(_AGENT[language].search(before))


def _name_key(name: str) -> str:
    """One form for an acronym and its translation, and for the cases of a name."""
    first = name.split()[0]
    if len(first) > 1 and first.upper() == first:
        return normalise_acronym(name.upper()) if " " not in name else name.upper()
    return _fold(name.split()[-1])[:_NAME_BEGINNING]


def _fold(text: str) -> str:
    """In small letters without accents."""
    return "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))


def find_strange_persons(sentence: str, words: Sequence[str]) -> set[str]:
    """The runs of words with capitals, as "Jan Peeters", of which none begins as any of these words does."""
    known = {_fold(word)[:_NAME_BEGINNING] for word in words}
    return {
        run
        for run in _PERSON.findall(sentence)
        if not known & {_fold(word)[:_NAME_BEGINNING] for word in run.split()}
    }


def find_strangers(sentence: str, language: str, context: str, other: str) -> frozenset[str]:
    """The parties and acronyms in a sentence that `context` neither names nor implies.

    Names are left out, an unknown word with a capital is not always one; and so are acronyms in another
    language, unless the context has others in their place.
    """
    ours = {mention.key for mention in find_mentions(sentence, language)}
    theirs = {mention.key for mention in find_mentions(context, other)}
    held = theirs.union(*(IMPLIED.get(key, ()) for key in theirs))
    strangers = {key for key in ours - held if key in TELLING_PARTIES}
    acronyms = {key for key in ours - held if key not in PARTIES and key.isupper()}
    replaced = any(key.isupper() for key in theirs - ours)
    return frozenset(strangers | acronyms if language == other or replaced else strangers)


def replaces_party(sentence: str, language: str, statement: str, other: str) -> bool:
    """Whether the statement names a party that the sentence does not."""
    ours = {mention.key for mention in find_mentions(sentence, language)}
    theirs = {mention.key for mention in find_mentions(statement, other)}
    return bool((theirs - ours) & TELLING_PARTIES)


def swaps_actors(sentence: str, language: str, statement: str, other: str, compare: Compare) -> bool:
    """Whether two actors of a sentence have each other's parts in the statement.

    `compare` is asked where the two are in different clauses and the languages differ.
    """
    said = _find_single(find_mentions(sentence, language))
    stands = _find_single(find_mentions(statement, other))
    shared = sorted(said.keys() & stands.keys(), key=lambda key: said[key].start)
    for place, first in enumerate(shared):
        for second in shared[place + 1 :]:
            ours, theirs = (said[first], said[second]), (stands[first], stands[second])
            if not _is_comparable(first, second, ours + theirs):
                continue
            # "A and B" may be a list, or the end of one clause and the beginning of another.
            if theirs[0].group == theirs[1].group:
                continue
            if ours[0].group == ours[1].group and theirs[0].clause == theirs[1].clause:
                continue
            judged = _judge_by_context(sentence, language, ours, statement, other, theirs, compare)
            # A name changes its place freely where one text parts into clauses what the other does not.
            alike = _share_clause(ours) == _share_clause(theirs) or {first, second} <= PARTIES.keys()
            if judged is None and alike:
                judged = (ours[0].group <= ours[1].group) != (theirs[0].group < theirs[1].group)
            if judged:
                return True
    return False


def _is_comparable(first: str, second: str, mentions: Sequence[Mention]) -> bool:
    """Whether the order of two actors tells who does what.

    Of a party and a country it does not; of a name, or a company or platform, where it does not stand behind
    a preposition.
    """
    if (first in COUNTRIES) != (second in COUNTRIES):
        return False
    return all(
        mention.key in TELLING_PARTIES or mention.key.isupper() or not mention.is_adverbial
        for mention in mentions
        if mention.key not in COUNTRIES
    )


def _find_single(mentions: Sequence[Mention]) -> dict[str, Mention]:
    """Each actor's only mention; what is said of one that comes twice cannot be told apart."""
    keys = [mention.key for mention in mentions]
    return {mention.key: mention for mention in mentions if keys.count(mention.key) == 1}


def _judge_by_context(
    sentence: str,
    language: str,
    ours: tuple[Mention, Mention],
    statement: str,
    other: str,
    theirs: tuple[Mention, Mention],
    compare: Compare,
) -> bool | None:
    """Whether the statement says of each actor what is said of the other; None where that is not clear."""
    if _share_clause(ours) or _share_clause(theirs):
        return None
    said, stands = _part(sentence, language, ours), _part(statement, other, theirs)
    polarity = [denies(part, language) for part in said], [denies(part, other) for part in stands]
    if polarity[0][0] != polarity[0][1] and polarity[1][0] != polarity[1][1]:
        return polarity[0] != polarity[1]
    if language == other:
        scores = [[_share(a, b, language) for b in stands] for a in said]
        margin = _MARGIN_OF_WORDS
    else:
        scores = [list(compare(a, stands)) for a in said]
        margin = _MARGIN_OF_MEANING
    straight = scores[0][0] + scores[1][1]
    crossed = scores[0][1] + scores[1][0]
    if abs(straight - crossed) <= margin:
        return None
    return crossed > straight


def _share_clause(pair: tuple[Mention, Mention]) -> bool:
    return pair[0].clause == pair[1].clause


def _part(text: str, language: str, pair: tuple[Mention, Mention]) -> tuple[str, str]:
    """What is said of each of two actors: the text parted between them, without any actor."""
    first, second = sorted(pair, key=lambda mention: mention.start)
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    between = [end for end in ends if first.end <= end <= second.start]
    cut = between[0] if between else split_clauses(text)[second.clause][0]
    start = max((end for end in ends if end <= first.start), default=0)
    end = min((end for end in ends if end >= second.end), default=len(text))
    mentions = find_mentions(text, language)
    parts = {
        first: _mask(text, start, cut, mentions),
        second: _mask(text, between[-1] if between else cut, end, mentions),
    }
    return parts[pair[0]], parts[pair[1]]


def _mask(text: str, start: int, end: int, mentions: Sequence[Mention]) -> str:
    """A part of a text without its actors."""
    kept, position = "", start
    for mention in mentions:
        if start <= mention.start and mention.end <= end:
            kept += f"{text[position : mention.start]}X"
            position = mention.end
    return (kept + text[position:end]).strip()


def _share(text: str, other: str, language: str) -> float:
    """The share of telling words and facts that two clauses have in common: Jaccard's index."""
    ours = find_telling(text, language) | find_facts(text, language)
    theirs = find_telling(other, language) | find_facts(other, language)
    return len(ours & theirs) / max(1, len(ours | theirs))
