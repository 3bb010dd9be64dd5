"""Every contact on file in one shape, whoever put it there and in whichever release [004] 3.1.7.

An event ``contactmoment`` says in its detail what it knows. ``kind`` and ``by`` are always there; what else follows
from them is reckoned here, so that it reads the same everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.clock import from_ms
from flows.text import Json

#: The event that stands for a contact.
CONTACT = "contactmoment"

#: Ways in which people meet outside the chat, by the kind of the contact or of the appointment.
_MET = {
    "telefoon": "telefoon",
    "phone": "telefoon",
    "call": "bezoek",  # calling a creditor together, at ours
    "bezoek": "bezoek",
    "visit": "bezoek",
    "office": "bezoek",
    "home": "huisbezoek",
    "elsewhere": "huisbezoek",
    "papers": "bezoek",
    "video": "beeldbellen",
    "anders": "anders",
}
#: What happened when the detail does not say: two people spoke, or something was said and what came of it is not known.
_SPOKE, _SAID = "spoken", "sent"
#: Who makes a contact for the municipality; whoever else does comes to us.
_OURS = frozenset({"bot", "caseworker"})
#: What came of it when nobody was reached.
NOT_REACHED = frozenset({"no_show", "not_reached", "failed"})
#: What came of it when they were.
REACHED = frozenset({_SPOKE, "answered", "held", "received"})


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact. ``at``: when it was, in milliseconds UTC. ``kind``: of what it was a part, as a code. ``channel``:
    by which way; None: there was none. ``by``: who made it (``bot``, ``caseworker``, or in which role the person signed
    up); ``staff``: which colleague it was, where that is on file. ``result``: what came of it, as a code.
    ``direction``: ``in`` from them, ``out`` from us."""

    at: int
    kind: str
    channel: str | None
    by: str
    staff: int | None
    result: str
    direction: str

    @property
    def succeeded(self) -> bool | None:
        """Whether the two were in touch; None: that is not known."""
        if self.direction == "in" or self.result in REACHED:
            return True
        return False if self.result in NOT_REACHED else None


def read(detail: Json, created_at: int, staff_id: int | None = None) -> Contact:
    """The contact that an event tells of. ``detail``: what it holds; a detail of a later release is read as far as it
    is known."""
    known = detail if isinstance(detail, dict) else {}
    kind = _word(known, "kind") or "contact"
    met = _MET.get(_word(known, "means") or kind)
    by = _word(known, "by") or ("caseworker" if staff_id is not None else "bot")
    at = known.get("at")
    inwards = _word(known, "direction") == "in" or by not in _OURS
    return Contact(
        at=at if isinstance(at, int) and not isinstance(at, bool) and _is_instant(at) else created_at,
        kind=kind,
        channel=met if met is not None else _word(known, "channel"),
        by=by,
        staff=staff_id,
        result=_word(known, "result") or _word(known, "what") or _usual(inwards, met),
        direction="in" if inwards else "out",
    )


def _usual(inwards: bool, met: str | None) -> str:
    return "received" if inwards else _SPOKE if met is not None else _SAID


def _word(detail: dict[str, Json], name: str) -> str | None:
    value = detail.get(name)
    return value if isinstance(value, str) and value else None


def _is_instant(at: int) -> bool:
    try:
        from_ms(at)
    except (OverflowError, ValueError, OSError):
        return False
    return True
