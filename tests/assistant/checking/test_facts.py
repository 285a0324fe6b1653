"""What a text claims has one form, whatever its language writes; and another claim has another form."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.checking.facts import find_facts, find_held, normalise_figure
from index.language import LANGUAGES

NBSP = "\u00a0"
NARROW_NBSP = "\u202f"

MONTHS = {
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "cs": "ledna února března dubna května června července srpna září října listopadu prosince",
}
TWENTY = {
    "nl": "twintig",
    "en": "twenty",
    "de": "zwanzig",
    "fr": "vingt",
    "es": "veinte",
    "cs": "dvacet",
}


def write_date(day: date, language: str) -> str:
    month = MONTHS[language].split()[day.month - 1]
    stop = "." if language in ("de", "cs") else ""
    of = " de" if language == "es" else ""
    return f"{day.day}{stop}{of} {month}{of} {day.year}"


@given(
    st.integers(1000, 10**9),
    st.sampled_from([(".", ","), (",", "."), (" ", ","), (NBSP, ","), (NARROW_NBSP, "."), ("’", ".")]),
    st.integers(1, 99),
)
def test_a_figure_has_one_form_whatever_the_signs_it_is_written_with(
    whole: int, signs: tuple[str, str], cents: int
) -> None:
    grouping, decimal = signs
    grouped = f"{whole:,}".replace(",", grouping)
    assert find_facts(f"about {grouped} firms") == {str(whole)}
    assert find_facts(f"({grouped}).") == find_facts(str(whole))
    assert find_facts(f"{grouped}{decimal}{cents:02}") == find_facts(f"{whole}.{cents:02}")


@pytest.mark.parametrize(
    ("figure", "normal"),
    [
        ("1.250,50", "1250.5"),
        ("1,250.50", "1250.5"),
        ("1 250,50", "1250.5"),
        ("1.250", "1250"),
        ("1.250.000", "1250000"),
        (f"250{NBSP}000", "250000"),
        (f"250{NARROW_NBSP}000", "250000"),
        ("0,5", "0.5"),
        ("0.50", "0.5"),
        ("0.125", "0.125"),
        ("4.0", "4"),
        ("0", "0"),
        ("007", "7"),
        ("2018", "2018"),
    ],
    ids=ascii,
)
def test_figures_in_one_form(figure: str, normal: str) -> None:
    assert normalise_figure(figure) == normal
    assert find_facts(f"It was {figure}.") == {normal}


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_a_date_has_one_form_in_every_language_and_notation(day: date) -> None:
    written = [write_date(day, language) for language in LANGUAGES]
    month = MONTHS["en"].split()[day.month - 1]
    numeric = [
        f"{day.day}.{day.month}.{day.year}",
        f"{day.day:02}/{day.month:02}/{day.year}",
        f"{day:%-d. %-m. %Y}",
    ]
    american = f"{month} {day.day}, {day.year}"
    for form in (*written, *numeric, american, day.isoformat()):
        assert find_facts(f"It was approved on {form}.") == {day.isoformat()}, form


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_a_date_vouches_for_its_month_and_year_and_for_no_other_date(day: date, other: date) -> None:
    held = find_held(f"Le {write_date(day, 'fr')}.", "fr")
    assert find_facts(f"im {MONTHS['de'].split()[day.month - 1]} {day.year}", "de") <= held
    assert find_facts(f"in {day.year}", "en") <= held
    assert (find_facts(write_date(other, "cs"), "cs") <= held) == (day == other)


@pytest.mark.parametrize(
    ("text", "language", "facts"),
    [
        ("du 9 au 16 mai 2022", "fr", {"2022-05-09", "2022-05-16"}),
        ("op 28 en 29 juni 2017", "nl", {"2017-06-28", "2017-06-29"}),
        ("el 28 y el 29 de junio", "es", {"--06-28", "--06-29"}),
        ("le 1er janvier 2017", "fr", {"2017-01-01"}),
        ("v září 2016", "cs", {"2016-09"}),
        ("They may march, he may not.", "en", set()),
        ("in May", "en", {"--05"}),
        ("Real Decreto-ley 28/2020", "es", {"28", "2020"}),
    ],
)
def test_dates_that_share_words_and_words_that_are_no_dates(
    text: str, language: str, facts: set[str]
) -> None:
    assert find_facts(text, language) == facts


def test_a_day_may_stand_apart_from_its_year() -> None:
    held = find_held("On 28 June and 10 November the group met; 2017 was its first year.", "en")
    assert find_facts("10 November 2017") <= held
    assert not find_facts("11 November 2017") <= held


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_word_is_its_figure_in_its_language_alone(language: str) -> None:
    assert find_facts(f"({TWENTY[language]})", language) == {"20"}
    assert find_facts(f"({TWENTY[language]})") == set()


def test_the_words_for_hundred_in_a_percentage_are_no_number() -> None:
    assert find_facts("5 pour cent", "fr") == find_facts("5 %", "fr") == {"5", "%"}


@pytest.mark.parametrize(
    "forms",
    [
        [("2.5 million", "en"), ("2,5 Millionen", "de"), ("2,5 millones", "es"), ("2 500 000", "fr")],
        [("€ 20", "en"), ("20 EUR", "de"), ("20 euro", "nl"), ("20 eur", "cs"), ("veinte euros", "es")],
        [
            ("5 %", "en"),
            ("5 procent", "nl"),
            ("5 Prozent", "de"),
            ("5 por ciento", "es"),
            ("5 procenta", "cs"),
        ],
        [("zes jaar", "nl"), ("6 years", "en"), ("sechs Jahren", "de"), ("6 ans", "fr"), ("šest let", "cs")],
        [("ESF", "en"), ("FSE", "fr")],
        [("GDPR", "cs"), ("AVG", "nl"), ("DSGVO", "de"), ("RGPD", "es")],
    ],
)
def test_the_same_amount_in_several_languages_is_one_fact(forms: list[tuple[str, str]]) -> None:
    found = {find_facts(text, language) for text, language in forms}
    assert len(found) == 1
    assert all(found), "something is found"


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("2.5 million", "2.5 thousand"),
        ("20 euros", "20 dollars"),
        ("5 %", "5 firms"),
        ("10 years", "block 10"),
        ("ČMKOS", "MKOS"),
    ],
)
def test_what_is_counted_belongs_to_the_claim(claim: str, passage: str) -> None:
    assert find_facts(claim, "en") <= find_held(claim, "en")
    assert not find_facts(claim, "en") <= find_held(passage, "en")


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        pytest.param("SERV and ESF met in 2018.", {"SERV", "ESF", "2018"}, id="acronyms and a year"),
        pytest.param("In 2017 150 firms came.", {"2017", "150"}, id="a year before a count"),
        pytest.param("From 1997 to 1998, 12 of 345.", {"1997", "1998", "12", "345"}, id="several figures"),
        pytest.param("The G20 and H2020.", {"G20", "H2020", "20", "2020"}, id="acronyms with digits"),
        pytest.param("Vlaanderen betaalde een deel.", set(), id="neither"),
    ],
)
def test_facts_are_figures_and_acronyms(text: str, facts: set[str]) -> None:
    assert find_facts(text) == facts


def test_a_text_vouches_for_ordinals_that_are_not_asked_of_it() -> None:
    assert find_facts("the second of both phases", "en") == set()
    assert find_facts("in 2 phases", "en") <= find_held("the second of both phases", "en")
