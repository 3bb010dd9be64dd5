"""What was said in a crisis, kept with the session: whoever then asks for a human hears the same promise again, and
nobody gets a whole warning text twice in a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from flows.grammar import Case, Category, Json, Moment, Promised, Text, Urgency, World, t
from flows.numbers import EMERGENCY, SAFE_HOME, SUICIDE, SUICIDE_FREE
from flows.session import Session

#: The name in the session's facts.
_FACT = "crises"
#: For so long what was said about a danger is in force, whoever answered since.
DAY = timedelta(hours=24)
#: After that time without an answer, asking for a human is a new question.
WEEK = timedelta(days=7)
#: How people say that it is no crisis: on its screen, and on the card that is reached from there.
NOT_IT_WORDS = t(
    "crisis.not_it.words", "nee, dat is het niet, dat bedoel ik niet, vergissing, verkeerd begrepen, niet waar"
)


@dataclass(frozen=True, slots=True)
class Warned:
    """A crisis that was answered with its screen: when, in which language, and by which day contact was promised."""

    category: Category
    at: datetime
    language: str
    day: date | None = None


def keep(session: Session, category: Category, moment: Moment, world: World) -> Session:
    """Remembers that the screen of ``category`` was shown now."""
    promised = None if category.is_danger else world.read.get(Promised)
    said: Mapping[str, Json] = {
        "at": moment.now.isoformat(timespec="seconds"),
        "language": session.language,
        "day": day_of(category, promised).isoformat() if isinstance(promised, Promised) else None,
    }
    return _with(session, {**_facts(session.facts), category.value: dict(said)})


def forget(session: Session, category: str) -> Session:
    """The person says that it is not that."""
    return _with(session, {name: said for name, said in _facts(session.facts).items() if name != category})


def standing(facts: Mapping[str, Json], moment: Moment) -> Warned | None:
    """The worst crisis whose promise is still in force: no human answered since, and its day has not passed."""
    return min(
        (warned for warned in _all(facts) if _stands(warned, moment)),
        key=lambda warned: list(Category).index(warned.category),
        default=None,
    )


def whole_text_was_read(case: Case, category: Category) -> bool:
    """Whether the screen of ``category`` was shown not long ago, in the language of now."""
    return any(
        warned.category is category and warned.language == case.language and case.moment.now - warned.at <= DAY
        for warned in _all(case.facts)
    )


def _stands(warned: Warned, moment: Moment) -> bool:
    answered = moment.answered_at is not None and moment.answered_at >= warned.at
    if warned.category.is_danger:
        return moment.now - warned.at <= (DAY if answered else WEEK)
    return not answered and warned.day is not None and moment.now.date() <= warned.day


def _all(facts: Mapping[str, Json]) -> tuple[Warned, ...]:
    return tuple(
        Warned(
            Category(name),
            datetime.fromisoformat(str(said["at"])),
            str(said["language"]),
            date.fromisoformat(str(said["day"])) if said["day"] else None,
        )
        for name, said in _facts(facts).items()
        if isinstance(said, dict)
    )


def _facts(facts: Mapping[str, Json]) -> dict[str, Json]:
    kept = facts.get(_FACT)
    return dict(kept) if isinstance(kept, dict) else {}


def _with(session: Session, kept: dict[str, Json]) -> Session:
    return replace(session, facts={**session.facts, _FACT: kept})


def day_of(category: Category, promised: Promised) -> date:
    """The day of a calm crisis' clock (docs/rules.md, the crisis table)."""
    return {Category.FOOD: promised.food, Category.SEIZURE: promised.seizure}.get(category, promised.crisis)


def urgency_of(category: Category) -> Urgency:
    """How soon a human is needed for ``category``."""
    if category.is_danger:
        return Urgency.DANGER
    return Urgency.URGENT if category is Category.SEIZURE else Urgency.CRISIS


def numbers_in_short(category: Category) -> Text:
    """Where to call in a danger, in one line; for violence without a word that tells what it is about."""
    if category is Category.LIFE:
        return t(
            "warned.life.numbers",
            "Bel nu {number} of gratis {free}, dag en nacht. Is er nu gevaar? Bel {emergency}.",
            number=SUICIDE,
            free=SUICIDE_FREE,
            emergency=EMERGENCY,
        )
    return t(
        "warned.violence.numbers",
        "Kan het niet wachten? Bel {emergency}. Praten kan dag en nacht, gratis: {number}.",
        emergency=EMERGENCY,
        number=SAFE_HOME,
    )


def same_promise(case: Case, warned: Warned) -> tuple[Text, ...]:
    """For whoever asks for a human after a crisis: one is on the way already, with the day that was named then."""
    if warned.category is Category.LIFE:
        return (
            t("warned.life", "Ons team weet het al. Een mens neemt contact met u op. U bent niet alleen."),
            numbers_in_short(warned.category),
        )
    if warned.category is Category.VIOLENCE:
        return (
            t("warned.violence", "Ons team weet het al. Iemand van ons neemt contact met u op."),
            numbers_in_short(warned.category),
        )
    assert warned.day is not None
    return (
        t(
            "warned.calm",
            "Ons team weet het al. Een medewerker van {gemeente} neemt contact op, uiterlijk {day}.",
            gemeente=case.moment.gemeente.name,
            day=warned.day,
        ),
    )
