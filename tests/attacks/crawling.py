"""Every page that links lead to, and every form on them, filled in with whatever is to be tried."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import parse_qsl, urldefrag, urlencode, urljoin, urlsplit

import aiohttp

from tests.attacks.conftest import Visitor
from tests.attacks.hostile import FILES, SOUND, today
from tests.attacks.pages import MARK, Field, Form, Page

#: Never followed by the crawl: these end it.
ENDS = ("/desk/sign-out", "/demo")
#: Pages of one kind that are looked at: the hundredth conversation has nothing new.
SAME_KIND = 3

#: What a field of this type takes, so that the others are judged.
_VALID = {
    "time": "10:00",
    "number": "2",
    "email": "iemand@waterveen.example",
    "tel": "0999 123 456",
    "month": "2026-12",
    "datetime-local": "2026-12-01T10:00",
    "color": "#123456",
    "range": "1",
    "url": "https://waterveen.example/",
}

#: A day that nothing is booked on.
_SOON = timedelta(days=8)

#: Longer is for one field of a form only, in characters.
_LONG = 10_000


def kind_of(path: str) -> str:
    """The address without its numbers: pages with the same are one kind."""
    place = re.sub(r"/\d+", "/0", urlsplit(path).path)
    place = re.sub(r"^(/desk/(?:texts|cards))/[a-z_.]+", r"\1/x", place)
    names = sorted(name for name, _ in parse_qsl(urlsplit(path).query))
    return place + ("?" + "&".join(names) if names else "")


@dataclass(slots=True)
class Crawl:
    """What was found from where one began. ``faults`` tells what could run or fetch something; ``shapes`` counts the
    kinds of forms that were given."""

    visitor: Visitor
    shapes: dict[str, int] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    last: str = ""  # where the last form went

    async def run(self, *begin: str) -> None:
        """Follows every link of ours, from all of ``begin`` on; notes what is wrong."""
        kinds: dict[str, int] = {}
        todo = list(begin)
        while todo:
            path = urldefrag(todo.pop(0))[0]
            kind = kind_of(path)
            is_enough = path not in begin and kinds.get(kind, 0) >= SAME_KIND
            if path in self.pages or path.startswith(ENDS) or is_enough:
                continue
            kinds[kind] = kinds.get(kind, 0) + 1
            page = self.pages[path] = await self.visitor.get(path)
            self.judge(f"GET {path}", page)
            for link in page.links:
                there = urljoin(path, link)
                if there.startswith("/"):
                    todo.append(there)

    def judge(self, about: str, page: Page) -> None:
        """Notes what is wrong with an answer."""
        self.faults += [f"{about}: {fault}" for fault in page.faults]
        if page.status >= 500 or "Traceback" in page.text or "x-evil" in page.headers or f"{MARK}-49" in page.words:
            self.broken.append(f"{about}: {page.status} {page.text[:200]}")
        if "content-security-policy" not in page.headers or "unsafe" in page.headers["content-security-policy"]:
            self.broken.append(f"{about}: {page.headers.get('content-security-policy')}")

    def forms(self, most: int) -> Iterator[tuple[str, Form]]:
        """Each kind of form, at most so often: the place that it is on, and the form."""
        seen = self.shapes
        for path, page in self.pages.items():
            for form in page.forms:
                there = urljoin(path, form.action or path)
                kind = f"{kind_of(there)} {form.shape}"
                seen[kind] = seen.get(kind, 0) + 1
                if seen[kind] <= most and there.startswith("/"):
                    yield path, form


def filled(form: Form, typed: str, *, everywhere: bool = False, sparse: bool = False) -> dict[str, str]:
    """Its fields, with ``typed`` in each that takes words, or ``everywhere``: in those too that take something else,
    but for what proves where the form is from. Of ticks that belong together two; ``sparse``: without ticks, days and
    times that it can do without."""
    fields = dict(form.fields)
    ticked: dict[str, int] = {}
    for name, asked in form.asked.items():
        is_left = sparse and not asked.needed and asked.kind in ("checkbox", "date", "time")
        if asked.kind == "checkbox":
            group = name.partition("-")[0]
            ticked[group] = ticked.get(group, 0) + 1
            is_left = is_left or ticked[group] > 2
        fields[name] = typed if everywhere else "" if is_left else _value(name, asked, typed)
        if len(typed) > _LONG and fields[name] == typed:
            typed = typed[:20]  # one field that is too long will do
    if everywhere:
        fields |= {name: typed for name in form.fields if name != "csrf"}
    elif "client_id" in fields:
        fields["client_id"] = secrets.token_urlsafe(12)  # as on a page that was fetched anew
    return {name: value for name, value in fields.items() if value != ""}


def _value(name: str, asked: Field, typed: str) -> str:
    if name in SOUND:
        return SOUND[name]
    match asked.kind:
        case "radio" | "select":
            return asked.value or next((option for option in asked.options if option), "")
        case "checkbox":
            return asked.options[0]
        case "file":
            return ""
        case "date":
            soon = str(today() + _SOON)
            return asked.value or min(soon, asked.most or soon)
        case kind if kind in _VALID:
            return asked.value or asked.least or _VALID[kind]
    return typed


def _sent(form: Form, path: str, fields: dict[str, str]) -> dict[str, str] | aiohttp.FormData:
    """With the file that the form needs, if it does."""
    name = next((name for name, asked in form.asked.items() if asked.kind == "file" and asked.needed), None)
    if name is None:
        return fields
    data = aiohttp.FormData()
    for other, value in fields.items():
        if other != name:
            data.add_field(other, value)
    data.add_field(name, FILES[urlsplit(path).path](), filename=f"{MARK}.txt", content_type="text/plain")
    return data


async def submit(
    crawl: Crawl, place: str, form: Form, fields: dict[str, str], button: int, *, never: re.Pattern[str]
) -> Page | None:
    """The form as a browser sends it, by one of its buttons; not to an address that begins as ``never``."""
    path = urljoin(place, form.action or place)
    if form.buttons:
        name, value, other = form.buttons[button]
        path = urljoin(place, other) if other else path
        fields = fields | ({name: value} if name and name not in fields else {})
    if never.match(path):
        return None
    crawl.last = path
    if form.method == "get":
        page = await crawl.visitor.get(f"{urlsplit(path).path}?{urlencode(fields, errors='replace')}")
    else:
        page = await crawl.visitor.post(path, _sent(form, path, fields), follow=False)
    crawl.judge(f"{form.method} {path} {str(fields)[:300]}", page)
    return page
