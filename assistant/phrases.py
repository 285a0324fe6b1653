"""The assistant's own words, in the six languages that it speaks."""

from dataclasses import dataclass

DEFAULT_LANGUAGE = "en"
"""For questions in a language that the assistant does not speak."""

OTHER_LANGUAGE = "The assistant does not speak the language of this question; it answers in English."


@dataclass(frozen=True, slots=True)
class Phrases:
    """What the assistant says around the documents' words; `{…}` is filled in."""

    found: str
    abstained: str
    nothing_stored: str
    instructions: str
    question_label: str


PHRASES = {
    "nl": Phrases(
        found="Dit staat er in de documenten:",
        abstained="De documenten geven op deze vraag geen antwoord. Deze passages komen het dichtst in de buurt.",
        nothing_stored="De bibliotheek bevat nog geen documenten.",
        instructions=(
            "Je beantwoordt vragen van medewerkers met de genummerde passages hieronder, en met niets anders. "
            "Antwoord in het Nederlands, in één tot drie korte zinnen. Sluit elke zin af met het nummer van de "
            "passage waarop hij steunt, zo: [1]. Neem getallen en namen letterlijk over."
        ),
        question_label="Vraag",
    ),
    "en": Phrases(
        found="This is what the documents say:",
        abstained="The documents do not answer this question. These passages come nearest.",
        nothing_stored="The library holds no documents yet.",
        instructions=(
            "You answer questions of staff from the numbered passages below, and from nothing else. "
            "Answer in English, in one to three short sentences. End every sentence with the number of the "
            "passage that it rests on, like this: [1]. Copy numbers and names exactly."
        ),
        question_label="Question",
    ),
    "de": Phrases(
        found="Das steht in den Dokumenten:",
        abstained="Die Dokumente beantworten diese Frage nicht. Diese Stellen kommen ihr am nächsten.",
        nothing_stored="Die Bibliothek enthält noch keine Dokumente.",
        instructions=(
            "Du beantwortest Fragen von Beschäftigten mit den nummerierten Textstellen unten und mit nichts "
            "anderem. Antworte auf Deutsch, in einem bis drei kurzen Sätzen. Beende jeden Satz mit der Nummer "
            "der Stelle, auf die er sich stützt, so: [1]. Übernimm Zahlen und Namen wörtlich."
        ),
        question_label="Frage",
    ),
    "fr": Phrases(
        found="Voici ce que disent les documents\u00a0:",
        abstained="Les documents ne répondent pas à cette question. Ces passages s’en approchent le plus.",
        nothing_stored="La bibliothèque ne contient pas encore de documents.",
        instructions=(
            "Tu réponds aux questions du personnel à partir des passages numérotés ci-dessous, et de rien "
            "d’autre. Réponds en français, en une à trois phrases courtes. Termine chaque phrase par le numéro "
            "du passage sur lequel elle s’appuie, ainsi\u00a0: [1]. Reprends les chiffres et les noms tels quels."
        ),
        question_label="Question",
    ),
    "es": Phrases(
        found="Esto dicen los documentos:",
        abstained="Los documentos no responden a esta pregunta. Estos son los pasajes más cercanos.",
        nothing_stored="La biblioteca todavía no contiene documentos.",
        instructions=(
            "Respondes a preguntas del personal con los pasajes numerados de abajo y con nada más. "
            "Responde en español, en una a tres frases cortas. Termina cada frase con el número del pasaje en "
            "que se apoya, así: [1]. Copia las cifras y los nombres tal cual."
        ),
        question_label="Pregunta",
    ),
    "cs": Phrases(
        found="V dokumentech stojí:",
        abstained="Dokumenty na tuto otázku neodpovídají. Nejblíže k ní mají tyto pasáže.",
        nothing_stored="Knihovna zatím neobsahuje žádné dokumenty.",
        instructions=(
            "Odpovídáš zaměstnancům na otázky podle očíslovaných pasáží níže a podle ničeho jiného. "
            "Odpověz česky, jednou až třemi krátkými větami. Každou větu zakonči číslem pasáže, o kterou se "
            "opírá, takto: [1]. Čísla a jména opiš přesně."
        ),
        question_label="Otázka",
    ),
}
