"""Cards with do's and don'ts, as flows know them: what to say and not to say when a creditor or bailiff comes.

Our own are data (``flows/data/cards.toml``), translated in the catalogs; what a municipality changes brings its
translations along (``Text.own``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flows.grammar import Need, Text

#: The situations, by the name of their card, in the order of the menu (docs/rules.md, Kaarten).
NAMES = ("rings", "bailiff", "letter", "seized", "cut_off", "loan", "one_creditor", "set_off")
#: At most so many do's, and as many don'ts.
MOST = 4


@dataclass(frozen=True, slots=True)
class Card:
    """A card, whole: ``say`` is one sentence to say aloud, ``call`` whom to call, ``message`` an example to send to the
    creditor (in Dutch, explained in the person's language), where the municipality wants that people write to them
    themselves. ``review`` is the last day on which it is current."""

    name: str
    icon: str
    title: Text
    do: tuple[Text, ...]
    dont: tuple[Text, ...]
    say: Text
    call: Text
    message: Text | None
    owner: str
    review: date
    shown: bool = True

    @property
    def texts(self) -> tuple[Text, ...]:
        """Everything that it says."""
        message = () if self.message is None else (self.message,)
        return (self.title, *self.do, *self.dont, self.say, self.call, *message)

    def is_overdue(self, today: date) -> bool:
        """Whether it is past its review: then it is not shown as current."""
        return today > self.review


@dataclass(frozen=True, slots=True)
class Cards(Need):
    """The cards of this municipality that can be shown in the person's language today, in the order of `NAMES`;
    ``withheld`` are the names of those that cannot: past their review, or not whole in that language. Those that were
    switched off are in neither. ``contact_name`` and ``contact_phone`` are of the caseworker the person knows, else of
    the municipality."""

    cards: tuple[Card, ...]
    withheld: tuple[str, ...] = ()
    contact_name: str = ""
    contact_phone: str = ""
