"""What the screens about an invitation share: how one leaves, and what is said when there is none."""

from __future__ import annotations

from flows.afspraak_regels import PERSON
from flows.grammar import Case, Choice, Screen, Text, call, t
from flows.measuring import Measurement

CLOSE = Choice(
    "close",
    "👌",
    t("voorbereiden.close", "Oké"),
    event="close",
    words=t("voorbereiden.close.words", "klaar, goed, prima, verder, menu, dank u"),
)


def then(mine: Measurement) -> tuple[tuple[Text, ...], tuple[Choice, ...]]:
    """What is said last of one that is done, and the way on: to the next that waits for them, now or later."""
    if not mine.another:
        return (), (CLOSE,)
    look = Choice(
        "more",
        "✍️",
        t("voorbereiden.more.look", "Bekijken"),
        words=t("voorbereiden.more.look.words", "ja, graag, oké, goed, verder, nu"),
        goes=call("voorbereiden", "invited", measurement=mine.another),
    )
    later = Choice(
        "later",
        "🕒",
        t("voorbereiden.later", "Straks"),
        event="close",
        words=t("voorbereiden.more.later.words", "nee, nu niet, genoeg, later, morgen, een andere keer"),
    )
    return (t("voorbereiden.more", "Er staan nog meer vragen voor u klaar. Later mag ook."),), (look, later)


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
