"""A written sentence stands only where a passage holds its figures and names, and says what it says."""

import pytest

from assistant.checking.check import Finding, check_draft
from assistant.evidence import Evidence, find_evidence
from assistant.reader import load_reader
from assistant.writing.drafts import Draft
from index.encoder import Encoder
from index.records import Hit, Metadata
from tests.assistant.passages import find, make_chunk, store

NBSP = "\u00a0"
QUESTION = "What was the total budget of the project, and who paid part of it?"
TITLE = "Social partners on the digital fast track"


def passage(number: int, language: str, title: str, heading: str, text: str) -> Hit:
    chunk = make_chunk(f"c{number}", f"d{number}", 100, text, language, (heading,))
    return Hit(number, 0.03, "fused", 0.8, chunk, f"{number}.md", Metadata(title, language))


BUDGET = passage(
    1,
    "en",
    TITLE,
    "Budget and contact in 2018",
    "The total budget was about 250,000 euros. Of this, 150,000 euros was a subsidy from ESF Flanders; the "
    "page does not say where the rest came from. The contact person is Tim Buyse.",
)
METHOD = passage(
    2,
    "en",
    TITLE,
    "Working method",
    "The partners learn from one another. Four roundtables are planned, each on a topic of its own; after "
    "each of them the group visits one or more good practices in the region that hosts it.",
)
CZECH = passage(
    3,
    "cs",
    "Česká republika",
    "Iniciativa Průmysl 4.0",
    f"Za iniciativou stálo ministerstvo průmyslu a obchodu. Na projekt vydalo 1{NBSP}250,50 eur.",
)
DUTCH = passage(4, "nl", "Werkwijze", "Aanpak", "De partners leren van elkaar. Er zijn vier rondetafels.")


@pytest.fixture(scope="module")
def evidence(packaged_encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> list[Evidence]:
    passages = [BUDGET, METHOD, CZECH, DUTCH]
    library = store(tmp_path_factory.mktemp("check"), packaged_encoder, passages)
    return find_evidence(QUESTION, "en", find(library, QUESTION, "en", passages), library, load_reader())


class Check:
    """Checks a sentence against the passages."""

    def __init__(self, encoder: Encoder, evidence: list[Evidence]) -> None:
        self.encoder = encoder
        self.evidence = evidence

    def __call__(
        self, text: str, *cited: Hit, language: str = "en", question: str = QUESTION, earlier: str = ""
    ) -> Finding:
        return check_draft(
            Draft(text, tuple(hit.rank for hit in cited)),
            question=question,
            language=language,
            earlier=[earlier] if earlier else [],
            evidence=self.evidence,
            cited=[hit.chunk.id for hit in cited],
            encoder=self.encoder,
        )


@pytest.fixture(scope="module")
def check(packaged_encoder: Encoder, evidence: list[Evidence]) -> Check:
    return Check(packaged_encoder, evidence)


@pytest.mark.parametrize(
    ("text", "language", "statement"),
    [
        pytest.param("The total budget was 250,000 euros.", "en", "The total budget", id="copied"),
        pytest.param("The project had 250 000 euros in all.", "en", "The total budget", id="other format"),
        pytest.param("ESF Flanders paid 150,000 euros.", "en", "Of this, 150,000", id="paraphrased"),
        pytest.param(
            "In 2018 the total budget included 150,000 euros from ESF.",
            "en",
            "Of this",
            id="with most figures",
        ),
        pytest.param("In 2018 the total budget was 250,000 euros.", "en", "The total", id="year in heading"),
        pytest.param("Kontaktní osobou je Tim Buyse.", "cs", "The contact person", id="translated"),
        pytest.param("Le budget total était de 250 000 euros.", "fr", "The total budget", id="with figures"),
        pytest.param("The ministry spent 1,250.50 euros on it.", "en", "Na projekt", id="from Czech"),
    ],
)
def test_a_sentence_rests_on_the_statement_that_says_the_same(
    check: Check, text: str, language: str, statement: str
) -> None:
    finding = check(text, language=language)
    assert finding.evidence is not None, finding.reason
    assert finding.evidence.text.startswith(statement)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        pytest.param("The total budget was about 999,000 euros.", "999000", id="amount"),
        pytest.param("The total budget was about 250,001 euros.", "250001", id="nearly right"),
        pytest.param("In 2011 the total budget was about 250,000 euros.", "2011", id="year"),
        pytest.param("The OECD paid 150,000 euros of it.", "OECD", id="acronym"),
    ],
)
def test_a_sentence_with_a_wrong_fact_is_refused_by_name(check: Check, text: str, wrong: str) -> None:
    finding = check(text, BUDGET)
    assert finding.evidence is None
    assert wrong in finding.reason


def test_facts_from_two_passages_do_not_add_up_to_one_sentence(check: Check) -> None:
    assert check("Of 250,000 euros the project paid 150,000 euros.", BUDGET).evidence is not None
    assert check("Of 250,000 euros the project paid 1,250.50 euros.", BUDGET, CZECH).evidence is None


def test_a_figure_of_one_statement_does_not_support_another(check: Check) -> None:
    assert check("The total budget was about 150,000 euros.", BUDGET).evidence is None


@pytest.mark.parametrize(
    ("text", "supported"),
    [
        ("The contact person is Tim Buyse.", True),
        ("The contact person is Jan Peeters.", False),
        ("For questions one may turn to Tim Peeters, the contact person.", False),
    ],
)
def test_a_name_must_stand_in_the_passage(check: Check, text: str, supported: bool) -> None:
    assert (check(text, BUDGET).evidence is not None) == supported


@pytest.mark.parametrize(
    "text",
    [
        "Bananas are yellow fruit.",
        "A football club won the cup in Madrid.",
        "My grandmother bakes bread every Sunday morning.",
        "Blah blah blah nonsense words.",
    ],
)
def test_a_sentence_that_no_passage_says_is_refused_whatever_it_cites(check: Check, text: str) -> None:
    finding = check(text, BUDGET, METHOD, CZECH)
    assert finding.evidence is None
    assert finding.reason == "no passage says this"


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        pytest.param(
            "After each roundtable the group visits good practices.", METHOD, id="the nearest passage"
        ),
        pytest.param("The partners learn from one another.", DUTCH, id="one in another language"),
    ],
)
def test_a_right_citation_stays(check: Check, text: str, cited: Hit) -> None:
    finding = check(text, cited)
    assert finding.evidence is not None
    assert (finding.evidence.hit.chunk, finding.reason) == (cited.chunk, "cited passage")


@pytest.mark.parametrize(
    ("text", "cited", "supporting"),
    [
        pytest.param("The total budget was about 250,000 euros.", METHOD, BUDGET, id="by its figure"),
        pytest.param("The contact person is Tim Buyse.", METHOD, BUDGET, id="by its meaning"),
        pytest.param("The partners learn from one another.", CZECH, METHOD, id="across languages"),
    ],
)
def test_a_wrong_citation_moves_to_the_passage_that_supports_it(
    check: Check, text: str, cited: Hit, supporting: Hit
) -> None:
    finding = check(text, cited)
    assert finding.evidence is not None
    assert (finding.evidence.hit.chunk, finding.reason) == (supporting.chunk, "another passage supports it")


def test_a_sentence_without_citation_gets_one(check: Check) -> None:
    finding = check("The contact person is Tim Buyse.")
    assert finding.evidence is not None
    assert finding.evidence.hit.chunk == BUDGET.chunk


@pytest.mark.parametrize(
    ("text", "earlier", "reason"),
    [
        pytest.param(QUESTION, "", "it repeats the question", id="echo"),
        pytest.param(QUESTION.upper()[:-1], "", "it repeats the question", id="echo in capitals"),
        pytest.param(
            "The contact person is Tim Buyse!",
            "The contact person is Tim Buyse.",
            "it repeats an earlier sentence",
            id="said before",
        ),
        pytest.param(
            "The budget the budget the budget the budget was.", "", "it repeats itself", id="babble"
        ),
        pytest.param(
            "Het totale budget bedroeg ongeveer 250.000 euro.", "", "it is in another language", id="Dutch"
        ),
    ],
)
def test_broken_text_is_refused_whatever_it_says(check: Check, text: str, earlier: str, reason: str) -> None:
    assert check(text, BUDGET, earlier=earlier) == Finding(None, reason)


def test_a_short_sentence_need_not_show_its_language(check: Check) -> None:
    sentence = "The contact is Tim Buyse."
    assert check(sentence, BUDGET, language="cs", question="Kdo je kontaktní osobou?").evidence is not None


@pytest.mark.parametrize("text", ["Tim Buyse.", "250,000 euros.", "In 2018."])
def test_a_fragment_says_too_little_whatever_the_passage_holds(check: Check, text: str) -> None:
    assert check(text, BUDGET) == Finding(None, "it says too little to be checked")


def test_nothing_supports_a_sentence_where_there_is_no_evidence(packaged_encoder: Encoder) -> None:
    assert Check(packaged_encoder, [])("The budget was 250,000 euros.").evidence is None


PRACTICE = passage(
    5,
    "de",
    "Weiterbildung",
    "Wer entscheidet",
    "In Deutschland entscheidet die Arbeitsagentur, und der Arbeitgeber zahlt mit. "
    "Ein Rechtsanspruch auf die Förderung besteht nicht. Das Gesetz gilt seit dem 1. Januar 2019.",
)
CONCERNED = [
    pytest.param(
        "In Germany the employment agency decides, and the employer pays a part.", "en", True, id="true"
    ),
    pytest.param(
        "In Germany the employer decides, and the employment agency pays a part.", "en", False, id="swapped"
    ),
    pytest.param("Rechtsanspruch auf die Förderung besteht keiner.", "de", True, id="denied in other words"),
    pytest.param("Ein Rechtsanspruch auf die Förderung besteht.", "de", False, id="affirmed"),
    pytest.param("Een wettelijk recht op de steun bestaat niet.", "nl", True, id="denied in Dutch"),
    pytest.param("Er bestaat een wettelijk recht op de steun.", "nl", False, id="affirmed in Dutch"),
    pytest.param("Zákon platí od 1. 1. 2019.", "cs", True, id="same date in Czech"),
    pytest.param("Zákon platí od 1. února 2019.", "cs", False, id="other month in Czech"),
    pytest.param("La loi s’applique depuis janvier 2019.", "fr", True, id="part of the date in French"),
    pytest.param("La loi s’applique depuis mars 2019.", "fr", False, id="other month in French"),
]


@pytest.fixture(scope="module")
def practice(packaged_encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Check:
    library = store(tmp_path_factory.mktemp("practice"), packaged_encoder, [PRACTICE])
    question = "Wer entscheidet über die Förderung?"
    found = find_evidence(question, "de", find(library, question, "de", [PRACTICE]), library, load_reader())
    return Check(packaged_encoder, found)


@pytest.mark.parametrize(("text", "language", "supported"), CONCERNED)
def test_what_a_passage_says_must_be_said_in_the_same_sense(
    practice: Check, text: str, language: str, supported: bool
) -> None:
    finding = practice(text, PRACTICE, language=language, question="?")
    assert (finding.evidence is not None) == supported, finding.reason


def test_the_same_sentence_gets_the_same_verdict_again(practice: Check) -> None:
    texts = ["Das Gesetz gilt seit 2019.", "Das Gesetz gilt seit 2018."]
    first = [practice(text, PRACTICE, language="de", question="?") for text in texts]
    assert [practice(text, PRACTICE, language="de", question="?") for text in texts] == first


def test_a_figure_of_a_statement_beside_the_nearest_is_no_support(check: Check) -> None:
    """The first statement of the passage has another figure for the budget."""
    finding = check("The total budget was about 150,000 euros.", BUDGET, METHOD)
    assert finding.reason == "its figures belong to another statement"
