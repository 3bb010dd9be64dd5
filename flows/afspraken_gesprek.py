"""After a talk: what was agreed, whether that is right, what comes first; earlier talks, and the list to keep."""

from __future__ import annotations

from flows.afspraak_regels import PERSON, human
from flows.afspraken_regels import (
    CLOSE,
    LIST,
    both,
    human_answers,
    line,
    not_there,
    of_summary,
    unless_held,
    words,
)
from flows.agreements import Agreement, Agreements, AnswerSummary, MailAgreements, SayFirst, Summary
from flows.flow import Read, Telling
from flows.grammar import Case, Choice, Json, Moment, Screen, Text, Way, Ways, call, t, verbatim
from flows.text import Short
from flows.understanding import doing, number_in

#: So many earlier talks are offered at once; of more the newest.
MOST_SUMMARIES = 30


# ---- right after the talk ------------------------------------------------------------------------------------------


def summary(case: Case) -> Screen:
    """What we agreed, and whether that is right; later, to read again."""
    one = case.world.get(Agreements).summary
    if one is None:
        return not_there(case)
    if one.answer == "agreed":
        return Screen(
            (
                t("afspraken.summary.again", "Dit spraken we af op {day}, met {name}.", day=one.made, name=one.name),
                *of_summary(one, case),
                t("afspraken.summary.agreed", "U zei dat dit klopt."),
            ),
            (_change(one), _question(one), *unless_held(case, LIST, CLOSE)),
        )
    return Screen(
        (
            t("afspraken.summary", "{name} heeft voor u opgeschreven wat we hebben afgesproken.", name=one.name),
            *of_summary(one, case),
            t("afspraken.summary.ask", "Klopt dit?"),
        ),
        (
            Choice(
                "agreed",
                "✅",
                t("afspraken.summary.yes", "Ja, dit klopt"),
                words=t("afspraken.summary.yes.words", "ja, klopt, dat klopt, goed, helemaal goed, akkoord, prima"),
                goes=call("afspraken", "agreed", summary=one.id),
                lasting=True,
            ),
            _change(one),
            _question(one),
        ),
        why=t("afspraken.summary.why", "Zo weten we allebei zeker wat we hebben afgesproken."),
    )


def _change(one: Summary) -> Choice:
    return Choice(
        "change",
        "✏️",
        t("afspraken.summary.change", "Iets klopt niet"),
        words=t("afspraken.summary.change.words", "nee, klopt niet, niet goed, anders, veranderen, fout"),
        goes=call("afspraken", "change", summary=one.id),
        lasting=True,
    )


def _question(one: Summary) -> Choice:
    return Choice(
        "question",
        "❓",
        t("afspraken.summary.question", "Ik heb een vraag"),
        short=t("afspraken.summary.question.short", "Een vraag"),
        words=t("afspraken.summary.question.words", "vraag, ik snap het niet, ik begrijp het niet, weet ik niet"),
        goes=call("afspraken", "question", summary=one.id),
        lasting=True,
    )


def agreed(case: Case) -> Screen:
    """It is right. Then what comes first: whether we explained it well shows from that [000] [001]."""
    one = case.world.get(Agreements).summary
    if one is None:
        return not_there(case)
    effects = () if one.answer == "agreed" else (AnswerSummary(one.id, "agreed"),)
    mine = _theirs(one)
    thanks = t("afspraken.agreed", "Fijn, dan zijn we het eens.")
    if case.moment.held:
        reads = t("afspraken.agreed.held", "{name} leest met u mee.", name=human(case))
        return Screen((thanks, reads), effects=effects)
    if not mine:
        return Screen((thanks, *_next(case, one)), (LIST, CLOSE), effects=effects)
    # The web has room for every word on a button; elsewhere a number may be all that is on it.
    whole = case.moment.channel == "webchat" and len(mine) == max(mine)
    return Screen(
        (
            thanks,
            t("afspraken.agreed.clear", "Heb ik het duidelijk uitgelegd?"),
            t("afspraken.agreed.ask", "Wat doet u als eerste? Kies iets, of typ het in uw eigen woorden."),
            *(() if whole else (line(each, case, number) for number, each in mine.items())),
        ),
        tuple(_numbered(each, t("afspraken.number", "Nummer {number}", number=f"{n}")) for n, each in mine.items()),
        saves="first",
        free=True,
        why=t("afspraken.agreed.why", "Dan merken wij of het duidelijk was. Er is geen fout antwoord."),
        effects=effects,
    )


def _numbered(one: Agreement, number: Text) -> Choice:
    return Choice(f"a{one.id}", "📌", one.text, short=number, words=number)


def read_first(text: str, moment: Moment) -> Read:
    """A number is that of the summary, where also what is done has one: no place among the buttons."""
    return Read({"text": text})


def ready(case: Case) -> Screen:
    """What happens next, and where it can be found back."""
    one = case.world.get(Agreements).summary
    if one is None:
        return not_there(case)
    first = _first(case, one)
    said: tuple[Text, ...] = (t("afspraken.ready", "Dat is goed."),)
    if isinstance(first, int):
        what = next(words(each, case) for each in one.lines if each.id == first)
        said = (t("afspraken.ready.first", "Een goed begin. U start hiermee:\n📌 {what}", what=what),)
    elif first is not None:
        said = (t("afspraken.ready.said", "Dank u. {name} leest uw antwoord ook.", name=one.name),)
    return Screen(
        (*said, *_next(case, one)),
        (LIST, CLOSE),
        effects=() if first is None else (SayFirst(one.id, first),),
    )


def _theirs(one: Summary) -> dict[int, Agreement]:
    """What the person still does, by the number that it has in the summary."""
    theirs = enumerate((each for each in one.lines if not each.ours), 1)
    return {number: each for number, each in theirs if each.state in ("open", "stuck")}


def _first(case: Case, one: Summary) -> Json:
    """The id of what they picked, or their own words; None: they left it open."""
    told = case.told("first")
    if told is not None:
        number = number_in(told) if told.strip(" .)").isdecimal() else None
        named = None if number is None else _theirs(one).get(number)
        return {"text": told} if named is None else named.id
    picked = case.picked("first")
    return next((each.id for each in one.lines if not each.ours and f"a{each.id}" == picked), None)


def _next(case: Case, one: Summary) -> tuple[Text, ...]:
    today = case.moment.now.date()
    days = [each.due for each in _theirs(one).values() if each.due is not None and each.due >= today]
    names = dict.fromkeys(each.name for each in one.lines if each.ours and each.state == "open")
    ours = t("afspraken.next.ours", "{names} begint ook.", names=tuple(map(verbatim, names)))
    if len(names) > 1:
        ours = t("afspraken.next.several", "{names} beginnen ook.", names=tuple(map(verbatim, names)))
    return (
        *((t("afspraken.next.day", "De eerste dag op uw lijst is {day}.", day=min(days)),) if days else ()),
        *((ours,) if names else ()),
        t("afspraken.next", "U vindt alles terug bij ‘Mijn afspraken’. Lukt iets niet? Zeg het gerust."),
    )


def change(case: Case) -> Screen:
    """Something is different: in their own words, for the caseworker."""
    return _tell(case, "change", t("afspraken.change", "Goed dat u het zegt. Wat klopt er niet?"))


def question(case: Case) -> Screen:
    """A question, in their own words, for the caseworker."""
    return _tell(case, "question", t("afspraken.question", "Vraag het gerust. Wat wilt u weten?"))


def _tell(case: Case, answer: str, opening: Text) -> Screen:
    one = case.world.get(Agreements).summary
    if one is None:
        return not_there(case)
    effects = (AnswerSummary(one.id, answer),)  # also who asked before: it is another question, and a human answers
    if case.moment.held:
        held = t("afspraken.tell.held", "{name} leest met u mee. U kunt het hier typen.", name=human(case))
        return Screen((opening, held), effects=effects)
    return Screen(
        (opening, t("afspraken.tell", "U kunt het hier typen. {name} leest het.", name=one.name)),
        saves=answer,
        free=True,
        why=t("afspraken.tell.why", "Dan schrijven we het zo op dat het klopt."),
        effects=effects,
    )


def noted(case: Case) -> Screen:
    """A human answers, and by when."""
    one = case.world.get(Agreements).summary
    if one is None:
        return not_there(case)
    answer = "question" if "question" in case.answers else "change"
    told = case.told(answer)
    return Screen(
        (t("afspraken.noted", "Dank u. Een medewerker kijkt ernaar."), *human_answers(case)),
        (LIST, CLOSE),
        effects=() if told is None else (AnswerSummary(one.id, answer, {"text": told}),),
    )


def _about(text: str, moment: Moment) -> bool:
    return doing(text) is not None


#: What comes on top of a question that nobody answered yet takes nothing away from it.
TELLING = Telling(lambda text: None, lambda asked, case: (), frozenset({"afspraken"}), _about)


# ---- earlier, and to keep ------------------------------------------------------------------------------------------


def more(case: Case) -> Screen:
    """The list by mail, on paper, and earlier talks."""
    known, mail = case.world.get(Agreements), "email" in case.world.get(Ways).offered
    every = (
        (
            Choice(
                "history",
                "📖",
                t("afspraken.more.history", "Eerdere gesprekken"),
                event="history",
                words=t("afspraken.more.history.words", "vroeger, geschiedenis, teruglezen, eerder"),
            ),
            bool(known.summaries),
        ),
        (
            Choice(
                "mail",
                "✉️",
                t("afspraken.more.mail", "Naar mijn e-mail"),
                event="mail",
                words=t("afspraken.more.mail.words", "mail, e-mail, mailen, sturen"),
            ),
            mail,
        ),
        (
            Choice(
                "paper",
                "🖨️",
                t("afspraken.more.paper", "Printen"),
                event="paper",
                words=t("afspraken.more.paper.words", "print, afdrukken, papier, uitprinten"),
            ),
            True,
        ),
    )
    return Screen(
        t("afspraken.more", "Wat wilt u met de lijst doen?"),
        (*(choice for choice, shown in every if shown), LIST),
        why=t("afspraken.more.why", "Zo heeft u de lijst bij de hand waar u wilt."),
    )


def history(case: Case) -> Screen:
    """Every talk of which there is a summary: nothing disappears, also when the contact person changes."""
    found = case.world.get(Agreements).summaries[:MOST_SUMMARIES]
    if not found:
        return not_there(case)
    return Screen(
        t("afspraken.history", "Van deze gesprekken kunt u teruglezen wat we afspraken."),
        (
            *(
                Choice(
                    f"s{one.id}",
                    "📖",
                    t("afspraken.history.one", "{day}, met {name}", day=one.made, name=one.name),
                    short=t("afspraken.history.one.short", "{day}", day=Short(one.made)),
                    goes=call("afspraken", "summary", summary=one.id),
                    lasting=True,
                )
                for one in found
            ),
            LIST,
        ),
        why=t("afspraken.history.why", "Wat we afspreken, blijft altijd te lezen."),
    )


def mail(case: Case) -> Screen:
    """The list to their own e-mail address, in full or as a notice, as they chose (rule 11)."""
    known, way = case.world.get(Agreements), _email(case)
    if way is None:
        address = t("afspraken.mail.none", "Ik weet nog geen e-mailadres van u. Wilt u er een geven?")
        return Screen(
            address,
            (_give_address(t("afspraken.mail.give", "E-mailadres geven")), LIST),
            why=t("afspraken.mail.why", "Alleen naar uw eigen adres sturen we deze lijst."),
        )
    if not (way.works and way.confirmed):
        return Screen(
            (
                t("afspraken.mail.unsure", "Op uw e-mailadres heeft nog niemand ja gezegd."),
                t("afspraken.mail.confirm", "Kijk in uw mail, en zeg ja op de link daarin. Kies daarna opnieuw."),
            ),
            (_give_address(t("afspraken.mail.other", "Een ander adres")), LIST),
            why=t("afspraken.mail.why", "Alleen naar uw eigen adres sturen we deze lijst."),
        )
    hidden = "email" in case.moment.gemeente.notices_on or case.facts.get("own_phone") == "no" or not way.in_full
    sent = (
        t("afspraken.mail.notice", "U krijgt een mail met een link naar deze lijst. In de mail zelf staat niets van u.")
        if hidden
        else t("afspraken.mail", "Deze lijst staat ook in uw e-mail.")
    )
    return Screen((*both((*known.open, *known.done), case), sent), (LIST, CLOSE), effects=(MailAgreements(),))


def _email(case: Case) -> Way | None:
    return next((way for way in case.world.get(Ways).ways if way.channel == "email" and not way.left), None)


def _give_address(label: Text) -> Choice:
    return Choice(
        "address",
        "✉️",
        label,
        words=t("afspraken.mail.words", "adres, ja, e-mailadres"),
        goes=call("kanalen", "email"),
    )


def paper(case: Case) -> Screen:
    """The list as a page that can be printed."""
    page = case.world.get(Agreements).page
    if not page:
        return Screen(
            t("afspraken.paper.none", "Printen kan hier niet. Vraag het gerust aan een medewerker: die print het."),
            (PERSON, LIST),
        )
    return Screen(
        (
            t("afspraken.paper", "Op deze pagina staat uw lijst, ook in het Nederlands: {link}", link=page),
            t("afspraken.paper.own", "De link is alleen voor u. Geef hem niet door."),
        ),
        (LIST, CLOSE),
    )
