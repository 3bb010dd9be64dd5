"""What the screens about an invitation share: how one leaves, and what is said when there is none."""

from __future__ import annotations

from flows.afspraak_regels import PERSON
from flows.grammar import Case, Choice, Screen, Text, t
from flows.measuring import Measurement

CLOSE = Choice(
    "close",
    "👌",
    t("voorbereiden.close", "Oké"),
    event="close",
    words=t("voorbereiden.close.words", "klaar, goed, prima, verder, menu, dank u"),
)


def missing(case: Case) -> Screen:
    """There is no invitation (any more), or an old button was never of this person."""
    mine = case.world.get(Measurement)
    if mine.id and mine.ended:
        text: Text | tuple[Text, ...] = t(
            "voorbereiden.over", "Deze vragen zijn voorbij. U hoeft er niets meer mee te doen."
        )
    else:
        text = (
            t("voorbereiden.none", "Er staan nu geen vragen voor u klaar."),
            t("voorbereiden.none.talk", "Wilt u iets bespreken? Dat kan altijd."),
        )
    return Screen(text, () if case.moment.held else (PERSON, CLOSE))
