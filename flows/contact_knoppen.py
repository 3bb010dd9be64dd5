"""Buttons of keeping in touch that work however old their message is: below a check-in, a plan, or the end of help.

Their numbers say no more than what the button means: each person has one plan at a time.
"""

from __future__ import annotations

from flows.aftercare import KnownContact
from flows.grammar import Case, Choice, call, t

#: There is one place only, and one human: the number stands for nothing else.
_PLACE = 1
#: How long a pause can last, in weeks, what one tap means first; 0: until they say so.
WEEKS = (4, 2, 13, 0)

PAUSE = Choice(
    "pause",
    "⏸️",
    t("contact.pause_button", "Even niet"),
    words=t("contact.pause_button.words", "pauze, even geen berichten, even stoppen, even rust, nu even niet"),
    goes=call("contact", "pause", weeks=WEEKS[0]),
    lasting=True,
)
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


def as_held(case: Case, *choices: Choice) -> tuple[Choice, ...]:
    """While a human holds the conversation only buttons that last lead anywhere."""
    return tuple(one for one in choices if one.lasting) if case.moment.held else choices
