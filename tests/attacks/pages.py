"""A page as a browser would take it: its links, its forms, and whatever in it could run or fetch something."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

import aiohttp

#: In everything that is typed: what of it becomes an element is no text any more, and none of it is printed.
MARK = "geheim7391"

#: Elements that fetch, frame or redirect, and that no page of ours has.
_NEVER = frozenset({"iframe", "frame", "object", "embed", "base", "applet", "math", MARK})
_ADDRESSES = frozenset({"href", "src", "action", "formaction", "poster", "xlink:href"})
_RUNS = re.compile(r"(?i)[\s\x00-\x20]*(javascript|vbscript|data:text|livescript)")
_VOID = frozenset({"input", "img", "br", "hr", "meta", "link", "source", "wbr"})


@dataclass(slots=True)
class Field:
    """One thing to fill in. ``kind``: the type of an input, ``textarea`` or ``select``; ``options`` of the latter, and
    of radio buttons; ``least`` and ``most`` of a number or a day."""

    kind: str
    value: str = ""
    options: list[str] = field(default_factory=list)
    needed: bool = False
    least: str = ""
    most: str = ""


@dataclass(slots=True)
class Form:
    """One form. ``fields`` are those that are filled in already; ``buttons`` say what they add."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    asked: dict[str, Field] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)  # name, value, another action

    @property
    def shape(self) -> str:
        """What all forms of one kind have in common, beside where they go."""
        return f"{self.method} {sorted(self.asked)} {sorted(self.buttons)}"


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.faults: list[str] = []
        self.words: list[str] = []
        self._open: Form | None = None
        self._named: dict[str, Form] = {}
        self._in: str = ""
        self._select: Field | None = None
        self._area: str = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._look(tag, given)
        if tag in ("script", "style", "title"):
            self._in = "" if tag == "title" else f"{tag} {given.get('type', '')} {given.get('src', '')}"
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if "data-source" in given:  # what scripts fetch anew
            self.links.append(given["data-source"])
        if tag == "form":
            self._open = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._open)
            if "id" in given:
                self._named[given["id"]] = self._open
        form = self._named.get(given.get("form", ""), self._open)
        if form is not None and "disabled" not in given:
            self._field(form, tag, given)

    def _look(self, tag: str, given: Mapping[str, str]) -> None:
        if tag in _NEVER:
            self.faults.append(f"<{tag}>")
        for name, value in given.items():
            if name.startswith("on") or name in ("style", "srcdoc", "ping"):
                self.faults.append(f"{tag} {name}={value[:60]!r}")
            if name in _ADDRESSES and _RUNS.match(value):
                self.faults.append(f"{tag} {name}={value[:60]!r}")
            if name in ("src", "action", "formaction") and re.match(r"(https?:)?//", value):
                self.faults.append(f"{tag} {name}={value[:60]!r}")
        if tag == "meta" and given.get("http-equiv", "").lower() == "refresh":
            self.faults.append("meta refresh")
        if tag == "a" and given.get("target") and "noopener" not in given.get("rel", ""):
            self.faults.append(f"a target without noopener: {given.get('href', '')[:60]}")

    def _field(self, form: Form, tag: str, given: Mapping[str, str]) -> None:
        name, value, needed = given.get("name", ""), given.get("value", ""), "required" in given
        if tag == "button" and given.get("type", "submit") == "submit":
            form.buttons.append((name, value, given.get("formaction", "")))
        elif tag == "select" and name:
            self._select = form.asked.setdefault(name, Field("select", needed=needed))
        elif tag == "option" and self._select is not None:
            self._select.options.append(value)
            if "selected" in given:
                self._select.value = value
        elif tag == "textarea" and name:
            form.asked[name] = Field("textarea", needed=needed)
            self._area = name
        elif tag == "input" and name:
            kind = given.get("type", "text").lower()
            if kind == "hidden":
                form.fields[name] = value
            elif kind in ("radio", "checkbox"):
                asked = form.asked.setdefault(name, Field(kind))
                asked.options.append(value or "on")
                asked.needed |= needed
                if "checked" in given:
                    asked.value = value or "on"
            else:
                form.asked[name] = Field(
                    kind, value, needed=needed, least=given.get("min", ""), most=given.get("max", "")
                )

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._area = ""
        if tag in ("script", "style"):
            self._in = ""

    def handle_data(self, data: str) -> None:
        if self._in.startswith("style") and data.strip():
            self.faults.append("inline style")
        elif self._in.startswith("script") and data.strip():
            if not self._in.startswith("script application/json"):
                self.faults.append(f"inline script {data[:60]!r}")
            else:
                json.loads(data)
        else:
            self.words.append(data)


@dataclass(frozen=True, slots=True)
class Page:
    """What came back."""

    status: int
    path: str
    headers: Mapping[str, str]
    text: str
    links: tuple[str, ...] = ()
    forms: tuple[Form, ...] = ()
    faults: tuple[str, ...] = ()
    words: str = ""
    is_html: bool = True

    @staticmethod
    async def of(response: aiohttp.ClientResponse) -> Page:
        """Reads it; markup is looked through."""
        text = (await response.read()).decode("utf-8", "replace")
        headers = {name.lower(): value for name, value in response.headers.items()}
        if response.content_type != "text/html":
            return Page(response.status, response.url.raw_path_qs, headers, text, is_html=False)
        reader = _Reader()
        reader.feed(text)
        reader.close()
        return Page(
            *(response.status, response.url.raw_path_qs, headers, text),
            *(tuple(reader.links), tuple(reader.forms), tuple(reader.faults), " ".join(reader.words)),
        )
