"""What in a text is not in the language that it is said to be in: a letter of another alphabet, a Dutch word left.

Some words stay Dutch in every language, because they stand so on a letter or a door: ``stays_dutch.txt``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from types import MappingProxyType

from locales.catalog import FOLDER, SOURCE
from locales.template import Plural, Template, parse

STAYS_DUTCH = FOLDER / "stays_dutch.txt"

_LATIN = "abcdefghijklmnopqrstuvwxyz"
_ARABIC = "ءآأؤإئابتثجحخدذرزسشصضطظعغفقلمنهو"
#: The letters of each language, small ones; marks above and below Arabic letters do not count.
_LETTERS = MappingProxyType(
    {
        "nl": f"{_LATIN}áàäâéèëêíïóöôúüû",
        "en": _LATIN,
        "ar": f"{_ARABIC}ةىيكـ",
        "tr": f"{_LATIN}çğıöşüâîû".translate(dict.fromkeys(map(ord, "qwx"))),
        "pl": f"{_LATIN}ąćęłńóśźż".translate(dict.fromkeys(map(ord, "qvx"))),
        "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюяʼ",
        "fa": f"{_ARABIC}پچژکگی".translate(dict.fromkeys(map(ord, "ةىيإ"))),
        "fr": f"{_LATIN}àâæçéèêëîïôœùûüÿ",
    }
)
#: Dutch words in nearly every Dutch sentence, of which no other language here has one.
_IN_DUTCH = """
aan als bellen bent bij daar deze doen een eens geen graag hebben hebt heeft het hij hoe iemand iets jullie kiezen
kies kunnen kunt maken met mijn moet morgen naar niet niets nog onze ook samen schuld stuur tot tussen uit uw
van vandaag volgende voor vraag waar waarom wanneer wat welke wij wilt willen wordt worden zich zijn zonder
"""
_DUTCH = frozenset(_IN_DUTCH.split())
_WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)*")
#: Addresses, web pages and codes are nobody's words.
_NO_WORDS = re.compile(r"https?://\S+|\S+@\S+|\b[\w-]+(?:\.[\w-]+)+(?:/\S*)?|\b[A-Z0-9]{2,}(?:-[A-Z0-9]+)+\b")


def foreign(words: str, language: str) -> list[str]:
    """The words in ``words`` that are not in ``language``, in their order. One that stays Dutch on purpose is none."""
    plain = _NO_WORDS.sub(" ", unicodedata.normalize("NFC", words))
    if language != SOURCE:
        plain = _stays_dutch().sub(" ", plain)
    letters = _letters(language)
    dutch = _DUTCH if language != SOURCE else frozenset()
    return [word for word in _WORD.findall(plain) if not letters.issuperset(_bare(word)) or word.casefold() in dutch]


def foreign_in_text(words: str, language: str) -> list[str]:
    """The same of a text before anything is filled in. Raises ``ValueError`` when its braces do not make sense."""
    return foreign(" … ".join(_literal(parse(words))), language)


def is_written_in(words: str, language: str) -> bool:
    """Whether at least one of the letters of a text, if it has any, is of ``language``. Raises as `foreign_in_text`."""
    bare = _bare(unicodedata.normalize("NFC", "".join(_literal(parse(words)))))
    return not bare or not _letters(language).isdisjoint(bare)


def _literal(template: Template) -> Iterator[str]:
    """What a text says itself, without what is filled in."""
    for part in template.parts:
        if isinstance(part, str):
            yield part
        elif isinstance(part, Plural):
            for _, form in part.forms:
                yield from _literal(form)


def _bare(word: str) -> str:
    """The letters of ``word``, small, without apostrophes and without Arabic vowel signs."""
    return "".join(char for char in _small(word) if char.isalpha())


def _small(word: str) -> str:
    return unicodedata.normalize("NFC", word.replace("İ", "i").lower())


@cache
def _letters(language: str) -> frozenset[str]:
    return frozenset(_LETTERS[language])


@cache
def _stays_dutch() -> re.Pattern[str]:
    lines = STAYS_DUTCH.read_text("utf-8").splitlines()
    names = sorted((line.strip() for line in lines if line.strip() and not line.startswith("#")), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)", re.IGNORECASE)
