"""Gegevens: what we know of someone, who looked at it, what they said yes to, and erasing it (AVG art. 15, 17 and 20).

What holds more than holding the telephone is on the person's own page; this conversation leads there. Nobody types a
PIN here.
"""

from __future__ import annotations

from datetime import date

from flows.afspraak_regels import PERSON
from flows.aftercare_days import months_on
from flows.flow import Flow
from flows.gegevens_knoppen import ASK, DONE, FORGOT, GO_ON, LIST, WHAT, WITHDRAW
from flows.grammar import (
    BACK,
    Case,
    Choice,
    EmailInFull,
    Interrupt,
    Json,
    LeaveChannel,
    Never,
    OpenCase,
    OptIn,
    OptOut,
    Outcome,
    Screen,
    Text,
    Way,
    Ways,
    call,
    t,
    verbatim,
)
from flows.kanalen import NAMES
from flows.naasten import LABEL as READS
from flows.naasten import has_page
from flows.own_data import Asked, AskOwnData, OwnConsents, OwnData, WithdrawOwnData

_ICONS = {"telegram": "✈️", "whatsapp": "💬", "email": "✉️"}


def answered_by(day: date) -> date:
    """The last day to answer what was asked on ``day``: a month, and never more (AVG art. 12 (3))."""
    return months_on(day, 1)


def _erasure(case: Case) -> bool:
    return case.answers.get("kind") == Asked.ERASURE.value


flow = Flow(
    "gegevens",
    start="what",
    beside_dutch=True,
    table=[
        ("know", "what", "know"),
        ("seen", "what", "seen"),
        ("yes", "what", "consents"),
        ("wipe", "what", "wipe"),
        ("close", "what", BACK),
        ("ask", "know", "asked"),
        ("ask", "seen", "asked"),
        ("wipe", "wipe", "wipe_page"),
        ("ask", "wipe_page", "asked_wipe"),
        ("withdraw", "know", "withdrawn"),
        ("withdraw", "seen", "withdrawn"),
        ("withdraw", "wipe_page", "withdrawn_wipe"),
        ("quiet", "consents", "quiet"),
        ("loud", "consents", "loud"),
        ("nudge", "consents", "nudge"),
        ("leave", "consents", "left"),
        *(("next", screen, "consents") for screen in ("quiet", "loud", "nudge", "left")),
        ("open", "known", "wipe_page", _erasure),
        ("open", "known", "know"),
        ("back", "*", "what"),
    ],
)

#: From anywhere in the chat to here.
OWN_DATA = Choice("own", "🔐", t("gegevens.menu", "Mijn gegevens"), goes=call("gegevens"))


@flow.screen()
def what(case: Case) -> Screen:
    """What can be asked."""
    return Screen(
        t("gegevens.what", "Dit gaat over uw eigen gegevens. Wat wilt u?"),
        WHAT,
        why=t("gegevens.what.why", "Het zijn uw gegevens. U mag weten wat we hebben, en u mag vragen om te wissen."),
    )


# ---- the own page ----------------------------------------------------------------------------------------------------


@flow.screen(needs=(OwnData,))
def know(case: Case) -> Screen:
    """Where all of it can be read."""
    return _page(case, t("gegevens.know.what", "Op uw eigen pagina staat alles wat we van u weten."))


@flow.screen(needs=(OwnData,))
def seen(case: Case) -> Screen:
    """Who of us looked."""
    return _page(case, t("gegevens.seen.what", "Op uw eigen pagina staat wie van ons uw gegevens bekeek, en wanneer."))


@flow.screen(needs=(OpenCase,))
def wipe(case: Case) -> Screen:
    """What erasing means, before anything else: with an open case that help needs the file."""
    helped = (
        (t("gegevens.wipe.helped", "U krijgt nu hulp van ons. Zonder uw gegevens kan die hulp niet goed doorgaan."),)
        if case.world.get(OpenCase).exists
        else ()
    )
    first = t("gegevens.wipe.first", "Eerst ziet u wat weg kan en wat blijft. Daarna kiest u pas.")
    return Screen(
        (
            t("gegevens.wipe.law", "U kunt uw gegevens laten wissen. Soms zegt de wet dat we iets nog even bewaren."),
            *helped,
            first,
        ),
        (
            Choice(
                "wipe",
                "🗑️",
                t("gegevens.wipe.go", "Laat eerst zien"),
                event="wipe",
                words=t("gegevens.wipe.go.words", "ja, verder, wis, wissen, laat zien, doe maar"),
            ),
            PERSON,
            LIST,
        ),
        short=first,
        why=t("gegevens.wipe.why", "Wat weg is, kan niemand meer terughalen. Daarom leggen we het eerst uit."),
    )


@flow.screen(needs=(OwnData,))
def wipe_page(case: Case) -> Screen:
    """Where it is done."""
    return _page(case, t("gegevens.wipe_page", "Op uw eigen pagina ziet u wat weg kan en wat blijft."))


def _page(case: Case, about: Text) -> Screen:
    """The link to the own page; who cannot show yet that it is them hears how that goes."""
    own = case.world.get(OwnData)
    why = t("gegevens.page.why", "Zo leest niemand uw gegevens die alleen uw telefoon heeft.")
    if own.link:
        pin = (
            t("gegevens.page.pin", "Daar vult u uw pincode in. Doe dat nooit hier in de chat.")
            if own.way == "pin"
            else t("gegevens.page.known", "Een medewerker weet dat u het bent. Een pincode is nu niet nodig.")
        )
        link = t("gegevens.page.link", "Open uw pagina: {link}", link=own.link)
        once = t(
            "gegevens.page.once",
            "De link werkt {minutes} minuten en één keer. Geef hem aan niemand anders.",
            minutes=own.minutes,
        )
        brief = (
            t("gegevens.page.brief_pin", "Vul daar uw pincode in, binnen {minutes} minuten.", minutes=own.minutes)
            if own.way == "pin"
            else once
        )
        asked = (_waits(own.due),) if own.due is not None else ()
        more = (WITHDRAW,) if own.open else (FORGOT,) if own.way == "pin" else ()
        return Screen(
            (about, link, pin, once, *asked),
            (*more, LIST, DONE),
            short=(link, *(asked or (brief,))),
            why=why,
        )
    if own.due is not None:
        return Screen(
            _waits(own.due),
            (WITHDRAW, LIST, DONE),
            why=why,
        )
    soon = (
        (
            t(
                "gegevens.page.new_pin",
                "Uw pincode is nog nieuw. Over {hours, plural, one {# uur} other {# uur}} kunt u er zelf mee verder.",
                hours=own.hours,
            ),
        )
        if own.way == "new_pin"
        else ()
    )
    return Screen(
        (
            about,
            t(
                "gegevens.page.sure",
                "We willen eerst zeker weten dat u het bent. Een telefoon alleen is niet genoeg.",
            ),
            *soon,
            t("gegevens.page.human", "Een medewerker die u kent, kan zeggen dat u het bent. Zullen we dat vragen?"),
        ),
        (ASK, LIST, DONE),
        short=soon or t("gegevens.page.brief", "Zullen we een medewerker vragen die u kent?"),
        why=why,
    )


def _waits(day: date) -> Text:
    return t("gegevens.page.waits", "Uw vraag ligt bij een medewerker. U hoort uiterlijk {day} van ons.", day=day)


@flow.screen()
def asked(case: Case) -> Screen:
    """To see it: a colleague is asked."""
    return _asked(case, Asked.ACCESS)


@flow.screen()
def asked_wipe(case: Case) -> Screen:
    """To erase it: the same."""
    return _asked(case, Asked.ERASURE)


def _asked(case: Case, kind: Asked) -> Screen:
    day = answered_by(case.moment.now.date())
    looked_at = t("gegevens.asked", "Goed. Een medewerker kijkt ernaar. U hoort uiterlijk {day} van ons.", day=day)
    return Screen(
        (
            looked_at,
            t("gegevens.asked.then", "Weten we dat u het bent? Dan krijgt u hier bericht en opent u uw pagina."),
        ),
        (LIST, DONE),
        short=looked_at,
        effects=(AskOwnData(kind),),
    )


@flow.screen()
def withdrawn(case: Case) -> Screen:
    """It is not asked any more."""
    return _withdrawn(Asked.ACCESS)


@flow.screen()
def withdrawn_wipe(case: Case) -> Screen:
    """The same, of erasing."""
    return _withdrawn(Asked.ERASURE)


def _withdrawn(kind: Asked) -> Screen:
    return Screen(
        t("gegevens.withdrawn", "Goed. We vergeten uw vraag. U kunt het altijd weer vragen."),
        (LIST, DONE),
        effects=(WithdrawOwnData(kind),),
    )


# ---- what a colleague did with it --------------------------------------------------------------------------------


@flow.due("known")
def tell_known(case: Case) -> Outcome:
    """Told at once: a human did it."""
    kind = _about(case).get("kind")
    return Interrupt("known", {"kind": kind}) if kind in set(Asked) else Never("geen verzoek")


@flow.due("refused")
def tell_refused(case: Case) -> Outcome:
    """The same."""
    why = _about(case).get("why")
    return Interrupt("refused", {"reason": {"text": why}}) if isinstance(why, str) else Never("geen reden")


def _about(case: Case) -> dict[str, Json]:
    about = case.facts.get("about")
    return about if isinstance(about, dict) else {}


@flow.screen()
def known(case: Case) -> Screen:
    """A colleague said that it is them."""
    return Screen(
        t(
            "gegevens.known",
            "U vroeg iets over uw gegevens. Een medewerker zegt dat u het bent. U kunt verder.",
        ),
        (Choice("open", "🔓", t("gegevens.known.open", "Naar mijn pagina"), event="open"), DONE),
        sensitive=True,
    )


@flow.screen()
def refused(case: Case) -> Screen:
    """It is not done, why not, and what one can do about that (AVG art. 12 (4))."""
    why = verbatim(case.told("reason") or "–")
    return Screen(
        (
            t("gegevens.refused", "U vroeg iets over uw gegevens. Dat doen we nu niet. Dit is waarom:"),
            why,
            t(
                "gegevens.refused.object",
                "Bent u het er niet mee eens? U kunt bezwaar maken bij {gemeente}.",
                gemeente=case.moment.gemeente.name,
            ),
            t(
                "gegevens.refused.complain",
                "U kunt ook klagen bij de Autoriteit Persoonsgegevens, of naar de rechter gaan.",
            ),
        ),
        (PERSON, LIST, DONE),
        short=(t("gegevens.refused.brief", "Dat doen we nu niet."), why),
        sensitive=True,
    )


# ---- what they say yes to ----------------------------------------------------------------------------------------


def _elsewhere(case: Case) -> tuple[Way, ...]:
    """Other places where messages arrive; here there is *stop* for that."""
    here = (case.moment.channel, "webchat")
    return tuple(way for way in case.world.get(Ways).ways if way.works and way.confirmed and way.channel not in here)


def _in_full(case: Case) -> bool:
    return any(way.channel == "email" and way.works and way.in_full for way in case.world.get(Ways).ways)


@flow.screen(needs=(OwnConsents, Ways))
def consents(case: Case) -> Screen:
    """What they say yes to now; one tap takes it back."""
    unasked = case.world.get(OwnConsents).unasked
    elsewhere, change = _elsewhere(case), t("gegevens.consents.what", "Wilt u iets veranderen?")
    lines = (
        t("gegevens.consents.unasked", "📨 We mogen u uit onszelf berichten sturen.")
        if unasked
        else t("gegevens.consents.quiet", "🔕 We sturen u uit onszelf geen berichten."),
        *((t("gegevens.consents.in_full", "✉️ In onze e-mail mag het hele bericht staan."),) if _in_full(case) else ()),
        *(
            t(
                "gegevens.consents.way",
                "{icon} We mogen u schrijven via {channel}.",
                icon=_ICONS[way.channel],
                channel=NAMES[way.channel],
            )
            for way in elsewhere
        ),
    )
    choices = (
        Choice("quiet", "🔕", t("gegevens.quiet.choice", "Stop die berichten"), event="quiet")
        if unasked
        else Choice("loud", "📨", t("gegevens.loud.choice", "Weer berichten"), event="loud"),
        *(
            (Choice("nudge", "🔔", t("gegevens.nudge.choice", "Alleen een seintje"), event="nudge"),)
            if _in_full(case)
            else ()
        ),
        *(
            Choice(
                way.channel,
                "🚫",
                t("gegevens.leave.choice", "Niet via {channel}", channel=NAMES[way.channel]),
                event="leave",
                short=NAMES[way.channel],
            )
            for way in elsewhere
        ),
        LIST,
    )
    return Screen(
        (
            t("gegevens.consents", "Zo staat het nu:"),
            *lines,
            *_reading_along(case),
            t("gegevens.consents.what", "Wilt u iets veranderen?"),
        ),
        choices,
        short=change,
        saves="channel",
        skippable=False,
        why=t("gegevens.consents.why", "U mag altijd van gedachten veranderen. Eén tik is genoeg."),
    )


def _reading_along(case: Case) -> tuple[Text, ...]:
    """Where who reads along is chosen and ended, without a name on the screen."""
    if not has_page(case.moment.gemeente):
        return ()
    return (t("gegevens.consents.helpers", "🤝 Leest er iemand mee? Dat kiest u in het menu: {menu}.", menu=READS),)


@flow.screen()
def quiet(case: Case) -> Screen:
    """No messages that nobody asked for."""
    return Screen(
        t("gegevens.quiet", "Goed. We sturen u uit onszelf niets meer. Schrijft u ons? Dan antwoorden we gewoon."),
        (GO_ON,),
        effects=(OptOut(),),
    )


@flow.screen()
def loud(case: Case) -> Screen:
    """They are welcome again."""
    return Screen(t("gegevens.loud", "Fijn. We mogen u weer berichten sturen."), (GO_ON,), effects=(OptIn(),))


@flow.screen()
def nudge(case: Case) -> Screen:
    """E-mail says only that there is something."""
    return Screen(
        t("gegevens.nudge", "Goed. In onze e-mail staat vanaf nu alleen dat er een bericht is."),
        (GO_ON,),
        effects=(EmailInFull(False),),
    )


@flow.screen()
def left(case: Case) -> Screen:
    """Nothing goes there any more."""
    channel = case.picked("channel") or ""
    return Screen(
        t("gegevens.left", "Goed. We sturen niets meer via {channel}.", channel=NAMES.get(channel, verbatim("–"))),
        (GO_ON,),
        effects=(LeaveChannel(channel),) if channel in _ICONS else (),
    )
