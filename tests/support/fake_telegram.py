"""A Bot API as strict as it is, with people on the other side: ``python -m tests.support.fake_telegram --port 0``.

``FakeTelegram`` runs in a test's own loop or as a process. What it took, what it refused and what people do is to be
had as methods and, for other processes, under ``/fake/…``. Webhooks may be plain http, as at a self-hosted server.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import random
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from aiohttp import ClientError, ClientSession, web

from tests.support import fake_telegram_rules as rules
from tests.support.fake_telegram_rules import Json, Planned, Refusal, bad

TOKEN = "123456789:AAF-made-up-and-used-nowhere-else"


class FakeTelegram:
    """One bot and everyone who talks to it."""

    def __init__(
        self, token: str = TOKEN, *, strict_rates: bool = False, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.token = token
        self.strict_rates = strict_rates
        self.url = ""
        self.sent: list[Json] = []
        self.violations: list[str] = []
        self.calls: list[str] = []  # names of methods
        self.actions: list[str] = []  # who saw a typing sign
        self.answered: list[str] = []  # ids of queries
        self.pending: list[Json] = []
        self.webhook: Json = {}
        self._clock = clock
        self._ahead = 0.0
        self._revoked = False
        self._plans: list[Json] = []
        self._people: set[int] = set()
        self._gone: dict[int, str] = {}  # who blocked the bot or has no account any more
        self._said: dict[str, Json] = {}  # updates by the id that the test gave
        self._files: dict[str, tuple[bytes, int, str]] = {}
        self._queries: set[str] = set()
        self._allowed: tuple[str, ...] = rules.USUAL
        self._last_second: list[float] = []
        self._levels: dict[int, tuple[float, float]] = {}  # how many may go to one at once, and since when
        self._random = random.Random(1)
        self._next_update = self._random.randrange(1, 2**30)
        self._number = 100
        self._news = asyncio.Event()
        self._poller: asyncio.Event | None = None
        self._stopping = asyncio.Event()
        self._in_order = asyncio.Lock()
        self._called_once = asyncio.Event()
        self._client: ClientSession | None = None
        self._delivering: set[asyncio.Task[int]] = set()

    # ---- the test's side -------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def running(self, port: int = 0) -> AsyncIterator[FakeTelegram]:
        """Listens on this machine; ``url`` is where."""
        app = web.Application(client_max_size=rules.UPLOAD + 1024 * 1024)
        app.router.add_route("*", "/bot{token}/{method}", self._called)
        app.add_routes(
            [
                web.get("/file/bot{token}/{path:.+}", self._download),
                web.get("/fake/{what:sent|violations|calls|actions|answered}", self._told),
                web.post("/fake/{what:fail|say|token|clock|jump|deliver}", self._ordered),
            ]
        )
        runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self._client = ClientSession()
        try:
            yield self
        finally:
            for task in self._delivering:
                task.cancel()
            self._stopping.set()
            self._news.set()
            await self._client.close()
            await runner.cleanup()

    def fail(
        self,
        code: str = "",
        *,
        times: int = 1,
        to: str | None = None,
        hang: bool = False,
        drop: bool = False,
        status: int = 400,
        body: Any = None,
        retry_after: int = 1,
        method: str = "",
    ) -> None:
        """The next sends answer so: with our ``code``, or ``status`` and ``body`` as they stand. ``hang``: it is taken
        and nobody hears of it; ``drop``: it is not taken, and nobody hears of that. ``method``: only its calls."""
        plan = {"code": code, "times": times, "to": to, "hang": hang, "drop": drop, "status": status, "body": body}
        self._plans.append(plan | {"retry_after": retry_after, "method": method})

    def revoke(self, revoked: bool = True) -> None:
        """Whether every call is answered as with a wrong token."""
        self._revoked = revoked

    def forward(self, seconds: float) -> None:
        """Moves the fake's own clock on."""
        self._ahead += seconds

    def jump(self) -> None:
        """As after a quiet week: the next update has any number, also a lower one."""
        self._next_update = self._random.randrange(1, self._next_update)

    async def has(self, become: Callable[[], object]) -> None:
        """Returns once ``become`` holds; it is looked at after every call of the bot."""
        async with asyncio.timeout(30):
            while not become():
                self._called_once.clear()
                await self._called_once.wait()

    def lose(self, reference: str) -> None:
        """A file is there no more, though it is known."""
        _, size, path = self._files[reference]
        self._files[reference] = (b"", size, f"lost/{path}")

    def deactivate(self, who: str | int) -> None:
        """The person has no account any more."""
        self._gone[int(who)] = "deactivated"

    async def say(self, **does: Any) -> int:
        """A person (``from`` or ``from_``) does something: ``text``, ``tap``, ``file``, ``start``, ``block`` or
        ``edit``, with ``language``. Gives what the webhook answered; 0: it waits to be asked for."""
        who = int(does.get("from", does.get("from_", 0)))
        update = self._said.get(str(does.get("id")))
        if update is None:
            update = self._update(who, does)
            self._said[str(does.get("id", f"update {update['update_id']}"))] = update
        return await self.push(update)

    async def push(self, update: Any) -> int:
        """Any update at all, as it is."""
        if isinstance(update, dict) and update.keys() & {*rules.USUAL} and not update.keys() & {*self._allowed}:
            return 0  # nobody asked for it
        if not self.webhook:
            self.pending.append(update)
            self._news.set()
            return 0
        if not self.pending and (status := await self._posted(update)) // 100 == 2:
            return status  # what is said at the same time is brought at the same time
        self.pending.append(update)
        return await self.deliver()

    async def deliver(self) -> int:
        """Brings what waits to the webhook, in order, until one is refused: that and what is after it stays."""
        status = 200
        async with self._in_order:
            while self.pending and self.webhook:
                if (status := await self._posted(self.pending[0])) // 100 != 2:
                    return status
                self.pending.pop(0)
        return status

    async def _posted(self, update: Any) -> int:
        secret = self.webhook["secret_token"]
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        assert self._client is not None
        try:
            async with self._client.post(self.webhook["url"], json=update, headers=headers) as answer:
                return answer.status
        except ClientError:
            return 0

    # ---- what people do --------------------------------------------------------------------------------------------

    def _update(self, who: int, what: Json) -> Json:
        self._next_update += 1
        new, now = self._next_update, int(time.time())
        held: Json
        person = {"id": who, "is_bot": False, "first_name": "Sam", "language_code": what.get("language", "nl")}
        chat = {"id": who, "first_name": "Sam", "type": "private"}
        if "block" in what:
            if what["block"]:
                self._gone[who] = "blocked"
            else:
                self._gone.pop(who, None)
            change = {"chat": chat, "from": person, "date": now, **rules.membership(what["block"])}
            return {"update_id": new, "my_chat_member": change}
        self._people.add(who)
        if "tap" in what:
            under = next(
                one for one in reversed(self.sent)
                if one["to"] == str(who) and any(button["data"] == what["tap"] for button in one["buttons"])
            )  # fmt: skip
            query = str(self._random.randrange(10**17, 10**18))
            self._queries.add(query)
            held = {"message_id": int(under["id"]), "chat": chat, "date": now, "from": rules.BOT, "text": under["text"]}
            tapped = {"id": query, "from": person, "message": held, "chat_instance": "-1", "data": what["tap"]}
            return {"update_id": new, "callback_query": tapped}
        held = {"message_id": self._new_number(), "from": person, "chat": chat, "date": now}
        if "edit" in what:
            return {"update_id": new, "edited_message": {**held, "edit_date": now, "text": what["edit"]}}
        if "file" in what:
            held |= self._file(what["file"])
        elif "start" in what:
            held["text"] = f"/start {what['start']}".rstrip()
            held["entities"] = [{"offset": 0, "length": 6, "type": "bot_command"}]
        else:
            held["text"] = what["text"]
        return {"update_id": new, "message": held}

    def _file(self, given: Json) -> Json:
        """``kind`` is ours or the platform's; ``size`` tells another one than there is."""
        data, name = base64.b64decode(given["data_b64"]), f"file-{self._new_number()}"
        kind: str = "document" if given["kind"] == "file" else given["kind"]
        size = given.get("size", len(data))
        file: Json = {"file_id": name, "file_unique_id": name[::-1], "file_size": size}
        self._files[name] = (data, size, f"{kind}s/{name}")
        words: Json = {"caption": given["caption"]} if given.get("caption") else {}
        if kind == "photo":
            small: Json = {"file_id": f"{name}-s", "file_unique_id": "s", "width": 90, "height": 60, "file_size": 10}
            self._files[f"{name}-s"] = (data[:10], 10, f"photos/{name}-s")
            return {"photo": [small, {**file, "width": 1280, "height": 853}], **words}
        if given.get("type"):
            file["mime_type"] = given["type"]
        return {kind: file, **words}

    def _new_number(self) -> int:
        self._number += 1
        return self._number

    # ---- the bot's side --------------------------------------------------------------------------------------------

    async def _called(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        try:
            self._check_token(request)
            if method not in rules.METHODS:
                raise Refusal(404, "Not Found")
            given = await rules.parameters(request)
            if unknown := given.keys() - rules.METHODS[method]:
                self.violations.append(f"{method} takes no {', '.join(sorted(unknown))}")
            self.calls.append(method)
            if method.startswith("send") and method != "sendChatAction":
                result = await self._send(method, given, request)
            else:
                handler: Callable[[Json], Awaitable[Any]] = getattr(self, f"_{method}")
                result = await handler(given)
        except Planned as planned:
            return planned.answer
        except Refusal as refusal:
            if refusal.is_mistake:
                self.violations.append(f"{method}: {refusal}")
            return refusal.answer
        finally:
            self._called_once.set()
        return web.json_response({"ok": True, "result": result})

    def _check_token(self, request: web.Request) -> None:
        token = request.match_info["token"]
        if not re.fullmatch(r"\d+:[A-Za-z0-9_-]+", token):
            raise Refusal(404, "Not Found")
        if token != self.token or self._revoked:
            raise Refusal(*rules.CODES["token"])

    async def _send(self, method: str, given: Json, request: web.Request) -> Json:
        who = rules.number(given, "chat_id")
        plans = (one for one in self._plans if one["to"] in (None, str(who)) and one["method"] in ("", method))
        plan = next((one for one in plans if one["times"]), None)
        if plan is not None:
            plan["times"] -= 1
            if plan["drop"]:
                assert request.transport is not None
                request.transport.abort()
            if not plan["hang"]:
                raise Planned(plan)
        self._check_person(who)
        taken = {"to": str(who), **rules.message(method, given), "template": None, "id": str(self._new_number())}
        self._check_rate(who)
        self.sent.append(taken)
        if plan is not None:
            await self._stopping.wait()
        chat = {"id": who, "first_name": "Sam", "type": "private"}
        words = {"text": taken["text"]} if method == "sendMessage" else {"caption": taken["caption"]}
        return {"message_id": int(taken["id"]), "from": rules.BOT, "chat": chat, "date": int(time.time()), **words}

    def _check_person(self, who: int) -> None:
        if who not in self._people:
            raise Refusal(*rules.CODES["undeliverable"])
        if who in self._gone:
            raise Refusal(*rules.CODES[self._gone[who]])

    def _check_rate(self, who: int) -> None:
        now = self._clock() + self._ahead
        self._last_second = [at for at in self._last_second if at > now - 1]
        level, at = self._levels.get(who, (float(rules.BURST), now))
        level = min(float(rules.BURST), level + (now - at) * rules.PERSON)
        too_fast = "to one" if level < 1 else "over all" if len(self._last_second) >= rules.OVERALL else ""
        if self.strict_rates and too_fast:
            self.violations.append(f"too fast {too_fast}")
            raise Refusal(429, "Too Many Requests: retry after 1", 1)
        self._levels[who] = (level - 1, now)
        self._last_second.append(now)

    async def _sendChatAction(self, given: Json) -> bool:
        who = rules.number(given, "chat_id")
        self._check_person(who)
        if given.get("action") != "typing":
            raise bad("wrong parameter action in request")
        self.actions.append(str(who))
        return True

    async def _answerCallbackQuery(self, given: Json) -> bool:
        if rules.units(given.get("text", "")) > rules.ANSWER:
            raise bad("MESSAGE_TOO_LONG")
        if given.get("callback_query_id") not in self._queries:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        self.answered.append(given["callback_query_id"])
        return True

    async def _getMe(self, given: Json) -> Json:
        return {
            **rules.BOT,
            "can_join_groups": False,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }

    async def _getUpdates(self, given: Json) -> list[Json]:
        if self.webhook:
            words = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            raise Refusal(409, f"Conflict: {words}")
        if self._poller is not None:
            self._poller.set()  # who asked before us is told so, and we go on
        self._poller = mine = asyncio.Event()
        self._allow(given)
        offset, limit = int(given.get("offset", 0)), int(given.get("limit", 100))
        self.pending = [one for one in self.pending if rules.update_id(one) >= offset]
        self._called_once.set()
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(int(given.get("timeout", 0))):
                    while not self.pending and not mine.is_set() and not self._stopping.is_set():
                        await rules.either(self._news, mine)
                        self._news.clear()
            if mine.is_set():
                raise Refusal(*rules.CODES["conflict"])
            return self.pending[: min(max(limit, 1), 100)]
        finally:
            if self._poller is mine:
                self._poller = None

    def _allow(self, given: Json) -> None:
        if "allowed_updates" in given:
            self._allowed = tuple(json.loads(given["allowed_updates"])) or rules.USUAL[:3]

    async def _setWebhook(self, given: Json) -> bool:
        url, secret = given.get("url", ""), given.get("secret_token", "")
        if url and not re.match(r"https?://[^/]", url):
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            raise bad("secret token contains unallowed characters")
        self._allow(given)
        if given.get("drop_pending_updates") == "true":
            self.pending.clear()
        self.webhook = {"url": url, "secret_token": secret} if url else {}
        if self.webhook and self.pending:
            task = asyncio.create_task(self.deliver())
            self._delivering.add(task)
            task.add_done_callback(self._delivering.discard)
        return True

    async def _deleteWebhook(self, given: Json) -> bool:
        return await self._setWebhook(given)

    async def _getWebhookInfo(self, given: Json) -> Json:
        shown = {"url": self.webhook.get("url", ""), "has_custom_certificate": False}
        return {**shown, "pending_update_count": len(self.pending), "allowed_updates": list(self._allowed)}

    async def _getFile(self, given: Json) -> Json:
        if given.get("file_id") not in self._files:
            raise bad("invalid file_id")
        _, size, path = self._files[given["file_id"]]
        if size > rules.DOWNLOAD:
            raise bad("file is too big")
        return {"file_id": given["file_id"], "file_unique_id": "u", "file_size": size, "file_path": path}

    async def _download(self, request: web.Request) -> web.Response:
        try:
            self._check_token(request)
        except Refusal as refusal:
            return web.json_response({"ok": False, "error_code": refusal.status}, status=refusal.status)
        for data, _, path in self._files.values():
            if path == request.match_info["path"] and data:
                return web.Response(body=data, content_type="application/octet-stream")
        return web.json_response({"ok": False, "error_code": 404, "description": "Not Found"}, status=404)

    # ---- moved from another process --------------------------------------------------------------------------------

    async def _told(self, request: web.Request) -> web.Response:
        return web.json_response(getattr(self, request.match_info["what"]))

    async def _ordered(self, request: web.Request) -> web.Response:
        given = await request.json()
        answered = 200
        match request.match_info["what"]:
            case "fail":
                self.fail(**given)
            case "say":
                answered = await self.say(**given)
            case "token":
                self.revoke(given.get("revoked", True))
            case "clock":
                self.forward(given["forward"])
            case "jump":
                self.jump()
            case "deliver":
                answered = await self.deliver()
        return web.json_response({"status": answered})


async def _serve(arguments: argparse.Namespace) -> None:
    fake = FakeTelegram(arguments.token, strict_rates=arguments.strict_rates)
    async with fake.running(arguments.port):
        print(fake.url, flush=True)  # noqa: T201 - a command line
        await asyncio.Event().wait()


def main(given: Sequence[str] | None = None) -> None:
    """Serves until it is killed; the first line says where."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--strict-rates", action="store_true")
    asyncio.run(_serve(parser.parse_args(given)))


if __name__ == "__main__":
    main()
