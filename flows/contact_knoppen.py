"""Buttons of keeping in touch; most work however old their message is: below a check-in, a plan, or the end of help.

Their numbers say no more than what the button means: each person has one plan at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flows.aftercare import KnownContact
from flows.grammar import Case, Choice, Text, call, t

#: There is one place only, and one human: the number stands for nothing else.
_PLACE = 1
#: How long a pause lasts by one tap, in weeks.
WEEKS = 4

PAUSE = Choice(
    "pause",
    "⏸️",
    t("contact.pause_button", "Even niet"),
    words=t("contact.pause_button.words", "pauze, even geen berichten, even stoppen, even rust, nu even niet"),
    goes=call("contact", "pause", weeks=WEEKS),
    lasting=True,
)
#: How long it can last, by its weeks; 0: until they say so.
PAUSES: Mapping[int, Text] = {
    4: t("contact.pause_four", "4 weken pauze"),
    2: t("contact.pause_two", "2 weken pauze"),
    13: t("contact.pause_thirteen", "3 maanden pauze"),
    0: t("contact.pause_open", "Tot ik het zeg"),
}
RESUME = Choice(
    "resume",
    "▶️",
    t("contact.resume_button", "Toch doorgaan"),
    words=t("contact.resume_button.words", "doorgaan, verder, weer contact, toch wel, hervatten, pauze stoppen"),
    goes=call("contact", "resume", plan=_PLACE),
    lasting=True,
)
END = Choice(
    "end",
    "🔕",
    t("contact.end_button", "Geen contact meer"),
    short=t("contact.end_button.short", "Geen contact"),
    words=t("contact.end_button.words", "stoppen, helemaal niet meer, nooit meer, geen berichten meer"),
    goes=call("contact", "ended", plan=_PLACE),
    lasting=True,
)
OVERVIEW = Choice(
    "plan",
    "🤝",
    t("contact.plan_button", "Contact houden"),
    words=t("contact.plan_button.words", "contact, hoe vaak, afspraak over contact, veranderen, bekijken"),
    goes=call("contact", "plan", place=_PLACE),
    lasting=True,
)

CLOSE = Choice(
    "close",
    "👌",
    t("contact.good", "Zo is het goed"),
    event="close",
    words=t("contact.good.words", "goed, prima, verder, klaar, oké, ok, dank u, nee, niets, later"),
)
MOMENTS = Choice(
    "moments",
    "📆",
    t("contact.moments_button", "Moeilijke momenten"),
    short=t("contact.moments_button.short", "Momenten"),
    words=t("contact.moments_button.words", "verjaardag, december, vakantiegeld, feestdagen, moeilijk moment"),
    goes=call("contact", "moments"),
)


def pause_button(weeks: int) -> Choice:
    """So long, instead of what was chosen before."""
    goes = call("contact", "pause", weeks=weeks)
    return Choice(f"pause{weeks}", "⏸️", PAUSES[weeks], goes=goes, lasting=True)


def talk_button(contact: KnownContact) -> Choice:
    """Straight to the one whom they know, without a new sign-up; to a colleague where nobody is known."""
    label = t("contact.talk_button.someone", "Praten met iemand van ons")
    if contact.name:
        label = t("contact.talk_button", "Praten met {name}", name=contact.name)
    return Choice(
        "talk",
        "💬",
        label,
        short=t("contact.talk_button.short", "Praten"),
        words=t("contact.talk_button.words", "praten, ja, graag, iemand spreken, bel mij, hulp"),
        goes=call("contact", "talk", place=_PLACE),
        lasting=True,
    )


def offered(contact: KnownContact) -> Choice:
    """The same where nobody asked whether they want to: a plain yes is none to it. It shares one word for yes with
    *zo is het goed* in every language, so that a yes picks neither."""
    return replace(
        talk_button(contact),
        words=t("contact.talk_button.offered.words", "praten, graag, iemand spreken, bel mij, hulp"),
    )


def as_held(case: Case, *choices: Choice) -> tuple[Choice, ...]:
    """While a human holds the conversation only buttons that last lead anywhere."""
    return tuple(one for one in choices if one.lasting) if case.moment.held else choices
