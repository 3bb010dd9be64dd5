"""One municipality, put together: databases, vault, workers, pages."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, Literal

from aiohttp import web

from bot import desk, invitation
from bot import voice as voices
from bot import web as web_
from bot.agenda.alarming import AgendaAlarms
from bot.alarms import Alarms
from bot.channels import webchat
from bot.clock import Clock, SystemClock, to_ms
from bot.config import Config
from bot.conversation import CONVERSATIONS, Conversations
from bot.downloads import Downloads
from bot.errors import KlopaanError
from bot.house import HOUSE, House
from bot.notify import Notifier, notifiers
from bot.outbox import Outbox
from bot.outgoing import Channel
from bot.own_data import pages as own_data
from bot.pings import Pings
from bot.privacy.retention import Retention
from bot.privacy.vault import FOLLOW_EVERY, Vault
from bot.registration.sending import Registration
from bot.running import again_and_again, ended, idle
from bot.signals import CHANNEL
from bot.voice import Voice
from bot.vroegsignaal.sorting import Sorting
from flows import registry
from locales import load
from storage.database import Database
from storage.release import is_current

log = logging.getLogger(__name__)

Role = Literal["all", "web", "worker"]

#: The largest request that is read at all, above the municipality's limit for one file (bytes).
ROOM = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Pushed:
    """A channel that we push to, and what it adds: pages, what keeps messages coming in, where a link opens it."""

    channel: Channel
    setup: Callable[[web.Application], None]
    receives: Callable[[Conversations], Coroutine[Any, Any, None]] | None = None
    link: Callable[[str], str | None] | None = None


@dataclass(slots=True)
class Workers:
    """What runs beside the web pages."""

    conversations: Conversations
    pings: Pings
    outbox: Outbox
    downloads: Downloads
    alarms: Alarms
    agenda_alarms: AgendaAlarms
    registration: Registration | None  # where an Open Klant is told
    sorting: Sorting  # of early signals
    retention: Retention
    pushed: list[Pushed]


WORKERS: web.AppKey[Workers] = web.AppKey("workers", Workers)


@asynccontextmanager
async def open_house(
    config: Config, clock: Clock | None = None, *, find_voice: Callable[[], Voice | None] = voices.find
) -> AsyncIterator[House]:
    """Opens databases, keys and catalogs, and looks whether this machine can read aloud; closes them at the end.
    Raises ``VaultError`` for a wrong master key."""
    clock = clock or SystemClock()
    db = Database.open(config.database.url)
    keys = Database.open(config.database.keys_url)
    try:
        vault = await Vault.open(keys, config.secret, to_ms(clock.now()))
        voice, spoken = find_voice(), voices.VOICES.keys() & config.identity.languages
        house = House(
            config=config,
            clock=clock,
            calendar=config.calendar(),
            gemeente=replace(config.gemeente(), voices=frozenset(spoken if voice else ())),
            db=db,
            keys=keys,
            vault=vault,
            tongue=load(config.identity.languages, config.texts),
            flows=frozenset(registry.all_flows()),
            voice=voice,
        )
        await house.wordings.refresh()
        yield house
    finally:
        await db.close()
        await keys.close()


class MigrationFailed(KlopaanError):
    """The databases could not be brought to this release."""


async def migrate(config: Config) -> None:
    """Brings both databases to this release, in a process of its own: what that needs would stay in memory here.
    Raises ``MigrationFailed``; the child has said why."""
    if await is_current(config.database.url, config.database.keys_url):
        return
    child = await asyncio.create_subprocess_exec(sys.executable, "-m", "storage.migrate", stdin=asyncio.subprocess.PIPE)
    await child.communicate(f"{config.database.url}\n{config.database.keys_url}\n".encode())
    if child.returncode:
        raise MigrationFailed


def make_app(house: House, *, role: Role = "all", notifier: Notifier | None = None) -> web.Application:
    """The application of one process. ``role``: pages only, workers only, or both."""
    app = web.Application(
        middlewares=[web_.guard], client_max_size=house.config.web.upload_limit_mb * 1024 * 1024 + ROOM
    )
    app[HOUSE] = house
    app[web_.TASKS] = []
    conversations = app[CONVERSATIONS] = Conversations(house)
    notifier = notifier or notifiers(house.config)
    pushed = {name: made for name in house.config.channels.names if (made := _pushed(name, house))}
    channels = {name: one.channel for name, one in pushed.items()}
    house.links.update({name: one.link for name, one in pushed.items() if one.link})
    app[WORKERS] = Workers(
        conversations,
        Pings(house),
        Outbox(house, channels),
        Downloads(house, channels),
        Alarms(house, notifier),
        AgendaAlarms(house, notifier),
        None if house.config.openklant is None else Registration(house, house.config.openklant),
        Sorting(house),
        Retention(house),
        list(pushed.values()),
    )
    web_.setup(app)
    if role != "worker":
        if house.config.channels.webchat is not None:
            webchat.setup(app)
        for one in pushed.values():
            one.setup(app)
        desk.setup(app)
        invitation.setup(app)
        own_data.setup(app)
    app.cleanup_ctx.append(_running(role))
    return app


def _pushed(name: str, house: House) -> Pushed | None:
    """A channel that we push to, if ``name`` is one. Imported where it is on: what one needs is not in the memory of
    who does without."""
    channels = house.config.channels
    if name == "telegram" and channels.telegram is not None:
        from bot.channels import telegram

        bot = telegram.TelegramChannel(house, channels.telegram)
        return Pushed(
            bot,
            lambda app: telegram.setup(app, bot),
            receives=lambda conversations: telegram.run(bot, house, conversations, house.health.report),
            link=bot.deep_link,
        )
    if name == "whatsapp" and channels.whatsapp is not None:
        from bot.channels import whatsapp

        number = whatsapp.WhatsappChannel(house, channels.whatsapp, house.health.report)
        return Pushed(number, lambda app: whatsapp.setup(app, number), link=number.deep_link)
    if name == "email":
        from bot.channels import email

        return Pushed(email.EmailChannel(house, house.config.smtp), email.setup)
    return None


def _running(role: Role) -> Callable[[web.Application], AsyncIterator[None]]:
    async def run(app: web.Application) -> AsyncIterator[None]:
        house, workers = app[HOUSE], app[WORKERS]
        jobs: list[Coroutine[Any, Any, None]] = [house.wordings.run()]
        jobs.append(again_and_again(house.vault.follow, "the master key", FOLLOW_EVERY))
        if house.db.dialect == "postgresql":
            jobs.append(_hear(house))
        if role != "web":
            jobs += [workers.pings.run(), *workers.outbox.jobs(), workers.downloads.run()]
            jobs += [workers.alarms.run(), workers.agenda_alarms.run(), workers.sorting.run()]
            jobs.append(workers.retention.run())
            jobs += [] if workers.registration is None else [workers.registration.run()]
            jobs += [one.receives(workers.conversations) for one in workers.pushed if one.receives]
        for one in workers.pushed:
            await one.channel.open()
        tasks = [asyncio.create_task(job) for job in jobs]
        app[web_.TASKS].extend([*await workers.conversations.start(), *tasks])
        for task in app[web_.TASKS]:
            task.add_done_callback(_told_of_its_end)
        yield
        await ended(tasks)
        await workers.conversations.stop()
        for one in workers.pushed:
            await one.channel.close()

    return run


async def _hear(house: House) -> None:
    """What other processes tell of; nothing is half done when it ends."""
    from storage.listening import listen  # the driver of PostgreSQL: on SQLite it would take 3 MB for nothing

    with idle():
        await listen(house.config.database.url, CHANNEL, house.signals.publish)


def _told_of_its_end(task: asyncio.Task[None]) -> None:
    """None of them ends by itself: that is a bug, which the log and ``/readyz`` tell."""
    if not task.cancelled():
        log.error("a worker stopped: %s", type(task.exception()).__name__)


async def serve(app: web.Application, host: str, port: int) -> tuple[web.AppRunner, int]:
    """Listens; gives the runner (to clean up) and the port, which is chosen by the system for 0. Raises
    ``KlopaanError`` when the port cannot be had."""
    runner = web_.Runner(app)
    await runner.setup()
    site = web.TCPSite(runner, host, port)
    try:
        await site.start()
    except OSError as error:
        await runner.cleanup()
        raise KlopaanError(f"web: port {port} of {host} cannot be used ({error.strerror}).") from None
    return runner, int(runner.addresses[0][1])
