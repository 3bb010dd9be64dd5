"""Who helps a person and reads along, or writes along: what flows may know of it, and what they may ask for.

With the person's own consent, for a time, and withdrawn with one tap [000] [002].
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from flows.grammar import Effect, Need

#: ``follow``: reads along. ``act``: reads along and may write and tap, where that is not the person's own to do.
May: TypeAlias = Literal["follow", "act"]

#: Of one person, at the same time.
MOST = 5
#: For how many days: the person chooses. Never without an end.
DAYS = (7, 30, 90)
#: What the person calls a helper, in characters.
LONGEST_NAME = 30


@dataclass(frozen=True, slots=True)
class Helper:
    """Someone who was let in. ``until`` is the last day; ``opened``: they have opened their link."""

    id: int
    name: str
    may: May
    until: date
    opened: bool


@dataclass(frozen=True, slots=True)
class Helpers(Need):
    """Who helps this person now. ``closed``: nobody is let in at this moment, because someone is in danger. ``page`` is
    the address of our own web chat."""

    helpers: tuple[Helper, ...] = ()
    closed: bool = False
    page: str = ""

    def find(self, number: object) -> Helper | None:
        """The one with this number, if they help now."""
        return next((one for one in self.helpers if one.id == number), None)


@dataclass(frozen=True, slots=True)
class Invitation(Need):
    """A new link for the helper who was invited last and did not come yet; an earlier one of theirs works no more, and
    ``again`` says that there was one. None where there is nobody like that, and where the link that stands on the
    screen still works: asking a question once more does not end what they passed on; then there is a ``name``.
    ``days``: how long it works."""

    name: str
    link: str | None
    days: int = 7
    again: bool = False


@dataclass(frozen=True, slots=True)
class Invite(Effect):
    """The person agrees that someone of this ``name`` reads along for so many ``days``. May be refused: ``closed`` (not
    now), ``full`` (there are ``MOST``)."""

    name: str
    may: May
    days: int


@dataclass(frozen=True, slots=True)
class EndHelper(Effect):
    """The person withdraws that: at once, and nothing is said to the helper."""

    helper: int


@dataclass(frozen=True, slots=True)
class EndHelpers(Effect):
    """The same of everyone who helps."""
