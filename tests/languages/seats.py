"""Where residents sit: at the web chat's page, at Telegram, at WhatsApp. All three by what is on the screen."""

from __future__ import annotations

import json
import re
import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession, CookieJar

from bot import templates
from tests.support.channels import Line, Person
from tests.support.channels import Sent as Taken
from tests.support.town import Resident, Town

#: How people greet, where the channel does not tell which language they read.
HELLO = {
    "nl": "Goedemorgen, fijn dat ik u hier zie",
    "en": "Good morning, how are you today?",
    "ar": "صباح الخير، كيف حالكم اليوم؟",
    "tr": "Günaydın, siz bugün nasılsınız ve ne var ne yok?",
    "pl": "Dzień dobry, jak się państwo dzisiaj mają?",
    "uk": "Доброго ранку, як у вас справи?",
    "fa": "صبح بخیر، امروز حالتان چطور است؟",
    "fr": "Bonjour, comment allez-vous aujourd'hui ?",
}
#: The key of a personal link, in what was sent.
LINK = re.compile(r"/c/([A-Za-z0-9_-]{32})")
#: The page's own data, and what stands in it beside that.
_DATA = re.compile(r'<script type="application/json" id="data">(.*?)</script>', re.DOTALL)
_HIDDEN = re.compile(r"<(style|script)\b.*?</\1>|<!--.*?-->", re.DOTALL)
_ATTRIBUTE = re.compile(r'(?<![\w-])(?:aria-label|placeholder|alt|title)="([^"]*)"')
_TAG = re.compile(r"<[^>]+>")
_ROOT = re.compile(r'<html lang="([^"]*)" dir="([^"]*)">')


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing that someone was shown. ``words`` are all there are of it, buttons and alternative text too; ``lang``
    and ``dir`` are empty where the platform has none; ``by`` a human: ``text`` is theirs."""

    words: tuple[str, ...]
    buttons: tuple[str, ...] = ()
    lang: str = ""
    dir: str = ""
    by: str = "bot"


class Seat(ABC):
    """One person at one channel."""

    def __init__(self, town: Town) -> None:
        self.town = town

    @abstractmethod
    async def begins(self, language: str) -> None:
        """Arrives, for the first time."""

    @abstractmethod
    async def taps(self, button: str) -> None:
        """A button that is on the screen."""

    @abstractmethod
    async def types(self, text: str) -> None:
        """Writes."""

    @abstractmethod
    async def shown(self) -> list[Shown]:
        """All that they were shown, in order; nothing of it is their own."""

    @abstractmethod
    async def resident(self) -> Resident:
        """The same person, as the house knows them."""

    async def on_screen(self) -> tuple[str, ...]:
        """The ids of the buttons of the last question."""
        asked = [one for one in await self.shown() if one.buttons]
        return asked[-1].buttons if asked else ()


class Page(Seat):
    """A browser without scripts of its own: it keeps its cookie, and asks what the page asks."""

    def __init__(self, town: Town, url: str) -> None:
        super().__init__(town)
        self._client = ClientSession(url, cookie_jar=CookieJar(unsafe=True))
        self.language = ""
        self._shown: list[Shown] = []
        self._last = 0

    async def close(self) -> None:
        """Closes its connections."""
        await self._client.close()

    async def begins(self, language: str) -> None:
        self.language = language
        await self._posts("/chat/start", client_id=str(uuid.uuid4()), language=language)

    async def opens(self, token: str, language: str) -> None:
        """Comes in by a personal link."""
        self.language = language
        await self._posts("/chat/resume", link=token)

    async def taps(self, button: str) -> None:
        assert button in await self.on_screen()
        await self._posts("/chat/message", client_id=str(uuid.uuid4()), tap=button)

    async def types(self, text: str) -> None:
        await self._posts("/chat/message", client_id=str(uuid.uuid4()), text=text)

    async def shown(self) -> list[Shown]:
        answer = await self._client.get("/chat/messages", params={"after": self._last})
        for one in (await answer.json())["messages"]:
            self._last = one["seq"]
            if one["author"] != "resident":
                self._shown.append(_of_page(one))
        return self._shown

    async def resident(self) -> Resident:
        (cookie,) = self._client.cookie_jar
        known = await self.town.conversations.ensure("webchat", cookie.value)
        one = Resident(self.town, "webchat", cookie.value)
        one.conversation_id = known.conversation_id
        return one

    async def looks(self, path: str) -> Shown:
        """A page as a browser gets it, with all that its script may say later."""
        answer = await self._client.get(path, headers={"Accept-Language": self.language})
        page = await answer.text()
        assert answer.status == 200, path
        (root,) = _ROOT.findall(page)
        said = [said for found in _DATA.findall(page) for said in _strings(json.loads(found)["say"])]
        bare = _HIDDEN.sub(" ", page)
        return Shown((*said, *_ATTRIBUTE.findall(bare), _TAG.sub("\n", bare)), lang=root[0], dir=root[1])

    async def _posts(self, path: str, **data: object) -> None:
        headers = {"Sec-Fetch-Site": "same-origin", "Accept-Language": self.language}
        answer = await self._client.post(path, json=data, headers=headers)
        assert answer.status == 200, (path, await answer.text())


class Telephone(Seat):
    """Someone with Telegram or WhatsApp."""

    def __init__(self, line: Line, number: str) -> None:
        super().__init__(line.town)
        self.line = line
        self.person = Person(line, number)

    async def begins(self, language: str) -> None:
        if self.line.way.channel == "whatsapp":
            assert await self.person.does(text=HELLO[language]) == 200
        else:
            assert await self.person.does(start="", language=language) == 200
        await self.line.send_all()

    async def taps(self, button: str) -> None:
        assert button in await self.on_screen()
        await self.person.taps(button)

    async def types(self, text: str) -> None:
        await self.person.writes(text)

    async def shown(self) -> list[Shown]:
        return [self._of_platform(one) for one in self.person.screen]

    async def resident(self) -> Resident:
        return await self.person.resident()

    def _of_platform(self, one: Taken) -> Shown:
        titles = [words for each in one["buttons"] for words in (each["title"], each["description"])]
        ids = tuple(each["data"] for each in one["buttons"])
        if one["template"] is None:
            return Shown(
                (one["text"], one["caption"], *titles), ids
            )  # a file is called the same for everyone (rule 11)
        # The platform has the words, which we gave it for approval.
        words = templates.SEINTJE.body(self.town.house.tongue, one["template"]["language"])
        for place, value in enumerate(one["template"]["values"], 1):
            words = words.replace(f"{{{{{place}}}}}", value)
        return Shown((words,), lang=one["template"]["language"])


def _of_page(one: dict[str, Any]) -> Shown:
    alt = [one["picture"]["alt"]] if one["picture"] else []
    words = (one["text"], one["who"], *alt, *(each["label"] for each in one["buttons"]))
    ids = tuple(each["data"] for each in one["buttons"])
    return Shown(words, ids, one["lang"], one["dir"], one["author"])


def _strings(value: object) -> Iterable[str]:
    """All texts in it, at any depth, without their names."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)
