"""What flows may know at a step: the municipality, the moment, and what was read for a screen. Frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from flows.local import Link, Right
from flows.text import Json

#: The languages that Klopaan comes with (ISO 639-1), in the order in which they are offered.
LANGUAGES = ("nl", "en", "ar", "tr", "pl", "uk", "fa", "fr")


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where people of another municipality go: name, and how to reach the debt help there (may be empty)."""

    name: str
    postcodes: tuple[tuple[int, int], ...]
    phone: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True)
class Gemeente:
    """What flows may know of a municipality's configuration. All phone numbers are shown, never dialled."""

    name: str
    languages: tuple[str, ...] = LANGUAGES
    phone: str = ""
    privacy_url: str = ""
    postcodes: tuple[tuple[int, int], ...] = ()  # ranges of four digits, both ends included; empty: everyone is ours
    elsewhere: tuple[Elsewhere, ...] = ()
    crisis_phone: str = ""
    outside_hours: str = ""  # in words or a number: where to turn when we are closed
    food_help: str = ""  # emergency help and food bank, in the municipality's own words
    young_people_phone: str = "0800-0432"
    geldfit_phone: str = "0800-8115"
    first_contact_days: int = 2  # working days [002]; promised only when adopted
    intake_days: int = 10  # calendar days by default [002]
    promises: frozenset[str] = frozenset({"first_contact", "intake"})  # adopted by the municipality
    channels: tuple[str, ...] = ("webchat",)  # that are switched on
    notices_on: frozenset[str] = frozenset()  # channels where what a human writes goes as a notice with a link
    voices: frozenset[str] = frozenset()  # languages that this machine can read aloud
    links: tuple[Link, ...] = ()  # films and pages of its own
    rights_without: frozenset[str] = frozenset()  # names of what it does not have
    rights_own: tuple[Right, ...] = ()  # and of what it has besides


@dataclass(frozen=True, slots=True)
class Moment:
    """The circumstances of one step: everything that is neither the session nor what the person said."""

    now: datetime  # aware, in the municipality's own zone
    channel: str
    gemeente: Gemeente
    flows: frozenset[str] = frozenset()  # names of the flows that are built and switched on
    drafts: frozenset[str] = frozenset()  # languages that no native speaker has confirmed yet
    held: bool = False  # a human holds the conversation
    open: bool = True  # inside the municipality's opening hours
    notice_due: bool = False  # the one notice of this evening has not been given yet
    answered_at: datetime | None = None  # when a human last answered in this conversation
    quiet_since: datetime | None = None  # when the person last wrote, before this message


class Need:
    """Base of what a screen may ask the shell to read; the instance is the answer. One reader each in ``bot.needs``."""


N = TypeVar("N", bound=Need)


@dataclass(frozen=True, slots=True)
class Promised(Need):
    """Dates in the two calendars, as of now, and when a human reads along."""

    first_contact: date  # no later than this day (own calendar)
    intake: date
    crisis: date  # three statutory working days (Wgs art. 4), or the own clock if that is earlier
    food: date
    seizure: date
    reads_at: datetime  # when someone reads this: now when open, else the next opening


@dataclass(frozen=True, slots=True)
class Contact(Need):
    """How this person can be reached and found back; ``code`` opens the conversation on another device."""

    code: str
    has_pin: bool
    contact_name: str | None  # the caseworker they know


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which a person is reached: a channel, whether it works, and whether it is the one they like best."""

    channel: str
    works: bool = True
    preferred: bool = False
    in_full: bool = False  # e-mail: the content itself, not only a notice
    confirmed: bool = True  # e-mail: its owner said yes to it
    left: bool = False  # the person ended it, and can take it up again


@dataclass(frozen=True, slots=True)
class Ways(Need):
    """How a person is reached, newest first, and the channels that this municipality has switched on."""

    ways: tuple[Way, ...]
    offered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JoinCode(Need):
    """A new code that joins another channel to this conversation, once and within ``minutes``. ``links`` open that
    channel with the code filled in, by channel, where that can be. Who has a PIN gets one in the web chat only: the
    code is empty elsewhere."""

    code: str
    minutes: int
    links: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OpenCase(Need):
    """The case that is open for this person, if any."""

    opened: date | None
    contact_name: str | None

    @property
    def exists(self) -> bool:
        """Whether there is one; such a person is never signed up twice."""
        return self.opened is not None


@dataclass(frozen=True, slots=True)
class World:
    """What the shell read for a screen, by need; ``refused`` is why an effect could not happen (step taken again)."""

    read: Mapping[type[Need], Need] = field(default_factory=dict)
    refused: str | None = None

    def get(self, need: type[N]) -> N:
        """What was read for ``need``. Raises ``KeyError`` when the screen did not declare it."""
        found = self.read[need]
        assert isinstance(found, need)
        return found


@dataclass(frozen=True, slots=True)
class Case:
    """What a screen function gets: the answers of this frame, facts of the person, the world it asked for."""

    flow: str
    screen: str
    answers: Mapping[str, Json]
    facts: Mapping[str, Json]
    language: str
    moment: Moment
    world: World = field(default_factory=World)
    parked: frozenset[str] = frozenset()  # flows that were left unfinished
    below: str | None = None  # the flow that this frame was called from

    def picked(self, name: str) -> str | None:
        """The id of the choice that was picked for ``name``, or None (skipped, or told in own words)."""
        value = self.answers.get(name)
        return value if isinstance(value, str) else None

    def all(self, name: str) -> tuple[str, ...]:
        """The ids that were ticked for ``name``."""
        value = self.answers.get(name)
        if isinstance(value, dict):  # own words beside the ticks
            value = value.get("ids")
        if isinstance(value, str):
            return (value,)
        return tuple(str(item) for item in value) if isinstance(value, list) else ()

    def told(self, name: str) -> str | None:
        """What the person said in their own words for ``name``."""
        value = self.answers.get(name)
        words = value.get("text") if isinstance(value, dict) else None
        return words if isinstance(words, str) else None
