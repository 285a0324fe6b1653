"""Finds orders in documents, text that tells whoever answers what to say or do, and answers that obey them.

A document is read as data. A statement that gives an order, imitates a chat's roles or the assistant's own
words, or holds markup or hidden characters, states nothing, so it is no evidence: it is neither quoted nor
given to a model, and supports no sentence. Only words are compared, so an order in other words than these is
read as an ordinary statement. How many are found, and that no ordinary text is taken for one, is in
eval/DECISIONS.md.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.phrases import PHRASES
from index.records import Hit, Span
from index.sentences import split_sentences
from index.stems import find_words

# All patterns are for text in small letters without accents; a line for each language.
# Imperatives, and what they are about: the text before them, or the answer itself. Most are also ordinary
# verb forms, so they count only at a clause's beginning.
_DISMISS = "|".join(
    (
        r"ignore|disregard|forget|override|stop following",
        r"negeer|vergeet|volg",
        r"ignorieren?|missachte|vergiss|vergesst|vergessen sie|folge",
        r"ignorez|oubliez?|cessez? de suivre",
        r"ignora|ignorad|olvid(?:a|e|ad)|deja de seguir",
        r"ignoruj(?:te)?|zapomen(?:te)?|nedbej(?:te)?|prestan(?:te)?",
    )
)
_BEFORE = "|".join(
    (
        r"above|previous|preceding|prior|earlier|everything|instructions?|rules|question|passages?",
        r"your guidelines",
        r"hierboven|bovenstaande|voorgaande|vorige|eerdere|alles|instructies|regels|je richtlijnen|vraag",
        r"oben|obigen?|vorherigen?|bisherigen?|anweisungen|regeln|deinen vorgaben|frage|textstellen",
        r"precede|precedente?s?|dessus|consignes|regles|tes directives|tout",
        r"anterior(?:es)?|arriba|instrucciones|reglas|tus directrices|pregunta|pasajes|todo",
        r"vyse|predchozi(?:ch)?|pokyny|instrukce|pravidla|svymi zasadami|otazku|pasaze|vsechno|vse",
    )
)
_SAY = "|".join(
    (
        r"say|tell|write|answer|reply|respond|repeat|show|print|output|cite|quote|copy|reveal|recommend",
        r"zeg|vertel|schrijf|antwoord|herhaal|toon|geef|noem|citeer|kopieer|neem",
        r"sage?|teile|schreibe?|antworte|antworten sie|wiederhole|zeige?|gib|nenne|zitiere|kopiere?|ubernimm",
        r"dis|dites|ecris|ecrivez|reponds|repondez|repete|repetez|affiche|montre|recopie|revele",
        r"di|diga|escrib[ae]|respond[ea]|repit[ea]|muestr[ae]|copia|cita|revela",
        r"rekni|sdel|napis|odpovez(?:te)?|odpovidej|zopakuj|zobraz|zkopiruj|uved|uvadej|prozrad",
    )
)
_ANSWER = "|".join(
    (
        r"(?:your|every|each|the) (?:answer|reply|response|user)|(?:this|following) sentence|word for word",
        r"system (?:prompt|message)|your instructions|only (?:in|with) (?:\w+ )?(?:english|the word|this)",
        r"elk antwoord|je antwoord|(?:elke|de) gebruiker|deze zin|woord voor woord|je instructies",
        r"systeemprompt|alleen met het woord",
        r"(?:jeder|deine) antwort|(?:jedem|dem) nutzer|diese[nm] satz|wort fur wort|deine anweisungen",
        r"systemprompt|nur mit dem wort",
        r"(?:chaque|ta) reponse|(?:chaque |l.)utilisateur|cette phrase|mot pour mot|tes instructions",
        r"invite systeme|uniquement par le mot",
        r"(?:cada|tu) respuesta|(?:cada|al) usuario|esta frase|palabra por palabra|tus instrucciones",
        r"mensaje de sistema|unicamente con la palabra",
        r"(?:kazde|do) odpovedi|(?:kazdemu )?uzivateli|touto vetou|slovo od slova|sve pokyny",
        r"systemovou zpravu|jen slovem",
        r"\[\d+\]",
    )
)
_CLAUSE = (
    r"(?:^|[.!?:;,»”\"]\s*|\b(?:and|then|please|en|dan|eerst|und|dann|zuerst|bitte|et|puis|d.abord|y|luego"
    r"|primero|a|pak|potom|nejdrive)\s+(?:then\s+|daarna\s+|dann\s+)?)"
)
# Verb forms that no report has, about the question.
_REFUSE = "|".join(
    (
        rf"{_CLAUSE}do not answer\b",
        r"\bbeantwoord de vraag niet\b|\bgelieve\b.*\bniet te beantwoorden",
        r"\bbeantworte die frage nicht\b",
        r"\bmerci de ne pas repondre\b|\bne reponds pas\b",
        r"\bno respondas\b",
        r"\bneodpovidej(?:te)?\b",
    )
)
_MODEL = (
    r"(?:\bai|\bki|\bia|language model|taalmodel|sprachmodell|modele de langue|modelo de lenguaje"
    r"|jazykov\w+ model\w*|assistent\w*|assistant|asistent\w*|chatbot\w*)"
)
# "System message:", "Note to the language model:", "You are now a chatbot".
_ROLE = "|".join(
    (
        r"\bsyst\w*[ -]?(?:message|prompt|bericht|nachricht|\w* zprava)\s*:|^(?:system|assistant|user)\s*:",
        r"\bmessage du systeme\s*:|\bmensaje del sistema\s*:",
        rf"^(?:\w+[ ']){{0,3}}{_MODEL}(?: model)?\s*:|^\w+, (?:\w+ )?{_MODEL}\s*:",
        rf"\b(?:you are|je bent|du bist|tu es|eres|jsi) (?:\w+ ){{0,3}}{_MODEL}",
    )
)
# "New task:", "whoever summarises this".
_TASK = "|".join(
    (
        r"\b(?:new task|nieuwe taak|neue aufgabe|nouvelle tache|nueva tarea|novy ukol)\s*:",
        r"\b(?:whoever|wie|wer|quiconque|quien|kdo)\b.{0,20}"
        r"\b(?:summari[sz]es|samenvat|zusammenfasst|resume|resuma|shrnuje)\b",
    )
)
# The numbers that passages have in the assistant's prompt, and nowhere else.
_NUMBER = (
    r"\b(?:according to|volgens|laut|selon|segun|podle) (?:\w+ )?(?:passage|stelle|pasaje|pasaz\w*)\s+\d"
)
_ORDERS = re.compile(
    rf"{_CLAUSE}(?:{_DISMISS})\b.*\b(?:{_BEFORE})\b|{_CLAUSE}(?:{_SAY})\b.*(?:{_ANSWER})"
    rf"|{_REFUSE}|{_ROLE}|{_TASK}|{_NUMBER}",
    re.DOTALL | re.MULTILINE,
)

# Tokens of chat templates and headings of prompts; tags, images and scripts; characters that turn the
# direction of what follows, or that nobody sees.
_MARKUP = re.compile(
    r"<\|[^<>]*\|>|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>|#{2,}\s*(?:instruction|response|system)\b"
    r"|</?(?:a|article|details|form|iframe|img|object|script|style|svg)\b|!\[[^\]]*\]\(|\bjavascript:"
    "|[\u202d\u202e\U000e0000-\U000e007f]",
    re.IGNORECASE | re.MULTILINE,
)
_LINK = re.compile(r"\]\(|\bhttps?:|\bwww\.|<[a-z/!]", re.IGNORECASE)
_BEGINNING = 5
"""Letters: words are inflected, so their beginnings are compared."""
_LEAKED_WORDS = 5
"""So many words in a row that also stand in a row in the prompt are a leak."""
_PARAGRAPH = re.compile(r"(?:[^\n]|\n(?!\s*\n))+")


def leave_out_orders(hit: Hit) -> Hit:
    """The hit as evidence is sought in it: spaces stand for each order and the rest of its paragraph.

    Offsets stay what they are. A statement that lies there is left out with its evidence, and one that only
    ends there ends where the order begins.
    """
    chunk = hit.chunk
    spans = list(find_orders(chunk.text, chunk.language))
    if not spans:
        return hit
    text = _blank(chunk.text, spans)
    kept = [
        ((start, start + len(left.rstrip())), cosine)
        for (start, end), cosine in zip(chunk.statements, hit.evidence, strict=True)
        if (left := text[start - chunk.start : end - chunk.start]) and not left[0].isspace()
    ]
    return replace(
        hit,
        chunk=replace(chunk, text=text, statements=tuple(statement for statement, _ in kept)),
        evidence=tuple(cosine for _, cosine in kept),
    )


def _blank(text: str, spans: Sequence[Span]) -> str:
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def find_obedience(text: str, language: str, question: str, passages: Sequence[Hit]) -> str:
    """In what a written sentence obeys an order of the passages, or nothing.

    `passages` are all those consulted, with their orders. A word is an order's own where neither the question
    nor the rest of the passages holds it.
    """
    if _LINK.search(text) or _MARKUP.search(text):
        return "it holds a link or markup"
    if _find_runs(text) & _find_runs(PHRASES[language].instructions):
        return "it repeats the instructions"
    told, known = set[str](), _find_beginnings(question)
    for hit in passages:
        spans = list(find_orders(hit.chunk.text, hit.chunk.language))
        told |= _find_beginnings(" ".join(hit.chunk.text[start:end] for start, end in spans))
        known |= _find_beginnings(_blank(hit.chunk.text, spans))
    if told and (_find_beginnings(text) & told) - known:
        return "it says what an order in a passage wants said"
    return ""


def _find_beginnings(text: str) -> set[str]:
    return {word[:_BEGINNING] for word in find_words(_simplify(text)) if len(word) >= _BEGINNING}


def _find_runs(text: str) -> set[tuple[str, ...]]:
    words = find_words(text)
    return {tuple(words[start:][:_LEAKED_WORDS]) for start in range(len(words) - _LEAKED_WORDS + 1)}


def find_orders(text: str, language: str) -> Iterator[Span]:
    """The spans of the orders in a text, each to the end of its paragraph: what follows belongs to it."""
    for paragraph in _PARAGRAPH.finditer(text):
        order = _find_first(paragraph.group(), language)
        if order is not None:
            yield paragraph.start() + order, paragraph.end()


def _find_first(text: str, language: str) -> int | None:
    """Where the first sentence begins that gives an order, or the markup in a sentence that gives none."""
    if not (_MARKUP.search(text) or _gives_order(text)):
        return None
    for start, end in split_sentences(text, language):
        markup = _MARKUP.search(text, start, end)
        if _gives_order(text[start : markup.start() if markup else end]):
            return start
        if markup:
            return markup.start()
    return None


def _gives_order(text: str) -> bool:
    plain = _simplify(text)
    return bool(_ORDERS.search(plain)) or any(words in plain for words in _OWN_WORDS)


def _simplify(text: str) -> str:
    """Small letters without accents, and without characters that are not seen."""
    seen = "".join(character for character in text if unicodedata.category(character) != "Cf")
    apart = unicodedata.normalize("NFKD", seen.replace("’", "'"))
    return "".join(character for character in apart if not unicodedata.combining(character)).casefold()


def _find_own_words() -> tuple[str, ...]:
    """The first sentences of what the assistant says where it does not answer."""
    said = [words for phrases in PHRASES.values() for words in (phrases.abstained, phrases.nothing_stored)]
    return tuple(_simplify(words.split(".")[0]) for words in said)


_OWN_WORDS = _find_own_words()
