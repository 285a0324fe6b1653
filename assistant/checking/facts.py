"""The figures, amounts, dates and acronyms of a text in one normal form, whatever its language writes.

A figure is its digits with a point before the fraction (`1250.5`); a date is ISO 8601 (`2018-11-28`,
`2018-11`, without its year `--11-28` or `--11`); an acronym has its English form (`ESF` for `FSE`); and what
figures count stands beside them under one name (`€`, `%`, `years`).
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache

from assistant.checking.numerals import KINDRED_NUMBERS, MONTHS, NUMBERS, SCALES, TIMES, UNITS

CAPITAL = "A-ZÀ-ÖØ-ÞČĎĚŇŘŠŤŮŽ"
"""The capital letters of six languages, for a character class."""

SIGNS = frozenset(UNITS)
"""The facts that say what a figure counts, and are none by themselves."""

_FIGURE = re.compile(r"\d{1,3}(?:[.,'’ \u00a0\u202f]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)?")
_GROUPING = re.compile(r"['’ \u00a0\u202f]")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LONGEST_SCALE = 16
_BEFORE_UNIT = re.compile(r"([^\W\d_]+|\d)[ \u00a0\u202f-]$")
_LONGEST_NUMBER = 20

_YEAR = r"(?:19|20)\d\d"
_IS_YEAR = re.compile(_YEAR)
_ISO_DATE = re.compile(rf"(?<![\d-]){_YEAR}-\d\d-\d\d(?![\d-])")
# 28.11.2020, 28. 11. 2020 and 28/11/2020
_NUMERIC_DATE = re.compile(rf"(?<![\d.,/-])(\d{{1,2}})([./-])\s?(\d{{1,2}})\2\s?({_YEAR})(?![\d/])")
_DAY = r"\d{1,2}(?:\.|er|st|nd|rd|th|º|e)?"
_NEXT_DAY = r"(?:\s*(?:[-–,]|en|and|und|et|y|a|au|to|bis|tot|až)\s+(?:(?:le|el|the)\s+)?|[-–])"
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
# 28 November 2018, 28. listopadu 2018, 28 y 29 de junio, du 9 au 16 mai 2022, November 28, 2018, mayo de 2021
_WRITTEN_DATE = re.compile(
    rf"(?<![\d.,])(?:(?P<days>{_DAY}(?:{_NEXT_DAY}{_DAY})*)\s+(?:(?:de|of)\s+)?)?\b(?P<month>{_MONTH})\b"
    rf"(?:\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d))?(?:,?\s+(?:del?\s+)?(?P<year>{_YEAR})\b)?",
    re.IGNORECASE,
)
# These are months where a day, a year or a preposition says so.
_AMBIGUOUS_MONTHS = frozenset({"may", "march"})
_BEFORE_MONTH = re.compile(r"\b(?:in|of|since|until|till|by|from|to|early|late|mid)\s$", re.IGNORECASE)
_LONGEST_PREPOSITION = 12

_ACRONYM = re.compile(rf"(?<!\w)[{CAPITAL}][{CAPITAL}0-9]+(?!\w)")
_ENGLISH_ACRONYMS: Mapping[str, str] = {
    other: english
    for english, others in {
        "ESF": "FSE",
        "EU": "UE",
        "AI": "KI IA UI",
        "ICT": "IKT TIC",
        "GDPR": "AVG DSGVO RGPD",
        "SME": "SMES KMU KMO PME PYME MSP",
        "TFEU": "VWEU AEUV TFUE SFEU",
    }.items()
    for other in others.split()
}


def normalise_figure(figure: str) -> str:
    """`1.250,50`, `1,250.50` and `1 250,5` become `1250.5`; three digits behind a mark are thousands."""
    figure = _GROUPING.sub("", figure)
    match = re.fullmatch(r"(.*)[.,](\d+)", figure)
    if not match:
        return figure.lstrip("0") or "0"
    whole, fraction = re.sub("[.,]", "", match[1]).lstrip("0"), match[2]
    if len(fraction) == 3 and whole:
        return whole + fraction
    fraction = fraction.rstrip("0")
    return f"{whole or 0}.{fraction}" if fraction else whole or "0"


def normalise_acronym(acronym: str) -> str:
    """The acronym under its English form, where that differs by language: `ESF` for `FSE`."""
    return _ENGLISH_ACRONYMS.get(acronym, acronym)


@lru_cache(maxsize=4096)
def find_facts(text: str, language: str = "") -> frozenset[str]:
    """What a text claims. Words such as "vingt" are numbers where `language` is given and has them."""
    dates, rest = _take_dates(unicodedata.normalize("NFC", text))
    figures = {figure for figure, _ in _find_figures(rest, language)}
    units = {unit for unit in UNITS if _counts(unit, rest, language)}
    return frozenset(dates | figures | units | _find_acronyms(rest))


@lru_cache(maxsize=4096)
def find_held(text: str, language: str = "") -> frozenset[str]:
    """What a text can vouch for: its facts, the parts of its dates, and what stands for its figures."""
    dates, rest = _take_dates(unicodedata.normalize("NFC", text))
    held = {part for date in dates for part in _parts_of_date(date)}
    for figure, unscaled in _find_figures(rest, language):
        held |= {figure, unscaled}
    held |= {number for word in _find_words(rest) if (number := KINDRED_NUMBERS.get(word))}
    # A day and its month may stand apart from their year: "on 26 June and … in 2017".
    years = [fact for fact in held if _IS_YEAR.fullmatch(fact)]
    held |= {f"{year}{date[1:]}" for date in dates if date.startswith("--") for year in years}
    held |= {unit for unit, pattern in UNITS.items() if pattern.search(rest)}
    return frozenset(held | _find_acronyms(rest))


def find_dates(text: str) -> frozenset[str]:
    """The dates of a text; the name of a month is one."""
    return frozenset(_take_dates(text)[0])


def _take_dates(text: str) -> tuple[set[str], str]:
    """The dates of a text, and the text without them."""
    dates: set[str] = set()

    def take_iso(match: re.Match[str]) -> str:
        dates.add(match[0])
        return "; "

    def take_numeric(match: re.Match[str]) -> str:
        day, month = int(match[1]), int(match[3])
        if month > 12:
            day, month = month, day
        if not (1 <= month <= 12 and 1 <= day <= 31):
            return match[0]
        dates.add(f"{match[4]}-{month:02}-{day:02}")
        return "; "

    def take_written(match: re.Match[str]) -> str:
        name, year = match["month"].lower(), match["year"] or ""
        days = [int(day) for day in re.findall(r"\d{1,2}", f"{match['days'] or ''} {match['day'] or ''}")]
        if name in _AMBIGUOUS_MONTHS and not (days or year):
            before = match.string[max(0, match.start() - _LONGEST_PREPOSITION) : match.start()]
            if match["month"].islower() or not _BEFORE_MONTH.search(before):
                return match[0]
        month = f"{year or '-'}-{MONTHS[name]:02}"
        dates.update(f"{month}-{day:02}" for day in days if 1 <= day <= 31)
        if not days:
            dates.add(month)
        return "; "

    text = _ISO_DATE.sub(take_iso, text)
    text = _NUMERIC_DATE.sub(take_numeric, text)
    return dates, _WRITTEN_DATE.sub(take_written, text)


def _parts_of_date(date: str) -> set[str]:
    """A date and what it says by itself: `2018-11-28` is `2018-11`, `2018`, `--11-28` and `--11`, too."""
    year = "" if date.startswith("--") else date[:4]
    month, *day = date.removeprefix(year or "-").strip("-").split("-")
    parts = {date, f"--{month}", *(f"--{month}-{one}" for one in day)}
    return parts | {year, f"{year}-{month}"} if year else parts


def _find_figures(text: str, language: str) -> Iterator[tuple[str, str]]:
    """Each figure and number word, with the word behind it that scales it, and without."""
    for match in _FIGURE.finditer(text):
        figure = normalise_figure(match[0])
        yield _scale(figure, text[match.end() : match.end() + _LONGEST_SCALE], language), figure
    words = NUMBERS.get(language, {})
    text = UNITS["%"].sub(" ", text)  # "pour cent" is no hundred
    for match in _WORD.finditer(text):
        if (number := words.get(match[0].lower())) is not None:
            behind = text[match.end() : match.end() + _LONGEST_SCALE]
            yield _scale(str(number), behind, language), str(number)


def _scale(figure: str, behind: str, language: str) -> str:
    """`2.5` before "million" is `2500000`."""
    for word, power in SCALES.get(language, {}).items():
        if re.match(rf"[\s-]{word}\b", behind, re.IGNORECASE):
            whole, _, fraction = figure.partition(".")
            return (whole + fraction.ljust(power, "0")).lstrip("0") if len(fraction) <= power else figure
    return figure


def _counts(unit: str, text: str, language: str) -> bool:
    """Whether a text has the unit; a time, such as "years", only right behind a figure or number word."""
    for match in UNITS[unit].finditer(text):
        if unit not in TIMES:
            return True
        before = _BEFORE_UNIT.search(text, max(0, match.start() - _LONGEST_NUMBER), match.start())
        if before and (before[1].isdigit() or before[1].lower() in NUMBERS.get(language, {})):
            return True
    return False


def _find_words(text: str) -> Iterator[str]:
    return (match[0].lower() for match in _WORD.finditer(text))


def _find_acronyms(text: str) -> set[str]:
    return {normalise_acronym(found) for found in _ACRONYM.findall(UNITS["€"].sub(" ", text))} - SIGNS
