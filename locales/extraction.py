"""From ``t("context", "Dutch text", …)`` in the code, and texts that are data, to the PO files, and what is wrong with
them.

A text is known by its context: when its Dutch changes, the old translation stays at hand, marked fuzzy with the old
Dutch beside it, and counts as missing until someone looks at it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import cast

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import write_po

from flows import data
from locales.catalog import FOLDER, SOURCE, path_of, read_catalog, read_state
from locales.formatting import locale_of
from locales.template import parse

ROOT = FOLDER.parent
#: Where texts for residents are written.
PACKAGES = ("flows", "bot")
DATA = "flows/data"
KEYWORDS = {"t": ((1, "c"), 2)}
#: Without it a file has no texts, and need not be taken apart.
_CALLED = re.compile(rb"\bt\s*\(")

#: Lines in a PO file are never wrapped, so that a change of one word is a change of one line.
NO_WRAP = 1_000_000

#: Starts the comment that keeps the Dutch that a fuzzy translation was made of.
WAS = "was: "

#: Texts that may read the same as the Dutch: names, and words that the languages share.
SAME_WORDS = FOLDER / "same_words.txt"


@dataclass(frozen=True, slots=True)
class Source:
    """One text in the code, and the files it stands in (relative to the project)."""

    context: str
    msgid: str
    files: tuple[str, ...]


def languages(folder: Path = FOLDER) -> tuple[str, ...]:
    """The languages that have a PO file."""
    return tuple(sorted(path.parent.parent.name for path in folder.glob("*/LC_MESSAGES/klopaan.po")))


def extract(root: Path = ROOT) -> tuple[Source, ...]:
    """All texts of the project, in the order of the files and of the lines in them; those that are data come last."""
    files: dict[tuple[str, str], dict[str, None]] = {}
    for path in _modules(root):
        if _CALLED.search(path.read_bytes()) is None:
            continue
        for _line, message, _comments, context in extract_from_file("python", path, keywords=KEYWORDS):
            if context is not None:
                files.setdefault((context, cast(str, message)), {})[path.relative_to(root).as_posix()] = None
    for path in sorted((root / DATA).glob("*.toml")):
        for found in data.texts_of(path.read_text("utf-8")):
            files.setdefault(found, {})[path.relative_to(root).as_posix()] = None
    return tuple(Source(context, msgid, tuple(places)) for (context, msgid), places in files.items())


def unreadable_calls(root: Path = ROOT) -> tuple[str, ...]:
    """Calls of ``t`` whose context or text is not a literal, so that no extractor can read them: ``file:line``."""
    return tuple(
        f"{path.relative_to(root).as_posix()}:{node.lineno}"
        for path in _modules(root)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "t"
        and [type(argument.value) for argument in node.args if isinstance(argument, ast.Constant)] != [str, str]
    )


@dataclass(frozen=True, slots=True)
class Written:
    """A choice or menu entry as it is written out in a flow: its icon, and the contexts of its label, short form and
    synonyms (empty: none; None: they are no text that is written there)."""

    icon: str
    label: str
    short: str | None = ""
    words: str | None = ""


def choices(root: Path = ROOT) -> Iterator[Written]:
    """Every ``Choice`` and ``Menu`` of the flows whose label is written out, in the order of the code."""
    for path in sorted((root / "flows").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("Choice", "Menu"):
                label = next(filter(None, map(_context, node.args)), None)
                icon = next((str(one.value) for one in node.args[1:2] if isinstance(one, ast.Constant)), "❓")
                others = {one.arg: _context(one.value) for one in node.keywords}
                if label:
                    yield Written(icon, label, others.get("short", ""), others.get("words", ""))


def updated(language: str, sources: Iterable[Source], folder: Path = FOLDER) -> bytes:
    """The PO file of ``language`` brought up to date: new is empty, changed is fuzzy, gone is gone."""
    old = {message.context: message for message in _messages(read_catalog(language, folder))}
    fresh = Catalog(locale=language, fuzzy=False)
    for source in sources:
        fresh[source.msgid] = _carried_over(source, old.get(source.context))
    body = BytesIO()
    write_po(body, fresh, width=NO_WRAP, include_lineno=False, omit_header=True)
    return _header(language, read_state(language, folder)).encode() + body.getvalue()


def update(root: Path = ROOT, folder: Path = FOLDER) -> dict[str, int]:
    """Brings every PO file up to date; per language how many texts need a translation."""
    sources = extract(root)
    left: dict[str, int] = {}
    for language in languages(folder):
        path_of(language, folder).write_bytes(updated(language, sources, folder))
        messages = _messages(read_catalog(language, folder))
        left[language] = sum(1 for message in messages if message.fuzzy or not message.string)
    return left


def problems(language: str, sources: Iterable[Source], folder: Path = FOLDER) -> list[str]:
    """What keeps ``language`` from being whole: one line each, empty when all is well."""
    catalog = read_catalog(language, folder)
    messages = {message.context: message for message in _messages(catalog)}
    wanted = {source.context: source for source in sources}
    same = allowed_to_be_same()
    found = [f"obsolete: {context}" for context in messages if context not in wanted]
    found += [f"obsolete: {message.context}" for message in catalog.obsolete.values()]
    for context, source in wanted.items():
        message = messages.get(context)
        if message is None or not message.string:
            found.append(f"missing: {context}")
        elif message.fuzzy or message.id != source.msgid:
            found.append(f"stale: {context}")
        else:
            wrong = troubles(source, cast(str, message.string), language, same)
            found += [f"{trouble}: {context}" for trouble in wrong]
    return found


def allowed_to_be_same() -> frozenset[str]:
    """The contexts listed in ``same_words.txt``."""
    lines = SAME_WORDS.read_text("utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def clashes(sources: Iterable[Source]) -> list[str]:
    """Contexts that stand for more than one Dutch text, and Dutch texts whose braces make no sense."""
    seen: dict[str, str] = {}
    found = []
    for source in sources:
        if seen.setdefault(source.context, source.msgid) != source.msgid:
            found.append(f"two texts: {source.context}")
        try:
            parse(source.msgid)
        except ValueError as error:
            found.append(f"{error}: {source.context}")
    return found


def troubles(source: Source, string: str, language: str, same: frozenset[str]) -> Iterator[str]:
    """What is wrong with ``string`` as a translation of ``source``; ``same`` are contexts that may stay as they are."""
    if string == source.msgid and source.context not in same and any(letter.isalpha() for letter in string):
        yield "still Dutch"
    if string != string.strip():
        yield "space around it"
    try:
        template = parse(string)
    except ValueError as error:
        yield str(error)
        return
    if template.names != parse(source.msgid).names:
        yield "other placeholders"
    if any(not _counted(language) <= {name for name, _ in plural.forms} for plural in template.plurals):
        yield "plural forms missing"


@cache
def _counted(language: str) -> frozenset[str]:
    """The plural forms that counting asks for."""
    return frozenset(locale_of(language).plural_form(number) for number in range(1, 200))


def _context(node: ast.expr) -> str | None:
    """The context of ``t("context", "words")``."""
    match node:
        case ast.Call(ast.Name("t"), [ast.Constant(str(context)), *_]):
            return context
    return None


def _modules(root: Path) -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((root / package).rglob("*.py"))


def _messages(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def _carried_over(source: Source, old: Message | None) -> Message:
    places = [(file, 0) for file in source.files]
    if old is None or not old.string:
        return Message(source.msgid, "", places, context=source.context)
    stale = old.id != source.msgid
    notes = [note for note in old.user_comments if not note.startswith(WAS)]
    if stale:
        notes.append(WAS + cast(str, old.id).replace("\n", " "))
    elif old.fuzzy:
        notes = old.user_comments
    flags = {"fuzzy"} if stale or old.fuzzy else ()
    return Message(source.msgid, old.string, places, flags, user_comments=notes, context=source.context)


def _header(language: str, state: str) -> str:
    # Without dates or versions: the file changes only when a text does.
    return (
        f'msgid ""\nmsgstr ""\n"Project-Id-Version: klopaan\\n"\n"Language: {language}\\n"\n'
        f'"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Content-Transfer-Encoding: 8bit\\n"\n"X-Source-Language: {SOURCE}\\n"\n"X-State: {state}\\n"\n\n'
    )
