"""The parties of social dialogue, some bodies, and countries, as six languages name them.

Regular expressions for whole words, without regard to case. Where two match at one place, the first in this
order is meant: "representatives of the employees" are no employees.
"""

from collections.abc import Mapping

PARTIES: Mapping[str, Mapping[str, str]] = {
    "representatives": {
        "nl": r"(?:personeels|werknemers)vertegenwoordig\w+"
        r"|vertegenwoordigers? van (?:de|het) (?:werknemers|personeel)",
        "en": r"(?:employee|worker|staff|workers’|employees’) (?:representatives?|side)"
        r"|representatives of (?:the )?(?:workers|employees|staff)",
        "de": r"arbeitnehmervertret\w+"
        r"|vertret(?:er\w*|ung\w*) (?:und vertreter )?der (?:beschäftigten|arbeitnehmer\w*|belegschaft)",
        "fr": r"représentants? (?:du personnel|des (?:salariés|travailleurs))",
        "es": r"representantes? (?:de (?:los|las) (?:trabajador[ae]s|personas trabajadoras)|del personal)",
        "cs": r"zástupc\w+ zaměstnanců",
    },
    "works council": {
        "nl": r"ondernemingsra(?:ad|den)|personeelsra(?:ad|den)",
        "en": r"works councils?",
        "de": r"(?:betriebs|personal)r(?:at|ats|ates|äte|äten)",
        "fr": r"comités? (?:social et économique|d[’']entreprise)|conseils? d[’']entreprise|cse",
        "es": r"comités? de empresa",
        "cs": r"rad\w* zaměstnanců|podnikov\w+ rad\w*|závodní\w* rad\w*",
    },
    "social partners": {
        "nl": r"sociale partners",
        "en": r"social partners",
        "de": r"sozialpartner\w*",
        "fr": r"partenaires sociaux",
        "es": r"interlocutores sociales|agentes sociales",
        "cs": r"sociální\w* partne\w+",
    },
    "union": {
        "nl": r"\w*vakbond\w*|bond|bonden|vakbeweging|werknemersorganisaties?",
        "en": r"(?:trade )?unions?|(?:employee|worker)s?[’']? organisations?|shop stewards?",
        "de": r"gewerkschaft\w*|arbeitnehmer(?:organisation|verb[aä]nd)\w*",
        "fr": r"syndica\w*|syndicats?|organisations? de (?:salariés|travailleurs)",
        "es": r"sindica\w*|organizaci(?:ón|ones) de (?:los )?trabajadores",
        "cs": r"odbory|odborů|odborům|odborech|odborov\w+|organizac\w+ zaměstnanců"
        r"|zaměstnaneck\w+ organizac\w+",
    },
    "agency": {
        "nl": r"arbeidsagentschap|arbeidsbureau|vdab|uwv",
        "en": r"employment agency|jobcentre",
        "de": r"arbeitsagentur\w*|bundesagentur",
        "fr": r"agence (?:pour|de) l[’']emploi|pôle emploi|france travail",
        "es": r"agencia de empleo|servicio público de empleo",
        "cs": r"úřad\w* práce",
    },
    "employer": {
        "nl": r"werkgever\w*",
        "en": r"employers?(?:’|'s)?",
        "de": r"arbeitgeber\w*",
        "fr": r"employeurs?|patrona\w*|patrons?",
        "es": r"empleador\w*|empresarial\w*|patronal\w*|empresari[oa]s?",
        "cs": r"zaměstnavatel\w*",
    },
    "self-employed": {
        "nl": r"zelfstandig\w*",
        "en": r"self-employed",
        "de": r"selbst(?:st)?ändige\w*",
        "fr": r"indépendants?",
        "es": r"autónom[oa]s?",
        "cs": r"samostatně výdělečn\w+|živnostní\w+",
    },
    "employee": {
        "nl": r"werknem\w+|medewerkers?|werkenden|personeel(?:sleden)?",
        "en": r"employees?|workers?|staff",
        "de": r"arbeitnehmer\w*|beschäftigte[nr]?|mitarbeiter\w*|angestellte[nr]?|belegschaft\w*|personal",
        "fr": r"salariée?s?|travailleu\w+|employée?s?|ouvri(?:er|ère)s?|agents"
        r"|(?:le|au|du|son|leur) personnel",
        "es": r"trabajador[ae]?s?|personas? trabajadoras?|empleados?|plantilla"
        r"|(?:el|al|del|su) personal",
        "cs": r"zaměstnan(?:ec|c\w+)|pracovník\w*|pracovníc(?:i|ích)|personál\w*",
    },
    "government": {
        "nl": r"overhe(?:id|den)|regering\w*|kabinet|het rijk",
        "en": r"governments?|public authorit(?:y|ies)",
        "de": r"(?:bundes)?regierung\w*|staat(?:es|lich\w*)?|verwaltung(?:en)?",
        "fr": r"gouvernements?|pouvoirs publics|l[’']état|administrations?",
        "es": r"gobiernos?|administraci(?:ón|ones)|(?-i:Estado)",
        "cs": r"vlád(?:a|y|ě|u|ou|ám|ách|ami|n[íi]\w*)|veřejn\w+ správ\w+|stát(?:u|em|ě)?",
    },
    "parliament": {
        "nl": r"(?:europees )?parlement\w*",
        "en": r"(?:european )?parliament",
        "de": r"(?:europäisch\w+ )?parlament\w*",
        "fr": r"parlement(?: européen)?",
        "es": r"parlamento(?: europeo)?",
        "cs": r"(?:evropsk\w+ )?parlament\w*",
    },
    "bundestag": {
        "nl": r"bondsdag|bundestag",
        "en": r"bundestag",
        "de": r"bundestag\w*",
        "fr": r"bundestag",
        "es": r"bundestag",
        "cs": r"spolkov\w+ sněm\w*|bundestag\w*",
    },
    "bundesrat": {
        "nl": r"bondsraad|bundesrat",
        "en": r"bundesrat",
        "de": r"bundesrat\w*",
        "fr": r"bundesrat",
        "es": r"bundesrat",
        "cs": r"spolkov\w+ rad\w+|bundesrat\w*",
    },
    "commission": {
        "nl": r"europese commissie",
        "en": r"european commission|(?-i:Commission)",
        "de": r"europäisch\w+ kommission|eu-kommission",
        "fr": r"commission européenne|(?-i:Commission)",
        "es": r"comisión europea|(?-i:Comisión)",
        "cs": r"evropsk\w+ komis\w+|(?-i:Komise|Komisi|Komisí)",
    },
    "ministry": {
        "nl": r"ministeries?|ministers?",
        "en": r"ministry|ministries|ministers?",
        "de": r"\w*ministeri\w+",
        "fr": r"ministères?|ministres?",
        "es": r"ministerios?|ministr[oa]s?",
        "cs": r"ministerst\w+|ministr\w+",
    },
    "management": {
        "nl": r"directie|bedrijfsleiding",
        "en": r"(?:the|its|their|company) (?:management|board)|board of directors",
        "de": r"(?:geschäfts|betriebs|unternehmens)(?:leitung|führung)|direktion|vorstand\w*",
        "fr": r"(?:la|sa|leur) direction|conseil d[’']administration",
        "es": r"la dirección|consejo de administración|junta directiva",
        "cs": r"vedení|představenstv\w+",
    },
    "municipality": {
        "nl": r"gemeenten?|stadsbestuur",
        "en": r"municipalit(?:y|ies)|town council|city council",
        "de": r"gemeinden?|kommunen?|stadtverwaltung|stadtrat",
        "fr": r"(?:la|les|des|une|cette) communes?|municipalités?|mairie",
        "es": r"municipios?|ayuntamientos?",
        "cs": r"obec|obce|obcí|obci|obcím",
    },
    "court": {
        "nl": r"\w*rechtbank\w*|\w*gerechtshof|arbeidshof|rechters?",
        "en": r"\w*courts?|tribunals?|(?:the|a|two|three) judges?",
        "de": r"\w*gericht(?:e|en|s|es|shof)?|richter\w*",
        "fr": r"tribuna(?:l|ux)|cour|(?:le|la|les|un|une|des) juges?",
        "es": r"tribunal(?:es)?|juzgados?|juez|jueces",
        "cs": r"soud(?:u|em|y|ů|ům|ce|ci)?",
    },
    "tripartite body": {
        "nl": r"tripartite overleg",
        "en": r"tripartite (?:council|body)",
        "de": r"tripartit\w*",
        "fr": r"tripartite",
        "es": r"tripartit[oa]",
        "cs": r"tripartit(?:a|y|ě|u|ou)",
    },
    "platform": {
        "nl": r"platform(?:en|s)?",
        "en": r"platforms?",
        "de": r"plattform(?:en)?",
        "fr": r"plateformes?",
        "es": r"plataformas?",
        "cs": r"platfor(?:ma|my|mě|mu|mou|em|mám|mách)",
    },
    "company": {
        "nl": r"bedrijf|bedrijven|onderneming(?:en)?",
        "en": r"compan(?:y|ies)|firms?|enterprises?",
        "de": r"unternehmen\w*|betrieb(?:e|en|s|es)?",
        "fr": r"entreprises?",
        "es": r"empresas?",
        "cs": r"podnik(?!a)\w*|podnicích|firm\w+",
    },
    "ESF": {
        "nl": r"europees sociaal fonds",
        "en": r"european social fund",
        "de": r"europäisch\w+ sozialfonds",
        "fr": r"fonds social européen",
        "es": r"fondo social europeo",
        "cs": r"evropsk\w+ sociální\w* fond\w*",
    },
    "Germany": {
        "nl": r"duitsland",
        "en": r"germany",
        "de": r"deutschland\w?",
        "fr": r"allemagne",
        "es": r"alemania",
        "cs": r"německ(?:o|a|u|em)",
    },
    "France": {
        "nl": r"frankrijk",
        "en": r"france",
        "de": r"frankreich\w?",
        "fr": r"france",
        "es": r"francia",
        "cs": r"francie|francii|francií",
    },
    "Spain": {
        "nl": r"spanje",
        "en": r"spain",
        "de": r"spanien\w?",
        "fr": r"espagne",
        "es": r"españa",
        "cs": r"španělsk(?:o|a|u|em)",
    },
    "Belgium": {
        "nl": r"belgië",
        "en": r"belgium",
        "de": r"belgien\w?",
        "fr": r"belgique",
        "es": r"bélgica",
        "cs": r"belgie|belgii|belgií",
    },
    "Flanders": {
        "nl": r"vlaanderen",
        "en": r"flanders",
        "de": r"flandern\w?",
        "fr": r"flandre",
        "es": r"flandes",
        "cs": r"vlámsk(?:o|a|u|em)",
    },
    "Netherlands": {
        "nl": r"nederland",
        "en": r"the netherlands",
        "de": r"niederlande\w?",
        "fr": r"pays-bas",
        "es": r"países bajos",
        "cs": r"nizozemsk(?:o|a|u|em)",
    },
    "Czechia": {
        "nl": r"tsjechië|tsjechische republiek",
        "en": r"czech republic|czechia",
        "de": r"tschechien|tschechisch\w+ republik",
        "fr": r"république tchèque|tchéquie",
        "es": r"república checa|chequia",
        "cs": r"česk\w+ republi\w+|česko|česku|česka",
    },
}

COUNTRIES = frozenset({"Germany", "France", "Spain", "Belgium", "Flanders", "Netherlands", "Czechia"})

TELLING_PARTIES = frozenset(PARTIES) - COUNTRIES - {"company", "platform", "ESF"}
"""Those of which a text says something by naming them; companies and platforms are anywhere by the way."""

IMPLIED: Mapping[str, frozenset[str]] = {
    "employer": frozenset({"company", "social partners"}),
    "company": frozenset({"employer", "platform"}),
    "union": frozenset({"social partners"}),
    "social partners": frozenset({"union", "employer"}),
    "employee": frozenset({"self-employed"}),
    "government": frozenset({"ministry"}),
    "ministry": frozenset({"government"}),
}
"""The parties that a text may mean when it names another: "the company" for the employer."""
