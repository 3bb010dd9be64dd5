"""A grade as people type it: "8", "acht", "een dikke 8", "8/10", "٨"."""

from __future__ import annotations

import re
from typing import Literal

from flows.ratings import HIGHEST, LOWEST
from flows.understanding import Option, ascii_digits, match, normalise, number_in

GRADES = range(LOWEST, HIGHEST + 1)
#: What is longer (in words) tells something, and has a number in it by chance.
LONGEST = 6
_OPTIONS = tuple(Option(f"{grade}", f"{grade}") for grade in GRADES)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
#: "8/10", "8 van de 10", "8 out of 10".
_OF_TEN = re.compile(rf"(\d)\s*(?:/|van (?:de )?|out of |op |من )\s*{HIGHEST}\b")
#: What is counted is no grade: "3 weken", "2 keer gebeld". As `normalise` writes it.
_COUNTED = re.compile(
    r"(?:\d\s*|\b)(?:keer|maal|we+k|dag|maand|uur|jaar|minu|euro|€|brie|mens|times|days|month|hour|year|calls|letter|"
    r"people|ايام|يوم|اسبوع|اسابيع|شهر|اشهر|مره|مرات|ساع|سنه|سنوات|يورو)|\d\s*(?:x\b|%)"
)
#: "een 3 want …"; and not "lijn 3 was bezet".
_NAMED = re.compile(r"(?:^|\b(?:een|a|an|cijfer|grade|درجه) )\d")
_HALF = re.compile(r"[½¼¾]|\b(half|halve|halfje|and a half|نصف|ونصف)\b")


def grade_in(text: str) -> int | Literal["whole", "range"] | None:
    """The grade that ``text`` is. ``whole``: it lies between two, ``range``: it is no grade that there is. None: it is
    something else."""
    if len(text.split()) > LONGEST or _COUNTED.search(normalise(text)):
        return None
    said = _OF_TEN.sub(r"\1", normalise(ascii_digits(text))).strip(" .!?؟،+")
    numbers = _NUMBER.findall(said)
    if _HALF.search(text.casefold()) and (numbers or number_in(text)):
        return "whole"
    if numbers:
        return _of_digits(said, numbers)
    found = number_in(said)
    return found if found is not None and found in GRADES else _alone(said)


def _of_digits(said: str, numbers: list[str]) -> int | Literal["whole", "range"] | None:
    if len(set(numbers)) > 1:
        return "whole" if all(_whole(number) in GRADES for number in numbers) else None
    if not (said.endswith(numbers[0]) or _NAMED.search(said)):
        return None
    number = _whole(numbers[0])
    if number is None:
        return "whole"
    return number if number in GRADES else "range"


def _whole(number: str) -> int | None:
    whole, _, rest = number.replace(",", ".").partition(".")
    return None if rest.strip("0") else int(whole[:4])


def _alone(said: str) -> int | None:
    """A number with nothing but politeness around it; "een" among other words is no number."""
    picked = match(said, _OPTIONS)
    return int(picked[0]) if len(picked) == 1 else None
