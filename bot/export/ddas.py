"""A case in the words of DDAS (Data Delen Armoede en Schulden, VNG, exchange model of schuldhulpverlening 1.0).

Only facts that are on file get a field. What DDAS asks and we do not know is left out: who it is (BSN, birth, address),
debts, the municipality's code, and of the arrangement with creditors when it was asked for and granted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from flows.grammar import Category
from flows.progress import Phase
from flows.text import Json

#: ``flows.aftercare.END_REASONS`` as EnumUitstroomreden.
REASONS: Mapping[str, str] = {
    "afgerond": "Afgerond",
    "zelf": "Zelf",
    "ingetrokken": "Ingetrokken",
    "niet_passend": "Niet passend",
    "niet_verschenen": "Nietverschenen",
    "voldoet_niet": "Voldoet niet",
    "verhuisd": "Verhuisd",
    "overleden": "Overleden",
    "overig": "Overig",
}
#: What the law calls a crisis (Wgs art. 4 lid 2): eviction, no energy or water, no health insurance.
STATUTORY = frozenset({Category.HOME, Category.UTILITIES, Category.CARE})


@dataclass(frozen=True, slots=True)
class Stretch:
    """Part of a case: when it began and, where it did, ended. ``is_done``: it came to its end, and was not stopped."""

    part: str  # flows.progress.Phase
    began: date
    ended: date | None = None
    is_done: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """What is on file of one case. ``decided``: when the first decision was sent; ``ended_on``: the day of the decision
    that ended it; ``left``: the day on which it was closed; ``had_crisis``: a statutory crisis was recognised and
    nobody denied it."""

    opened: date
    stretches: tuple[Stretch, ...] = ()
    decided: date | None = None
    ended_on: date | None = None
    left: date | None = None
    reason: str | None = None
    had_crisis: bool = False


def schuldhulptraject(case: Case) -> dict[str, Json]:
    """The case as DDAS names its parts."""
    parts: dict[str, Json] = {}

    def put(name: str, values: Mapping[str, Json]) -> None:
        known: dict[str, Json] = {key: value for key, value in values.items() if value is not None}
        if known:
            parts[name] = known

    left = case.ended_on or case.left
    sign_up, plan = _of(case, Phase.SIGN_UP), _of(case, Phase.PLAN)
    put(
        "aanmelding",
        {
            "startdatum": _day(case.opened),
            "einddatum": _end(sign_up),
            "crisisinterventie": True if case.had_crisis else None,  # nobody said that there was none
        },
    )
    intake = _of(case, Phase.TALK)
    put("intake", {**_both(intake), "beschikkingsdatum": _day(case.decided)})
    put("planVanAanpak", {"datumAfronding": _end(plan) if all(one.is_done for one in plan) else None})
    put("stabilisatie", _both(_of(case, Phase.CALM)))
    if following := _of(case, Phase.FOLLOWING):
        parts["begeleiding"] = [
            {name: value for name, value in _both([one]).items() if value is not None} for one in following
        ]
    put("nazorg", _both(_of(case, Phase.AFTERCARE)))
    put(
        "uitstroom",
        {
            "datum": _day(left),
            "datumBeeindigingsbeschikking": _day(case.ended_on),
            "reden": REASONS.get(case.reason or ""),
        },
    )
    whole = {"startdatum": _day(case.opened), "einddatum": _day(left)}
    return {**{name: value for name, value in whole.items() if value is not None}, **parts}


def _of(case: Case, part: Phase) -> list[Stretch]:
    return [one for one in case.stretches if one.part == part]


def _both(stretches: Iterable[Stretch]) -> dict[str, Json]:
    """From the first that began to the last that ended; while one goes on there is no end."""
    known = list(stretches)
    return {"startdatum": _day(min((one.began for one in known), default=None)), "einddatum": _end(known)}


def _end(stretches: Iterable[Stretch]) -> str | None:
    ends = [one.ended for one in stretches]
    return _day(max((end for end in ends if end is not None), default=None)) if all(ends) else None


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
