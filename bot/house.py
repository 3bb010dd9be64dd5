"""Everything that the parts of one running municipality share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import web

from bot.clock import from_ms, promised
from bot.health import Health
from bot.limiter import Limiter
from bot.pictures import Pictures
from bot.signals import Signals
from bot.texts.keeping import Wordings
from bot.voice import Voice

if TYPE_CHECKING:
    from bot.clock import Calendar, Clock
    from bot.config import Config
    from bot.privacy.vault import Vault
    from flows.grammar import Gemeente, Promised
    from locales import Catalogs
    from storage.database import Database


@dataclass(slots=True)
class House:
    """Made once at start (``bot.server.open_house``) and handed to every part."""

    config: Config
    clock: Clock
    calendar: Calendar
    gemeente: Gemeente
    db: Database
    keys: Database
    vault: Vault
    tongue: Catalogs
    flows: frozenset[str]  # names of the flows that are switched on
    signals: Signals = field(default_factory=Signals)
    #: Appointments that are made from one network, by whoever: a shared computer has room to spare, and a machine that
    #: comes back as someone new again and again does not empty the agenda.
    bookings: Limiter = field(default_factory=lambda: Limiter(30, 12 / 3600, code="enough"))
    #: By channel: where a code or deep link opens it, for those that have such addresses.
    links: dict[str, Callable[[str], str | None]] = field(default_factory=dict)
    pictures: Pictures = field(default_factory=Pictures)
    voice: Voice | None = None  # where this machine has one
    health: Health = field(init=False)
    wordings: Wordings = field(init=False)

    def __post_init__(self) -> None:
        self.health = Health(self.db)
        self.wordings = Wordings(self.db, self.tongue, self.signals)

    @property
    def drafts(self) -> frozenset[str]:
        """Languages of which native speakers have not confirmed all; residents are told so (rule 12)."""
        return frozenset(code for code in self.gemeente.languages if self.tongue.state(code) == "draft")

    def promised(self, now: int) -> Promised:
        """The dates that hold for something asked at ``now`` (milliseconds UTC)."""
        return promised(from_ms(now), self.calendar, self.config.terms)


#: Where request handlers find it.
HOUSE: web.AppKey[House] = web.AppKey("house")
