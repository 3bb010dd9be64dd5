"""Places inside a flow that have a name of their own: a deep link opens one, and free text finds it."""

from __future__ import annotations

from flows import understanding
from flows.answering import plain
from flows.text import Tongue
from flows.walk import HOME, Walk

#: The flow whose places are found in free text: a card for what someone tells.
CARDS = "kaarten"
#: Wishes that are found by one word, such as a debt or an allowance; in so few words (at most) the situation says more.
_LOOSE, _SHORT = frozenset({"aanmelden", "recht", "uitleg"}), 10


def wished(walk: Walk, text: str, wish: str | None) -> str | None:
    """``wish``, or the cards where ``text`` tells of a situation for which there is one."""
    if CARDS not in walk.moment.flows or understanding.card(text) is None:
        return wish
    return CARDS if wish is None or (wish in _LOOSE and len(text.split()) <= _SHORT) else wish


def is_off_menu(walk: Walk, text: str) -> bool:
    """Whether a sentence typed at the menu asks for what has no button there, though it may name one that has: who
    wants to prepare a talk does not want to make an appointment."""
    offered = walk.session.offered
    if offered is None or (walk.top.flow, walk.top.screen) != (HOME.flow, HOME.screen):
        return False
    wish = understanding.wish(text, walk.moment.flows)
    return wish is not None and wish not in {one.id for one in offered.choices}


def called(walk: Walk, text: str, tongue: Tongue) -> str | None:
    """The conversation of which ``text`` is just the name, as the menu has it, or one of its other names. Sign-up has
    names that anyone may begin a message with ("schulden"): only that on its button counts."""
    said = plain(text)
    for name in walk.moment.flows:
        menu = walk.flows[name].menu
        if menu is None:
            continue
        more = () if menu.words is None or name == "aanmelden" else (menu.words,)
        for language in dict.fromkeys((walk.session.language, "nl")):
            ways = [tongue.say(one, language) for one in (menu.label, menu.short) if one is not None]
            ways += [word for one in more for word in tongue.say(one, language).split(",")]
            if said in map(plain, ways):
                return name
    return None


def named_in(flow: str | None, text: str) -> str:
    """The place of ``flow`` that ``text`` is about; empty: none in particular."""
    return (understanding.card(text) if flow == CARDS else None) or ""


def enter(walk: Walk, flow: str, place: str = "") -> None:
    """Into ``flow``, at its place of that name; one that does not exist is its beginning."""
    walk.begin(flow)
    found = walk.flows[flow].places.get(place)
    if found is None:
        return
    for name, value in found.answers:
        walk.save(name, value)
    if found.screen is not None:
        walk.move(found.screen)
