"""Another way to meet, asked for in own words while days or times are shown: to its days, or to a human who can arrange
what nobody offers here."""

from __future__ import annotations

from dataclasses import replace

from flows.afspraak_geen import WHY_DAY
from flows.afspraak_kiezen import OTHER_DAY, days
from flows.afspraak_regels import CLOSE, KINDS, PERSON, lines, no_longer, standing_one
from flows.agenda import Meetings
from flows.grammar import Case, Screen, t


def way(case: Case) -> Screen:
    """The days of that kind; where nobody offers it, the kinds that there are."""
    wanted = next((choice for choice in KINDS if choice.id == case.picked("kind")), None)
    offered = case.world.get(Meetings).kinds
    if wanted is None:
        return days(case)
    if wanted.id in offered:
        return days(case, t("afspraak.way", "Dat kan. U kiest nu: {kind}.", kind=wanted.label))
    return Screen(
        (
            t("afspraak.way.none", "Dat kunt u hier nu zelf niet kiezen: {kind}.", kind=wanted.label),
            t("afspraak.way.person", "Een medewerker kijkt graag met u of het toch kan. Of kiest u iets anders?"),
        ),
        (PERSON, *(replace(choice, event="anew") for choice in KINDS if choice.id in offered)),
        saves="kind",
        skippable=False,
        why=t("afspraak.kind.why", "Dan spreken we elkaar op een manier die u prettig vindt."),
    )


def same_way(case: Case) -> Screen:
    """What is moved stays of its kind."""
    one = standing_one(case)
    if one is None:
        return no_longer(case)
    if case.picked("kind") == one.kind:
        already = t("afspraak.same_way.already", "Zo staat het al.")
        return Screen((already, *lines(one)), (OTHER_DAY, CLOSE), why=WHY_DAY)
    return Screen(
        t(
            "afspraak.same_way",
            "Verzetten kan hier alleen op dezelfde manier. Liever anders? Een medewerker regelt dat graag met u.",
        ),
        (PERSON, OTHER_DAY),
        why=WHY_DAY,
    )
