"""What `--json` prints and evaluation stores, to the letter."""

import json

from assistant.answer import Answer, Citation, Sentence
from assistant.serialise import answer_to_json, hits_to_json
from index.records import Chunk, Hit, Metadata

TEXT = "Projekt trval dva roky. Rozpočet činil 250\u00a0000 eur."
HIT = Hit(
    rank=1,
    score=0.031,
    score_kind="fused",
    similarity=0.88,
    chunk=Chunk(
        id="c7",
        document_id="d3",
        start=200,
        end=200 + len(TEXT),
        text=TEXT,
        language="cs",
        first_page=4,
        last_page=5,
        heading=("Zpráva", "Rozpočet"),
        statements=((200, 223), (224, 251)),
    ),
    source="cz/zpráva.pdf",
    metadata=Metadata("Závěrečná zpráva", "cs", "CZ", organisation="SERV"),
    evidence=(0.25, 0.75),
)
HIT_JSON = {
    "rank": 1,
    "score": 0.031,
    "document": "d3",
    "title": "Závěrečná zpráva",
    "source": "cz/zpráva.pdf",
    "language": "cs",
    "country": "CZ",
    "page": 4,
    "heading": ["Zpráva", "Rozpočet"],
    "start": 200,
    "end": 251,
    "text": TEXT,
    "statements": [
        {"start": 200, "end": 223, "cosine": 0.25},
        {"start": 224, "end": 251, "cosine": 0.75},
    ],
}
ANSWER = Answer(
    question="What was the budget?",
    language="en",
    sentences=(
        Sentence(
            "The budget was 250,000 euros.", (Citation(1, HIT, 224, 251, 5),), "supported", "cited passage"
        ),
        Sentence("It was well spent.", (), "unsupported", "no passage says this"),
    ),
    passages=(HIT,),
    generator="llama.cpp",
    lead_in="",
    notice="A notice.",
    seconds=1.5,
    evidence=0.9,
)
ANSWER_JSON = {
    "question": "What was the budget?",
    "language": "en",
    "abstained": False,
    "reason": "",
    "evidence": 0.9,
    "generator": "llama.cpp",
    "notice": "A notice.",
    "lead_in": "",
    "sentences": [
        {
            "text": "The budget was 250,000 euros.",
            "supported": True,
            "reason": "cited passage",
            "citations": [
                {
                    "number": 1,
                    "document": "d3",
                    "source": "cz/zpráva.pdf",
                    "language": "cs",
                    "page": 5,
                    "start": 224,
                    "end": 251,
                    "quote": "Rozpočet činil 250\u00a0000 eur.",
                }
            ],
        },
        {
            "text": "It was well spent.",
            "supported": False,
            "reason": "no passage says this",
            "citations": [],
        },
    ],
    "passages": [HIT_JSON],
    "seconds": 1.5,
}


def test_hits_have_the_documented_shape() -> None:
    assert hits_to_json([HIT]) == [HIT_JSON]
    assert hits_to_json([]) == []


def test_an_answer_has_the_documented_shape() -> None:
    assert answer_to_json(ANSWER) == ANSWER_JSON


def test_a_format_without_pages_has_the_page_null() -> None:
    chunk = Chunk("c1", "d1", 0, 4, "Text", "en")
    hit = Hit(1, 0.5, "cosine", 0.5, chunk, "a.md", Metadata("A"))
    assert hits_to_json([hit])[0]["page"] is None


def test_an_answer_survives_json() -> None:
    assert json.loads(json.dumps(answer_to_json(ANSWER))) == ANSWER_JSON
