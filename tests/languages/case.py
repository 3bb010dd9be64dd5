"""A whole case as one resident goes through it, driven by what is on the screen and never by words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby, pairwise

from bot.agreements.acts import Line as Agreed
from bot.contact import plans
from flows.text import verbatim
from locales import direction, own_name
from locales.extraction import languages
from locales.foreign import foreign
from tests.languages.seats import LINK, Page, Seat, Shown, Telephone
from tests.support import contact
from tests.support.agreements import FRIDAY, NEXT, PAPERS, POST, sent
from tests.support.channels import Line
from tests.support.town import Colleague, Town

#: Dutch first, as it is in every list.
EVERY = ("nl", *(code for code in languages() if code != "nl"))

NAME, PLACE = "Samira", "9912"
#: What humans typed in this case, names too; it stays as they typed it.
FREE, NOTE = "Bel Kees van de woningbouw.", "Goed gedaan vandaag!"
TYPED = (FREE, NOTE, NAME, "Waterdrecht")

#: A number at the end of an id: of a summary, a plan, a line. Each person has others.
_NUMBER = re.compile(r"(?<=:)a?\d+$")
_LANGUAGE = "welkom.hello:"
#: Answers that end a question of which this case needs nothing.
_NOTHING = (":none", ":no", ":neither", ":skip", ":done")

SIGN_UP = ("!go:aanmelden", "aanmelden.for_whom:self", "aanmelden.worries:rent", "aanmelden.worries:done",
           "aanmelden.urgency:none")  # fmt: skip
APPOINTMENT = ("aanmelden.registered:appointment", "afspraak.kind:office", "afspraak.day:2026-11-25")
AGREEMENTS = ("!to:afspraken.agreed", "afspraken.agreed:", "afspraken.ready:list")
CHECK_IN = ("!to:checkin.so_so", "checkin.so_so:just")


class CaseOf:
    """One resident, who reads ``language``, and all that they are shown."""

    def __init__(self, language: str, seat: Seat, helper: Colleague) -> None:
        self.language = language
        self.town: Town = seat.town
        self.helper = helper
        self.seat = seat
        self.seats = [seat]
        self.pages: list[Shown] = []

    async def close(self) -> None:
        """Closes browsers."""
        for each in self.seats:
            if isinstance(each, Page):
                await each.close()

    # ---- what they do ----------------------------------------------------------------------------------------------

    async def arrives(self) -> None:
        """Until the menu; at the web chat the page itself is read too."""
        if isinstance(self.seat, Page):
            self.seat.language = self.language
            self.pages.append(await self.seat.looks(f"/?taal={self.language}"))
        await self.seat.begins(self.language)
        await self.taps(f"{_LANGUAGE}{self.language}")
        if "welkom.own_phone:yes" in await self.seat.on_screen():
            await self.taps("welkom.own_phone:yes")

    async def signs_up(self) -> None:
        """Several questions, a place and a name in own words, and yes to the summary."""
        for button in SIGN_UP:
            await self.taps(button)
        await self.seat.types(PLACE)
        await self.seat.types(NAME)
        await self.taps("aanmelden.how:chat")
        await self.taps("aanmelden.how:done")
        await self.until("aanmelden.summary:yes")

    async def books(self) -> None:
        """The first time of a day, at the office."""
        for button in APPOINTMENT:
            await self.taps(button)
        await self.taps("afspraak.time:")
        await self.taps("afspraak.booked:close")

    async def agrees(self) -> None:
        """A human wrote down what was agreed: that is right; then how they keep in touch."""
        lines = [Agreed(POST, FRIDAY), Agreed(PAPERS, NEXT, self.helper.id), Agreed(verbatim(FREE))]
        one = await self.seat.resident()
        await sent(self.town, one, self.helper, *lines, note=NOTE)
        await self.hears()
        for button in AGREEMENTS:
            await self.taps(button)
        agreed = contact.wanted()
        await plans.agree(self.town.house, one.conversation_id, self.helper, agreed, client_id=contact.client_id())
        await self.hears()
        await self.taps("!to:contact.plan")
        await self.taps("contact.plan:close")

    async def answers(self) -> None:
        """The first check-in; then they look where they stand, and are done."""
        for button in CHECK_IN:
            await self.taps(button)
        await self.until("!go:voortgang")

    async def hears(self) -> None:
        """What waits goes out."""
        for each in self.seats:
            if isinstance(each, Telephone):
                await each.line.send_all()

    # ---- how -------------------------------------------------------------------------------------------------------

    async def taps(self, beginning: str) -> None:
        """The first button on the screen that begins so, on whatever page of the list; by the link of the last notice
        where that is what came."""
        if await self._found(beginning) is None:
            await self._goes_by_link()
        button = await self._found(beginning)
        while button is None:
            more = await self._found("!page:")
            assert more is not None, f"no {beginning} but {await self.seat.on_screen()}, {self.language}"
            await self.seat.taps(more)
            button = await self._found(beginning)
        await self.seat.taps(button)

    async def until(self, button: str) -> None:
        """Says nothing to every question until this button is there, and taps that."""
        for _ in range(25):
            if await self._found(button) is not None:
                break
            there = await self.seat.on_screen()
            await self.seat.taps(next((one for end in _NOTHING for one in there if one.endswith(end)), there[-1]))
        await self.taps(button)

    async def _found(self, beginning: str) -> str | None:
        return next((one for one in await self.seat.on_screen() if one.startswith(beginning)), None)

    async def _goes_by_link(self) -> None:
        """Opens the last notice's link: what any robot sees, then the conversation itself."""
        if not isinstance(self.seat, Telephone):
            return
        links = LINK.findall("\n".join((await self.seat.shown())[-1].words))
        if not links:
            return
        page = Page(self.town, self.town.house.config.web.public_url)
        self.seats.append(page)
        page.language = self.language
        self.pages.append(await page.looks(f"/c/{links[0]}?taal={self.language}"))
        await page.opens(links[0], self.language)
        self.pages.append(await page.looks("/"))
        self.seat = page

    # ---- what is wrong ---------------------------------------------------------------------------------------------

    async def wrong(self) -> list[str]:
        """What is not in their language, or not read in its direction, of all that they were shown."""
        found: list[str] = []
        for each in self.pages:
            found += _left(each, self.language)
            found += [] if (each.lang, each.dir) == self._way else [f"a page in {each.lang}, {each.dir}"]
        beside = await self._beside()
        for seat in self.seats:
            for one in await seat.shown():
                if one.words[0] in beside:
                    continue
                found += _left(one, self.language)
                if isinstance(seat, Page) and (one.lang, one.dir) != self._way:
                    found.append(f"{one.lang}, {one.dir}: {one.words[0][:60]}")
        return found

    async def _beside(self) -> frozenset[str]:
        """The Dutch that stands beside a draft on purpose (rule 12): just before the same in their language, and only
        where it is about what happens with what they tell us."""
        said = [one.content for one in await (await self.seats[0].resident()).messages() if one.author == "bot"]
        return frozenset(
            dutch.text
            for dutch, theirs in pairwise(said)
            if dutch.language == "nl" != self.language == theirs.language
            and dutch.origin == theirs.origin == "welkom.hello"
            and theirs.dutch(self.town.house.tongue) == dutch.text
        )

    @property
    def _way(self) -> tuple[str, str]:
        return self.language, direction(self.language)

    async def asked(self) -> list[list[str]]:
        """The buttons of each question, by seat, from the chosen language on, without the numbers in their ids."""
        return [
            [_NUMBER.sub("1", button) for button in one.buttons]
            for seat in self.seats
            for one in await seat.shown()
            if one.buttons and not one.buttons[0].startswith(_LANGUAGE)
        ]


def _left(shown: Shown, language: str) -> Sequence[str]:
    """Words of another language that no human typed; each with what stands around it."""
    found: list[str] = []
    for words in shown.words:
        plain = words
        for typed in (*TYPED, *(own_name(code) for code in EVERY), *HELPERS):
            plain = plain.replace(typed, " ")
        found += [f"{word!r} in {plain[:160]!r}" for word, _ in groupby(foreign(plain, language))]
    return found


#: As many as there are languages: everyone finds the same moments free.
HELPERS = ("Noor", "Fatma", "Bas", "Sanne", "Youssef", "Lotte", "Karim", "Femke")


def case_of(line: Line, language: str, number: int, helper: Colleague, *, page: bool) -> CaseOf:
    """Who reads ``language``, at the web chat or at this channel."""
    url = line.house.config.web.public_url
    return CaseOf(language, Page(line.town, url) if page else Telephone(line, f"3160000000{number}"), helper)
