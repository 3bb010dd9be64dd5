"""What is typed about an appointment: another way to meet, a question about it, what someone says to it."""

from __future__ import annotations

from functools import cache

from flows.understanding.loading import finder, phrases, tables
from flows.understanding.normalising import PAUSE, words_of
from flows.understanding.patterns import Finder

#: What is longer (in words) tells a story.
LONGEST = 10
#: Before a question people say hello, and that they have one.
LONGEST_QUESTION = 14
#: Who asks whether to come does not say so.
_ASKS = ("?", "؟")
_UNSURE = 2


def way(text: str) -> str | None:
    """In which way ``text`` asks to meet: the code of a kind of talk (``phone``, ``home`` …), or None."""
    return _found("ways", text, LONGEST)


def question(text: str) -> str | None:
    """What ``text`` asks about an appointment: ``company`` (to bring someone), ``bring``, ``long``, ``who``,
    ``when`` or ``where``, or None."""
    return _found("questions", text, LONGEST_QUESTION)


def reply(text: str) -> str | None:
    """What ``text`` says to an appointment: ``coming``, ``moving`` or ``cancelling``, or None."""
    said = _found("replies", text, LONGEST)
    return None if said == "coming" and text.rstrip().endswith(_ASKS) else said


def suits(text: str) -> bool:
    """Whether ``text`` says or asks what would suit."""
    return asks(text) or _found("wishes", text, LONGEST) is not None


def asks(text: str) -> bool:
    """Whether ``text`` is written as a question; a word or two may be an answer that someone is not sure of."""
    return text.rstrip().endswith(_ASKS) and len(text.split()) > _UNSURE


def _found(block: str, text: str, longest: int) -> str | None:
    said = words_of(text)
    if len([word for word in said if word != PAUSE]) > longest:
        return None
    return _finder(block).find((PAUSE, *said))  # so that a phrase can say that the message begins there, too


@cache
def _finder(block: str) -> Finder:
    """What all tables have under ``block``; the order of its names is that of the first table with them."""
    found = [pair for table in tables() for pair in phrases(table, table.appointment.get(block, {}))]
    order = list(dict.fromkeys(name for name, _ in found))
    return finder(sorted(found, key=lambda pair: order.index(pair[0])), [])
