"""Words that say nothing of a question's subject, by language: articles, pronouns, prepositions, question words.

They match nearly every chunk of their own language, which costs time and draws that language's chunks forward.
"""

from collections.abc import Mapping

STOP_WORDS: Mapping[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "nl": """aan al alle als ben bij binnen daar dan dat de deze die dit door dus een en er geen had hadden heb
            hebben hebt heeft hem het hier hij hoe hoeveel hun ik in is ja je kan kon konden kunnen maar me meer men
            met mij mijn moet moeten na naar niet nog nu of om omdat onder ons onze ook op over te tegen tijdens toe
            tot tussen u uit van vanaf veel via volgens voor waar waarom waarvan wanneer waren was wat we welk welke
            werd werden wie wij worden wordt zal ze zich zij zijn zo zonder zou zouden zullen""",
        "en": """a about after all also am an and any are as at be because been before being between but by can could
            did do does during each for from had has have he her here him his how i if in into is it its may me more
            most must my no not of on or other our out over per she should so some such than that the their them then
            there these they this those through to under until up us was we were what when where which while who
            whom whose why will with within without would you your""",
        "de": """ab aber alle allem allen aller alles als also am an auch auf aus bei beim bin bis da damit dann das
            dass dem den denn der des dessen deren die dies diese diesem diesen dieser dieses doch du durch ein eine
            einem einen einer eines er es etwa für gegen gibt habe haben hat hatte hatten hier ich ihr ihre ihrem
            ihren ihrer im in ins ist ja jede jedem jeden jeder jedes kann kein keine keinen können man mehr mit muss
            müssen nach nicht noch nun nur ob oder ohne sein seine seinem seinen seiner seit sich sie sind so soll
            sollen über um und uns unser unter vom von vor wann war waren warum was wegen welche welchem welchen
            welcher welches wem wen wenn wer werden wessen wie wieso wieviel wird wir wo woher wohin worden wozu
            wurde wurden während zu zum zur zwischen""",
        "fr": """a à afin ai ainsi alors ans au aucun aussi autre autres aux avaient avait avant avec avoir beaucoup c ce
            ceci cela celle celles celui ces cet cette ceux chaque chez comme comment combien d dans de depuis des
            donc dont du elle elles en encore entre es est et étaient était été être eu eux fait il ils j je l la le les
            lequel laquelle lesquels lesquelles leur leurs lors lorsque lui m ma mais même mes moins mon n ne ni
            nos notre nous on ont ou où par parce pas pendant peut peuvent plus pour pourquoi près qu quand que quel
            quelle quelles quels qui quoi s sa sans se selon sera seront ses si son sont sous sur t ta te tes ton
            tous tout toute toutes très tu un une vers vos votre vous y""",
        "es": """a al algo algún alguna algunas algunos ante antes aquel así aún bajo cada como cómo con contra cual
            cuál cuales cuáles cuando cuándo cuánta cuántas cuánto cuántos cuyo cuya de del desde donde dónde durante
            e el él ella ellas ellos en entre era eran es esa esas ese eso esos esta está estaba están estas este esto
            estos fue fueron ha haber había habían han hasta hay la las le les lo los más me mi mientras mis muy
            ni no nos nosotros o otra otras otro otros para pero poco por porque puede pueden que qué quien quién
            quienes quiénes se sea según ser si sí sido sin sobre son su sus también tan tanto te tiene tienen toda
            todas todo todos tras tu tus u un una unas uno unos y ya yo""",
        "cs": """a aby aj ale ani ano asi az až bez bude budou by byl byla bylo byli byly být co což či do ho i já jak
            jaká jaké jaký jakou jakých jakým je jeho jej její jejich jemu jen ještě ji jí jich jim jimi jiné již jsem
            jsi jsme jsou jste k kam kde kdo kdy když ke kolik která které kterého kterém kterému kteří který
            kterých kterým kterými kterou má mají mezi mi mít moc může mohou můj my na nad nám nás náš ne nebo nebyl
            něco neboť není než nic o od on ona oni ono ony pak po pod podle pokud pouze právě pro proč proto protože
            před přes při s se si skrze svá své svého svou svůj svých svým ta tak také takže tam tato té tedy ten
            tento této tím ti to toho tohoto tom tomu tu tuto ty tyto u už v vám vás váš ve více vy z za zda zde ze že""",
    }.items()
}
