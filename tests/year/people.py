"""Made-up people in a simulated year: what each of them does is reckoned from a seed, so that a process that was killed
goes on with the same people."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.clock import DAY
from flows.grammar import Said, Tapped, Typed
from tests.support.town import ZONE

#: How someone answers a check-in: within how many hours, and how often not at all.
TEMPERS = {"steady": (6, 0.03), "slow": (60, 0.15), "distant": (200, 0.6), "silent": (24, 1.0)}
#: What may come up on any day, and how often.
_DAILY = {
    "stop": 1 / 250,
    "back": 1 / 120,  # says something, also after *stop*
    "again": 1 / 30,  # wants our messages again, after *stop*
    "pause": 1 / 200,
    "person": 1 / 200,
    "crisis": 1 / 400,
    "denied": 1 / 600,
    "halfway": 1 / 120,  # leaves in the middle of something else
}
_SAYS: dict[str, tuple[Said, ...]] = {
    "stop": (Typed("stop"),),
    "back": (Typed("hallo"),),
    "again": (Typed("menu"), Typed("stop"), Tapped("woorden.stopped:start")),
    "pause": (Typed("even geen berichten"),),
    "person": (Typed("mens"), Typed("Kan iemand mij helpen met een brief?")),
    "crisis": (Typed("ik wil niet meer leven"),),
    "denied": (Typed("ik heb vandaag niets te eten"), Typed("nee dat is het niet")),
    "halfway": (Tapped("!go:afspraak"),),
}


@dataclass(frozen=True, slots=True)
class Act:
    """What someone says at a moment. ``key`` names it: the same at every try."""

    at: datetime
    key: str
    name: str
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """One of them; ``channel`` is where they write."""

    number: int
    seed: int

    @property
    def channel(self) -> str:
        """The web chat, or a platform that we push to."""
        return "telegram" if self.number % 3 else "webchat"

    @property
    def external_id(self) -> str:
        """Who they are there."""
        return f"year-{self.number:024}"

    @property
    def temper(self) -> str:
        """How they answer: of `TEMPERS`."""
        return ("steady", "steady", "slow", "steady", "distant", "slow", "silent")[self.number % 7]

    def chance(self, *what: object) -> float:
        """A number from 0 to 1, the same for the same thing."""
        told = repr((self.seed, self.number, *what)).encode()
        return int.from_bytes(hashlib.blake2b(told, digest_size=7).digest()) / 256**7

    def acts(self, day: date) -> Iterator[Act]:
        """What comes up by itself on a day."""
        for name, often in _DAILY.items():
            if self.chance(name, day) < often:
                minutes = int(self.chance(name, day, "when") * 24 * 60)
                at = datetime.combine(day, datetime.min.time(), ZONE) + timedelta(minutes=minutes)
                yield Act(at, f"{self.number}-{day}-{name}", name, _SAYS[name])
        if self.is_back(day):
            midnight = datetime.combine(day, datetime.min.time(), ZONE)
            yield Act(midnight, f"{self.number}-{day}-here", "here", (Typed("menu"),))

    def has_blocked(self, day: date) -> bool:
        """Whether nothing that we push reaches them: some block us for some weeks."""
        if self.channel == "webchat":
            return False
        month = day.toordinal() // 30
        return self.chance("blocks", month) < 0.05 and day.toordinal() % 30 < 21

    def is_back(self, day: date) -> bool:
        """Whether they undid that just now, and say so."""
        return self.has_blocked(day - DAY) and not self.has_blocked(day)

    def answers_after(self, message: int) -> timedelta | None:
        """How long after a message that nobody asked for they react to it; None: they do not."""
        hours, silence = TEMPERS[self.temper]
        if self.chance("silent", message) < silence:
            return None
        return timedelta(hours=0.05 + hours * self.chance("when", message) ** 2)
