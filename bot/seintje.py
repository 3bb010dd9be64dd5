"""How a waiting message goes out, decided at the moment of sending: whether it still may, and in full or as a notice.

*Alleen seintje* (rule 11): whatever was not just asked for, and whatever is sensitive, goes as a neutral notice with a
personal link that opens the same conversation in the web chat. What was planned is checked again (rule 9).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from bot import content as contents
from bot import enclosed, identity, letters, templates
from bot.agenda.making import is_reminder
from bot.allowed import sending_time
from bot.channels import rendering
from bot.channels.limits import EMAIL, LIMITS
from bot.channels.rendering import DoesNotFit, Rendered
from bot.clock import from_ms, to_ms
from bot.content import Content, Upload
from bot.errors import PermanentDeliveryError
from bot.house import House
from bot.outgoing import Letter, Outgoing, Template
from bot.uploads import CALENDAR
from flows.text import t
from storage import outgoing as store
from storage.outgoing import NOTICES

ANSWER = t(
    "seintje.answer",
    "Uw antwoord staat klaar. Het is persoonlijk. U leest het op de website van {gemeente}: {link}",
)
CALL = t("seintje.call", "Lukt dat niet? Bel {phone}.")
#: To an address that nobody confirmed: the link is no personal one, and the first thing to do is in the foot.
UNCONFIRMED = t(
    "seintje.unconfirmed",
    "{sender} wil u graag op dit adres schrijven. Is dit adres van u? Zeg dan ja, met de link onderaan deze mail.\n"
    "Uw berichten staan ook in onze chat: {link}",
)
BY = t("seintje.by", "{name} schrijft:")

#: What could not be sent for longer than this, to someone who wrote nothing since, answers nothing they just asked.
JUST_ASKED = timedelta(days=1)

#: A row as ``storage.outgoing`` claims it.
Claimed = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Go:
    """It goes, in these platform messages; in the place of one that could not be made is None, so that the others keep
    theirs at every try. ``style``: full|nudge|template."""

    parts: tuple[Outgoing | None, ...]
    style: str


@dataclass(frozen=True, slots=True)
class Wait:
    """It may not go yet."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Drop:
    """It may not go any more."""

    reason: str


@dataclass(frozen=True, slots=True)
class Announced:
    """The notice just before it, of the same moment, told of it already."""


Way = Go | Wait | Drop | Announced


async def way_of(house: House, row: Claimed) -> Way:
    """What becomes of a claimed message now. Raises ``PermanentDeliveryError`` (``blocked``, ``no_address``,
    ``no_template``, ``rejected``), ``Unreadable``."""
    if row.expires_at is not None and row.expires_at <= to_ms(house.clock.now()):
        return Drop("too_late")
    if row.blocked_at is not None:
        raise PermanentDeliveryError("blocked")
    if row.left_at is not None and not row.asked:
        raise PermanentDeliveryError("no_address")
    if row.planned:
        hindrance = _hindrance(house, row)
        if hindrance is not None:
            return hindrance
    content = contents.loads(house.vault.unseal_text(row.content_sealed, "message"))
    if row.planned:
        content = in_language(content, row.language, house)
    neutral = _is_neutral(house, row, content)
    closed = is_window_closed(house, row.channel, row.last_inbound_at)
    if not neutral and not closed:
        return await _in_full(house, row, content)
    async with house.db.read() as conn:
        last = await store.before(conn, row.address_id, row.id)
    if last is not None and last.style in NOTICES and last.created_at == row.created_at and last.state != "failed":
        return Announced()
    return await _notice(house, row, content, closed=closed)


def _is_neutral(house: House, row: Claimed, content: Content) -> bool:
    """Whether this goes as a notice (rule 11). What just was asked for goes in full, unless it is sensitive for who
    looks along."""
    notices = only_notices(
        house,
        row.channel,
        in_full=bool(row.in_full and row.confirmed_at is not None),
        phone_shared=row.phone_shared_at is not None,
    )
    if not notices or row.channel == EMAIL.channel:
        return notices
    heard = max(row.created_at, row.last_inbound_at or 0)
    asked = row.asked and house.clock.now() - from_ms(heard) < JUST_ASKED
    return not asked or (content.sensitive and not content.safe)


def only_notices(house: House, channel: str, *, in_full: bool, phone_shared: bool) -> bool:
    """Whether what nobody just asked for, such as a caseworker's answer, goes there as a notice. ``in_full``: of an
    e-mail address, that its owner said it is theirs and asked for the content."""
    if channel == EMAIL.channel and not in_full:
        return True
    return bool(phone_shared or getattr(house.config.channels, channel).style != "volledig")


def is_window_closed(house: House, channel: str, last_inbound_at: int | None) -> bool:
    """Whether the platform takes nothing but templates now, because the person has not written lately."""
    window = LIMITS[channel].window
    if window is None:
        return False
    return last_inbound_at is None or house.clock.now() - from_ms(last_inbound_at) >= window


def has_template(house: House, language: str) -> bool:
    """Whether a notice in this language was approved: no text goes to a person in a language that is not theirs."""
    config = house.config.channels.whatsapp  # only it has a window
    if config is None or templates.SEINTJE.name not in dict(config.templates):
        return False
    return language in (config.template_languages or house.config.identity.languages)


def in_language(content: Content, language: str, house: House) -> Content:
    """The bot's own words in another language than they were stored in: the person changed it meanwhile."""
    if content.language == language or not content.texts or (content.language == "nl" and content.bilingual):
        return content
    say = house.tongue.say
    return replace(
        content,
        text="\n\n".join(filter(None, (say(text, language) for text in content.texts))),
        language=language,
        buttons=tuple(replace(button, label=say(button.source, language)) for button in content.buttons),
    )


def _hindrance(house: House, row: Claimed) -> Wait | Drop | None:
    """What keeps a planned message from going now (rule 9), however long it waited since it was said. A reminder goes
    in a human's hold too, does not count for the weekly cap, and never goes later than it makes sense (rule 8)."""
    now, calendar = house.clock.now(), house.calendar
    reminds = is_reminder(row.kind or "")
    if row.opted_out_at is not None:
        return Drop("opted_out")
    if row.held_by is not None and not reminds:
        return _later(house, row, max(from_ms(row.hold_until), now + timedelta(hours=1)))
    if row.paused_at is not None:
        return Drop("paused") if reminds else _later(house, row, now + timedelta(days=1))
    if not calendar.in_sending_hours(now):
        opens = calendar.next_sending_time(now)
        if row.expires_at is None:
            return _later(house, row, now)
        return Drop("too_late") if row.expires_at <= to_ms(opens) else Wait(opens)
    if not reminds and row.unasked_lately >= house.config.sending.weekly_cap:
        return _later(house, row, now + timedelta(days=1))
    return None


def _later(house: House, row: Claimed, at: datetime) -> Wait:
    return Wait(sending_time(house.calendar, at, row.conversation_id))


# ---- in full -------------------------------------------------------------------------------------------------------


async def _in_full(house: House, row: Claimed, content: Content) -> Go:
    if (name := _writer(house, row)) and content.text:
        # On these channels everything comes from one sender: that a human wrote it has to be said.
        by = house.tongue.say(BY.but(name=name), row.language)
        content = replace(content, text=f"{by}\n{content.text}")
    files = await _files(house, row) if row.files else []
    shown = _fitted(house, row, content) if content.text or not files else ()
    pieces: list[Piece | None] = [Piece(part) for part in shown]
    if shown and files and files[0].media_type == CALENDAR:
        pieces[-1] = Piece(shown[-1], files.pop(0))  # a line and its file are one message, and one letter
    empty = Rendered("", content.language, "ltr")
    pieces += [Piece(empty, upload) for upload in files]
    if row.page == 1:  # who turns the pages of a list has them already
        await _enclose(house, row, content, pieces)
    return Go(tuple(_part(house, row, number, piece) for number, piece in enumerate(pieces)), "full")


def _writer(house: House, row: Claimed) -> str | None:
    """What the human is called who wrote it: one of us, or who helps this person."""
    if row.author == "helper" and row.helper_sealed is not None:
        return house.vault.unseal_text(row.helper_sealed, "helper")
    return row.staff_name if row.author == "caseworker" else None


def _part(house: House, row: Claimed, number: int, piece: Piece | None) -> Outgoing | None:
    if piece is None:
        return None
    return replace(_outgoing(house, row, number, piece.shown, piece.file), enclosed=piece.enclosed)


@dataclass(frozen=True, slots=True)
class Piece:
    """A platform message in the making; see ``Outgoing``."""

    shown: Rendered
    file: Upload | None = None
    enclosed: bool = False


async def _enclose(house: House, row: Claimed, content: Content, pieces: list[Piece | None]) -> None:
    """Adds the picture, before the text and its buttons, and the text read aloud, after it. A letter has the picture in
    itself; it is read where a machine reads aloud all that is in it."""
    empty = Rendered("", content.language, "ltr")
    is_letter, first = row.channel == EMAIL.channel, pieces[0]
    if content.picture is not None:
        drawn = await enclosed.picture(house, content)
        if is_letter and first is not None and first.file is None:
            pieces[0] = replace(first, file=drawn)
        else:
            pieces.insert(0, None if drawn is None else Piece(empty, drawn, enclosed=True))
    if not is_letter and enclosed.has_voice(house, content):
        spoken = await enclosed.voice(house, content)
        pieces.append(None if spoken is None else Piece(empty, spoken, enclosed=True))


def _fitted(house: House, row: Claimed, content: Content) -> tuple[Rendered, ...]:
    limits = LIMITS[row.channel]
    try:
        return rendering.fit(content, limits, house.tongue, page=row.page)
    except IndexError:
        return rendering.fit(content, limits, house.tongue)
    except DoesNotFit:
        raise PermanentDeliveryError("rejected") from None


async def _files(house: House, row: Claimed) -> list[Upload]:
    async with house.db.read() as conn:
        found = await store.attachments(conn, row.message_id)
    # Words about a calendar file stand by themselves, with a link (`bot.invitation`).
    found = [one for one in found if one.media_type != CALENDAR or LIMITS[row.channel].calendar]
    await house.vault.prepare({house.vault.key_of(sealed) for _, sealed in found})
    return [Upload(media_type, house.vault.unseal(sealed, "attachment")) for media_type, sealed in found]


# ---- as a notice ---------------------------------------------------------------------------------------------------


async def _notice(house: House, row: Claimed, content: Content, *, closed: bool) -> Go:
    """The notice, with a link that is this person's own and expires; outside the platform's window as a template."""
    language = row.language
    if closed and not has_template(house, language):
        raise PermanentDeliveryError("no_template")
    sender = row.staff_name if row.author == "caseworker" and row.staff_name else house.gemeente.name
    link = await _link(house, row)
    template: Template | None = None
    words = [templates.SEINTJE.text.but(sender=sender, link=link)]
    if closed:
        template = Template(templates.SEINTJE.name, language, (sender, link))
    elif _is_strangers(row):
        words = [UNCONFIRMED.but(sender=sender, link=link)]
    elif row.asked:
        words = [ANSWER.but(gemeente=house.gemeente.name, link=link)]
        # It is about a crisis: who cannot open a link has another way, while someone answers there.
        if content.sensitive and house.calendar.is_open(house.clock.now()):
            words.append(CALL.but(phone=house.config.crisis.phone))
    text = "\n".join(house.tongue.say(one, language) for one in words)
    (shown, *_) = rendering.fit(Content(text, language), LIMITS[row.channel], house.tongue)
    part = replace(_outgoing(house, row, 0, shown), template=template)
    return Go((part,), "template" if closed else "nudge")


async def _link(house: House, row: Claimed) -> str:
    """Where the conversation opens, in the person's language: the page asks nobody who is behind it."""
    path = "/" if _is_strangers(row) else f"/c/{await identity.make_link(house, row.person_id)}"
    return f"{house.config.web.public_url}{path}?taal={row.language}"


def _is_strangers(row: Claimed) -> bool:
    """Whether it is an e-mail address that nobody confirmed: it may be someone else's, and gets no personal link."""
    return row.channel == EMAIL.channel and row.confirmed_at is None


def _outgoing(house: House, row: Claimed, number: int, shown: Rendered, upload: Upload | None = None) -> Outgoing:
    letter: Letter | None = None
    if row.channel == EMAIL.channel:
        letter = letters.letter(
            house,
            row.address_id,
            row.language,
            confirmed=row.confirmed_at is not None,
            sender=row.staff_name or house.gemeente.name,
        )
    external = house.vault.unseal_text(row.external_sealed, "external")
    return Outgoing(f"{row.id}.{row.page}.{number}", row.address_id, external, shown, upload, letter=letter)
