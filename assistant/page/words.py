"""The page's own words, in the six languages of the project, and the questions it offers to begin with.

A reply speaks the language of its question, the page around it the reader's; so both look words up by
language. Counts are written `label: number`, which needs no plural forms.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from index.records import UNDETERMINED

FALLBACK = "en"
"""The language of the page where nothing tells a better one."""


@dataclass(frozen=True, slots=True)
class Words:
    """What the page says in one language; `{…}` are filled in where they are shown."""

    code: str
    name: str
    decimal_sign: str
    languages: Mapping[str, str]
    countries: Mapping[str, str]
    # the frame
    purpose: str
    documents: str
    library_languages: str
    answers: str
    answers_quote: str
    answers_write: str
    page_language: str
    new_conversation: str
    welcome: str
    welcome_more: str
    try_one: str
    question: str
    placeholder: str
    ask: str
    stop: str
    # a reply
    searching: str
    answering: str
    stopped: str
    failed: str
    quoted: str
    written: str
    unsupported: str
    extract: str
    no_passages: str
    # the sources
    sources: str
    source: str
    sources_hint: str
    nearest: str
    also_consulted: str
    page: str
    pages: str
    file: str
    back: str

    def name_language(self, code: str) -> str:
        """The language's name, its code where the name is not known, nothing where it is undetermined."""
        return "" if code == UNDETERMINED else self.languages.get(code, code)

    def name_country(self, code: str) -> str:
        return self.countries.get(code, code)

    def tell_seconds(self, seconds: float) -> str:
        return f"{seconds:.1f}\N{NO-BREAK SPACE}s".replace(".", self.decimal_sign)


DUTCH = Words(
    code="nl",
    name="Nederlands",
    decimal_sign=",",
    languages={
        "nl": "Nederlands",
        "en": "Engels",
        "de": "Duits",
        "fr": "Frans",
        "es": "Spaans",
        "cs": "Tsjechisch",
    },
    countries={
        "BE": "België",
        "DE": "Duitsland",
        "FR": "Frankrijk",
        "ES": "Spanje",
        "CZ": "Tsjechië",
        "EU": "Europese Unie",
    },
    purpose="Vraag het de projectdocumenten",
    documents="Documenten",
    library_languages="Talen",
    answers="Antwoorden",
    answers_quote="letterlijke citaten, zonder taalmodel",
    answers_write="geschreven door {name}, getoetst aan de bronnen",
    page_language="Taal van de pagina",
    new_conversation="Nieuw gesprek",
    welcome="Wat wilt u weten?",
    welcome_more="Stel uw vraag in uw eigen taal. Elk antwoord verwijst naar de passage waarop het steunt.",
    try_one="Bijvoorbeeld",
    question="Uw vraag",
    placeholder="Stel een vraag",
    ask="Vraag",
    stop="Stop",
    searching="De documenten worden doorzocht",
    answering="Het antwoord wordt opgesteld",
    stopped="Gestopt.",
    failed="Er ging iets mis. Probeer het opnieuw.",
    quoted="Letterlijke citaten, zonder taalmodel",
    written="Geschreven door {name}, getoetst aan de bronnen",
    unsupported="niet bevestigd door de bronnen",
    extract="Citaten uit de documenten",
    no_passages="Er werden geen passages gevonden.",
    sources="Bronnen",
    source="Bron",
    sources_hint="Kies een nummer in een antwoord: de passage verschijnt hier, met het citaat gemarkeerd.",
    nearest="Dichtstbijzijnde passages",
    also_consulted="Ook geraadpleegd",
    page="p.",
    pages="p.",
    file="Bestand",
    back="Terug naar het antwoord",
)

ENGLISH = Words(
    code="en",
    name="English",
    decimal_sign=".",
    languages={
        "nl": "Dutch",
        "en": "English",
        "de": "German",
        "fr": "French",
        "es": "Spanish",
        "cs": "Czech",
    },
    countries={
        "BE": "Belgium",
        "DE": "Germany",
        "FR": "France",
        "ES": "Spain",
        "CZ": "Czech Republic",
        "EU": "European Union",
    },
    purpose="Ask the project documents",
    documents="Documents",
    library_languages="Languages",
    answers="Answers",
    answers_quote="literal quotations, no language model",
    answers_write="written by {name}, checked against the sources",
    page_language="Language of the page",
    new_conversation="New conversation",
    welcome="What would you like to know?",
    welcome_more="Ask in your own language. Every answer points to the passage that it rests on.",
    try_one="For example",
    question="Your question",
    placeholder="Ask a question",
    ask="Ask",
    stop="Stop",
    searching="Searching the documents",
    answering="Composing the answer",
    stopped="Stopped.",
    failed="Something went wrong. Please try again.",
    quoted="Literal quotations, no language model",
    written="Written by {name}, checked against the sources",
    unsupported="not confirmed by the sources",
    extract="Quotations from the documents",
    no_passages="No passages were found.",
    sources="Sources",
    source="Source",
    sources_hint="Choose a number in an answer: its passage appears here, with the quotation marked.",
    nearest="Nearest passages",
    also_consulted="Also consulted",
    page="p.",
    pages="pp.",
    file="File",
    back="Back to the answer",
)

GERMAN = Words(
    code="de",
    name="Deutsch",
    decimal_sign=",",
    languages={
        "nl": "Niederländisch",
        "en": "Englisch",
        "de": "Deutsch",
        "fr": "Französisch",
        "es": "Spanisch",
        "cs": "Tschechisch",
    },
    countries={
        "BE": "Belgien",
        "DE": "Deutschland",
        "FR": "Frankreich",
        "ES": "Spanien",
        "CZ": "Tschechien",
        "EU": "Europäische Union",
    },
    purpose="Fragen Sie die Projektdokumente",
    documents="Dokumente",
    library_languages="Sprachen",
    answers="Antworten",
    answers_quote="wörtliche Zitate, ohne Sprachmodell",
    answers_write="geschrieben von {name}, an den Quellen geprüft",
    page_language="Sprache der Seite",
    new_conversation="Neues Gespräch",
    welcome="Was möchten Sie wissen?",
    welcome_more="Fragen Sie in Ihrer eigenen Sprache. Jede Antwort verweist auf die Stelle, auf die sie sich stützt.",
    try_one="Zum Beispiel",
    question="Ihre Frage",
    placeholder="Stellen Sie eine Frage",
    ask="Fragen",
    stop="Stopp",
    searching="Die Dokumente werden durchsucht",
    answering="Die Antwort wird verfasst",
    stopped="Angehalten.",
    failed="Etwas ist schiefgegangen. Bitte versuchen Sie es noch einmal.",
    quoted="Wörtliche Zitate, ohne Sprachmodell",
    written="Geschrieben von {name}, an den Quellen geprüft",
    unsupported="von den Quellen nicht bestätigt",
    extract="Zitate aus den Dokumenten",
    no_passages="Es wurden keine Stellen gefunden.",
    sources="Quellen",
    source="Quelle",
    sources_hint="Wählen Sie eine Nummer in einer Antwort: Die Stelle erscheint hier, das Zitat ist markiert.",
    nearest="Nächstliegende Stellen",
    also_consulted="Ebenfalls herangezogen",
    page="S.",
    pages="S.",
    file="Datei",
    back="Zurück zur Antwort",
)

FRENCH = Words(
    code="fr",
    name="Français",
    decimal_sign=",",
    languages={
        "nl": "Néerlandais",
        "en": "Anglais",
        "de": "Allemand",
        "fr": "Français",
        "es": "Espagnol",
        "cs": "Tchèque",
    },
    countries={
        "BE": "Belgique",
        "DE": "Allemagne",
        "FR": "France",
        "ES": "Espagne",
        "CZ": "Tchéquie",
        "EU": "Union européenne",
    },
    purpose="Interrogez les documents du projet",
    documents="Documents",
    library_languages="Langues",
    answers="Réponses",
    answers_quote="citations littérales, sans modèle de langue",
    answers_write="rédigées par {name}, vérifiées dans les sources",
    page_language="Langue de la page",
    new_conversation="Nouvelle conversation",
    welcome="Que souhaitez-vous savoir\N{NO-BREAK SPACE}?",
    welcome_more="Posez votre question dans votre langue. Chaque réponse renvoie au passage sur lequel elle repose.",
    try_one="Par exemple",
    question="Votre question",
    placeholder="Posez une question",
    ask="Demander",
    stop="Arrêter",
    searching="Recherche dans les documents",
    answering="Rédaction de la réponse",
    stopped="Arrêté.",
    failed="Un problème est survenu. Veuillez réessayer.",
    quoted="Citations littérales, sans modèle de langue",
    written="Rédigé par {name}, vérifié dans les sources",
    unsupported="non confirmé par les sources",
    extract="Citations des documents",
    no_passages="Aucun passage n’a été trouvé.",
    sources="Sources",
    source="Source",
    sources_hint="Choisissez un numéro dans une réponse\N{NO-BREAK SPACE}: le passage s’affiche ici, la citation surlignée.",
    nearest="Passages les plus proches",
    also_consulted="Également consultés",
    page="p.",
    pages="p.",
    file="Fichier",
    back="Retour à la réponse",
)

SPANISH = Words(
    code="es",
    name="Español",
    decimal_sign=",",
    languages={
        "nl": "Neerlandés",
        "en": "Inglés",
        "de": "Alemán",
        "fr": "Francés",
        "es": "Español",
        "cs": "Checo",
    },
    countries={
        "BE": "Bélgica",
        "DE": "Alemania",
        "FR": "Francia",
        "ES": "España",
        "CZ": "Chequia",
        "EU": "Unión Europea",
    },
    purpose="Pregunte a los documentos del proyecto",
    documents="Documentos",
    library_languages="Idiomas",
    answers="Respuestas",
    answers_quote="citas literales, sin modelo de lenguaje",
    answers_write="redactadas por {name}, comprobadas con las fuentes",
    page_language="Idioma de la página",
    new_conversation="Nueva conversación",
    welcome="¿Qué desea saber?",
    welcome_more="Pregunte en su propio idioma. Cada respuesta remite al pasaje en el que se apoya.",
    try_one="Por ejemplo",
    question="Su pregunta",
    placeholder="Haga una pregunta",
    ask="Preguntar",
    stop="Detener",
    searching="Buscando en los documentos",
    answering="Redactando la respuesta",
    stopped="Detenido.",
    failed="Algo ha ido mal. Inténtelo de nuevo.",
    quoted="Citas literales, sin modelo de lenguaje",
    written="Redactado por {name}, comprobado con las fuentes",
    unsupported="no confirmado por las fuentes",
    extract="Citas de los documentos",
    no_passages="No se ha encontrado ningún pasaje.",
    sources="Fuentes",
    source="Fuente",
    sources_hint="Elija un número en una respuesta: el pasaje aparece aquí, con la cita resaltada.",
    nearest="Pasajes más cercanos",
    also_consulted="También consultados",
    page="p.",
    pages="pp.",
    file="Archivo",
    back="Volver a la respuesta",
)

CZECH = Words(
    code="cs",
    name="Čeština",
    decimal_sign=",",
    languages={
        "nl": "Nizozemština",
        "en": "Angličtina",
        "de": "Němčina",
        "fr": "Francouzština",
        "es": "Španělština",
        "cs": "Čeština",
    },
    countries={
        "BE": "Belgie",
        "DE": "Německo",
        "FR": "Francie",
        "ES": "Španělsko",
        "CZ": "Česko",
        "EU": "Evropská unie",
    },
    purpose="Zeptejte se dokumentů projektu",
    documents="Dokumenty",
    library_languages="Jazyky",
    answers="Odpovědi",
    answers_quote="doslovné citace, bez jazykového modelu",
    answers_write="píše {name}, ověřeno ve zdrojích",
    page_language="Jazyk stránky",
    new_conversation="Nová konverzace",
    welcome="Co byste chtěli vědět?",
    welcome_more="Ptejte se ve svém jazyce. Každá odpověď odkazuje na pasáž, o kterou se opírá.",
    try_one="Například",
    question="Vaše otázka",
    placeholder="Položte otázku",
    ask="Zeptat se",
    stop="Zastavit",
    searching="Prohledávám dokumenty",
    answering="Sestavuji odpověď",
    stopped="Zastaveno.",
    failed="Něco se nepovedlo. Zkuste to prosím znovu.",
    quoted="Doslovné citace, bez jazykového modelu",
    written="Napsal {name}, ověřeno ve zdrojích",
    unsupported="zdroje nepotvrzují",
    extract="Citace z dokumentů",
    no_passages="Nebyly nalezeny žádné pasáže.",
    sources="Zdroje",
    source="Zdroj",
    sources_hint="Zvolte číslo v odpovědi: pasáž se zobrazí zde a citace v ní bude zvýrazněna.",
    nearest="Nejbližší pasáže",
    also_consulted="Další prohledané pasáže",
    page="s.",
    pages="s.",
    file="Soubor",
    back="Zpět k odpovědi",
)

WORDS: Mapping[str, Words] = {words.code: words for words in (DUTCH, ENGLISH, GERMAN, FRENCH, SPANISH, CZECH)}

EXAMPLES: Mapping[str, str] = {
    "nl": "Bij welke internationale netwerken is de SERV aangesloten?",
    "en": "What was the total budget of the project?",
    "de": "Wer vermittelt zwischen Crowdworkern und Plattformen?",
    "fr": "Comment le droit à la déconnexion est-il organisé\N{NO-BREAK SPACE}?",
    "es": "¿Qué derechos tienen los repartidores de las plataformas digitales?",
    "cs": "Kolik firem a škol spolupracovalo v projektu Kompetence 4.0?",
}


def speak(language: str) -> Words:
    """The words for a language, or the fallback's where the page does not speak it."""
    return WORDS.get(language, WORDS[FALLBACK])


def prefer_language(accept_language: str) -> str:
    """The first language of an Accept-Language header that the page speaks: `de-AT,de;q=0.9` → `de`.

    Browsers list languages by preference, so the weights need not be read.
    """
    for entry in accept_language.split(","):
        code = entry.split(";")[0].strip().split("-")[0].lower()
        if code in WORDS:
            return code
    return FALLBACK
