"""The words of six languages for numbers, months, and what is counted."""

import re
from collections.abc import Mapping

from index.language import LANGUAGES

MONTHS: Mapping[str, int] = {
    name: number
    for names in (
        "januari februari maart april mei juni juli augustus september oktober november december",
        "january february march april may june july august september october november december",
        "januar februar märz april mai juni juli august september oktober november dezember",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "leden únor březen duben květen červen červenec srpen září říjen listopad prosinec",
        "ledna února března dubna května června července srpna září října listopadu prosince",
        "lednu únoru březnu dubnu květnu červnu červenci srpnu září říjnu listopadu prosinci",
    )
    for number, name in enumerate(names.split(), start=1)
}

SCALES: Mapping[str, Mapping[str, int]] = {
    "nl": {"duizend": 3, "miljoen": 6, "mln": 6, "miljard": 9},
    "en": {"thousand": 3, "million": 6, "millions": 6, "billion": 9},
    "de": {"tausend": 3, "million": 6, "millionen": 6, "mio": 6, "milliarde": 9, "milliarden": 9, "mrd": 9},
    "fr": {"mille": 3, "million": 6, "millions": 6, "milliard": 9, "milliards": 9},
    "es": {"mil millones": 9, "mil": 3, "millón": 6, "millones": 6},
    "cs": {"tisíc": 3, "tisíce": 3}
    | dict.fromkeys(("milion", "milionu", "miliony", "milionů"), 6)
    | dict.fromkeys(("miliarda", "miliardy", "miliard"), 9),
}
"""The power of ten that a word behind a figure stands for."""

# From two on, since "one" is an article in most of these languages.
_FROM_TWO = {
    "nl": """twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien
        zeventien achttien negentien twintig""",
    "en": """two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
        seventeen eighteen nineteen twenty""",
    "de": """zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn
        siebzehn achtzehn neunzehn zwanzig""",
    "fr": """deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept
        dix-huit dix-neuf vingt""",
    "es": """dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis
        diecisiete dieciocho diecinueve veinte""",
    "cs": """dva tři čtyři pět šest sedm osm devět deset jedenáct dvanáct třináct čtrnáct patnáct šestnáct
        sedmnáct osmnáct devatenáct dvacet""",
}
_TENS_FROM_THIRTY = {
    "nl": "dertig veertig vijftig zestig zeventig tachtig negentig honderd",
    "en": "thirty forty fifty sixty seventy eighty ninety hundred",
    "de": "dreißig vierzig fünfzig sechzig siebzig achtzig neunzig hundert",
    "fr": "trente quarante cinquante soixante soixante-dix quatre-vingts quatre-vingt-dix cent",
    "es": "treinta cuarenta cincuenta sesenta setenta ochenta noventa cien",
    "cs": "třicet čtyřicet padesát šedesát sedmdesát osmdesát devadesát sto",
}
_CZECH_CASES = {
    word: number
    for number, words in {
        2: "dvě dvou dvěma",
        3: "tří třech třem třemi",
        4: "čtyř čtyřech čtyřem čtyřmi",
        5: "pěti",
        6: "šesti",
        7: "sedmi",
        8: "osmi",
        9: "devíti",
        10: "deseti",
        11: "jedenácti",
        12: "dvanácti",
        15: "patnácti",
        20: "dvaceti",
        50: "padesáti",
        100: "sta",
    }.items()
    for word in words.split()
}
NUMBERS: Mapping[str, Mapping[str, int]] = {
    language: {word: number for number, word in enumerate(_FROM_TWO[language].split(), start=2)}
    | {word: 10 * number for number, word in enumerate(_TENS_FROM_THIRTY[language].split(), start=3)}
    | (_CZECH_CASES if language == "cs" else {})
    for language in LANGUAGES
}

KINDRED_NUMBERS: Mapping[str, str] = {
    word: number
    for number, words in {
        "1": """een één one ein eine einen einem einer un une uno una jeden jedna jedno jednu first eerste
            erste ersten premier première primera primero první""",
        "2": """beide both twice tweemaal zweimal deuxième double dubbel doppelt doble ambos ambas oba obě
            dvakrát dvojí second seconde tweede zweite zweiten segundo segunda druhý druhá druhé druhou
            druhém""",
        "3": """derde third dritte dritten troisième tercer tercera třetí drievoudig threefold dreifache
            triple trojí""",
        "4": "vierde fourth vierte vierten quatrième cuarto cuarta čtvrtý čtvrtá čtvrté čtvrtou",
        "5": "vijfde fifth fünfte fünften cinquième quinto quinta pátý pátá páté",
        "6": "zesde sixth sechste sechsten sixième sexto sexta šestý šestá šesté",
        "7": "zevende seventh siebte siebten septième séptimo séptima sedmý sedmá sedmé",
    }.items()
    for word in words.split()
}
"""Words that a text may have instead of a number, and that have other senses, too."""


def _any_word(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)


UNITS: Mapping[str, re.Pattern[str]] = {
    "€": re.compile(r"€|(?<!\w)(?:EUR|euro?s?|eura|eurech|eurům)(?!\w)", re.IGNORECASE),
    "$": re.compile(r"\$|(?<!\w)(?:USD|d[oó]l+ars?|dollars?|dolarů)(?!\w)", re.IGNORECASE),
    "CZK": _any_word("CZK|Kč|korun\\w*"),
    "%": re.compile(
        r"%|(?<!\w)(?:per ?cent|procent\w*|prozent\w*|pour cent|por ciento)(?!\w)", re.IGNORECASE
    ),
    "hours": _any_word(r"uur|uren|hours?|stunden?|heures?|horas?|hodin\w*"),
    "days": _any_word(r"dag(?:en)?|days?|tage?n?|jours?|días?|dn[íyůe]\w*"),
    "weeks": _any_word(r"we(?:ek|ken)|weeks?|wochen?|semaines?|semanas?|týd[en]\w*"),
    "months": _any_word(r"maand(?:en)?|months?|monate?n?|mois|mes(?:es)?|měsíc\w*"),
    "years": _any_word(r"jaar|jaren|years?|jahre?[ns]?|ans?|années?|años?|let|rok\w*|letech"),
}
"""What figures count: money, percentages, time."""

TIMES = frozenset({"hours", "days", "weeks", "months", "years"})
