"""*Voorlezen*: a lasting choice, said in whatever words, to have every message read aloud. No global word (rule 1): it
is about how one reads, not about where one is."""

from __future__ import annotations

from dataclasses import replace

from flows import answering, speaking, understanding
from flows.grammar import Said, Tapped, Text, Typed, t
from flows.text import Tongue
from flows.walk import HELLO, Walk

#: What the button of the web chat sends.
TAP = "!voorlezen"
LABEL = t("voorlezen.label", "Voorlezen")
#: Who says more words than these tells something.
LONGEST = 7


def heard(walk: Walk, text: str, tongue: Tongue) -> bool:
    """Begins or ends reading aloud where ``text`` asks for that. A button that stands there means itself. False: it is
    about something else."""
    wanted = _wanted(text)
    if wanted is None or answering.named(walk, text, tongue, loosely=True):
        return False
    if (walk.top.flow, walk.top.screen) == HELLO:  # there may be a voice for the language that they ask it in
        speaking.guess(walk, text)
    turn(walk, on=wanted and not walk.session.aloud)
    return True


def heard_in_hold(walk: Walk, said: Said) -> None:
    """The same while a human holds the conversation: nothing is said of it, and what that human writes is read."""
    wanted = _wanted(said.text) if isinstance(said, Typed) else True if said == Tapped(TAP) else None
    if wanted is not None:
        on = wanted and not walk.session.aloud and _has_voice(walk)
        walk.session = replace(walk.session, aloud=on)


def _wanted(text: str) -> bool | None:
    """Whether ``text`` asks to read aloud, or to stop that; None: neither."""
    asked = understanding.aside(text) if len(text.split()) <= LONGEST else None
    return {"aloud": True, "silent": False}.get(asked or "")


def turn(walk: Walk, *, on: bool) -> None:
    """From now on, or not any more; said at once, and the same screen again."""
    walk.notices.append(_told(walk, on=on))
    walk.session = replace(walk.session, aloud=on and _has_voice(walk), missed=0)


def _told(walk: Walk, *, on: bool) -> Text:
    if not on:
        return t("voorlezen.off", "Goed. Ik lees niet meer voor.")
    if _has_voice(walk):
        return t("voorlezen.on", "Goed. Ik lees mijn berichten nu ook voor. Wilt u dat niet meer? Zeg het gerust.")
    if walk.moment.channel == "webchat":
        return t("voorlezen.webchat", "Ziet u 🔊 bij een bericht? Tik erop, dan hoort u het.")
    return t("voorlezen.none", "Voorlezen lukt hier nog niet in uw taal. Typ ‘mens’ en een medewerker helpt u.")


def _has_voice(walk: Walk) -> bool:
    return walk.session.language in walk.moment.gemeente.voices
