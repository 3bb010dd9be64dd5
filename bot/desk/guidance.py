"""Where the texts that colleagues look after are: the phrasebook, the cards, and all texts in every language."""

from __future__ import annotations

from aiohttp import web

from bot.desk import cards_page, phrasebook_page, text_page, texts_files, texts_page

_PHRASE, _CARD = r"/desk/phrasebook/{number:\d{1,18}}", r"/desk/cards/{card:[a-z_]{1,40}}"
#: A context: words joined by points.
_TEXT = r"/desk/texts/{context:[a-z0-9_]{1,40}(?:\.[a-z0-9_]{1,40}){1,8}}"

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
    web.get("/desk/texts", texts_page.show),
    web.get("/desk/texts/export", texts_page.download),
    web.get("/desk/texts/files", texts_files.show),
    web.post("/desk/texts/files", texts_files.look),
    web.post("/desk/texts/files/take", texts_files.take),
    web.get(_TEXT, text_page.show),
    web.post(_TEXT, text_page.act),
)
