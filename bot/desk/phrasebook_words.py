"""The phrasebook's Dutch: what can be filled in, how it is typed and read, and why an entry was refused."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from babel.lists import format_list

from bot.clock import DAY
from bot.desk.wording import language_name
from bot.house import House
from bot.phrasebook import FORMS, LONGEST, MOST_OWN, Given
from flows.phrasebook import PARAMETERS, Phrasebook, parameters_of
from flows.text import Euro, Text, Value, verbatim
from locales.extraction import languages as translated_languages

#: What a sentence can ask for, as it is typed and read in the desk: ``Bel {organisatie}.``
VALUES = {
    "document": "papier",
    "organisation": "organisatie",
    "allowance": "toeslag",
    "amount": "bedrag",
    "date": "dag",
    "place": "plek",
    "person": "persoon",
}
#: Who does it.
WHO = {"you": "De inwoner doet het", "we": "Wij doen het"}
#: Lists of what can be chosen.
LISTS = {"document": "Papieren", "organisation": "Organisaties", "allowance": "Toeslagen", "place": "Plekken"}

#: Why an entry was refused; what was typed still stands there.
REFUSALS = {
    "no_dutch": "Vul de zin in het Nederlands in. Zonder Nederlandse zin is er niets om te vertalen.",
    "no_such_value": f"Tussen accolades kan alleen: {', '.join(f'{{{word}}}' for word in VALUES.values())}.",
    "braces": "Een accolade hoort bij iets dat u later invult, zoals {papier}. Er staat er een te veel of te weinig.",
    "other_values": "In elke taal hoort hetzelfde tussen accolades te staan als in het Nederlands.",
    "same_words": "Een vertaling is hetzelfde als het Nederlands. Laat het veld leeg als er nog geen vertaling is.",
    "not_its_letters": "Een vertaling is niet in de letters van die taal. Laat het veld leeg als u er nog geen heeft.",
    "too_long_phrase": f"Dit is te lang. Een zin heeft hooguit {LONGEST} tekens, en de zoekwoorden samen ook.",
    "no_icon": "Kies één plaatje (emoji), zonder letters of cijfers. Leeg mag ook.",
    "too_many_phrases": f"Er zijn al {MOST_OWN} eigen zinnen. Verander er een die u niet meer gebruikt.",
    "double_phrase": "Deze zin staat al in het zinnenboek.",
    "gone_phrase": "Deze zin is niet bekend. Er is niets veranderd.",
    "other_phrase": "Een collega heeft deze zin net veranderd. Onderaan ziet u hoe hij nu is. Er is nog niets bewaard; "
    "bewaart u opnieuw, dan geldt wat u hier typte.",
}

_DUTCH_SLOT = re.compile(rf"\{{({'|'.join(VALUES.values())})\}}")
_SLOT = re.compile(rf"\{{({'|'.join(PARAMETERS)})\}}")
_PARAMETER_OF = {word: name for name, word in VALUES.items()}
#: A value and nothing else, in whatever language.
_EVERYWHERE = tuple((language, "{it}") for language in translated_languages())
#: In examples.
_PERSON, _CENTS, _DAYS = "Sara", 5000, 7


@dataclass(frozen=True, slots=True)
class Sentence:
    """What one form of an entry says in one language, filled in with examples; None: not in that language."""

    language: str
    words: str | None


def given(form: Mapping[str, str], languages: Iterable[str]) -> Given:
    """What the form of an entry says."""
    sentences = [{code: _kept(form.get(f"{who}-{code}", "")) for code in languages} for who in FORMS]
    return Given(form.get("icon", ""), form.get("words", ""), *sentences)


def typed(sentence: str) -> str:
    """A sentence as one types it: ``{papier}`` for ``{document}``."""
    return _SLOT.sub(lambda found: f"{{{VALUES[found[1]]}}}", sentence)


def read(sentence: str) -> str:
    """A sentence as one reads it in a list: ``Bel [organisatie].``"""
    return _SLOT.sub(lambda found: f"[{VALUES[found[1]]}]", sentence)


def examples(house: House, book: Phrasebook) -> dict[str, Value]:
    """One value for everything that a sentence can ask for."""
    today = house.calendar.day_of(house.clock.now())
    first: dict[str, Value] = {kind: terms[0].text for kind, terms in book.terms.items() if terms}
    return {**first, "amount": Euro(_CENTS), "date": today + _DAYS * DAY, "person": verbatim(_PERSON)}


def filled(house: House, text: Text, values: Mapping[str, Value], languages: Iterable[str]) -> list[Sentence]:
    """How it reads in each of these languages."""
    with_values = text.but(**{name: values[name] for name in parameters_of(text.msgid)})
    return [
        Sentence(code, house.tongue.say(with_values, code) if house.tongue.has(with_values, code) else None)
        for code in languages
    ]


def samples(house: House, values: Mapping[str, Value], language: str) -> str:
    """As JSON, what stands in for what one types: ``{"{papier}": "uw loonstrook", …}``."""
    said = {
        f"{{{VALUES[name]}}}": house.tongue.say(Text(f"sample.{name}", "{it}", (("it", value),), _EVERYWHERE), language)
        for name, value in values.items()
    }
    return json.dumps(said, ensure_ascii=False)


def lacking(languages: Iterable[str]) -> str:
    """What it means that an entry is not whole in these languages: ``Nog niet in het Arabisch: kan niet naar iemand die
    Arabisch leest.``; empty where it is."""
    names = [language_name(code) for code in languages]
    if not names:
        return ""
    listed, read_by = format_list([f"het {name}" for name in names], locale="nl"), format_list(names, "or", locale="nl")
    return f"Nog niet in {listed}: kan niet naar iemand die {read_by} leest."


def left_behind(languages: Iterable[str]) -> str:
    """That translations stayed as they were when the Dutch did not."""
    listed = format_list([f"het {language_name(code)}" for code in languages], locale="nl")
    return f"U veranderde het Nederlands, maar niet {listed}. Klopt de vertaling nog?"


def _kept(sentence: str) -> str:
    return _DUTCH_SLOT.sub(lambda found: f"{{{_PARAMETER_OF[found[1]]}}}", sentence)
