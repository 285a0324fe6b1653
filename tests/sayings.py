"""Sentences and questions on the project's subject in its six languages, written for the tests."""

SENTENCES: dict[str, tuple[str, ...]] = {
    "nl": (
        "De sociale partners onderzoeken samen hoe digitalisering het werk verandert.",
        "Werknemers volgen elk jaar opleidingen om hun vaardigheden op peil te houden.",
        "Het budget bedroeg ongeveer 250.000 euro, waarvan een deel uit Europa kwam.",
        "In de haven van Antwerpen nemen robots het zware tilwerk over.",
    ),
    "en": (
        "The social partners study together how digitalisation changes work.",
        "Employees take courses every year to keep their skills up to date.",
        "The budget was about 250,000 euros, part of which came from Europe.",
        "In the port of Antwerp robots are taking over the heavy lifting.",
    ),
    "de": (
        "Die Sozialpartner untersuchen gemeinsam, wie die Digitalisierung die Arbeit verändert.",
        "Beschäftigte besuchen jedes Jahr Kurse, um ihre Kenntnisse auf dem neuesten Stand zu halten.",
        "Das Budget betrug rund 250.000 Euro, von denen ein Teil aus Europa kam.",
        "Im Hafen von Antwerpen übernehmen Roboter das schwere Heben.",
    ),
    "fr": (
        "Les partenaires sociaux étudient ensemble comment la numérisation change le travail.",
        "Les salariés suivent chaque année des formations pour tenir leurs compétences à jour.",
        "Le budget était d'environ 250 000 euros, dont une partie venait d'Europe.",
        "Dans le port d'Anvers, des robots se chargent des charges lourdes.",
    ),
    "es": (
        "Los interlocutores sociales estudian juntos cómo la digitalización cambia el trabajo.",
        "Los empleados hacen cursos cada año para mantener al día sus competencias.",
        "El presupuesto fue de unos 250.000 euros, una parte de los cuales vino de Europa.",
        "En el puerto de Amberes los robots se encargan de levantar las cargas pesadas.",
    ),
    "cs": (
        "Sociální partneři společně zkoumají, jak digitalizace mění práci.",
        "Zaměstnanci každý rok absolvují kurzy, aby si udrželi své dovednosti.",
        "Rozpočet činil přibližně 250 000 eur, z nichž část pocházela z Evropy.",
        "V přístavu v Antverpách přebírají těžké zvedání roboti.",
    ),
}

QUESTIONS: dict[str, tuple[str, ...]] = {
    "nl": ("Hoe verandert digitalisering het werk?", "Hoeveel geld was er?", "Wat doen robots in de haven?"),
    "en": ("How does digitalisation change work?", "How much money was there?", "What do robots do there?"),
    "de": (
        "Wie verändert die Digitalisierung die Arbeit?",
        "Wie viel Geld gab es?",
        "Was tun Roboter im Hafen?",
    ),
    "fr": (
        "Comment la numérisation change-t-elle le travail ?",
        "Combien d'argent y avait-il ?",
        "Que font les robots dans le port ?",
    ),
    "es": (
        "¿Cómo cambia la digitalización el trabajo?",
        "¿Cuánto dinero había?",
        "¿Qué hacen los robots en el puerto?",
    ),
    "cs": ("Jak digitalizace mění práci?", "Kolik peněz bylo k dispozici?", "Co dělají roboti v přístavu?"),
}
