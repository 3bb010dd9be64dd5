"""The questions of a check-in after its faces: one a message, each may be skipped, each answer is kept at once."""

from __future__ import annotations

from dataclasses import replace

from flows.aftercare import BALANCES, Before, CheckIn, PlanKind
from flows.agenda import Kind, Meetings
from flows.answering import SKIP
from flows.checkin_slot import kept, over
from flows.checkin_woorden import BY_CODE
from flows.flow import Read
from flows.grammar import Case, Choice, Moment, Screen, Text, t
from flows.understanding import agrees, intent

#: Who is looked after has signed up: debts that they name here are what is told, and for who they know.
SIGN_UP = "aanmelden"
#: Changes after which who gets an allowance has something to report.
_REPORTED = frozenset({"work", "family", "home", "allowances"})


def read_words(text: str, moment: Moment) -> Read | None:
    """What they tell instead of tapping is for a human; what it means is theirs to say."""
    notice = t("checkin.told", "Dank u. Ik bewaar dat bij uw antwoorden. Kies nog een knop.")
    read = read_mood(text, moment)
    return None if read is None else replace(read, notice=notice)


def read_mood(text: str, moment: Moment) -> Read | None:
    """The same below the faces, where the screen itself says that it is kept."""
    if agrees(text) or not any(map(str.isalpha, text)):
        return None
    if intent(text, moment.flows) not in (None, SIGN_UP):
        return None
    return Read({"text": text}, "said", saves="said")


# ---- how someone is, and money -------------------------------------------------------------------------------------


def face(case: Case) -> Screen:
    """A face was tapped, today or long after: it counts, and the question about money follows."""
    mine = case.world.get(CheckIn)
    if mine.state != "asked":
        return over(case)
    heard = BY_CODE[case.screen].heard
    if case.moment.held:
        text = t("checkin.held", "Dank u. We bewaren dit bij uw antwoorden.")
        return Screen((heard, text), effects=kept(case, mine), sensitive=True)
    return _balance(case, mine, heard)


def later(case: Case) -> Screen:
    """Not now, or this question only: the faces wait, and so does what comes after them if they like."""
    mine = case.world.get(CheckIn)
    if mine.state != "asked":
        return over(case)
    return Screen(
        (
            t("checkin.later", "Dat is goed. U kunt later nog een gezicht kiezen."),
            t("checkin.later.others", "Wilt u nu wel de andere vragen doen?"),
        ),
        (
            Choice(
                "yes",
                "👉",
                t("checkin.later.yes", "Ja, ga verder"),
                words=t("checkin.later.yes.words", "verder, volgende, overslaan, sla over, andere vragen, vragen"),
            ),
            Choice(
                "no",
                "🕒",
                t("checkin.later.no", "Straks"),
                event="close",
                words=t(
                    "checkin.later.no.words",
                    "nee, nu niet, niet nu, later, doe ik straks, morgen, een andere keer, liever niet, geen tijd, ok",
                ),
            ),
        ),
        effects=kept(case, mine),
        sensitive=True,
        why=t("checkin.later.why", "Het duurt een minuut. Het hoeft niet nu."),
    )


def balance(case: Case) -> Screen:
    """The same question for who skipped the faces."""
    mine = case.world.get(CheckIn)
    return over(case) if mine.state != "asked" else _balance(case, mine)


def _balance(case: Case, mine: CheckIn, *heard: Text) -> Screen:
    question = _about_money(mine.kind, mine.before)
    return Screen(
        (*heard, question),
        (
            Choice(
                "yes",
                "💶",
                t("checkin.balance.yes", "Ja, dat lukt"),
                words=t("checkin.balance.yes.words", "ja hoor, lukt, gaat goed, goed, prima, ik kom rond"),
            ),
            Choice(
                "just",
                "🤏",
                t("checkin.balance.just", "Net aan"),
                event="tight",
                words=t("checkin.balance.just.words", "net, nét, nipt, krap, het is krap, gaat wel, maar net, amper"),
            ),
            Choice(
                "no",
                "💸",
                t("checkin.balance.no", "Nee, het lukt niet"),
                event="tight",
                words=t("checkin.balance.no.words", "lukt niet, te weinig, niet rond, ik kom niet rond, geld tekort"),
            ),
        ),
        saves="balance",
        enough=True,
        effects=kept(case, mine),
        sensitive=True,
        why=t("checkin.balance.why", "Is het krap? Dan kijken we wat u kan helpen."),
        short=question,
    )


def _about_money(kind: PlanKind, before: Before | None) -> Text:
    if before is not None and before.balance in BALANCES[1:]:
        return t("checkin.balance.again", "Vorige keer was het krap. Komt u nu rond met uw geld?")
    if kind is PlanKind.FOLLOW:  # [004] 3.1.8: managing by oneself
        return t("checkin.balance.follow", "Lukt het u zelf om rond te komen met uw geld?")
    return t("checkin.balance", "Komt u rond met uw geld?")


def tight(case: Case) -> Screen:
    """What may help when money is short: offered, never pushed [003] module 10."""
    mine = case.world.get(CheckIn)
    if mine.state != "asked":
        return over(case)
    opening = t("checkin.tight.just", "Net rondkomen kost veel kracht. Misschien helpt een van deze dingen.")
    if case.picked("balance") == "no":
        opening = t("checkin.tight.no", "Dat komt bij veel mensen voor. Misschien helpt een van deze dingen.")
    return Screen(
        (opening, t("checkin.tight", "Kies wat u wilt. Het hoeft niet.")),
        (*_possible(case), _NO_THANKS),
        effects=kept(case, mine),
        sensitive=True,
        why=t("checkin.tight.why", "Veel mensen missen hulp of geld waar ze recht op hebben."),
    )


_NO_THANKS = Choice(
    "no",
    "👉",
    t("checkin.tight.no_thanks", "Nee, dank u"),
    words=t("checkin.tight.no_thanks.words", "verder, ga verder, niets, geen, later, nu niet"),
)


def _possible(case: Case) -> tuple[Choice, ...]:
    flows, kinds = case.moment.flows, case.world.get(Meetings).kinds
    rights = Choice(
        "rights",
        "🧾",
        t("checkin.tight.rights", "Waar heb ik recht op?"),
        event="rights",
        short=t("checkin.tight.rights.short", "Waar recht op?"),
        words=t("checkin.tight.rights.words", "recht, toeslag, toeslagen, regelingen, extra geld"),
    )
    meet = Choice(
        "meet",
        "📅",
        t("checkin.tight.meet", "Een gesprek"),
        event="meet",
        words=t("checkin.tight.meet.words", "gesprek, afspraak, afspraak maken, praten, iemand spreken"),
    )
    together = Choice(
        "together",
        "☎️",
        t("checkin.tight.together", "Samen een schuldeiser bellen"),
        event="together",
        short=t("checkin.tight.together.short", "Samen bellen"),
        words=t("checkin.tight.together.words", "samen bellen, bellen, schuldeiser bellen"),
    )
    card = Choice(
        "card",
        "🗣️",
        t("checkin.tight.card", "Wat zeg ik tegen een schuldeiser?"),
        event="card",
        short=t("checkin.tight.card.short", "Wat kan ik zeggen?"),
        words=t("checkin.tight.card.words", "kaart, kaarten, tips, wat zeg ik"),
    )
    return (
        *((rights,) if "recht" in flows else ()),
        *((meet,) if "afspraak" in flows else ()),
        *((together,) if "afspraak" in flows and Kind.CALL in kinds else ()),
        *((card,) if "kaarten" in flows else ()),
    )


# ---- what changed, and whether a human is wanted -------------------------------------------------------------------

_CHANGES = (
    Choice("work", "🛠️", t("checkin.changes.work", "Werk"), words=t("checkin.changes.work.words", "baan, ontslag")),
    Choice(
        "family",
        "👪",
        t("checkin.changes.family", "Gezin of relatie"),
        words=t("checkin.changes.family.words", "gezin, relatie, baby, scheiding, kind, overleden, familie, thuis"),
    ),
    Choice(
        "home",
        "🏠",
        t("checkin.changes.home", "Wonen"),
        words=t("checkin.changes.home.words", "huis, woning, verhuizen, verhuisd, huur"),
    ),
    Choice(
        "health",
        "🩺",
        t("checkin.changes.health", "Gezondheid"),
        words=t("checkin.changes.health.words", "ziek, ziekte, gezond, ziekenhuis, lichaam"),
    ),
    Choice(
        "allowances",
        "🧾",
        t("checkin.changes.allowances", "Toeslag of uitkering"),
        words=t("checkin.changes.allowances.words", "toeslag, toeslagen, uitkering, inkomen"),
    ),
)
#: Alone: whoever ticked something has no use for it, and means that this is all.
_NONE = Choice(
    "none",
    "🍃",
    t("checkin.changes.none", "Niets veranderd"),
    event="none",
    words=t("checkin.changes.none.words", "nee, niets, niks, geen, niets nieuws, alles hetzelfde, nog hetzelfde"),
)


def changes(case: Case) -> Screen:
    """Life events; several may be ticked, and *none* goes with no other."""
    mine = case.world.get(CheckIn)
    if mine.state != "asked":
        return over(case)
    question = t("checkin.changes", "Is er iets veranderd in uw leven? Kies wat past, of typ het zelf.")
    return Screen(
        question,
        (*_CHANGES, *(() if set(case.all("changes")) - {_NONE.id} else (_NONE,))),
        saves="changes",
        many=True,
        free=True,
        enough=True,
        effects=kept(case, mine),
        sensitive=True,
        why=t("checkin.changes.why", "Een verandering kan iets doen met uw geld. Dan denken we mee."),
    )


def contact(case: Case) -> Screen:
    """Whether a human should get in touch: the one they know, or who came in their place, by name [004] 1.6."""
    mine = case.world.get(CheckIn)
    if mine.state != "asked":
        return over(case)
    event = "go_on" if mine.last else "next"
    question = t("checkin.contact.someone", "Wilt u dat een medewerker contact met u opneemt?")
    if mine.contact.name:
        question = t("checkin.contact", "Wilt u dat {name} contact met u opneemt?", name=mine.contact.name)
    return Screen(
        (*_tip(case), *_instead(mine), question),
        (
            Choice(
                "yes",
                "💬",
                t("checkin.contact.yes", "Ja, graag"),
                event=event,
                words=t("checkin.contact.yes.words", "graag, doe maar, bel mij, mag wel, liever wel"),
            ),
            Choice(
                "no",
                "👌",
                t("checkin.contact.no", "Nee, dat hoeft niet"),
                event=event,
                short=t("checkin.contact.no.short", "Nee, hoeft niet"),
                words=t("checkin.contact.no.words", "hoeft niet, niet nodig, nu niet, liever niet"),
            ),
            replace(SKIP, event=event),
        ),
        saves="contact",
        skippable=False,
        enough=True,
        effects=kept(case, mine),
        sensitive=True,
        why=t("checkin.contact.why", "U hoeft zich dan niet opnieuw aan te melden."),
        short=question,
    )


def _tip(case: Case) -> tuple[Text, ...]:
    if not _REPORTED & set(case.all("changes")):
        return ()
    return (t("checkin.contact.tip", "Heeft u een toeslag? Geef de verandering door. Dat voorkomt vaak terugbetalen."),)


def _instead(mine: CheckIn) -> tuple[Text, ...]:
    """Who came in the place of who left."""
    if not mine.contact.was or not mine.contact.name:
        return ()
    return (
        t(
            "checkin.contact.instead",
            "{was} werkt hier niet meer. {name} neemt het over en kent uw verhaal.",
            was=mine.contact.was,
            name=mine.contact.name,
        ),
    )


def go_on(case: Case) -> Screen:
    """The last of *volgen*: whether it should go on [004] 3.1.8."""
    mine = case.world.get(CheckIn)
    if mine.state != "asked":
        return over(case)
    return Screen(
        (
            t("checkin.go_on", "We hielden een tijd contact. Wilt u dat dit nog doorgaat?"),
            t("checkin.go_on.free", "Allebei is goed."),
        ),
        (
            Choice(
                "yes",
                "🤝",
                t("checkin.go_on.yes", "Ja, nog even"),
                words=t("checkin.go_on.yes.words", "graag, doorgaan, ga door, nog een tijd, verder"),
            ),
            Choice(
                "no",
                "🌱",
                t("checkin.go_on.no", "Nee, ik kan zelf door"),
                short=t("checkin.go_on.no.short", "Nee, ik kan zelf"),
                words=t("checkin.go_on.no.words", "stoppen, niet meer nodig, hoeft niet, ik red het zelf, zelf verder"),
            ),
        ),
        saves="go_on",
        enough=True,
        effects=kept(case, mine),
        sensitive=True,
        why=t("checkin.go_on.why", "Dan weten we of u ons nog nodig heeft. U mag altijd terugkomen."),
    )
