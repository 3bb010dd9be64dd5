"""How a value of the TOML file becomes a checked value, and how what is wrong is said in words.

A reader takes what TOML gives and returns the checked value, or raises ``Wrong``. Values are not repeated in findings
where they may be secret.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, field, fields
from datetime import date, time
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any, TypeAlias, TypeVar

from rapidfuzz import process
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError
from yarl import URL

from bot.clock import Span
from bot.errors import Finding

T = TypeVar("T")
Reader: TypeAlias = Callable[[object], T]
Network: TypeAlias = IPv4Network | IPv6Network

#: Stands for a value whose environment variable is not set: said once, not read any further.
UNSET = object()

_ENV = "env:"


class Wrong(ValueError):
    """A value cannot be used: what is wrong with it, and what to do."""

    def __init__(self, problem: str, advice: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.advice = advice


class Section:
    """Base of one table of the file; fields are made with ``key``."""

    __slots__ = ()

    def findings(self, path: str) -> Iterable[Finding]:
        """What is wrong with the values together, each of them being right by itself."""
        return ()


S = TypeVar("S", bound=Section)


def key(read: Reader[T], default: object = MISSING, *, needed: str = "", secret: bool = False) -> Any:
    """A field of a ``Section``. Without ``default`` it must be there, and ``needed`` says why or what to write.

    ``secret`` keeps the value out of ``repr``.
    """
    metadata = {"read": read, "needed": needed}
    if default is MISSING:
        return field(metadata=metadata, repr=not secret)
    return field(default=default, metadata=metadata, repr=not secret)


def read_section(section: type[S], raw: object, path: str, findings: list[Finding]) -> S | None:
    """The table at ``path`` as a ``section``, or None when it is unusable; what is wrong is added to ``findings``."""
    if not isinstance(raw, Mapping):
        findings.append(Finding(path, "is not a table.", f"Write it as [{path}], with its keys below."))
        return None
    known: dict[str, Field[Any]] = {item.name.rstrip("_"): item for item in fields(section)}  # type: ignore[arg-type]
    findings += unknown_keys(raw, known, path)
    values: dict[str, object] = {}
    usable = True
    for name, item in known.items():
        place = f"{path}.{name}"
        if name not in raw:
            if item.default is MISSING:
                findings.append(Finding(place, "is missing.", item.metadata["needed"]))
                usable = False
        elif raw[name] is UNSET:
            usable = False
        else:
            try:
                values[item.name] = item.metadata["read"](raw[name])
            except Wrong as wrong:
                findings.append(Finding(place, wrong.problem, wrong.advice))
                usable = False
    if not usable:
        return None
    made = section(**values)
    findings += made.findings(path)
    return made


def unknown_keys(raw: Mapping[str, object], known: Iterable[str], path: str = "") -> list[Finding]:
    """A finding for each key that nobody reads, with the nearest one that exists."""
    names = list(known)
    return [
        Finding(
            f"{path}.{name}" if path else name,
            "is not a known key.",
            nearest(name, names) or f"Known here: {', '.join(sorted(names))}.",
        )
        for name in raw
        if name not in names
    ]


def nearest(name: str, names: Iterable[str]) -> str:
    """The question whether another of ``names`` was meant, or nothing when none is near."""
    found = process.extractOne(name, list(names), score_cutoff=70)
    return f"Did you mean {found[0]}?" if found else ""


def resolve(raw: object, environ: Mapping[str, str], path: str, findings: list[Finding]) -> object:
    """The same value with every ``env:NAME`` in it replaced from the environment."""
    match raw:
        case dict():
            return {name: resolve(value, environ, f"{path}.{name}".strip("."), findings) for name, value in raw.items()}
        case list():
            items = [resolve(value, environ, path, findings) for value in raw]
            return UNSET if UNSET in items else items
        case str() if raw.startswith(_ENV):
            name = raw.removeprefix(_ENV)
            if environ.get(name):
                return environ[name]
            findings.append(
                Finding(path, f"the environment variable {name} is not set or empty.", "Set it where Klopaan starts.")
            )
            return UNSET
    return raw


# ---- readers -------------------------------------------------------------------------------------------------------


def text(raw: object) -> str:
    """Words: not empty."""
    if not isinstance(raw, str) or not raw.strip():
        raise Wrong("is empty or not text.", 'Write it between quotes, like "…".')
    return raw.strip()


def flag(raw: object) -> bool:
    """True or false."""
    if not isinstance(raw, bool):
        raise Wrong("is neither true nor false.", "Write true or false, without quotes.")
    return raw


def number(least: int, most: int) -> Reader[int]:
    """A whole number within bounds; digits in quotes will do, for values from the environment."""

    def read(raw: object) -> int:
        if isinstance(raw, str) and raw.isascii() and raw.isdigit():
            raw = int(raw)
        if isinstance(raw, bool) or not isinstance(raw, int) or not least <= raw <= most:
            raise Wrong("is not a number that can be used here.", f"Write a whole number from {least} to {most}.")
        return raw

    return read


def one_of(*options: str) -> Reader[str]:
    """One of a few words."""

    def read(raw: object) -> str:
        if raw not in options:
            raise Wrong("is none of the possible values.", f"Choose from: {', '.join(options)}.")
        return str(raw)

    return read


def several(read: Reader[T], *, single: bool = False) -> Reader[tuple[T, ...]]:
    """A list of what ``read`` reads; with ``single`` one value without a list will do as well."""

    def read_all(raw: object) -> tuple[T, ...]:
        if single and not isinstance(raw, list):
            raw = [raw]
        if not isinstance(raw, list):
            raise Wrong("is not a list.", 'Write it between square brackets, like ["…", "…"].')
        return tuple(read(item) for item in raw)

    return read_all


def some(read: Reader[tuple[T, ...]]) -> Reader[tuple[T, ...]]:
    """A list that is not empty."""

    def read_some(raw: object) -> tuple[T, ...]:
        values = read(raw)
        if not values:
            raise Wrong("is an empty list.", "Write at least one.")
        return values

    return read_some


def set_of(read: Reader[T]) -> Reader[frozenset[T]]:
    """A list in which order does not matter."""
    return lambda raw: frozenset(several(read)(raw))


def matching(pattern: str, advice: str) -> Reader[str]:
    """Words of a certain form."""
    compiled = re.compile(pattern)

    def read(raw: object) -> str:
        if not isinstance(raw, str) or not compiled.fullmatch(raw):
            raise Wrong("does not have the form that is asked for.", advice)
        return raw

    return read


email = matching(r"[^@\s<>,;]+@[^@\s<>,;]+", 'Write one e-mail address, like "team@gemeente.example".')
colour = matching(r"#[0-9a-fA-F]{6}", 'Write a colour as six hexadecimal digits, like "#154273".')
language = matching(r"[a-z]{2,3}", 'Write languages as ISO 639 codes, like "nl" or "ar".')


def url(raw: object) -> str:
    """An address that begins with http:// or https://, without the slash at the end."""
    address = text(raw)
    try:
        parsed = URL(address)
    except ValueError:
        parsed = URL()
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise Wrong("is not a web address.", 'Write it in full, like "https://hulp.gemeente.example".')
    return address.rstrip("/")


def is_local(address: str) -> bool:
    """Whether a web address leads to this very machine."""
    host = URL(address).host or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def database_url(raw: object) -> str:
    """An address of one of the two engines, in SQLAlchemy's form. It may hold a password and is never repeated."""
    advice = 'Write "sqlite+aiosqlite:////path/klopaan.db" or "postgresql+asyncpg://user:password@host/name".'
    address = text(raw)
    try:
        parsed = make_url(address)
    except (ArgumentError, ValueError):
        raise Wrong("is not the address of a database.", advice) from None
    if parsed.drivername not in ("sqlite+aiosqlite", "postgresql+asyncpg"):
        raise Wrong("names a database or driver that Klopaan does not use.", advice)
    if parsed.drivername.startswith("sqlite") and parsed.database in (None, "", ":memory:"):
        raise Wrong("names no file, so everything would be lost at the next restart.", advice)
    return address


def clock_time(raw: object) -> time:
    """A time of day: ``"09:00"`` or TOML's own 09:00:00."""
    if isinstance(raw, time):
        return raw
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", raw) if isinstance(raw, str) else None
    if found:
        return time(int(found[1]), int(found[2]))
    raise Wrong("is not a time of day.", 'Write hours and minutes, like "09:00".')


def opening_hours(raw: object) -> tuple[Span, ...]:
    """``"09:00-17:00"``, several with commas, or ``"closed"``; ``24:00`` is midnight at the end of the day."""
    wrong = Wrong(
        "is not a set of opening hours.",
        'Write "09:00-17:00", "09:00-12:30, 13:00-17:00" or "closed"; later hours after earlier ones.',
    )
    if not isinstance(raw, str):
        raise wrong
    if raw.strip() == "closed":
        return ()
    spans: list[Span] = []
    for part in raw.split(","):
        opens, dash, closes = part.partition("-")
        try:
            end = time(0) if closes.strip() == "24:00" else clock_time(closes.strip())
            span = Span(clock_time(opens.strip()), end)
        except ValueError:
            raise wrong from None
        if not dash or (spans and (spans[-1].closes == time(0) or span.opens < spans[-1].closes)):
            raise wrong
        spans.append(span)
    return tuple(spans)


def day(raw: object) -> date:
    """A date: ``"2027-12-24"`` or TOML's own, without quotes."""
    if type(raw) is date:
        return raw
    if isinstance(raw, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", raw):
        try:
            return date.fromisoformat(raw)
        except ValueError:
            pass
    raise Wrong("is not a date.", 'Write year, month and day, like "2027-12-24".')


def postcodes(raw: object) -> tuple[int, int]:
    """``"1234"`` or ``"1234-1299"``: the four digits, both ends included."""
    found = re.fullmatch(r"([1-9]\d{3})(?:\s*-\s*([1-9]\d{3}))?", raw.strip()) if isinstance(raw, str) else None
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
    if last < first:
        raise Wrong("is not a range of postcodes.", 'Write four digits or a range, like "1234" or "1234-1299".')
    return first, last


def international(raw: object) -> str:
    """A telephone number with its country code, such as ``"+31 6 1234 5678"``; gives its digits alone."""
    digits = re.sub(r"[\s()-]", "", raw).removeprefix("+") if isinstance(raw, str) else ""
    if not re.fullmatch(r"[1-9][0-9]{6,14}", digits):
        raise Wrong("is not a telephone number with its country code.", 'Write it like "+31 6 1234 5678".')
    return digits


def network(raw: object) -> Network:
    """An IP address or network of a proxy."""
    try:
        return ip_network(text(raw))
    except ValueError:
        raise Wrong("is not an IP address or network.", 'Write it like "10.0.0.5" or "10.0.0.0/24".') from None


def words_by_name(raw: object) -> tuple[tuple[str, str], ...]:
    """A table of names and words, as pairs."""
    if not isinstance(raw, Mapping) or not all(isinstance(value, str) and value for value in raw.values()):
        raise Wrong("is not a table of names.", 'Write it like { name = "…" }, with names from the documentation.')
    return tuple(raw.items())
