"""One spelling for many: what people type, made comparable before any table is consulted."""

from __future__ import annotations

import re
import unicodedata

from flows.understanding.remembering import remembered

#: Letters that Unicode keeps apart but people do not: Arabic, Persian and Urdu forms, and Latin letters with a stroke.
_LETTERS = str.maketrans(
    {
        "ٱ": "ا",
        "ى": "ي",
        "ی": "ي",
        "ے": "ي",
        "ة": "ه",
        "ہ": "ه",
        "ھ": "ه",
        "ک": "ك",
        "ء": None,
        "ـ": None,
        "ı": "i",
        "ł": "l",
        "đ": "d",
        "ø": "o",
        "æ": "ae",
        "œ": "oe",
        **dict.fromkeys("'’‘ʼ`´ʻ", None),
    }
)
#: Every script's; Unicode has none beyond its second plane.
_DIGITS = {code: str(unicodedata.decimal(chr(code))) for code in range(0x20000) if chr(code).isdecimal()}
#: Cyrillic letters that look Latin, and the other way round; replaced only inside a word that has letters of both.
_TWINS = str.maketrans("асеорхукміѕ", "aceopxykmis")
_CYRILLIC_TWINS = str.maketrans("aceopxykmi", "асеорхукмі")
_ONLY_CYRILLIC = re.compile("[бвгґдєжзийлнптфцчшщьюяыэъё]")
#: So many letters in a row are a word that was spelled out; in Cyrillic some words are one letter.
_SPELLED, _SPELLED_CYRILLIC = 3, 5
_MIXED = re.compile(r"(?<![^\W\d_])(?=[^\W\d_]*[a-z])(?=[^\W\d_]*[\u0430-\u045f])[^\W\d_]{2,40}(?![^\W\d_])")
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_DOUBLED = re.compile(r"([^\W\d_])\1+")
_PIECES = re.compile(r"(?P<word>[^\W_]+)|(?P<pause>[.!?؟;؛…]+)")

#: Persian signs of the present, without and with a negation: typed as one word with the verb or apart from it. The
#: first is also the Levantine word for water: a text is taken for Persian by its letters.
_BEFORE_VERB = frozenset({"مي", "نمي"})
_PERSIAN = frozenset("یکگچپژ")

#: Stands between two sentences in a list of words; no phrase reaches across it.
PAUSE = "."


def normalise(text: str) -> str:
    """``text`` in one spelling: NFKC, lower case, no marks above or below letters, no invisible characters, Arabic
    letters unified, digits as 0-9, apostrophes dropped and a letter that is held down ("heeeelp") written once."""
    if text.isascii():
        plain = text.lower().replace("'", "").replace("`", "")
    else:
        spread = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
        kept = (char for char in spread if char.isascii() or unicodedata.category(char) not in ("Mn", "Me", "Cf"))
        plain = "".join(kept).translate(_LETTERS).translate(_DIGITS)
        plain = _untwin(plain)
    return _REPEATED.sub(r"\1", plain)


def ascii_digits(text: str) -> str:
    """``text`` with the digits of every script as 0-9: Arabic and Persian keyboards give digits of their own."""
    return text if text.isascii() else text.translate(_DIGITS)


def _untwin(text: str) -> str:
    """Words in letters of two scripts that look alike in letters of one: of that which has letters of its own there."""
    if not any("\u0430" <= char <= "\u045f" for char in text):
        return text
    return _MIXED.sub(lambda found: _in_one_script(found[0]), text)


def _in_one_script(word: str) -> str:
    return word.translate(_CYRILLIC_TWINS if _ONLY_CYRILLIC.search(word) else _TWINS)


def key(word: str) -> str:
    """A normalised word as it is compared: doubled letters count once ("dood", "doood" and "dod" are one)."""
    return word if len(set(word)) == len(word) else _DOUBLED.sub(r"\1", word)


def words_of(text: str) -> list[str]:
    """The compared words of ``text`` in order, with ``PAUSE`` where a sentence ends. Letters that stand alone in a row
    of three or more ("z e l f", "a.u.b.") are joined, and so is what Persian writes apart or not ("می خواهم")."""
    return list(_words_of(text))


@remembered
def _words_of(text: str) -> tuple[str, ...]:
    found: list[str] = []
    alone: list[str] = []
    apart = frozenset() if _PERSIAN.isdisjoint(text) else _BEFORE_VERB
    for piece in _PIECES.finditer(normalise(text)):
        word = piece["word"]
        if word is not None and len(word) == 1 and not word.isdigit():
            alone.append(word)
            continue
        if word is None and (alone or len(piece["pause"].strip("!?؟;؛")) > 1):
            continue  # a full stop inside an abbreviation, or three dots
        found += _joined(alone)
        alone = []
        if word is None:
            found.append(PAUSE)
        elif found and found[-1] in apart:
            found[-1] += key(word)
        else:
            found.append(key(word))
    return (*found, *_joined(alone))


def _joined(letters: list[str]) -> list[str]:
    least = _SPELLED_CYRILLIC if letters and "\u0430" <= letters[0] <= "\u04ff" else _SPELLED
    return [key("".join(letters))] if len(letters) >= least else letters
