"""Text for residents, before it is in any language.

A ``Text`` is a stable context, the Dutch source text and the values of its named placeholders. It is translated and
filled in only when it is rendered (``locales``), so that what was sent can be stored next to its context and values
and shown again in Dutch to a caseworker.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import Protocol, TypeAlias, cast

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Value: TypeAlias = "str | int | date | datetime | time | Short | Euro | Text | tuple[Text, ...]"


@dataclass(frozen=True, slots=True)
class Short:
    """A day, or a moment of it, in few letters for a label: ``di 24 nov``, ``di 24 nov, 14:05``."""

    value: date | datetime


@dataclass(frozen=True, slots=True)
class Euro:
    """An amount of money, written as the reader's language does: ``€ 12,50``."""

    cents: int


@dataclass(frozen=True, slots=True)
class Text:
    """One translatable text. ``context`` is empty for words that are the same in every language (``verbatim``).

    ``own`` are translations that come along with the text itself, by language: those of what a municipality added, of
    which no catalog knows. Of such a text there is no other translation than these.
    """

    context: str
    msgid: str
    values: tuple[tuple[str, Value], ...] = ()
    own: tuple[tuple[str, str], ...] = ()

    def but(self, **values: Value) -> Text:
        """The same text with (some) values replaced."""
        return Text(self.context, self.msgid, tuple({**dict(self.values), **values}.items()), self.own)


def t(context: str, msgid: str, /, **values: Value) -> Text:
    """A text for residents: extracted with ``-k t:1c,2``; placeholders are ``{named}``."""
    return Text(context, msgid, tuple(values.items()))


def own(context: str, words: str) -> Text:
    """A municipality's own words, in Dutch from its configuration; in other languages from ``[texts.…]`` there."""
    return Text(context, words.replace("{", "(").replace("}", ")"))


def verbatim(words: str) -> Text:
    """Words that are never translated: a language's own name, something that a human typed."""
    return Text("", words)


class Tongue(Protocol):
    """Renders texts; handed in by the shell, loaded beforehand, so that rendering is a pure look-up."""

    @property
    def edition(self) -> int:
        """Another number once it may say something else than before."""
        ...

    def say(self, text: Text, language: str) -> str:
        """The text in ``language`` (ISO 639-1), values filled in, plain text."""
        ...

    def has(self, text: Text, language: str) -> bool:
        """Whether all of the text, with what it holds, can be said in ``language``."""
        ...


def text_to_json(text: Text) -> Json:
    """``[context, msgid, {values}]``, and translations of its own after that; dates and times as ``{"date": …}``,
    texts nested."""
    own: list[Json] = [dict(text.own)] if text.own else []
    return [text.context, text.msgid, {name: _value_to_json(value) for name, value in text.values}, *own]


def text_from_json(data: Json) -> Text:
    """The inverse of ``text_to_json``. Raises ``ValueError`` for anything else."""
    if not (isinstance(data, list) and len(data) in (3, 4)):
        raise ValueError("not a text")
    if len(data) == 3 and data[0] and data[2] == {} and isinstance(data[0], str) and isinstance(data[1], str):
        return _plain(data[0], data[1])  # nearly all of a session is such: it is read at every message
    context, msgid, values, own = data if len(data) == 4 else [*data, {}]
    if not (isinstance(context, str) and isinstance(msgid, str) and isinstance(values, dict) and isinstance(own, dict)):
        raise ValueError("not a text")
    return Text(
        context,
        msgid,
        tuple((name, _value_from_json(value)) for name, value in values.items()),
        tuple((language, str(said)) for language, said in own.items()),
    )


@lru_cache(maxsize=4_096)
def _plain(context: str, msgid: str) -> Text:
    """One of the program's own texts with nothing filled in: there are so many and no more, in every session again."""
    return Text(context, msgid)


def texts_to_json(texts: Iterable[Text]) -> Json:
    """A list of texts as JSON."""
    return [text_to_json(text) for text in texts]


def _value_to_json(value: Value) -> Json:
    match value:
        case str() | int():
            return value
        case datetime():
            return {"datetime": value.isoformat()}
        case date():
            return {"date": value.isoformat()}
        case time():
            return {"time": value.isoformat()}
        case Short(datetime() as moment):
            return {"short_datetime": moment.isoformat()}
        case Short(day):
            return {"short_date": day.isoformat()}
        case Euro(cents):
            return {"euro": cents}
        case Text():
            return {"text": text_to_json(value)}
        case tuple():
            return {"texts": texts_to_json(value)}


def _value_from_json(data: Json) -> Value:
    if isinstance(data, (str, int)):
        return data
    if not (isinstance(data, dict) and len(data) == 1):
        raise ValueError("not a value")
    ((kind, value),) = cast(Mapping[str, Json], data).items()
    match kind, value:
        case "datetime", str():
            return datetime.fromisoformat(value)
        case "date", str():
            return date.fromisoformat(value)
        case "time", str():
            return time.fromisoformat(value)
        case "short_datetime", str():
            return Short(datetime.fromisoformat(value))
        case "short_date", str():
            return Short(date.fromisoformat(value))
        case "euro", int():
            return Euro(value)
        case "text", _:
            return text_from_json(value)
        case "texts", list():
            return tuple(text_from_json(item) for item in value)
    raise ValueError(f"not a value: {kind}")
