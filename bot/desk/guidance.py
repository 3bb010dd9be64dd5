"""Where the texts that colleagues look after are: the phrasebook and the cards."""

from __future__ import annotations

from aiohttp import web

from bot.desk import phrasebook_page

_PHRASE = r"/desk/phrasebook/{number:\d{1,18}}"

ROUTES = (
    web.get("/desk/phrasebook", phrasebook_page.show),
    web.get("/desk/phrasebook/new", phrasebook_page.show_new),
    web.post("/desk/phrasebook/new", phrasebook_page.add),
    web.post("/desk/phrasebook/switch", phrasebook_page.switch),
    web.get(_PHRASE, phrasebook_page.show_own),
    web.post(_PHRASE, phrasebook_page.change),
)
