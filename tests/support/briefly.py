"""What a screen says after *kort*: little, in Dutch, and nothing is lost that someone needs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from flows.grammar import Moment, World
from flows.landing import Landing
from flows.step import show
from flows.text import Short, Text, Tongue, Value

#: "At most about fifteen": words of ours in one message. What is filled in (a day, a number, a name) is not counted.
MOST = 17
#: Where someone may have to act today, a telephone number more and what not to do are worth their words.
MOST_IN_CRISIS = 21
URGENT = ("crisis", "overdracht.evening")

#: Lines that are what was asked for or told (an appointment, a list, a card to read aloud, what a word means, what a
#: human typed), and the fixed texts of a danger, which are as short as they may be.
LINES = re.compile(
    r"aanmelden\.summary\.|afspraak\.(line|said)\.|afspraken\.(line|note)|contact\.(lines|closed\.(line|note|open))"
    r"|kanalen\.way\.|kaarten\.(read|card)|links\.|recht\.item|voortgang\.(news\.line|typed)|woorden\.help\."
    r"|woordenlijst\.word|woorden\.stopped\.stands|gemeente\.|(crisis|warned)\.(life|violence)|crisis\.(stay|called)_"
)
#: Days and numbers that may wait: they promise nothing and call nobody but the person.
NOT_NEEDED = frozenset({"aanmelden.registered.reached", "afspraken.fixed.day", "kaarten.owner", "voortgang.here.since"})
#: Words in a text, by all that it says: whole walks ask the same by the thousand.
_COUNTED: dict[str, int] = {}
_NUMBER = re.compile(r"\d(?:[\d -]*\d)?")


def check(landing: Landing, world: World, moment: Moment, tongue: Tongue) -> None:
    """The screen of ``landing`` for who asked for *kort*: short enough, with every number to call and every day."""
    if landing.silent:
        return
    screen = replace(landing, notices=(), why=False, asked=None, again=False, above=False, spoke=False)
    whole, short = (
        show(replace(screen, session=replace(landing.session, brief=brief)), world, moment).replies[0]
        for brief in (False, True)
    )
    said = sum(words(text, tongue) for text in short.paragraphs)
    most = MOST_IN_CRISIS if whole.origin.startswith(URGENT) else MOST
    assert said <= most, f"{whole.origin} says {said} words in brief: {[text.context for text in short.paragraphs]}"
    assert short.paragraphs, whole.origin
    needed = [text for text in whole.paragraphs if text.context not in NOT_NEEDED]
    assert numbers(needed, tongue) <= numbers(short.paragraphs, tongue), f"{whole.origin} loses a number"
    assert days(needed) <= days(short.paragraphs), f"{whole.origin} loses a day"


def words(text: Text, tongue: Tongue) -> int:
    """The words of ours in ``text``."""
    if not text.context or LINES.match(text.context):
        return 0
    told = repr(text)
    if told not in _COUNTED:
        counted: dict[str, Value] = {name: value if isinstance(value, int) else "" for name, value in text.values}
        said = tongue.say(text.but(**counted), "nl")
        _COUNTED[told] = sum(any(map(str.isalpha, word)) for word in said.split())
    return _COUNTED[told]


def days(texts: Iterable[Text]) -> set[Value]:
    """The days and moments that ``texts`` name."""
    values = (value for text in texts for _, value in text.values)
    return {value for value in values if not isinstance(value, str | int | Text | tuple | Short)}


def numbers(texts: Iterable[Text], tongue: Tongue) -> set[str]:
    """The telephone numbers in ``texts``: digits that a person can dial."""
    said = "\n".join(tongue.say(text, "nl") for text in texts)
    return {found for found in _NUMBER.findall(said) if len(found) >= 8 or found in ("112", "113")}
