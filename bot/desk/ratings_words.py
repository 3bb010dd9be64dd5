"""The Dutch of the grades' page: promises, moments, and what two years say of each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from bot.ratings.statistics import GRADES, Change, Figures, Verdict
from flows.ratings import Occasion, Promise

#: The promises of the NVVK Belofte, and what we ask about them.
PROMISES: Mapping[Promise, tuple[str, str]] = {
    Promise.SIGN_UP: ("Aanmelden zonder drempels", "Hoe makkelijk was het om u aan te melden?"),
    Promise.TRUST: ("Hulp op basis van vertrouwen", "Voelt u dat wij u vertrouwen?"),
    Promise.CLEAR: ("Duidelijk waar je aan toe bent", "Hoe duidelijk is het voor u wat er gaat gebeuren?"),
    Promise.ABOARD: ("Niemand buiten de boot", "Bleven wij u helpen, ook als iets niet lukte?"),
    Promise.CREDITORS: ("Minder druk van schuldeisers", "Kreeg u door ons meer rust van uw schuldeisers?"),
    Promise.FREE: ("Zo goed mogelijk schuldzorgvrij", "Hoe goed lukt het nu om zonder geldzorgen te leven?"),
}
OCCASIONS: Mapping[Occasion, str] = {
    Occasion.SIGNED_UP: "na de aanmelding",
    Occasion.INTAKE: "na het eerste gesprek",
    Occasion.END: "aan het einde",
    Occasion.YEAR_ON: "een jaar later",
}
FEW = "minder dan tien"


def decimal(number: Decimal) -> str:
    """As people here write it."""
    return f"{number}".replace(".", ",")


def people(figures: Figures | None) -> str:
    """How many."""
    return FEW if figures is None else f"{figures.number} mensen"


def spread(figures: Figures) -> str:
    """How often each grade was given, for who does not see the picture."""
    given = [f"{times} keer een {grade}" for grade, times in zip(GRADES, figures.counts, strict=True) if times]
    return ", ".join(given)


def moments(some: Iterable[Occasion]) -> str:
    """``na het eerste gesprek en een jaar later``."""
    return " en ".join(OCCASIONS[occasion] for occasion in some)


def only(compared: Iterable[Occasion]) -> str:
    """Where the means on the page are of more than what is compared."""
    return f"Vergeleken zijn alleen de cijfers {moments(compared)}."


def change(told: Change, year: int) -> str:
    """What this year says of the one before, which is ``year``."""
    if told.by is None or told.p is None:
        return f"Te weinig cijfers om met {year} te vergelijken."
    by, chance = f"{'+' if told.by > 0 else ''}{decimal(told.by)}".replace("-", "−"), chance_of(told.p)
    match told.verdict:
        case Verdict.HIGHER:
            return f"Hoger dan in {year} ({by}). Het verschil is significant ({chance})."
        case Verdict.LOWER:
            return f"Lager dan in {year} ({by}). Het verschil is significant ({chance})."
        case Verdict.OTHERWISE:
            return f"Anders verdeeld dan in {year} (gemiddeld {by}). Het verschil is significant ({chance})."
        case Verdict.SAME:
            return f"Gelijk aan {year}."
    return f"Vergeleken met {year}: {by}. Niet significant: het verschil kan toeval zijn ({chance})."


def chance_of(p: float) -> str:
    """As it stands in reports; never nought."""
    return "p < 0,001" if p < 0.001 else f"p = {p:.3f}".replace(".", ",")
