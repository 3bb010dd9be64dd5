"""Where the texts that colleagues look after are: the phrasebook and the cards."""

from __future__ import annotations

from aiohttp import web

from bot.desk import cards_page, phrasebook_page

_PHRASE, _CARD = r"/desk/phrasebook/{number:\d{1,18}}", r"/desk/cards/{card:[a-z_]{1,40}}"

ROUTES = (
    web.get("/desk/phrasebook", phrasebook_page.show),
    web.get("/desk/phrasebook/new", phrasebook_page.show_new),
    web.post("/desk/phrasebook/new", phrasebook_page.add),
    web.post("/desk/phrasebook/switch", phrasebook_page.switch),
    web.get(_PHRASE, phrasebook_page.show_own),
    web.post(_PHRASE, phrasebook_page.change),
    web.get("/desk/cards", cards_page.show),
    web.get(_CARD, cards_page.show_one),
    web.post(_CARD, cards_page.change),
)
