"""Places inside a flow that have a name of their own: a deep link opens one, and free text finds it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from weakref import WeakKeyDictionary

from flows import understanding
from flows.text import Tongue
from flows.walk import HOME, Walk

#: The flow whose places are found in free text: a card for what someone tells.
CARDS = "kaarten"
#: The flow whose places are what is said about keeping in touch.
KEEPING = "contact"
#: Wishes that are found by one word, such as a debt or an allowance; in so few words (at most) the situation says more.
_LOOSE, _SHORT = frozenset({"aanmelden", "recht", "uitleg"}), 10
#: In so few words (at most) somebody calls for keeping in touch, as we tell them to ("contact houden"), and notes
#: nothing for a human.
_CALLED = 4
_WORDS = re.compile(r"\w+")


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


def called(walk: Walk, text: str, tongue: Tongue, *, loosely: bool = False) -> str | None:
    """The conversation of which ``text`` is just the name, as it is read in the menu. ``loosely``: or one of its other
    names; sign-up has names that anyone may begin a message with ("schulden"), of which none counts."""
    said = _name(text)
    if loosely and KEEPING in walk.moment.flows and len(said.split()) <= _CALLED and understanding.keeping(text):
        return KEEPING
    languages = tuple(dict.fromkeys((walk.session.language, "nl", *walk.moment.gemeente.languages)))
    asked = (tongue.edition, walk.moment.flows, languages, loosely)
    known = _known.setdefault(tongue, {})
    if asked not in known:
        if len(known) == _KEPT:
            known.clear()
        known[asked] = _menu(walk, tongue, languages, loosely=loosely)
    return known[asked].get(said) if said else None


#: What conversations are called in the menu, for each tongue: by its edition, which conversations, languages, how
#: loosely. Putting it together takes as long as half of the rest of a typed answer.
_known: WeakKeyDictionary[Tongue, dict[tuple[int, frozenset[str], tuple[str, ...], bool], Mapping[str, str]]] = (
    WeakKeyDictionary()
)
#: A town has some twenty; after words were changed at its desk the old ones are of no use.
_KEPT = 64


def _menu(walk: Walk, tongue: Tongue, languages: tuple[str, ...], *, loosely: bool) -> Mapping[str, str]:
    """Conversations by what they are called in these languages; of two with one name the first."""
    found: dict[str, str] = {}
    for name in sorted(walk.moment.flows & walk.flows.keys()):
        menu = walk.flows[name].menu
        if menu is None:
            continue
        more = menu.words if loosely and name != "aanmelden" else None
        for language in languages:
            texts = [one for one in (menu.label, menu.short) if one is not None and tongue.has(one, language)]
            ways = [tongue.say(one, language) for one in texts]
            ways += tongue.say(more, language).split(",") if more is not None and tongue.has(more, language) else []
            for way in ways:
                found.setdefault(_name(way), name)
    return found


def _name(text: str) -> str:
    """The words of ``text`` in one spelling, without what stands around them, such as the icon of a button."""
    return " ".join(_WORDS.findall(understanding.normalise(text)))


def named_in(flow: str | None, text: str) -> str:
    """The place of ``flow`` that ``text`` is about; empty: none in particular."""
    found = understanding.keeping if flow == KEEPING else understanding.card if flow == CARDS else None
    return (found(text) if found else None) or ""


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
