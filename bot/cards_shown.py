"""A card as a resident gets it: the conversation's own words and its own picture, for the desk."""

from __future__ import annotations

from dataclasses import dataclass

from bot import enclosed
from bot.content import Content
from bot.house import House
from bot.talk import rendered
from flows import step
from flows.agenda import Kind, Meetings
from flows.cards import Card, Cards
from flows.grammar import Moment, World
from flows.landing import Landing
from flows.session import Frame, Session

_FLOW = "kaarten"


@dataclass(frozen=True, slots=True)
class Shown:
    """The messages that a card is, and the picture of it as a PNG (empty: it cannot be drawn, and the message goes
    without it), with what that says in words."""

    messages: tuple[Content, ...]
    picture: bytes
    says: str


async def look(house: House, card: Card, language: str) -> Shown:
    """``card`` as someone reads it who knows no caseworker yet. It can be said whole in ``language``."""
    messages = _content(house, card, language, "card")
    content = next(one for one in _content(house, card, language, "picture") if one.picture is not None)
    assert content.picture is not None
    drawn = await enclosed.picture(house, content)
    says = content.picture.told(language, house.tongue)
    return Shown(tuple(messages), b"" if drawn is None else drawn.data, says)


def _content(house: House, card: Card, language: str, screen: str) -> list[Content]:
    frame = Frame(_FLOW, screen, {"card": card.name})
    known = Cards((card,), contact_name=house.gemeente.name, contact_phone=house.gemeente.phone)
    world = World({Cards: known, Meetings: Meetings((Kind.CALL.value,))})
    local = house.clock.now().astimezone(house.calendar.zone)
    moment = Moment(local, "", house.gemeente, flows=house.flows, drafts=house.drafts)
    turn = step.show(Landing(Session(stack=(frame,), language=language)), world, moment)
    return [content for reply in turn.replies for content in rendered(reply, language, house)]
