"""The cards page: every card with who looks after it and until when it is current, in other words where this
municipality wants that, and as a resident gets it. Everyone looks, a coordinator or beheerder changes."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from aiohttp import web

from bot import cards, cards_shown
from bot.cards import Adjusted
from bot.desk import cards_words
from bot.desk.hours_form import Typed
from bot.desk.page import Visit, go, staff_only
from bot.desk.phrasebook_page import may_change
from bot.errors import Refused
from locales.catalog import SOURCE

_PREVIEW = "preview"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a card in one language: what we made of it, and what is said instead."""

    code: str
    ours: str
    own: str


@staff_only()
async def show(visit: Visit) -> web.Response:
    """``GET /desk/cards``: those that residents do not get come first."""
    found = await cards.all_cards(visit.house)
    return visit.render(
        "cards.html",
        found=sorted(found, key=lambda one: (not one.card.shown, not one.overdue, not one.lacking)),
        overdue=[one for one in found if one.card.shown and one.overdue],
        saved=next((one for one in found if one.card.name == visit.request.query.get("saved")), None),
        may=may_change(visit.staff),
        said={one.card.name: _said(visit, one, SOURCE) for one in found},
        card_words=cards_words,
    )


@staff_only()
async def show_one(visit: Visit) -> web.Response:
    """``GET /desk/cards/{card}?language=``: as a resident gets it, and what can be changed."""
    return await _page(visit, await _find(visit), language=visit.request.query.get("language", ""))


@staff_only()
async def change(visit: Visit) -> web.StreamResponse:
    """``POST /desk/cards/{card}``: ``shown``, ``owner``, ``review``, ``seen``, ``{part}-{language}`` and
    ``out-{part}``; with ``act`` *preview* it is only shown how it would be, in ``language``."""
    if not may_change(visit.staff):
        raise Refused("not_allowed")
    one, form, house = await _find(visit), visit.form, visit.house
    owner, review = form.get("owner", ""), form.get("review", "")
    given: dict[str, Any] = {
        "shown": form.get("shown") == "yes",
        "owner": "" if owner == (one.ours.owner or house.gemeente.name) else owner,
        "review_on": "" if review == one.ours.review.isoformat() else review,
        "words": cards_words.given(form, house.gemeente.languages),
    }
    try:
        if form.get("act") == _PREVIEW:
            draft = cards.draft(house, one.card.name, cards.otherwise(house, one.card.name, **given))
            return await _page(visit, one, language=form.get("language", ""), draft=draft)
        await cards.adjust(house, visit.staff.id, one.card.name, **given, seen=form.get("seen", ""))
    except Refused as error:
        if error.code not in cards_words.REFUSALS:
            raise
        return await _page(visit, await _find(visit), language=form.get("language", ""), refused=error.code)
    return go(f"/desk/cards?saved={one.card.name}#card-{one.card.name}")


# ---- the page of one card ------------------------------------------------------------------------------------------


async def _page(
    visit: Visit, one: Adjusted, *, language: str, refused: str | None = None, draft: Adjusted | None = None
) -> web.Response:
    house, languages = visit.house, visit.house.gemeente.languages
    language, looked_at = language if language in languages else SOURCE, draft or one
    is_whole = language not in looked_at.lacking
    look = await cards_shown.look(house, looked_at.card, language) if is_whole else None
    # Who was told that a colleague changed it, and keeps it all the same, knows that.
    seen = visit.form["seen"] if refused != "other_card" and "seen" in visit.form else cards.mark(one)
    status = HTTPStatus.OK if refused is None else HTTPStatus.BAD_REQUEST
    return visit.render(
        "card.html",
        HTTPStatus.CONFLICT if refused == "other_card" else status,
        one=one,
        looked_at=looked_at,
        is_draft=draft is not None,
        title=_title(visit, one),
        parts={part: [_part(visit, one, part, code) for code in languages] for part in cards.PARTS},
        seen=seen,
        typed=Typed("card" if visit.form else "", visit.form),
        refused=None if refused is None else cards_words.REFUSALS[refused],
        may=may_change(visit.staff),
        language=language,
        languages=languages,
        look=look,
        picture="" if look is None else b64encode(look.picture).decode(),
        left_out=cards.LEFT_OUT,
        can_do_without=cards.can_do_without,
        longest_owner=cards.LONGEST_OWNER,
        furthest=(house.calendar.day_of(house.clock.now()) + cards.FURTHEST).isoformat(),
        card_words=cards_words,
    )


async def _find(visit: Visit) -> Adjusted:
    """The card in the address. Refused ``no_page``."""
    name = visit.request.match_info["card"]
    found = next((one for one in await cards.all_cards(visit.house) if one.card.name == name), None)
    if found is None:
        raise Refused("no_page")
    return found


def _part(visit: Visit, one: Adjusted, part: str, code: str) -> Part:
    text, tongue = cards.words_of(one.ours).get(part), visit.house.tongue
    ours = tongue.say(text, code) if text is not None and tongue.has(text, code) else ""
    return Part(code, ours, one.words.get(part, {}).get(code, ""))


def _said(visit: Visit, one: Adjusted, code: str) -> dict[str, str]:
    """What a card says, by part."""
    return {part: visit.house.tongue.say(text, code) for part, text in cards.words_of(one.card).items()}


def _title(visit: Visit, one: Adjusted) -> str:
    return visit.house.tongue.say(one.card.title, SOURCE)
