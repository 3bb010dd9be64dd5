"""What a conversation is called in the menu, in the words of the desk too."""

from __future__ import annotations

from dataclasses import replace

from bot.play import GEMEENTE, MONDAY
from flows.grammar import Moment
from flows.places import called
from flows.registry import all_flows
from flows.session import Session
from flows.walk import Walk
from locales import load
from locales.wordings import Kept


def test_other_words_count_from_when_they_are_said() -> None:
    moment = Moment(MONDAY, "webchat", replace(GEMEENTE, languages=("nl",)), frozenset(all_flows()))
    walk, tongue = Walk(Session(language="nl"), moment, all_flows()), load(("nl",))
    assert called(walk, "Waar sta ik?", tongue) == "voortgang"
    tongue.adopt({"nl": {"voortgang.menu": Kept("Hoe ver ben ik?", "Waar sta ik?")}})
    assert called(walk, "hoe ver ben ik", tongue) == "voortgang"
    assert called(walk, "Waar sta ik?", tongue) is None
