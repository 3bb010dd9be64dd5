"""Kaarten: what to say and not to say to a creditor, by situation. Eight cards, each with a sentence to say aloud.

Who is under pressure makes promises that cannot be kept [001] phases 5 and 8; the help is there beside them [002]
promise 5. A card is text, a picture to keep, and a voice; with an example message, and calling together.
"""

from __future__ import annotations

from dataclasses import replace

from flows import understanding
from flows.afspraak_regels import PERSON
from flows.agenda import Kind, Meetings
from flows.cards import NAMES, Card, Cards
from flows.flow import Flow, Lasting, Menu, Read, Telling
from flows.grammar import BACK, Block, Call, Case, Choice, Moment, Picture, Screen, Text, call, t, verbatim
from flows.numbers import EMERGENCY
from flows.understanding import card as card_meant
from flows.warned import NOT_IT_WORDS
from flows.woordenlijst import ask_about

_HELD = "card"
_OF_A_CARD = ("card", "picture", "aloud", "message")

flow = Flow(
    "kaarten",
    start="which",
    menu=Menu(
        30,
        "🗣️",
        t("kaarten.menu", "Wat zeg ik tegen een schuldeiser?"),
        short=t("kaarten.menu.short", "Wat zeg ik nu?"),
        words=t("kaarten.menu.words", "wat zeg ik, wat moet ik zeggen, tips, kaarten, tips voor nu"),
        resume=False,
    ),
    lasting={"card": Lasting("card", t("kaarten.lasting", "Tips voor nu"))},
    places={name: Call("kaarten", "card", ((_HELD, name),)) for name in NAMES},
    table=[
        ("next", "which", "card"),
        *((screen, source, screen) for screen in _OF_A_CARD for source in _OF_A_CARD if screen != source),
        ("told", "*", "card"),
        ("other", "*", "which"),
        ("close", "*", BACK),
    ],
)

#: Every situation, by the name of its card.
_SITUATIONS = {
    "rings": (
        "📞",
        t("kaarten.rings", "Een schuldeiser belt"),
        t("kaarten.rings.short", "Schuldeiser belt"),
        t("kaarten.rings.words", "schuldeiser, incassobureau, incasso, bellen, gebeld, mail, app"),
    ),
    "bailiff": (
        "🚪",
        t("kaarten.bailiff", "Een deurwaarder aan de deur"),
        t("kaarten.bailiff.short", "Deurwaarder"),
        t("kaarten.bailiff.words", "deurwaarder, deur, aan de deur, voor de deur, bezoek"),
    ),
    "letter": (
        "✉️",
        t("kaarten.letter", "Een brief of dwangbevel"),
        t("kaarten.letter.short", "Brief of dwangbevel"),
        t("kaarten.letter.words", "brief, dwangbevel, dagvaarding, vonnis, post, aanmaning"),
    ),
    "seized": (
        "⚖️",
        t("kaarten.seized", "Beslag op mijn geld"),
        t("kaarten.seized.short", "Beslag"),
        t("kaarten.seized.words", "beslag, loonbeslag, loon, uitkering, bankrekening"),
    ),
    "cut_off": (
        "💡",
        t("kaarten.cut_off", "Ze willen mij afsluiten"),
        t("kaarten.cut_off.short", "Afsluiten"),
        t("kaarten.cut_off.words", "stroom, gas, water, energie, afgesloten"),
    ),
    "loan": (
        "💶",
        t("kaarten.loan", "Ik kan een lening krijgen"),
        t("kaarten.loan.short", "Een lening"),
        t("kaarten.loan.words", "lening, lenen, krediet, achteraf betalen"),
    ),
    "one_creditor": (
        "☝️",
        t("kaarten.one_creditor", "Ik wil er één betalen"),
        t("kaarten.one_creditor.short", "Eén betalen"),
        t("kaarten.one_creditor.words", "een schuldeiser betalen, eentje betalen, alvast betalen"),
    ),
    "set_off": (
        "🧾",
        t("kaarten.set_off", "Er gaat geld van mijn toeslag af"),
        t("kaarten.set_off.short", "Minder toeslag"),
        t("kaarten.set_off.words", "toeslag, toeslagen, verrekenen, ingehouden, minder toeslag"),
    ),
}
_OTHER = Choice(
    "other",
    "🔀",
    t("kaarten.other", "Andere situatie"),
    event="other",
    words=t("kaarten.other.words", "andere kaart, andere tips, iets anders, anders, andere, nee, dat is het niet"),
)
_DONE = t("kaarten.close.words", "klaar, goed, dank u, verder, duidelijk, begrepen")
_CLOSE = Choice("close", "🏠", t("kaarten.close", "Naar het menu"), event="close", words=_DONE)
#: Where the cards were called from, such as a question of the sign-up.
_BACK = Choice("close", "👉", t("kaarten.back", "Verder"), event="close", words=_DONE)
#: Where that is a crisis, in whose own words is said that it is none.
_BACK_TO_CRISIS = replace(_BACK, words=t("kaarten.back.crisis", "{read}, {not_it}", read=_DONE, not_it=NOT_IT_WORDS))
_BUTTONS = {
    "card": Choice(
        "card",
        "📋",
        t("kaarten.again", "Alle tips"),
        event="card",
        words=t("kaarten.again.words", "tips, de kaart, terug naar de kaart"),
    ),
    "picture": Choice(
        "picture",
        "🖼️",
        t("kaarten.picture", "Als plaatje bewaren"),
        event="picture",
        words=t("kaarten.picture.words", "plaatje, foto, afbeelding, bewaren, opslaan"),
    ),
    "aloud": Choice(
        "aloud",
        "🔊",
        t("kaarten.aloud", "Lees het voor"),
        event="aloud",
        words=t("kaarten.aloud.words", "voorlezen, luisteren, geluid, lees voor"),
    ),
    "message": Choice(
        "message",
        "✉️",
        t("kaarten.message", "Voorbeeldbericht"),
        event="message",
        words=t("kaarten.message.words", "voorbeeld, bericht, brief, mail, voorbeeldbrief"),
    ),
}
_TOGETHER = Choice(
    "together",
    "🤝",
    t("kaarten.together", "Samen bellen"),
    words=t("kaarten.together.words", "samen bellen, help met bellen, bel met mij"),
    goes=call("afspraak", "day", kind=Kind.CALL.value),
)
#: The last day of a card is written with its year, as on a letter: it may be far away.
_DAY = "%d-%m-%Y"


def to_card(name: str) -> Call:
    """The card of this name: a call that a lasting button can carry."""
    return call("kaarten", "card", card=NAMES.index(name) + 1)


# ---- which situation -----------------------------------------------------------------------------------------------


@flow.screen(needs=(Cards,))
def which(case: Case) -> Screen:
    """By icon; those that cannot be shown now lead to a human."""
    known = case.world.get(Cards)
    here = {*(one.name for one in known.cards), *known.withheld}
    if not here:
        return _none(case, known)
    return Screen(
        t("kaarten.which", "Wat speelt er nu? Dan krijgt u tips."),
        (
            *(
                Choice(name, icon, label, short=short, words=words)
                for name, (icon, label, short, words) in _SITUATIONS.items()
                if name in here
            ),
            PERSON,
            _close(case),
        ),
        saves=_HELD,
        skippable=False,
        why=t("kaarten.which.why", "Dan krijgt u tips die daarbij passen."),
    )


def _read(text: str, moment: Moment) -> Read | None:
    """A situation in own words, at a card another one."""
    name = card_meant(text)
    return None if name is None else Read(name, event="told", saves=_HELD)


for _screen in ("which", *_OF_A_CARD):
    flow.reads(_screen)(_read)


# ---- a card --------------------------------------------------------------------------------------------------------


@flow.screen(needs=(Cards, Meetings))
def card(case: Case) -> Screen:
    """What to do and not to do, what to say, whom to call."""
    known = case.world.get(Cards)
    one = _card(case, known)
    if one is None:
        return _none(case, known)
    return Screen(
        (
            t("kaarten.title", "{icon} {title}", icon=one.icon, title=one.title),
            _lines(t("kaarten.do", "Doe dit wel:"), "✅", one.do),
            _lines(t("kaarten.dont", "Let op:"), "❌", one.dont),
            *_said(case, one),
            t("kaarten.call", "📞 {call}", call=one.call),
            *_contact(known),
            t(
                "kaarten.owner",
                "Deze tips zijn van {owner}. Ze zijn goed tot en met {day}.",
                owner=one.owner,
                day=one.review.strftime(_DAY),
            ),
        ),
        _buttons(case, one, "card", *ask_about(case, one.title, *one.do, *one.dont, one.say)),
        why=_WHY,
        short=_short(one, known),
        again=_ABOVE,
        beside_dutch=True,
    )


@flow.screen(needs=(Cards, Meetings))
def picture(case: Case) -> Screen:
    """To keep: it says all of the card, with the name and number of who helps."""
    known = case.world.get(Cards)
    one = _card(case, known)
    if one is None:
        return _none(case, known)
    keep = t("kaarten.keep", "Dit plaatje kunt u bewaren. Dan heeft u de tips altijd bij u.")
    return Screen(
        keep,
        _buttons(case, one, "picture"),
        why=_WHY,
        again=keep,
        beside_dutch=True,
        picture=_picture(case, known, one),
    )


@flow.screen(needs=(Cards, Meetings))
def aloud(case: Case) -> Screen:
    """The same in plain sentences, so that a voice can read it; the sentence to say in Dutch too, in a Dutch voice."""
    known = case.world.get(Cards)
    one = _card(case, known)
    if one is None:
        return _none(case, known)
    return Screen(
        (
            t("kaarten.read.title", "{title}.", title=one.title),
            t("kaarten.read.do", "Doe dit wel. {lines}", lines=_joined(one.do)),
            t("kaarten.read.dont", "Let op. {lines}", lines=_joined(one.dont)),
            t("kaarten.read.say", "Dit kunt u zeggen."),
            verbatim(one.say.msgid),
            *(() if case.language == "nl" else (one.say,)),
            one.call,
        ),
        _buttons(case, one, "aloud"),
        why=_WHY,
        again=_ABOVE,
        beside_dutch=True,
        aloud=case.language in case.moment.gemeente.voices,
    )


@flow.screen(needs=(Cards, Meetings))
def message(case: Case) -> Screen:
    """An example to send to the creditor: in Dutch, with what it says."""
    known = case.world.get(Cards)
    one = _card(case, known)
    if one is None:
        return _none(case, known)
    if one.message is None:  # it was there when they were offered it
        return card(case)
    return Screen(
        (
            t("kaarten.copy", "Dit bericht kunt u sturen. Zet uw eigen naam erin. Een BSN hoeft er niet in."),
            verbatim(one.message.msgid),
            *(() if case.language == "nl" else (one.message,)),
        ),
        _buttons(case, one, "message"),
        why=_WHY,
        again=t("kaarten.message.above", "Het voorbeeldbericht staat hierboven."),
        beside_dutch=True,
    )


_ABOVE = t("kaarten.above", "De tips staan hierboven.")
_WHY = t("kaarten.why", "Dan staat u niet met lege handen. U hoeft niets alleen te doen.")


def _asked(text: str) -> str | None:
    """Whether they ask what to say, at a card that tells it."""
    return "say" if understanding.aside(text) == "say" and card_meant(text) is None else None


def _tell(asked: str, case: Case) -> tuple[Text, ...]:
    one = _card(case, case.world.get(Cards))
    return () if one is None else _said(case, one)


#: Who finds it good has read it.
flow.hears(lambda text: "close" if understanding.agrees(text) else None, *_OF_A_CARD)
flow.tells(Telling(_asked, _tell, frozenset(), lambda text, moment: _asked(text) is not None), *_OF_A_CARD)


def _card(case: Case, known: Cards) -> Card | None:
    """The card that was asked for, if it can be shown."""
    asked = case.answers.get(_HELD)
    if isinstance(asked, int):  # a lasting button
        asked = NAMES[asked - 1] if 0 < asked <= len(NAMES) else None
    return next((one for one in known.cards if one.name == asked), None)


def _none(case: Case, known: Cards) -> Screen:
    """There is no such card now: said in words, and a human helps."""
    return Screen(
        (
            t("kaarten.withheld", "Deze tips zijn nu even niet klaar. Een mens helpt u hier graag mee."),
            *_contact(known),
        ),
        (PERSON, *((_other(case),) if known.cards and case.screen != "which" else ()), _close(case)),
        why=_WHY,
    )


def _buttons(case: Case, one: Card, here: str, *more: Choice) -> tuple[Choice, ...]:
    has = {"aloud": case.language in case.moment.gemeente.voices, "message": one.message is not None}
    together = "afspraak" in case.moment.flows and Kind.CALL in case.world.get(Meetings).kinds
    return (
        *(button for name, button in _BUTTONS.items() if name != here and has.get(name, True)),
        *((_TOGETHER,) if together else ()),
        *more,
        PERSON,
        _other(case),
        _close(case),
    )


def _other(case: Case) -> Choice:
    """Another card; in a crisis by its button only, where "that is not it" is said of the crisis."""
    return replace(_OTHER, words=None) if case.below == "crisis" else _OTHER


def _close(case: Case) -> Choice:
    if case.below == "crisis":
        return _BACK_TO_CRISIS
    return _CLOSE if case.below in (None, "welkom") else _BACK


def _said(case: Case, one: Card) -> tuple[Text, ...]:
    """The sentence to say aloud: in Dutch on purpose, because the other side hears it; and then what it means."""
    dutch, own = verbatim(f"“{one.say.msgid}”"), t("kaarten.quoted", "“{words}”", words=one.say)
    return t("kaarten.say", "🗣️ Dit kunt u zeggen:"), dutch, *(() if case.language == "nl" else (own,))


def _contact(known: Cards) -> tuple[Text, ...]:
    if not known.contact_phone:
        return ()
    return (t("kaarten.contact", "{name}: {phone}", name=known.contact_name, phone=known.contact_phone),)


def _short(one: Card, known: Cards) -> tuple[Text, ...]:
    """The first thing to do and what to say, whom to call, and the number for danger where the card names it."""
    said = t("kaarten.short", "{first} Zeg: “{say}”", first=one.do[0], say=verbatim(one.say.msgid))
    return (said, *((one.call,) if EMERGENCY in one.call.msgid else ()), *_contact(known))


def _lines(head: Text, mark: str, lines: tuple[Text, ...]) -> Text:
    """Under a heading, each on a line of its own."""
    values = dict(zip(("one", "two", "three", "four"), lines, strict=False))
    return _LINES[len(lines)].but(head=head, mark=mark, **values)


_LINES = {
    1: t("kaarten.lines.1", "{head}\n{mark} {one}"),
    2: t("kaarten.lines.2", "{head}\n{mark} {one}\n{mark} {two}"),
    3: t("kaarten.lines.3", "{head}\n{mark} {one}\n{mark} {two}\n{mark} {three}"),
    4: t("kaarten.lines.4", "{head}\n{mark} {one}\n{mark} {two}\n{mark} {three}\n{mark} {four}"),
}


def _joined(lines: tuple[Text, ...]) -> Text:
    """One after another, as they are read aloud."""
    said, *others = lines
    for line in others:
        said = t("kaarten.joined", "{before} {line}", before=said, line=line)
    return said


def _picture(case: Case, known: Cards, one: Card) -> Picture:
    phone = (verbatim(known.contact_phone),) if known.contact_phone else ()
    said = one.say
    if case.language != "nl":
        said = t("kaarten.joined", "{before} {line}", before=verbatim(one.say.msgid), line=one.say)
    return Picture(
        "card",
        one.title,
        (
            Block("do", one.do),
            Block("dont", one.dont),
            Block("say", (one.say,)),
            Block("call", (one.call,)),
            Block("from", (verbatim(known.contact_name), *phone)),
        ),
        t(
            "kaarten.alt",
            "{title}. Doe dit wel. {do} Let op. {dont} Dit kunt u zeggen. {say} {call} {name} {phone}",
            title=one.title,
            do=_joined(one.do),
            dont=_joined(one.dont),
            say=said,
            call=one.call,
            name=known.contact_name,
            phone=known.contact_phone,
        ),
    )
