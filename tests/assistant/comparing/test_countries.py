"""Which countries a text names, and which statements of a passage are its own country's."""

import pytest

from assistant.comparing.countries import find_countries, keep_own_statements
from index.records import Chunk, Hit, Metadata

# nl, en, de, fr, es, cs: the country, then its people's or its region's adjective in a sentence's form.
NAMES = {
    "BE": """België Belgium Belgien Belgique Bélgica Belgie
        Vlaamse Flemish flämische flamande flamenco vlámská Flandern""",
    "CZ": """Tsjechië Czechia Tschechien Tchéquie Chequia Česko
        Tsjechische Czech tschechische tchèque checa české""",
    "DE": """Duitsland Germany Deutschland Allemagne Alemania Německo
        Duitse German deutsche allemande alemán německá""",
    "ES": """Spanje Spain Spanien Espagne España Španělsko
        Spaanse Spanish spanische espagnol española španělský""",
    "FR": """Frankrijk France Frankreich Francia Francie
        Franse French französische française francés francouzská""",
    "NL": """Nederland Netherlands Niederlande Pays-Bas Nizozemsko
        Nederlandse Dutch niederländische néerlandais neerlandés nizozemská""",
    "EU": "Europese European europäische européen europea evropská Europa EU",
}
NO_NAMES = [
    "franchise fees and frankness",
    "the flame went out; une flamme s'éteint",
    "a check on the checked boxes, čeho se týká",
    "germination of a belief",
    "Spanne, Spam und Spind",
    "neutral euros: 250 eur",
    "de vlam van het debat",
]


@pytest.mark.parametrize(
    ("country", "name"), [(country, name) for country, names in NAMES.items() for name in names.split()]
)
def test_a_country_is_known_by_its_names_in_six_languages(country: str, name: str) -> None:
    assert find_countries(f"x „{name}“ y") == find_countries(name.upper()) == {country}


@pytest.mark.parametrize("text", NO_NAMES)
def test_words_that_only_look_alike_name_no_country(text: str) -> None:
    assert find_countries(text) == set()


def test_a_text_may_name_several() -> None:
    assert find_countries("In Frankrijk en de países bajos, niet in Europa") == {"FR", "NL", "EU"}


def make_hit(*paragraphs: tuple[str, ...]) -> Hit:
    """A passage at offset 100 of its document; each paragraph is given by its statements."""
    text, spans = "", []
    for statements in paragraphs:
        text += "\n\n" if text else ""
        for statement in statements:
            start = 100 + len(text)
            text += statement
            spans.append((start, start + len(statement)))
            text += " "
    chunk = Chunk("c", "d", 100, 100 + len(text), text, "en", statements=tuple(spans))
    evidence = tuple(place / 10 for place in range(len(spans)))
    return Hit(1, 0.5, "fused", 0.9, chunk, "a.md", Metadata("A", country="BE"), evidence)


def keep(country: str, *paragraphs: tuple[str, ...]) -> list[str]:
    hit = make_hit(*paragraphs)
    kept = keep_own_statements(hit, country)
    assert (kept.chunk.text, kept.chunk.id, kept.rank) == (hit.chunk.text, hit.chunk.id, hit.rank)
    before = dict(zip(hit.chunk.statements, hit.evidence, strict=True))
    after = dict(zip(kept.chunk.statements, kept.evidence, strict=True))
    assert after.items() <= before.items(), "each statement keeps its own evidence"
    return [hit.chunk.text[start - 100 : end - 100] for start, end in after]


def test_what_names_no_country_is_the_documents_own() -> None:
    assert keep("BE", ("One.", "Two."), ("Three.",)) == ["One.", "Two.", "Three."]


def test_what_names_another_country_goes_with_what_follows_in_its_paragraph() -> None:
    paragraphs = ("One.", "In France it differs.", "There a charter does."), ("Here again.",)
    assert keep("BE", *paragraphs) == ["One.", "Here again."]


def test_what_names_the_own_country_too_stays_and_brings_it_back() -> None:
    paragraphs = ("France has a charter.", "The Flemish rule differs from the French one.", "It is new.")
    assert keep("BE", paragraphs) == list(paragraphs[1:])


def test_europe_is_no_other_country_but_has_its_own_statements() -> None:
    paragraphs = ("The European Social Fund paid.", "In Spain there is a law.", "The EU has none.")
    assert keep("BE", paragraphs) == [paragraphs[0]], "what follows on Spain is said of Spain"
    assert keep("ES", paragraphs) == list(paragraphs)
    assert keep("EU", paragraphs) == [paragraphs[0], paragraphs[2]]


def test_nothing_goes_for_a_country_whose_names_are_not_known() -> None:
    assert keep("SE", ("In France it differs.", "In Sweden it does not.")) == [
        "In France it differs.",
        "In Sweden it does not.",
    ]
