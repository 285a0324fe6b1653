"""Questions for measuring speed, in the six languages by turns, on what project documents tell."""

QUESTIONS = (
    ("nl", "Welke afspraken bestaan er over het recht op deconnectie?"),
    ("en", "What was the total budget of the project?"),
    ("de", "Welche Rechte hat der Betriebsrat beim Einsatz künstlicher Intelligenz?"),
    ("fr", "Comment le compte personnel de formation est-il financé ?"),
    ("es", "¿Qué derechos tienen los repartidores de las plataformas digitales?"),
    ("cs", "Které organizace se projektu účastnily?"),
    ("nl", "Hoe wordt opleiding voor werknemers betaald?"),
    ("en", "How do trade unions and employers negotiate about telework?"),
    ("de", "Was ist das Ziel der nationalen Weiterbildungsstrategie?"),
    ("fr", "Quelles compétences numériques les salariés doivent-ils acquérir ?"),
    ("es", "¿Cómo se registra la jornada de trabajo?"),
    ("cs", "Jak digitalizace mění kolektivní vyjednávání?"),
)
"""Pairs of a language and a question in it."""


def number_questions(number: int) -> list[tuple[str, str]]:
    """The same with a number in each question: a library knows the latest questions' vectors, and a question
    that it has not seen shows what people wait for."""
    return [(language, f"{text.rstrip(' ?')} ({number})?") for language, text in QUESTIONS]
