"""Kanalen: how the person is reached, and changing that: another app beside this one, which goes first, e-mail in full
or only a notice, and no more messages somewhere (rules 10 and 11)."""

from __future__ import annotations

from flows.flow import Flow, Menu, Read
from flows.grammar import (
    BACK,
    Case,
    Choice,
    EmailInFull,
    Gemeente,
    JoinCode,
    LeaveChannel,
    Moment,
    Prefer,
    Screen,
    SetContact,
    Text,
    Way,
    Ways,
    call,
    t,
    verbatim,
)
from flows.kanalen_code import GO_ON, joining, not_joined, not_yet
from flows.reach import given, on_webchat, read_contact

NAMES = {
    "webchat": t("kanalen.webchat", "Website"),
    "telegram": verbatim("Telegram"),
    "whatsapp": verbatim("WhatsApp"),
    "email": t("kanalen.email_name", "E-mail"),
}
_ICONS = {"webchat": "🖥️", "telegram": "✈️", "whatsapp": "💬", "email": "✉️"}


def _several(gemeente: Gemeente) -> bool:
    return len(gemeente.channels) > 1


def _called(case: Case) -> bool:
    return case.below is not None


def _gave_address(case: Case) -> bool:
    return given(case, "email") is not None


def _unsure_privacy(case: Case) -> bool:
    return "own_phone" not in case.facts


flow = Flow(
    "kanalen",
    start="ways",
    menu=Menu(
        70,
        "🔔",
        t("kanalen.menu", "Mijn berichten"),
        words=t("kanalen.menu.words", "berichten, telegram, whatsapp, e-mail, andere app, kanaal"),
        when=_several,
        resume=False,
    ),
    table=[
        ("app", "ways", "code"),
        ("email", "ways", "email"),
        ("style", "ways", "style"),
        ("first", "ways", "first"),
        ("leave", "ways", "leave"),
        ("close", "ways", BACK),
        ("joined", "*", BACK),  # the other app is a part of this conversation now
        ("next", "code", BACK, _called),
        ("next", "code", "ways"),
        ("next", "email", "email_saved", _gave_address),
        ("next", "email", "ways"),
        ("next", "email_saved", ("ways", call("welkom", "own_phone")), _unsure_privacy),
        ("next", "email_saved", "ways"),
        ("keep", "*", "ways"),
        ("next", "style", "style_saved"),
        ("next", "style_saved", "ways"),
        ("next", "first", "first_saved"),
        ("next", "first_saved", "ways"),
        ("next", "leave", "gone"),
        ("next", "gone", "ways"),
        ("no", "joining", "not_joined"),
        ("yes", "joining", "not_yet"),  # a clear yes never comes here: the shell joins on it
        ("next", "not_joined", BACK),
        ("next", "not_yet", BACK),
    ],
)

KEEP = Choice("keep", "↩️", t("kanalen.keep", "Toch niets"), event="keep")
APP = Choice("app", "🔗", t("kanalen.app", "Andere app erbij"), event="app")
EMAIL = Choice("email", "✉️", t("kanalen.email_choice", "Mijn e-mailadres"), event="email")
STYLE = Choice(
    "style",
    "📄",
    t("kanalen.style_choice", "Wat er in de e-mail staat"),
    event="style",
    short=t("kanalen.style_choice.short", "Soort e-mail"),
)
FIRST = Choice(
    "first",
    "⭐",
    t("kanalen.first_choice", "Waar we u het eerst schrijven"),
    event="first",
    short=t("kanalen.first_choice.short", "Wat komt eerst"),
)
LEAVE = Choice(
    "leave",
    "🔕",
    t("kanalen.leave_choice", "Ergens geen berichten meer"),
    event="leave",
    short=t("kanalen.leave_choice.short", "Ergens stoppen"),
)
CLOSE = Choice(
    "close",
    "👌",
    t("kanalen.close", "Zo is het goed"),
    event="close",
    words=t("kanalen.close.words", "niets, klaar, goed, prima, verder"),
)


def _working(case: Case) -> tuple[Way, ...]:
    """Where a message arrives."""
    return tuple(way for way in case.world.get(Ways).ways if way.works and way.confirmed)


def _possible(case: Case) -> tuple[Way, ...]:
    """Where a message arrives, or would again if the person asks for it."""
    return tuple(way for way in case.world.get(Ways).ways if way.confirmed and (way.works or way.left))


def _in_full_there(case: Case) -> bool:
    """Whether e-mail may hold the content at all: the municipality allows it, and nobody reads along."""
    return "email" not in case.moment.gemeente.notices_on and case.facts.get("own_phone") != "no"


def _apps(case: Case) -> tuple[str, ...]:
    """Other places to chat in."""
    return tuple(
        name for name in case.world.get(Ways).offered if name not in (case.moment.channel, "email") and name in NAMES
    )


def _leavable(case: Case) -> tuple[Way, ...]:
    """Where messages can end; not here, for then nobody would hear that they did (there is *stop* for that), and not on
    our own page, where nothing is sent to anyone."""
    return tuple(way for way in _working(case) if way.channel not in (case.moment.channel, "webchat"))


def _has_email(case: Case) -> bool:
    return any(way.channel == "email" for way in _working(case))


def _picked(case: Case, answer: str) -> str:
    return case.picked(answer) or "webchat"


# ---- how it is now ---------------------------------------------------------------------------------------------------


@flow.screen(needs=(Ways,))
def ways(case: Case) -> Screen:
    """How the person is reached now, and what can be changed. Someone who shares a telephone gets no content by e-mail,
    so that it is not offered either."""
    known = case.world.get(Ways)
    first = tuple(
        t("kanalen.ways.first", "We schrijven u het eerst via {channel}.", channel=NAMES[way.channel])
        for way in _working(case)
        if way.preferred
    )
    possible = (
        (APP, bool(_apps(case))),
        (EMAIL, "email" in known.offered),
        (STYLE, _has_email(case) and _in_full_there(case)),
        (FIRST, len(_possible(case)) > 1),
        (LEAVE, bool(_leavable(case))),
        (CLOSE, True),
    )
    return Screen(
        (
            t("kanalen.ways", "Hier kunnen we u nu schrijven:"),
            *(_line(case, way) for way in known.ways),
            *first,
            t("kanalen.ways.what", "Wat wilt u doen?"),
        ),
        tuple(choice for choice, shown in possible if shown),
        why=t("kanalen.ways.why", "Dan praten we met u op de plek die u fijn vindt."),
    )


def _line(case: Case, way: Way) -> Text:
    if not way.confirmed:
        return t("kanalen.way.asked", "E-mail: nog niet. Open onze e-mail en zeg daarin ja, dan kan het.")
    if way.left:
        return t("kanalen.way.left", "{channel}: daar wilde u geen berichten meer.", channel=NAMES[way.channel])
    if not way.works:
        return t("kanalen.way.broken", "{channel}: dat werkt nu niet.", channel=NAMES[way.channel])
    if way.channel != "email":
        return t("kanalen.way.works", "{channel}: dat werkt.", channel=NAMES[way.channel])
    if way.in_full and _in_full_there(case):
        return t("kanalen.way.full", "E-mail: het hele bericht staat erin.")
    return t("kanalen.way.notice", "E-mail: u krijgt alleen een seintje.")


# ---- another app -----------------------------------------------------------------------------------------------------


INSTEAD = Choice("app", "🔗", t("kanalen.instead", "Liever een app"), goes=call("kanalen", "code"))


def app_instead(case: Case) -> tuple[tuple[Text, ...], tuple[Choice, ...]]:
    """For a visitor of the web chat who is asked for a number: an app will do as well, where there is one."""
    apps = tuple(NAMES[name] for name in case.moment.gemeente.channels if name in ("telegram", "whatsapp"))
    if not apps or not on_webchat(case) or flow.name not in case.moment.flows:
        return (), ()
    return (t("kanalen.instead.apps", "Berichten via {apps} kan ook.", apps=apps),), (INSTEAD,)


@flow.screen(needs=(JoinCode, Ways))
def code(case: Case) -> Screen:
    """A code that makes another app a part of this conversation."""
    joining = case.world.get(JoinCode)
    if not joining.code:
        return Screen(
            t(
                "kanalen.code.pin",
                "U heeft een pincode. Een code voor een andere app maakt u daarom op onze website. "
                "Typ daar ‘menu’ en kies ‘Mijn berichten’.",
            ),
            (GO_ON,),
        )
    places = sorted(_apps(case), key=lambda name: name == "webchat")
    return Screen(
        (
            t("kanalen.code", "Zo gaat u verder op een andere plek. Uw antwoorden gaan mee."),
            *(_place(name, joining.links.get(name), first=name == places[0]) for name in places),
            t("kanalen.code.type", "2️⃣ Staat de code er nog niet? Typ hem daar: {code}", code=joining.code),
            t("kanalen.code.send", "3️⃣ Druk op start of op versturen."),
            t(
                "kanalen.code.once",
                "De code werkt {minutes} minuten en één keer. Geef hem aan niemand anders.",
                minutes=joining.minutes,
            ),
        ),
        (GO_ON,),
    )


def _place(name: str, link: str | None, *, first: bool) -> Text:
    """Where the code goes: the first step, or another way to do it. On our page it is typed in the chat."""
    if name == "webchat" and link:
        if first:
            return t("kanalen.code.web", "1️⃣ Start de chat op onze website: {link}", link=link)
        return t("kanalen.code.or_web", "Of start de chat op onze website: {link}", link=link)
    channel = NAMES[name]
    if link and first:
        return t("kanalen.code.link", "1️⃣ Open {channel}: {link}", channel=channel, link=link)
    if link:
        return t("kanalen.code.or_link", "Of open {channel}: {link}", channel=channel, link=link)
    if first:
        return t("kanalen.code.open", "1️⃣ Open onze chat in {channel}.", channel=channel)
    return t("kanalen.code.or_open", "Of open onze chat in {channel}.", channel=channel)


# Whether a code that came in is theirs.
for _screen in (joining, not_joined, not_yet):
    flow.screen()(_screen)


# ---- e-mail ----------------------------------------------------------------------------------------------------------


@flow.screen()
def email(case: Case) -> Screen:
    """An e-mail address, for who wants messages there."""
    return Screen(
        t("kanalen.email", "Op welk e-mailadres kunnen we u schrijven? Typ het zo: naam@voorbeeld.nl"),
        saves="contact",
        free=True,
        why=t("kanalen.email.why", "Dan kunnen we u een seintje sturen. We gebruiken het nergens anders voor."),
    )


@flow.reads("email")
def read_email(text: str, moment: Moment) -> Read | None:
    """An e-mail address; a telephone number is none."""
    read = read_contact(text, moment)
    return read if read is not None and isinstance(read.value, dict) and "email" in read.value else None


@flow.screen()
def email_saved(case: Case) -> Screen:
    """Its owner is asked first: until then nothing but that question goes there."""
    return Screen(
        t(
            "kanalen.email_saved",
            "Dank u. U krijgt zo een e-mail. Zegt u daarin ja? Dan weten we dat het adres klopt.",
        ),
        (GO_ON,),
        effects=(SetContact(email=given(case, "email")),),
    )


@flow.screen()
def style(case: Case) -> Screen:
    """Content or only a notice (rule 11)."""
    return Screen(
        (
            t("kanalen.style", "Wat mag er in onze e-mail staan?"),
            t("kanalen.style.notice_is", "Bij een seintje staat er alleen: u heeft een bericht. Met een link."),
            t("kanalen.style.reads", "Leest er iemand mee? Dan is een seintje veiliger."),
        ),
        (
            Choice(
                "notice",
                "🔔",
                t("kanalen.style.notice", "Alleen een seintje"),
                words=t("kanalen.style.notice.words", "seintje, alleen seintje, link, veilig"),
            ),
            Choice(
                "full",
                "📄",
                t("kanalen.style.full", "Het hele bericht"),
                words=t("kanalen.style.full.words", "alles, heel, hele bericht, volledig"),
            ),
            KEEP,
        ),
        saves="style",
        skippable=False,
        why=t("kanalen.style.why", "Soms leest er iemand mee in uw e-mail. U kiest wat daar mag staan."),
    )


@flow.screen()
def style_saved(case: Case) -> Screen:
    """As chosen, from the next message on."""
    full = case.picked("style") == "full"
    return Screen(
        t("kanalen.style_saved.full", "Goed. Onze e-mail bevat vanaf nu het hele bericht.")
        if full
        else t("kanalen.style_saved.notice", "Goed. In onze e-mail staat alleen dat er een bericht is."),
        (GO_ON,),
        effects=(EmailInFull(full),),
    )


# ---- what goes first, and where it ends ------------------------------------------------------------------------------


def _channels(working: tuple[Way, ...]) -> tuple[Choice, ...]:
    return tuple(Choice(way.channel, _ICONS[way.channel], NAMES[way.channel]) for way in working)


@flow.screen(needs=(Ways,))
def first(case: Case) -> Screen:
    """Where what we begin goes to; a channel that was left is taken up again by this."""
    return Screen(
        t("kanalen.first", "Waar schrijven we u het eerst?"),
        (*_channels(_possible(case)), KEEP),
        saves="first",
        skippable=False,
        why=t("kanalen.first.why", "Dan ziet u ons bericht waar u het vaakst kijkt."),
    )


@flow.screen()
def first_saved(case: Case) -> Screen:
    """As chosen, for as long as that works."""
    return Screen(
        t(
            "kanalen.first_saved",
            "Goed. We schrijven u het eerst via {channel}.",
            channel=NAMES[_picked(case, "first")],
        ),
        (GO_ON,),
        effects=(Prefer(_picked(case, "first")),),
    )


@flow.screen(needs=(Ways,))
def leave(case: Case) -> Screen:
    """Where messages end."""
    return Screen(
        (
            t("kanalen.leave", "Waar wilt u geen berichten meer?"),
            t("kanalen.leave.here", "Wilt u ook hier niets meer? Typ dan ‘stop’."),
        ),
        (*_channels(_leavable(case)), KEEP),
        saves="leave",
        skippable=False,
        why=t("kanalen.leave.why", "Dan sturen we daar niets meer heen."),
    )


@flow.screen()
def gone(case: Case) -> Screen:
    """No message goes there any more; who writes there is heard."""
    return Screen(
        (
            t("kanalen.gone", "Goed. We sturen niets meer via {channel}.", channel=NAMES[_picked(case, "leave")]),
            t("kanalen.gone.heard", "Schrijft u daar zelf iets? Dan lezen we dat gewoon."),
        ),
        (GO_ON,),
        effects=(LeaveChannel(_picked(case, "leave")),),
    )
