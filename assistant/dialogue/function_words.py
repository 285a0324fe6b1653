"""The words by which a question leans on an earlier one, or names no subject of its own, in six languages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FunctionWords:
    """One language's lists, in lower case; an elision (l', d', qu') is parted from its word.

    `empty` words name no subject. `pointing` words stand for something named before; `perhaps` do so unless
    the question is long. `bound` ones among both may mean something named before in the same clause ("its"),
    the others only something in an earlier one; `clauses` begin another. `asking` words ask; `announcing`
    ones stand for the clause behind their comma ("dafür, dass"). `openings` begin a follow-up, the first of
    them is the "and"; so do `replacing` phrases, which put something else in the place of the subject ("What
    about …"). `defining` phrases begin a question about something new ("What is a …"). `impersonal` phrases
    hold words that only look like pointing ones ("il faut"). `courtesies` thank, greet or agree.
    `prepositions` may stand before a place.
    """

    empty: frozenset[str]
    pointing: frozenset[str]
    perhaps: frozenset[str]
    bound: frozenset[str]
    clauses: frozenset[str]
    asking: frozenset[str]
    announcing: frozenset[str]
    openings: tuple[str, ...]
    replacing: tuple[str, ...]
    defining: tuple[str, ...]
    impersonal: tuple[str, ...]
    courtesies: frozenset[str]
    prepositions: frozenset[str]


def _list(
    *,
    empty: str,
    pointing: str,
    perhaps: str,
    bound: str,
    clauses: str,
    asking: str,
    openings: str,
    replacing: str,
    defining: str,
    courtesies: str,
    prepositions: str,
    announcing: str = "",
    impersonal: str = "",
) -> FunctionWords:
    return FunctionWords(
        empty=frozenset(empty.split()),
        pointing=frozenset(pointing.split()),
        perhaps=frozenset(perhaps.split()),
        bound=frozenset(bound.split()),
        clauses=frozenset(clauses.split()),
        asking=frozenset(asking.split()),
        announcing=frozenset(announcing.split()),
        openings=tuple(openings.split(", ")),
        replacing=tuple(replacing.split(", ")),
        defining=tuple(defining.split(", ")),
        impersonal=tuple(impersonal.split(", ")) if impersonal else (),
        courtesies=frozenset(courtesies.split()),
        prepositions=frozenset(prepositions.split()),
    )


FUNCTION_WORDS = {
    "nl": _list(
        empty=(
            "de het een en of maar want dus als dan toen wat wie wiens welke welk waar wanneer hoe "
            "hoeveel hoelang hoeveelste waarom waarvoor waarmee waarover waartoe waarin waarop waaruit "
            "waardoor waarvan in op aan van voor met bij door over naar uit om te tot sinds tegen onder "
            "tussen na per volgens zonder tijdens vanaf is zijn was waren ben geweest wordt worden werd "
            "werden geworden heeft hebben had hadden heb kan kunnen kon konden moet moeten moest moesten "
            "mag mogen mocht zal zullen zou zouden wil willen gaat gaan ging doet doen deed deden gedaan "
            "ik je jij jullie u uw we wij ons onze men mij me mijn zich ook nog al wel niet geen meer "
            "meest veel precies juist eigenlijk allemaal alle alles elk elke ander andere anders zo heel "
            "zeer eens even iets niets graag zegt zeggen staat vertel geef noem betekent zit bestaat "
            "bestaan dat die dit deze er soms eerst eerste later toch nu"
        ),
        pointing=(
            "ze hij hun hen haar daarvan daarvoor daarmee daarover daarbij daaraan daarin daartegen "
            "daarop daaruit daar ervan ervoor erover erbij eraan ermee erin erop hiervan hiervoor "
            "hierover dezelfde hetzelfde diens dit deze"
        ),
        perhaps="er die dat zij",
        bound="hun haar diens dezelfde hetzelfde",
        clauses=(
            "en of als wanneer wat wie die dat omdat doordat terwijl nadat voordat zodat toen tot dan hoe om"
        ),
        asking=(
            "wie wiens wat waar wanneer hoe hoeveel hoelang hoeveelste waarom waaraan waarvoor waarmee "
            "waarover waartoe waarin waarop waaruit waardoor waarvan welk welke"
        ),
        openings="en, maar, ook, dus",
        impersonal=(
            "dit jaar, dit keer, dit voorjaar, deze keer, deze week, deze maand, deze zomer, deze winter, "
            "ervoor dat, ervoor zorgen, ervan dat, ervan uit"
        ),
        replacing="en hoe zit het met, hoe zit het met, wat met, en wat met",
        defining="wat is, wat zijn, wat betekent",
        courtesies=(
            "dank dankje dankjewel dankuwel bedankt merci oké ok okee prima goed mooi super top fijn "
            "duidelijk begrepen hallo hoi dag goedemorgen goedemiddag ja nee leuk handig interessant "
            "uitleg hartelijk helder geweldig perfect"
        ),
        prepositions="in uit van voor bij",
    ),
    "en": _list(
        empty=(
            "a an the and or but if then than so as what who whom whose which where when why how many "
            "much long often in on at of for to from with by about into over under between after before "
            "since until till during per against without within according through is are was were be been "
            "being am has have had having do does did done doing can could may might must shall should "
            "will would i you your we our us me my not no nor only also too any some all each every other "
            "another more most very just exactly actually there please tell say says said give gives mean "
            "means this these that those else first happen happened old big still s one ones former "
            "take takes took january february march april june july august september october november "
            "december"
        ),
        pointing=("it its they them their theirs he him his she her hers these those same"),
        perhaps="this that",
        bound="its their theirs his her hers same",
        clauses="and or if when who which that because while whether before after until than what how",
        asking="who whom whose what where when how why which",
        openings="and, but, or, also, so",
        impersonal=(
            "it cost to, it costs to, it take to, it takes to, make it easier, make it harder, find it hard, "
            "did not make it, it turned out, those who, those without, those receiving, "
            "these days, this year, this time"
        ),
        replacing="what about, how about, and what about, and how about",
        defining="what is, what are, what does, what's",
        courtesies=(
            "thanks thank thx ok okay great good nice perfect fine cool super wonderful excellent helpful "
            "got understood hello hi hey bye goodbye cheers yes no clear right interesting useful "
            "appreciate see it that much"
        ),
        prepositions="in from of for",
    ),
    "de": _list(
        empty=(
            "der die das den dem des ein eine einen einem einer eines und oder aber wenn dann als wie was "
            "wer wen wem wessen welche welcher welches welchen welchem wo wann warum wieso weshalb wofür "
            "womit wozu worüber worin woran wodurch wovon wohin woher viel viele vielen lange oft in im "
            "an am auf aus von vom für mit bei beim durch über nach zu zum zur um bis seit gegen unter "
            "zwischen vor ab pro laut gemäß ohne während ist sind war waren sein gewesen wird werden "
            "wurde wurden worden geworden hat haben hatte hatten habe kann können konnte konnten muss "
            "müssen musste mussten darf dürfen durfte soll sollen sollte will wollen tun tut gibt geben "
            "gab ich du wir uns unser mir mich man sich auch noch schon nicht kein keine keinen nur mehr "
            "sehr genau eigentlich alle alles jede jeder jedes andere anderen so etwas bitte sagt sagen "
            "steht nenne denn heißt bedeutet es da hoch groß damals erste ersten heute damit darüber"
        ),
        pointing=(
            "er ihn ihm ihnen ihr ihre ihren ihrem ihrer ihres dort davon dafür dabei daran darin dagegen "
            "darauf daraus dazu danach dessen deren diese dieser dieses diesen diesem derselbe dieselbe "
            "dasselbe solche hierfür hierzu"
        ),
        perhaps="es sie seine sein seinen seiner seinem damit darüber",
        bound=(
            "derselbe dieselbe dasselbe ihr ihre ihren ihrem ihrer ihres seine sein seinen seiner seinem "
            "dessen deren"
        ),
        clauses="und oder",
        asking=(
            "wer wen wem wessen was wo wann wie wieviel warum wieso weshalb wofür womit wozu worüber worin "
            "woran woraus wodurch wovon wohin woher welche welcher welches welchen welchem inwieweit "
            "inwiefern"
        ),
        announcing="dazu dafür davon daran darauf dagegen darin damit darüber es",
        openings="und, aber, auch, oder",
        replacing=(
            "wie sieht es, wie ist es, wie steht es, und wie sieht es, und wie ist es, und wie steht es"
        ),
        defining="was ist, was sind, was bedeutet, was heißt",
        impersonal=(
            "gibt es, gab es, geht es, ging es, kommt es, kam es, diesem jahr, "
            "dieses jahr, diesen sommer, diesen winter, diese woche, dieser woche"
        ),
        courtesies=(
            "danke dank dankeschön schön ok okay gut prima super toll klar alles verstanden vielen "
            "herzlichen hallo guten tag tschüss ja nein hilft hilfreich interessant perfekt wunderbar"
        ),
        prepositions="in im aus von für bei",
    ),
    "fr": _list(
        empty=(
            "le la les l un une des du de d et ou mais si alors que qu quoi qui quel quelle quels quelles "
            "où quand comment pourquoi combien lequel laquelle lesquels lesquelles à au aux en dans sur "
            "sous pour par avec sans chez vers entre depuis jusqu jusque après avant pendant contre selon "
            "dès est sont était étaient être été es suis sera seront a ont avait avaient avoir eu ai as "
            "peut peuvent pouvait pouvoir doit doivent devait devoir fait font faisait faire va vont faut "
            "je j tu vous votre vos nous notre nos on me m te t se s ce c cette ces n ne pas plus "
            "moins aussi encore déjà très bien tout tous toute toutes autre autres même chaque quelque "
            "quelques il elle ils elles dit disent dire existe précisément exactement donc comme afin "
            "année années an date grand premier première premiers premières longtemps"
        ),
        pointing="y leur leurs lui eux celui celle ceux celles cela ça son sa ses cet cette ces ceci dedans",
        perhaps="il elle ils elles",
        bound="leur leurs son sa ses il elle ils elles",
        clauses="et ou si quand qui que qu lorsque car dont avant comment",
        asking=(
            "qui quoi que qu où quand comment pourquoi combien quel quelle quels quelles lequel laquelle "
            "lesquels lesquelles"
        ),
        openings="et, mais, ou, aussi",
        replacing="qu en est il, et qu en est il",
        defining="qu est ce que, qu est ce qu, c est quoi",
        impersonal=(
            "faut il, il faut, y a, y avait, y aura, y avoir, y aurait, y ait, y a il, il y a, existe il, "
            "il existe, il s agit, s agit il, cette année, cette saison, celui qui, ceux qui, "
            "celle qui, celles qui"
        ),
        courtesies=(
            "merci beaucoup parfait super bien ok accord oui non clair génial bonjour salut bonsoir "
            "revoir compris excellent formidable intéressant utile entendu très"
        ),
        prepositions="en au aux à de du des d dans pour",
    ),
    "es": _list(
        empty=(
            "el la los las un una unos unas y e o u pero si entonces que qué quién quien quiénes "
            "quienes cuál cual cuáles cuales cuándo cuando dónde donde cómo como cuánto cuánta cuántos "
            "cuántas cuanto por para porque a al ante con contra de del desde durante en entre hacia "
            "hasta según sin sobre tras es son era eran fue fueron ser sido está están estaba estar ha "
            "han había habían haber hay hubo he tiene tienen tenía tener puede pueden podía poder debe "
            "deben debía deber hace hacen hizo hacer va van yo tú usted ustedes nosotros me te se nos no "
            "ni más menos también ya aún muy bien todo todos toda todas otro otra otros otras cada algún "
            "alguna algunos algo dice dicen decir dime existe exactamente año años fecha grande primer "
            "primera primero primeros mucho muchos"
        ),
        pointing=(
            "su sus ellos ellas ella él eso ello esto ese esa esos esas aquel aquella este esta estos "
            "estas allí ahí lo le les mismo misma mismos mismas suyo suya"
        ),
        perhaps="",
        bound="su sus suyo suya mismo misma mismos mismas",
        clauses="y e o u si cuando que quien porque cómo",
        asking="qué quién quiénes cuál cuáles cuándo dónde adónde cómo cuánto cuánta cuántos cuántas",
        openings="y, e, pero, o, también",
        impersonal=(
            "este año, esta temporada, esta vez, del este, lo mismo, lo que, lo más, lo menos, por lo, "
            "lo largo, lo previsto, lo cual, lo antes, lo siguiente"
        ),
        replacing="qué hay de, qué pasa con, y qué hay de, y qué pasa con",
        defining="qué es, qué son, qué significa",
        courtesies=(
            "gracias muchas vale ok perfecto genial bien muy bueno estupendo entendido claro hola adiós "
            "buenos buenas días tardes sí no excelente interesante útil amable acuerdo"
        ),
        prepositions="en de del para",
    ),
    "cs": _list(
        empty=(
            "a i nebo ale když pak tak jak jaký jaká jaké jakou jakém jakým jakých jací co kdo koho komu "
            "kým čím čem čeho čemu který která které kterou kterého kterém kterým kterých kteří kde kdy "
            "kam odkud dokdy proč kolik kolika kolikrát jestli zda že v ve na o od do z ze s se si k ke "
            "ku u za po pro při před přes mezi pod nad bez podle během proti je jsou byl byla bylo byli "
            "byly být bude budou má mají měl měla mělo měli mít může mohou mohl mohla musí museli musel "
            "dělá dělat já ty my vy nás vás mi mě jsem jsme jste bych by ne není nejsou také taky ještě "
            "už jen velmi přesně vlastně všechny všichni vše každý každá jiný jiná další více méně víc "
            "prosím říká říkají stojí jde jako než li to až dlouho rok roce roku let letech první "
            "existuje platí velká velké velký"
        ),
        pointing=(
            "ho jeho jej jemu mu ně něm něj něho němu ním jí ní její jejím jejího jejích ji ni jich jejich "
            "jim nich nim nimi tam tomu toho tom tím ten ta tu tato tento toto této tohoto těch těm tyto "
            "tuto stejný stejná stejné onen takový taková takové takového tyhle tahle tenhle"
        ),
        perhaps="to oni ona ono on",
        bound="stejný stejná stejné jeho její jejím jejího jejích jejich",
        clauses="a nebo ale",
        asking=(
            "kdo koho komu kým čím čem čeho čemu co oč kde kdy kam odkud dokdy odkdy proč nakolik kolik "
            "kolika kolikrát jak jaký jaká jaké jakou jakém jakým jakých který která které kterou kterého "
            "kterém kterým kterých kteří"
        ),
        announcing="to tom tomu toho tím",
        openings="a, i, ale, nebo",
        replacing="a co, jak je to, a jak je to",
        defining="co je, co jsou, co znamená",
        courtesies=(
            "díky dík děkuji děkuju děkujeme dobře dobrá ok jasně jasné výborně super fajn rozumím chápu "
            "ahoj dobrý den nashledanou ano ne skvělé skvěle perfektní moc stačí zajímavé to"
        ),
        prepositions="v ve z ze na do pro u",
    ),
}
