"""``[[links]]``, ``[recht]`` and ``[[recht.own]]``: what a municipality adds to *Uitleg* and *Waar heb ik recht op*."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from bot.config.reading import (
    Reader,
    S,
    Section,
    Wrong,
    day,
    key,
    language,
    matching,
    nearest,
    one_of,
    read_section,
    set_of,
    text,
    url,
)
from bot.errors import Finding
from flows import data
from flows.answering import ADDED
from flows.local import GROUPS, Link, Right
from flows.text import Text

#: Names of the rights that Klopaan knows, and of the words that it explains.
RIGHTS = tuple(data.load("rights")["right"])
WORDS = tuple(data.load("words")["word"])
#: Characters that fit a button on every channel; and that read as half a sentence.
LONGEST_TITLE, LONGEST_LINE = 20, 100


def _https(raw: object) -> str:
    address = url(raw)
    if not address.startswith("https://"):
        raise Wrong("does not begin with https://.", "Residents are only sent to pages that nobody can change.")
    return address


def _words(longest: int) -> Reader[Mapping[str, str]]:
    """The same words in several languages, by their code; braces would be read as placeholders."""

    def read(raw: object) -> Mapping[str, str]:
        if not isinstance(raw, Mapping) or not all(isinstance(said, str) and said.strip() for said in raw.values()):
            raise Wrong("is not a table of languages.", 'Write it like { nl = "…", en = "…", ar = "…" }.')
        if any(len(said) > longest for said in raw.values()):
            raise Wrong(f"is longer than {longest} characters.", "Say it shorter.")
        return {code: said.strip().replace("{", "(").replace("}", ")") for code, said in raw.items()}

    return read


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Section):
    """One ``[[links]]``: a film or page. ``reviewed`` is the last day on which it is shown."""

    about: str = key(text, needed='Say under what it stands, like about = "uitleg" or "recht.huurtoeslag".')
    language: str = key(language, needed='Say in which language it is, like language = "nl".')
    title: str = key(text, needed="Write what people read before the link.")
    url: str = key(_https, needed='Write the address, like url = "https://gemeente.example/uitleg".')
    reviewed: date = key(  # noqa: RUF009 - makes a field
        day, needed="Write until which day you vouch for it, like reviewed = 2027-12-31."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Without(Section):
    """``[recht]``: what this municipality does not have."""

    without: frozenset[str] = key(set_of(one_of(*RIGHTS)), frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRight(Section):
    """One ``[[recht.own]]``: what this municipality has besides, in all its languages."""

    name: str = key(
        matching(r"[a-z][a-z0-9_]{1,17}", "Use 2 to 18 small letters, digits and _, and begin with a letter."),
        needed='Give it a short name of its own, like name = "zwemles".',
    )
    icon: str = key(text, "⭐")
    group: str = key(one_of(*GROUPS), "local")
    title: Mapping[str, str] = key(_words(LONGEST_TITLE), needed='Write it like { nl = "…", en = "…", ar = "…" }.')
    line: Mapping[str, str] = key(_words(LONGEST_LINE), needed='Write it like { nl = "…", en = "…", ar = "…" }.')

    def findings(self, path: str) -> Iterable[Finding]:
        """A name means one thing."""
        if self.name in RIGHTS or self.name in ADDED:
            yield Finding(f"{path}.name", "is a name that Klopaan uses itself.", "Choose another.")


@dataclass(frozen=True, slots=True)
class Rights:
    """``[recht]`` and ``[[recht.own]]`` together."""

    without: frozenset[str] = frozenset()
    own: tuple[Right, ...] = ()


def read_rights(raw: object, languages: tuple[str, ...], findings: list[Finding]) -> Rights:
    """What is in the list of this municipality; what is not said in one of its ``languages`` is a finding."""
    table = {name: value for name, value in raw.items() if name != "own"} if isinstance(raw, Mapping) else raw
    switched_off = read_section(Without, table, "recht", findings)
    own: dict[str, Right] = {}
    for path, section in _each(OwnRight, raw.get("own", []) if isinstance(raw, Mapping) else [], "recht.own", findings):
        for part in ("title", "line"):
            findings += _languages(f"{path}.{part}", getattr(section, part), languages)
        if section.name in own:
            findings.append(Finding(f"{path}.name", f"is {section.name} a second time.", "Give each its own name."))
        title, line = (_text(section, part) for part in ("title", "line"))
        own[section.name] = Right(section.name, section.icon, section.group, title, line)
    return Rights(switched_off.without if switched_off else frozenset(), tuple(own.values()))


def read_links(raw: object, rights: Rights, languages: tuple[str, ...], findings: list[Finding]) -> tuple[Link, ...]:
    """The links, each under something that there is, in a language of the municipality's."""
    own = (right.name for right in rights.own)
    there = ("uitleg", "recht", *(f"recht.{name}" for name in (*RIGHTS, *own)), *(f"woord.{name}" for name in WORDS))
    found: list[Link] = []
    for path, page in _each(Page, raw, "links", findings):
        if page.about not in there:
            advice = nearest(page.about, there) or 'Use "uitleg", "recht", "recht.huurtoeslag" or "woord.dwangbevel".'
            findings.append(Finding(f"{path}.about", "names nothing that there is.", advice))
        if page.language not in languages:
            findings.append(
                Finding(f"{path}.language", "is no language of yours.", f"Use one of: {', '.join(languages)}.")
            )
        found.append(Link(page.about, page.language, page.title, page.url, page.reviewed))
    return tuple(found)


def _each(section: type[S], raw: object, path: str, findings: list[Finding]) -> Iterable[tuple[str, S]]:
    if not isinstance(raw, list):
        findings.append(Finding(path, "is not a list of tables.", f"Write each as [[{path}]]."))
        return
    for place, item in enumerate(raw, 1):
        made = read_section(section, item, f"{path}.{place}", findings)
        if made is not None:
            yield f"{path}.{place}", made


def _languages(path: str, said: Mapping[str, str], languages: tuple[str, ...]) -> Iterable[Finding]:
    missing = [code for code in languages if code not in said]
    if missing:
        yield Finding(path, f"has no words in {', '.join(missing)}.", "Say it in every language of yours.")
    for code in said:
        if code not in languages:
            yield Finding(f"{path}.{code}", "is no language of yours.", f"Use: {', '.join(languages)}.")


def _text(section: OwnRight, part: str) -> Text:
    said: Mapping[str, str] = getattr(section, part)
    others = tuple((code, words) for code, words in said.items() if code != "nl")
    return Text(f"recht.own.{section.name}.{part}", said.get("nl", ""), own=others)
