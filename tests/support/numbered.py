"""A number is an answer at every question: that of a button, in the order in which they stand."""

from __future__ import annotations

from flows import answering
from flows.grammar import Moment
from flows.registry import all_flows
from flows.session import Session
from flows.text import Tongue
from flows.walk import Walk

#: "2" as it is typed in Dutch, Arabic and Persian.
SECOND = ("2", "٢", "۲")
#: The same choices in the same language have the same answer, and walks of all screens ask it by the thousand.
_CHECKED: set[tuple[str, str, str]] = set()


def check(session: Session, moment: Moment, tongue: Tongue) -> None:
    """What stands second is picked by its number, except where a number alone is an answer of its own (a grade)."""
    offered = session.offered
    if offered is None or len(offered.choices) < 2 or not session.stack:
        return
    walk = Walk(session, moment, all_flows())
    here = f"{walk.top.flow}.{walk.top.screen}"
    if offered.screen != here or walk.top.screen in walk.flows[walk.top.flow].counting:
        return
    asked = (here, session.language, repr(offered.choices))
    if asked in _CHECKED:
        return
    for text in SECOND:
        assert [one.id for one in answering.match(walk, text, tongue)] == [offered.choices[1].id], here
    _CHECKED.add(asked)
