"""Sending, fetching files, and the small signs that an app expects."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputFile, Message
from telegram.constants import ChatAction
from telegram.error import BadRequest, TelegramError

from bot.channels.limits import TELEGRAM
from bot.channels.rendering import Rendered, RenderedButton, length
from bot.channels.telegram.errors import translated
from bot.channels.telegram.reading import LARGEST
from bot.channels.telegram.request import AiohttpRequest
from bot.config import Telegram
from bot.content import Upload
from bot.errors import ChannelDownError, DeliveryError, PermanentDeliveryError, TemporaryDeliveryError
from bot.house import House
from bot.outgoing import Outgoing, Pace
from bot.running import ended, idle
from bot.uploads import file_name

Result = TypeVar("Result")

#: "avoid sending more than one message per second" to a chat, where short bursts are let through; "about 30 messages
#: per second" over all (Bot FAQ, "My bot is hitting limits").
OVERALL, PERSON, BURST = 30.0, 1.0, 3

#: ``sendPhoto`` takes these, up to 10 MB; anything goes as a document, up to 50 MB (Bot API, "Sending files").
PHOTOS, LARGEST_PHOTO, LARGEST_FILE = frozenset({"image/jpeg", "image/png"}), 10 * 1024 * 1024, 50 * 1024 * 1024
#: What an app shows as a voice note: OGG with Opus.
VOICE = "audio/ogg"
#: Refusals of a picture that can go as a document all the same.
_NO_PHOTO = ("photo_", "image_process")

#: Seconds after which a person sees that we are at it; an answer that comes sooner would only be followed by it.
SLOW = 1.5
#: Signs under way at once; above that they are left out, for answers matter more.
SIGNS = 32

#: Seconds until the bot's name is asked for again, when the platform could not be reached.
NAME_AGAIN = 60

#: Files whose words went as a message of their own, while those words are not sent yet.
_HALVES = 1000


class _RawBot(Bot):
    """The library's, with the two calls that are made most as they are: its own reading of a hundred updates raises for
    one that it does not understand, and its objects for a message and its answer take longer than sending it."""

    __slots__ = ()

    async def raw_updates(self, offset: int | None, kinds: Sequence[str], seconds: int) -> Any:
        """Waits so many seconds for the first."""
        asked = {"offset": offset, "timeout": seconds, "allowed_updates": kinds}
        return await self._post("getUpdates", asked, read_timeout=seconds + 10)

    async def raw_text(self, chat: int, text: str, buttons: Sequence[RenderedButton]) -> str:
        """Sends a text with one button a row; gives the message's number."""
        asked: dict[str, Any] = {"chat_id": chat, "text": text, "link_preview_options": {"is_disabled": True}}
        if buttons:
            rows = [[{"text": button.title, "callback_data": button.data}] for button in buttons]
            asked["reply_markup"] = {"inline_keyboard": rows}
        sent = await self._post("sendMessage", asked)
        if not isinstance(sent, dict) or "message_id" not in sent:
            raise TelegramError("Invalid server response")
        return str(sent["message_id"])


class TelegramChannel:
    """One bot. What it raises never holds the token, an address or words of a person."""

    limits = TELEGRAM
    pace = Pace(OVERALL, PERSON, BURST)

    def __init__(self, house: House, config: Telegram) -> None:
        self.house = house
        self.config = config
        self._request = AiohttpRequest()
        self._bot = _RawBot(
            config.token,
            base_url=f"{config.api_url}/bot",
            base_file_url=f"{config.api_url}/file/bot",
            request=self._request,
            get_updates_request=self._request,
        )
        self._username: str = config.username
        self._learning: asyncio.Task[None] | None = None
        self._signs: set[asyncio.Task[None]] = set()
        self._halves: OrderedDict[str, None] = OrderedDict()

    async def open(self) -> None:
        """Makes ready in this process's loop. The bot's own name is asked for beside everything else."""
        await self._request.initialize()
        self._learning = asyncio.create_task(self._learn_name())

    async def close(self) -> None:
        """Closes the connections."""
        await ended(self._signs | ({self._learning} if self._learning else set()))
        await self._request.shutdown()

    # ---- links -----------------------------------------------------------------------------------------------------

    async def learn_name(self) -> None:
        """Asks how the bot is called, unless that is known. Raises ``DeliveryError``."""
        if not self._username:
            me = await self._told(self._bot.get_me())
            self._username = me.username or ""

    async def _learn_name(self) -> None:
        with idle():
            while True:
                with suppress(DeliveryError):
                    return await self.learn_name()
                await asyncio.sleep(NAME_AGAIN)

    def deep_link(self, payload: str = "") -> str | None:
        """The address that opens the bot with this word (``bot.channels.start``); None while its name is unknown."""
        if not self._username:
            return None
        return f"https://t.me/{self._username}" + (f"?start={payload}" if payload else "")

    # ---- sending ---------------------------------------------------------------------------------------------------

    async def send(self, outgoing: Outgoing) -> str | None:
        """Sends; gives the platform's id. Plain text: there is nothing in it to escape."""
        try:
            chat = int(outgoing.external_id)
        except ValueError:
            raise PermanentDeliveryError("undeliverable") from None
        shown = outgoing.shown
        if outgoing.file is None:
            return await self._text(chat, shown)
        if length(shown.text) <= TELEGRAM.caption:
            return await self._file(chat, outgoing.file, shown.text, shown.buttons)
        if outgoing.key not in self._halves:
            await self._file(chat, outgoing.file, "", ())
            self._halves[outgoing.key] = None
            if len(self._halves) > _HALVES:
                self._halves.popitem(last=False)
        sent = await self._text(chat, shown)
        self._halves.pop(outgoing.key, None)
        return sent

    async def _text(self, chat: int, shown: Rendered) -> str:
        return await self._told(self._bot.raw_text(chat, shown.text, shown.buttons))

    async def _file(self, chat: int, file: Upload, caption: str, buttons: Sequence[RenderedButton]) -> str:
        if len(file.data) > LARGEST_FILE:
            raise PermanentDeliveryError("too_big")
        held = InputFile(file.data, filename=file_name(file.media_type))
        held.mimetype = file.media_type  # the library guesses by what this machine knows of endings
        rows = [[InlineKeyboardButton(button.title, callback_data=button.data)] for button in buttons]
        rest: dict[str, Any] = {
            "caption": caption or None,
            "reply_markup": InlineKeyboardMarkup(rows) if rows else None,
        }

        async def as_document() -> Message:
            return await self._bot.send_document(chat, held, disable_content_type_detection=True, **rest)

        async def as_photo() -> Message:
            try:
                return await self._bot.send_photo(chat, held, **rest)
            except BadRequest as error:
                if not error.message.lower().startswith(_NO_PHOTO):
                    raise
            return await as_document()  # too long and narrow, say

        if file.media_type in PHOTOS and len(file.data) <= LARGEST_PHOTO:
            message = await self._told(as_photo())
        elif file.media_type == VOICE:
            message = await self._told(self._bot.send_voice(chat, held, **rest))
        else:
            message = await self._told(as_document())
        return str(message.message_id)

    # ---- files -----------------------------------------------------------------------------------------------------

    async def fetch(self, reference: str, most: int) -> bytes:
        """A file that someone sent. Raises as `send`."""
        file = await self._told(self._bot.get_file(reference))
        most = min(most, LARGEST)
        if file.file_size is not None and file.file_size > most:
            raise PermanentDeliveryError("too_big")
        if not file.file_path:
            raise PermanentDeliveryError("gone")
        status, content = await self._told(self._request.download(file.file_path, most))
        if status == 200:
            return content
        if status == 401:
            raise ChannelDownError("token")
        if status in (404, 410):
            raise PermanentDeliveryError("gone")
        raise TemporaryDeliveryError("busy" if status == 429 else "platform")

    # ---- signs -----------------------------------------------------------------------------------------------------

    def answer(self, query: str) -> None:
        """Ends the waiting sign on a tapped button, beside everything else. One that is too old stays as it is."""
        self._sign(lambda: self._bot.answer_callback_query(query))

    @asynccontextmanager
    async def typing(self, chat: str) -> AsyncIterator[None]:
        """Around work on someone's message: shows that we are at it, if it takes a while."""
        timer = asyncio.get_running_loop().call_later(
            SLOW, self._sign, lambda: self._bot.send_chat_action(int(chat), ChatAction.TYPING)
        )
        try:
            yield
        finally:
            timer.cancel()

    def _sign(self, call: Callable[[], Awaitable[object]]) -> None:
        if len(self._signs) < SIGNS:
            task = asyncio.create_task(_tried(call))
            self._signs.add(task)
            task.add_done_callback(self._signs.discard)

    # ---- what comes in ---------------------------------------------------------------------------------------------

    async def updates(self, offset: int | None, kinds: Sequence[str], seconds: int) -> list[object]:
        """What came in since, from ``offset`` on, which confirms everything before it; waits so long for the first.
        As it came: see ``reading``. Raises ``DeliveryError``."""
        found = await self._told(self._bot.raw_updates(offset, kinds, seconds))
        if not isinstance(found, list):
            raise TemporaryDeliveryError("platform")
        return found

    async def poll_instead(self) -> None:
        """Ends a webhook that there may be: the platform refuses to be asked while there is one. What waits stays.
        Raises ``DeliveryError``."""
        await self._told(self._bot.delete_webhook())

    async def be_called(self, url: str, kinds: Sequence[str]) -> None:
        """Sets the webhook. Raises ``DeliveryError``."""
        await self._told(
            self._bot.set_webhook(url, allowed_updates=kinds, secret_token=self.config.webhook_secret or None)
        )

    async def _told(self, call: Awaitable[Result]) -> Result:
        """The result, or our own error; the library's may quote what was sent."""
        try:
            return await call
        except TelegramError as error:
            failure = translated(error)
        raise failure


async def _tried(call: Callable[[], Awaitable[object]]) -> None:
    """A sign is worth no second try, and no shutdown waits for it."""
    with suppress(TelegramError), idle():
        await call()
