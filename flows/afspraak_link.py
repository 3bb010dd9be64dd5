"""The link of a video talk that a human gives, or changes, once the appointment stands already."""

from __future__ import annotations

from flows.afspraak_regels import lines, no_longer, standing_one, three
from flows.grammar import Case, Screen, Text, t

_READY = t("afspraak.told_link", "De link van uw videogesprek op {day} staat klaar:")
_NEW = t("afspraak.told_new_link", "Uw videogesprek op {day} heeft een nieuwe link:")


def told_link(case: Case) -> Screen:
    """A human gave the link."""
    return _told(case, _READY)


def told_new_link(case: Case) -> Screen:
    """A human gave another link than they had."""
    return _told(case, _NEW)


def _told(case: Case, opening: Text) -> Screen:
    mine = standing_one(case)
    if mine is None:
        return no_longer(case)
    # Shown again after a colleague took over the talk, it has no link any more.
    given = opening.but(day=mine.at.date()) if mine.place else t("afspraak.one", "Dit is uw afspraak:")
    return Screen(
        (given, *lines(mine, neutral=True)),
        three(mine)[1:] if mine.coming else three(mine),
        why=t("afspraak.told_link.why", "Met deze link doet u straks mee aan het videogesprek."),
    )
