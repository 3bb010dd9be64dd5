"""Numbers that nobody asked for are masked before anything is stored (rule 3), and text is made clean."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from stdnum import iban, luhn
from stdnum.nl import bsn

#: What stands where a number stood.
MASK = "●●●●●●●●●"

_BSN_LENGTHS = (8, 9)  # eight digits: written without its leading zero
_CARD_LENGTHS = range(13, 20)  # ISO/IEC 7812
_CARD_GROUP = 4
_MOST_CARD_GROUPS = 5  # 4-4-4-4-3
_IBAN_LENGTHS = range(34, 14, -1)  # ISO 13616
_LONGEST_IBAN = 2 * 34  # characters, a separator after each
_FEWEST_DIGITS = 8

_LETTER_VALUES = str.maketrans({letter: str(int(letter, 36)) for letter in string.ascii_uppercase})

_IBAN_START = re.compile(r"(?=[A-Z]{2}[ .-]?\d{2})")
_NOT_IN_IBAN = re.compile(r"[^A-Z0-9 .-]|[ .-]{2}")
#: Groups of digits that may belong together.
_SEQUENCE = re.compile(r"\d+(?:[ ./()-]{1,3}\d+)*")
_DIGITS = re.compile(r"\d+")

_PHONE_LENGTHS = range(15, 9, -1)  # with country code, ITU-T E.164
_NATIONAL_LENGTH = 10
_NATIONAL_START = re.compile(r"0[1-9]\d{0,2}|0[1-9]\d{8}")  # 06, 020, 0512, or all ten at once
_SERVICE_LENGTHS = (11, 8)  # 0800…, 0900…

_ZERO_WIDTH_JOINER = "\u200d"
#: The longest part of a text that `clean` gives up rather than cut in the middle of a sign (characters).
_LONGEST_SIGN = 32

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
#: Control characters but tab and newline; lone surrogates; what turns the direction of text it does not belong to; the
#: byte order mark and its mirror image. Left in: direction marks and joiners, which Arabic, Persian and emoji need.
_REMOVED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without the numbers, and the kinds that were in it: ``bsn``, ``iban``, ``card``."""

    text: str
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Group:
    """Digits that stand next to each other, and where."""

    digits: str
    start: int
    end: int


def mask(text: str) -> Masked:
    """Mask every valid BSN, IBAN and payment card number, in any digits and with the usual separators.

    Telephone numbers and dates stay, also those that would pass for a BSN.
    """
    plain = _plain(text)
    if sum(map(str.isdigit, plain)) < _FEWEST_DIGITS:
        return Masked(text, frozenset())
    found = list(_ibans(plain))
    for start, end, _ in found:
        plain = plain[:start] + "●" * (end - start) + plain[end:]
    for sequence in _SEQUENCE.finditer(plain):
        found += _numbers(plain, sequence)
    for start, end, _ in sorted(found, reverse=True):
        text = text[:start] + MASK + text[end:]
    return Masked(text, frozenset(kind for _, _, kind in found))


#: The longest message that a channel lets in, in characters; more is refused there, where the person sees it.
LONGEST = 10_000
#: NFC makes a text at most three times as long: what a channel let in is never cut, a cry for help often ends it.
ROOM = 3 * LONGEST


def clean(text: str, limit: int = ROOM) -> str:
    """Give ``text`` in NFC, newlines as ``\\n``, without what can only do harm, at most ``limit`` characters."""
    text = unicodedata.normalize("NFC", _REMOVED.sub("", _LINE_ENDS.sub("\n", text)))
    if len(text) <= limit:
        return text
    cut = limit
    while cut > max(0, limit - _LONGEST_SIGN) and _continues(text[cut - 1], text[cut]):
        cut -= 1
    return text[:cut]


def says(text: str) -> bool:
    """Tell whether there is anything to read in it: more than spaces and signs that are not seen."""
    return any(unicodedata.category(char)[0] not in "CMZ" for char in text)


def _continues(before: str, char: str) -> bool:
    """Tell whether ``char`` is one sign with what stands before it."""
    return _ZERO_WIDTH_JOINER in (before, char) or unicodedata.category(char).startswith("M")


def _plain(text: str) -> str:
    """Give as many characters, with digits and Latin capitals in ASCII, and spaces and dashes of one kind."""
    if text.isascii():
        return text.upper()
    return "".join(map(_plain_character, text))


def _plain_character(char: str) -> str:
    if char.isascii():
        return char.upper()
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    category = unicodedata.category(char)
    if category in ("Zs", "Cf"):
        return " "
    if category == "Pd" or char == "\u2212":
        return "-"
    wide = unicodedata.normalize("NFKC", char)
    return wide.upper() if len(wide) == 1 and wide.isascii() else char


def _ibans(plain: str) -> Iterator[tuple[int, int, str]]:
    done = 0
    for begin in _IBAN_START.finditer(plain):
        start = begin.start()
        if start < done:
            continue
        end = min(len(plain), start + _LONGEST_IBAN)
        stop = _NOT_IN_IBAN.search(plain, start, end)
        places = [i for i in range(start, stop.start() if stop else end) if plain[i].isalnum()]
        for length in _IBAN_LENGTHS:
            if len(places) < length or plain[places[length - 1] + 1 : places[length - 1] + 2].isdigit():
                continue
            if _is_iban("".join(plain[i] for i in places[:length])):
                done = places[length - 1] + 1
                yield start, done, "iban"
                break


def _is_iban(compact: str) -> bool:
    # The check digits first (ISO 7064): the library looks at them too, but many times slower, and texts are long.
    number = int((compact[4:] + compact[:4]).translate(_LETTER_VALUES))
    return number % 97 == 1 and iban.is_valid(compact, check_country=False)


def _numbers(plain: str, sequence: re.Match[str]) -> Iterator[tuple[int, int, str]]:
    """Give BSNs and cards among the groups of a sequence: whole groups, first come, longest first."""
    groups = [_Group(m.group(), m.start(), m.end()) for m in _DIGITS.finditer(plain, sequence.start(), sequence.end())]
    spared = _phones_and_dates(groups, after_plus=plain[sequence.start() - 1 : sequence.start()] == "+")
    at = 0
    while at < len(groups):
        last, kind = _number_at(groups, at, spared)
        if kind:
            yield groups[at].start, groups[last].end, kind
        at = last + 1


def _number_at(groups: list[_Group], at: int, spared: frozenset[int]) -> tuple[int, str]:
    """Give the last group of the number that begins at group ``at`` and its kind; an empty kind when there is none."""
    found = at, ""
    digits = ""
    for last in range(at, len(groups)):
        digits += groups[last].digits
        if last in spared or len(digits) > _CARD_LENGTHS[-1]:
            break
        if len(digits) in _BSN_LENGTHS and bsn.is_valid(digits):
            found = last, "bsn"
        elif len(digits) in _CARD_LENGTHS and last - at < _MOST_CARD_GROUPS and _is_card(digits):
            found = last, "card"
    return found


def _is_card(digits: str) -> bool:
    return digits[0] != "0" and luhn.is_valid(digits)


def _joined(groups: list[_Group], at: int, length: int) -> int | None:
    """Give the group with which the digits from group ``at`` on make exactly ``length``."""
    for last in range(at, len(groups)):
        length -= len(groups[last].digits)
        if length <= 0:
            return last if length == 0 else None
    return None


def _phones_and_dates(groups: list[_Group], *, after_plus: bool) -> frozenset[int]:
    spared: set[int] = set()
    for at, group in enumerate(groups):
        if at == 0 and after_plus:
            lengths = list(_PHONE_LENGTHS)
        elif at == 0 and group.digits.startswith("00"):
            lengths = [length + 2 for length in _PHONE_LENGTHS]
        elif at == 0 and group.digits.startswith(("0800", "0900", "0906", "0909")):
            lengths = [*_SERVICE_LENGTHS, _NATIONAL_LENGTH]
        elif _NATIONAL_START.fullmatch(group.digits) and (at == 0 or len(group.digits) != _CARD_GROUP):
            lengths = [_NATIONAL_LENGTH]
        else:
            lengths = []
        last = next((last for length in lengths if (last := _joined(groups, at, length)) is not None), None)
        if last is not None:
            spared.update(range(at, last + 1))
        elif _is_date([group.digits for group in groups[at : at + 3]]):
            spared.update(range(at, at + 3))
    return frozenset(spared)


def _is_date(parts: list[str]) -> bool:
    if [len(part) for part in parts] not in ([2, 2, 4], [1, 2, 4], [2, 1, 4], [1, 1, 4], [4, 2, 2]):
        return False
    year, month, day = map(int, parts if len(parts[0]) == 4 else reversed(parts))
    try:
        return 1900 <= date(year, month, day).year <= 2100
    except ValueError:
        return False
