"""How values look inside a text: dates, times, numbers and lists per language, and which way they are read.

Rules, the same on every channel:

- A date is weekday, day and month, without a year: what residents are told lies within weeks (``dinsdag 24 november``).
- Times are on the 24-hour clock, which every letter and station clock in the Netherlands uses.
- Digits are Western in every language, so that a phone number or a date looks as it does on a letter or a door.
- A year, a postcode or a phone number is handed over as ``str``: an ``int`` gets thousands separators.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal

Direction = Literal["ltr", "rtl"]

#: The clock on the wall of every Dutch municipality.
ZONE = ZoneInfo("Europe/Amsterdam")

#: First-strong isolate and its end (Unicode UAX #9): what is between them cannot disturb the order around it.
OPEN, CLOSE = "\u2068", "\u2069"

#: Directional controls that a value might carry; they go, or an isolate could be closed from inside.
_CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_LATIN = "A-Za-z\u00c0-\u024f"
#: So many characters fit a button with the widest icon before them.
_LONGEST_SHORT = 20
#: A Latin word or several, a web address, or digits with separators (a phone number): ``Veilig Thuis``, ``0800-2000``.
_FRAGMENT = re.compile(rf"\+?[{_LATIN}0-9](?:[{_LATIN}0-9+./:@_()\- ]*[{_LATIN}0-9])?")
_NEEDS_ISOLATION = re.compile(rf"[{_LATIN}]|[0-9][^0-9]+[0-9]|\+[0-9]")


@lru_cache
def locale_of(language: str) -> Locale:
    """Babel's locale for an ISO 639-1 code; English is British, because the dates are read in Europe."""
    return Locale.parse("en_GB" if language == "en" else language)


@lru_cache
def direction(language: str) -> Direction:
    """Which way ``language`` is read: ``ltr`` or ``rtl``."""
    return "rtl" if locale_of(language).text_direction == "rtl" else "ltr"


@lru_cache
def own_name(language: str) -> str:
    """The language's name in itself, as in a menu of languages: ``Nederlands``, ``English``, ``العربية``."""
    name = Locale.parse(language).get_display_name(language) or language
    return name[0].upper() + name[1:]


@lru_cache
def _date_pattern(language: str) -> str:
    # The locale's own short order of weekday, day and month, with its fields widened to full words (as ICU does).
    known = locale_of(language).datetime_skeletons
    nearest = next(known[skeleton] for skeleton in ("MMMMEEEEd", "MMMMEd", "MMMEd") if skeleton in known)
    return re.sub("[ML]+", "MMMM", re.sub("E+", "EEEE", str(nearest.pattern)))


def _formatted(value: date, pattern: str, language: str) -> str:
    if language == "fr" and value.day == 1:  # "le 1er décembre", of which CLDR has no pattern
        pattern = pattern.replace("d", "d'er'")
    return format_date(value, pattern, locale=locale_of(language))


@lru_cache(maxsize=4096)
def say_date(value: date, language: str) -> str:
    """``dinsdag 24 november``."""
    return _formatted(value, _date_pattern(language), language)


@lru_cache(maxsize=4096)
def say_short_date(value: date, language: str) -> str:
    """``di 24 nov``, for a label; in a language without short names of days it is hardly shorter."""
    known = locale_of(language).datetime_skeletons
    return _formatted(value, str(known["MMMEd"].pattern), language)


@lru_cache(maxsize=4096)
def say_time(value: time, language: str) -> str:
    """``14:05``."""
    return format_time(value, "HH:mm", locale=locale_of(language))


def say_datetime(value: datetime, language: str) -> str:
    """``dinsdag 24 november, 14:05`` on the municipality's clock; a naive value is taken to be on it already."""
    local = value.astimezone(ZONE) if value.tzinfo else value
    return _joined(say_date(local.date(), language), local.time(), language)


def say_short_datetime(value: datetime, language: str) -> str:
    """``di 24 nov, 14:05`` on the municipality's clock, as `say_datetime`. Where the day's name makes it too long, it
    goes rather than the moment: ``24 nov, 14:05``."""
    local = value.astimezone(ZONE) if value.tzinfo else value
    whole = _joined(say_short_date(local.date(), language), local.time(), language)
    if len(whole) <= _LONGEST_SHORT:
        return whole
    day = _formatted(local.date(), str(locale_of(language).datetime_skeletons["MMMd"].pattern), language)
    return _joined(day, local.time(), language)


def _joined(day: str, hour: time, language: str) -> str:
    joined = str(locale_of(language).datetime_formats["medium"])
    return joined.replace("{1}", day).replace("{0}", say_time(hour, language))


def say_number(value: int, language: str) -> str:
    """``1.234`` in Dutch, ``1,234`` in English; Western digits everywhere."""
    return format_decimal(value, locale=locale_of(language), numbering_system="latn")


def say_euro(cents: int, language: str) -> str:
    """``€ 12,50`` in Dutch, ``€12.50`` in English; whole euros without cents, Western digits everywhere."""
    amount, digits = Decimal(cents) / 100, "" if cents % 100 else "0"
    known = locale_of(language)
    pattern = str(known.currency_formats["standard"].pattern)
    pattern = pattern.replace("0.00", "0") if digits else pattern
    return without_controls(
        format_currency(amount, "EUR", pattern, locale=known, currency_digits=not digits, numbering_system="latn")
    )


def say_list(items: Sequence[str], language: str) -> str:
    """``huur, energie en boetes``."""
    return format_list(items, locale=locale_of(language))


def plural_form(value: int, language: str) -> str:
    """The CLDR plural category of ``value``: ``zero|one|two|few|many|other``."""
    return locale_of(language).plural_form(value)


def without_controls(value: str) -> str:
    """``value`` without directional controls of its own."""
    return _CONTROLS.sub("", value)


def isolated(value: str, language: str) -> str:
    """``value`` so that it cannot disturb the order of the text it is put into.

    Always isolated in a right-to-left language; in the others only when it has right-to-left letters itself.
    """
    if value and (direction(language) == "rtl" or _RIGHT_TO_LEFT.search(value)):
        return f"{OPEN}{value}{CLOSE}"
    return value


def isolate_fragments(words: str, language: str) -> str:
    """Fixed words of a right-to-left language with the Latin words and phone numbers in them isolated."""
    if direction(language) == "ltr":
        return words
    return _FRAGMENT.sub(
        lambda found: f"{OPEN}{found[0]}{CLOSE}" if _NEEDS_ISOLATION.search(found[0]) else found[0], words
    )
