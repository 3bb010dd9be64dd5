"""A signal as it is entered: read, and put down sealed. Who it is about is found out later, beside the request
(``bot.vroegsignaal.sorting``), so that neither the answer nor its time tells whether they are a client."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from bot.clock import DAY, to_ms
from bot.effects import digits
from bot.errors import Refused
from bot.house import House
from bot.letters import normalised
from bot.privacy.masking import clean, mask
from bot.takeover import Staff
from bot.vroegsignaal import KINDS
from bot.vroegsignaal.matching import key_words
from flows.understanding import ascii_digits
from storage import signals as store

#: Longest words of a field, in characters.
LONGEST = 80
#: Older than this is no early signal.
OLDEST = 366 * DAY
#: The highest amount, in cents: more is a slip of the pen.
HIGHEST = 100_000_00
#: As many rows in one transaction.
CHUNK = 250

_NAME = re.compile(r"[^\W\d_][^\d_]*", re.UNICODE)
_NOT_IN_NAME = re.compile(r"[^\w\s.,'’`-]")
_SENDER = re.compile(r"[^\W_][\w\s.,&'’()/+-]*", re.UNICODE)  # not what a spreadsheet takes for a formula
_POSTCODE = re.compile(r"[1-9][0-9]{3}[A-Z]{2}")
_NUMBER = re.compile(r"[1-9][0-9]{0,4}[A-Za-z0-9]{0,6}")
_EMAIL = re.compile(r"[^\s@<>,;:=]+@[^\s@<>,;:]+\.[^\s@<>,;:.]{2,}")
_AMOUNT = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,2})?")
_DAYS = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"),
    re.compile(r"(?P<d>\d{1,2})-(?P<m>\d{1,2})-(?P<y>\d{4})"),
)
#: What a file or form may call a kind.
_KINDS = {
    **{kind: kind for kind in KINDS},
    **dict.fromkeys(("huur", "woonlasten"), "rent"),
    **dict.fromkeys(("energie", "gas", "stroom", "elektriciteit", "warmte"), "energy"),
    **dict.fromkeys(("drinkwater",), "water"),
    **dict.fromkeys(("zorg", "zorgverzekering", "zorgpremie"), "care"),
}


@dataclass(frozen=True, slots=True)
class Entered:
    """A signal that was read. ``received`` and ``born`` are ISO 8601, ``amount`` is in cents; what was not given is
    empty. `Entered.dumps` is what is stored, sealed."""

    kind: str
    received: str
    surname: str = ""
    born: str = ""
    postcode: str = ""
    number: str = ""
    phone: str = ""
    email: str = ""
    amount: int | None = None
    sender: str = ""

    def dumps(self) -> str:
        """As JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def loads(cls, words: str) -> Entered:
        """From `dumps`."""
        found: dict[str, Any] = json.loads(words)
        return cls(**{one.name: found[one.name] for one in fields(cls) if one.name in found})

    @property
    def line(self) -> str:
        """What makes two of them the same signal."""
        name = "|".join(key_words(self.surname, self.born, self.postcode, self.number))
        return "|".join((self.kind, self.received, name, self.phone, self.email, str(self.amount), self.sender))


def read(typed: Mapping[str, str], today: date) -> Entered:
    """A signal from what was typed, by the names of `Entered`. Refused: ``signal_`` and the name of the field that is
    not right; ``signal_nobody``: nothing to recognise anyone by (a telephone number, an e-mail address, or surname, day
    of birth, postcode and house number together)."""
    words = {name: " ".join(clean(value).split()) for name, value in typed.items()}
    if any(len(value) > LONGEST for value in words.values()):
        raise Refused("signal_too_long")

    def word(name: str, check: Callable[[str], str]) -> str:
        return check(words[name]) if words.get(name) else ""

    kind = _KINDS.get(words.get("kind", "").lower())
    if kind is None:
        raise Refused("signal_kind")
    received = _day(words.get("received", ""), "signal_received")
    if not today - OLDEST <= received <= today:
        raise Refused("signal_received")
    made = Entered(
        kind,
        received.isoformat(),
        word("surname", _name),
        word("born", lambda value: _born(value, today)),
        word("postcode", lambda value: _match(_POSTCODE, value.replace(" ", "").upper(), "signal_postcode")),
        word("number", lambda value: _match(_NUMBER, re.sub(r"[\s/-]", "", value), "signal_number").lower()),
        word("phone", _phone),
        word("email", lambda value: normalised(_match(_EMAIL, value, "signal_email"))),
        _cents(words["amount"]) if words.get("amount") else None,
        word("sender", lambda value: mask(_match(_SENDER, value, "signal_sender")).text),
    )
    whole = made.surname and made.born and made.postcode and made.number
    if not (whole or made.phone or made.email):
        raise Refused("signal_nobody")
    return made


def read_key(surname: str, born: str, postcode: str, number: str, today: date) -> tuple[str, str, str, str]:
    """Surname, day of birth (ISO 8601), postcode and house number, all of them. Refused as `read`."""
    typed = {"surname": surname, "born": born, "postcode": postcode, "number": number}
    made = read({**typed, "kind": KINDS[0], "received": today.isoformat()}, today)
    return made.surname, made.born, made.postcode, made.number


async def enter(house: House, staff: Staff, typed: Mapping[str, str]) -> None:
    """Puts one signal down; the same one again is no other. Refused as `read`."""
    await put(house, staff, [read(typed, house.calendar.day_of(house.clock.now()))])


async def put(house: House, staff: Staff, signals: Sequence[Entered]) -> int:
    """Puts signals down, each sealed under a key of its own; gives how many are new. All of them take the same work,
    whoever they are about, and none wakes who sorts them."""
    now, added = to_ms(house.clock.now()), 0
    by_line = {index_of(house, one): one for one in signals}
    lines = list(by_line)
    for start in range(0, len(lines), CHUNK):
        some = lines[start : start + CHUNK]
        known = await known_lines(house, some)
        new = [line for line in some if line not in known]
        if not new:
            continue
        keys = await house.vault.new_keys(len(new), now)
        rows = [
            {
                "kind": by_line[line].kind,
                "received_on": by_line[line].received,
                "entered_at": now,
                "entered_by": staff.id,
                "line_index": line,
                "route": store.UNSORTED,
                "key_id": key,
                "details_sealed": house.vault.seal_text(key, "signal", by_line[line].dumps()),
            }
            for line, key in zip(new, keys, strict=True)
        ]
        async with house.db.begin() as conn:
            added += await store.add(conn, rows)
    return added


async def known_lines(house: House, lines: Sequence[bytes]) -> set[bytes]:
    """Those of these signals that were entered before."""
    async with house.db.read() as conn:
        return await store.known(conn, lines)


def index_of(house: House, one: Entered) -> bytes:
    """By what the same signal is known, without a word of it."""
    return house.vault.index("signal.line", one.line)


# ---- fields --------------------------------------------------------------------------------------------------------


def _match(pattern: re.Pattern[str], value: str, code: str) -> str:
    if not pattern.fullmatch(value):
        raise Refused(code)
    return value


def _name(value: str) -> str:
    if not _NAME.fullmatch(value) or _NOT_IN_NAME.search(value):
        raise Refused("signal_surname")
    return value


def _day(value: str, code: str) -> date:
    found = next((match for one in _DAYS if (match := one.fullmatch(ascii_digits(value)))), None)
    try:
        return date(int(found["y"]), int(found["m"]), int(found["d"])) if found else date.fromisoformat("")
    except ValueError:
        raise Refused(code) from None


def _born(value: str, today: date) -> str:
    born = _day(value, "signal_born")
    if not date(1900, 1, 1) <= born < today:
        raise Refused("signal_born")
    return born.isoformat()


def _phone(value: str) -> str:
    found = digits(value)
    if not 8 <= len(found) <= 15 or re.search(r"[^\d\s()+./-]", value):
        raise Refused("signal_phone")
    return found


def _cents(value: str) -> int:
    """``1.234,56``, ``1234.56`` and ``€ 1234`` are the same."""
    plain = value.replace("€", "").replace(" ", "")
    if "," in plain or re.fullmatch(r"\d{1,3}(\.\d{3})+", plain):
        plain = plain.replace(".", "").replace(",", ".")
    whole, _, part = _match(_AMOUNT, plain, "signal_amount").partition(".")
    cents = int(whole) * 100 + int(part.ljust(2, "0") or 0)
    if cents > HIGHEST:
        raise Refused("signal_amount")
    return cents
