"""The words with which six languages deny: regular expressions for whole words, without regard to case."""

import re
from collections.abc import Mapping

_CZECH_OTHERS = (
    "nebo|neboť|nech|než|nežli|nejm|nejv|nejd|nejl|nejp|nejn|nejs|nejč|"
    "nejb|nejz|nejr|nejt|nejo|nejh|nejk|neje|něm|nedáv|neděl|nemoc|nerv|"
    "nerost|neutr|negat|nezbyt|neust|nepřetrž|nebezpeč|nezávisl|nezaměst|nerovn|"
    "nejist|nepřízn|neform|nepřím|nevlád|nezisk|neobvyk|neomezen|nesporn|nespraved"
    "|nekvalif|nelegál|netto|network|neolib"
)
CZECH_VERB = rf"(?!{_CZECH_OTHERS})ne\w+(?:l[aoiy]?|[áíeut]|ou|á?n[aoyi]?|me?|te)"
"""Czech denies by a prefix of the verb: "neuvádí", "nenahrazují", "nebyl". Other words begin so, too."""

_LINE_END = re.compile(r"\s*\n\s*")


def _compile(words: Mapping[str, str]) -> Mapping[str, re.Pattern[str]]:
    return {
        language: re.compile(rf"(?<!\w)(?:{_LINE_END.sub('', forms)})(?!\w)", re.IGNORECASE)
        for language, forms in words.items()
    }


DENIALS = _compile(
    {
        "nl": "niet|geen|geenszins|nooit|niemand|niets|nergens|noch|evenmin",
        "en": r"not|no|never|none|nobody|nothing|neither|nor|nowhere|cannot|\w+n[’']t",
        "de": r"nicht|kein\w*|nie|niemals|niemand\w*|nichts|nirgends|weder",
        "fr": r"""(?<!un )(?<!premier )pas|jamais|aucune?|rien|guère|nullement|ni|non
            |n(?:e\s|[’'])\s*(?:\w+[’']?\s+){1,3}(?:plus|personne)""",
        "es": r"no|nunca|jamás|ning[uú]n[oa]?s?|nadie|nada|tampoco|ni",
        "cs": rf"nikdo|nikdy|nic|žádn\w+|ani|nikoliv?|nelze|není|nejsou|nejde|{CZECH_VERB}",
    }
)
"""Words that deny. Two in one clause deny once in French, Spanish and Czech, seldom meet in others."""

NO_DENIALS = _compile(
    {
        "nl": "niet (?:alleen|enkel|slechts|langer dan|meer dan|later dan)",
        "en": r"""not (?:only|just|merely)|no (?:later|more|less|fewer) than|no\.?\s?\d+|no matter
            |whether or not""",
        "de": "nicht (?:nur|allein|bloß|mehr als|später als)",
        "fr": r"non seulement|pas (?:seulement|plus de)|n(?:e\s|[’'])[^.;]*?\bque?",
        "es": "no (?:solo|sólo|solamente|únicamente|más de|más tarde)",
        "cs": "nejen|ne (?:jen|pouze)|nejvýše|nejpozději",
    }
)
"""What holds such a word and denies nothing: "not only", "ne … que"."""

LACKS = _compile(
    {
        "nl": r"ontbre[ek]\w*|ontbrak|ontbroken|(?:bij )?gebrek aan|(?:is|zijn|was|waren) tegen|verzet\w*",
        "en": r"lack(?:s|ed|ing)?|absence of|fail(?:s|ed)? to|oppos\w+|(?:is|are|was|were) against",
        "de": r"fehl(?:t|en|te|ten)|mangel\w* an|mangels|(?:ist|sind|war|waren) gegen|widersetz\w*",
        "fr": r"""manqu(?:e|ent|ait|aient|é)|dépourvue?s?|absence de|faute d[e’']|à défaut
            |s[’'](?:y )?(?:est |sont )?oppos\w+|opposée?s?""",
        "es": r"""carec\w+|(?<!hace )(?<!hacen )(?<!hará )(?<!haga )falta(?:n|ba|ban)?|(?:ausencia|a falta) de
            |(?:se )?op(?:one|onen|uso|usieron)|están? en contra""",
        "cs": r"chyb(?:í|ěj\w+|ěl\w*)|postrád\w+|(?:je|jsou|byl[aiy]?) proti|postavil\w* proti",
    }
)
"""Verbs and nouns that deny by themselves, so that "not" before them affirms; "hace falta" denies nothing."""

KINDRED = _compile(
    {
        "nl": r"""zonder|verbo\w+|verbied\w+|weiger\w*|verwerp\w*|verworpen|tegen\w*|uitgesloten
            |onmogelijk|vrijwillig\w*|slechts|alleen|verschil\w*""",
        "en": r"""without|prohibit\w*|forb\w+|bann?\w*|refus\w*|reject\w*|against|exclu\w+|impossible
            |volunt\w+|only|differ\w*|un(?:able|known|clear|stated)""",
        "de": r"""ohne|verbiet\w*|verbo\w+|verweiger\w*|ab(?:ge)?lehn\w*|gegen|ausgeschlossen|ausschließ\w*
            |unmöglich|freiwillig\w*|nur|erst|unbekannt|unterscheid\w*|unterschied\w*""",
        "fr": r"""sans|interdi\w*|prohib\w*|refus\w*|rejet\w*|contre|exclu\w*|impossible|volont\w*
            |seul\w*|diff[éè]r\w*""",
        "es": r"""sin|prohib\w*|prohíb\w*|rechaz\w*|nieg\w*|neg(?:ó|ar\w*)|contra|exclu\w*
            |imposible|voluntari\w*|solo|sólo|difer\w*|difier\w*""",
        "cs": r"""bez|zakaz\w*|zakáz\w*|odmít\w*|proti|vyluč\w*|vylouč\w*|nemožn\w*|dobrovoln\w*|jen|pouze|až
            |liš\w*|rozd[íi]l\w*""",
    }
)
"""Words that may stand where another text denies: "forbids" for "does not allow"."""
