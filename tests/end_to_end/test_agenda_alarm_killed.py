"""Real processes that are killed just as the mail server took a notice about the agenda: it is told again, and once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import update

from bot.agenda.alarming import NAME
from bot.clock import general_holidays, to_ms
from flows.agenda import Kind, NoSlots
from storage import tables
from storage.agenda_alarms import TOLD
from tests.stores import StoreUrls
from tests.support.agenda import does
from tests.support.fake_smtp import MailServer
from tests.support.process import Server
from tests.support.town import ZONE, open_town, write_config

#: Whenever the test runs, it is open.
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
PATIENCE = 60


class Watched(MailServer):
    """Keeps whoever hands over a mail waiting until the test lets go: what it took, they do not know yet."""

    def __init__(self) -> None:
        super().__init__()
        self.took = asyncio.Event()
        self.go_on = asyncio.Event()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Takes it, and says so when it may."""
        answer = await super().handle_DATA(server, session, envelope)
        self.took.set()
        await self.go_on.wait()
        return answer


async def test_a_notice_whose_process_was_killed_is_sent_by_another(store_urls: StoreUrls, tmp_path: Path) -> None:
    mailbox = Watched()
    today = datetime.now(ZONE).date()
    holidays = [day.isoformat() for year in (today.year, today.year + 1) for day in general_holidays(year)]
    async with mailbox.listening() as port, asyncio.timeout(3 * PATIENCE):
        extra = f'[smtp]\nhost = "127.0.0.1"\nport = {port}\n[hours]\nopen_holidays = {holidays}\n'
        extra += "".join(f'{day} = "00:00-24:00"\n' for day in DAYS)
        processes = 2 if store_urls.dialect == "postgresql" else 1
        async with open_town(tmp_path, store_urls, extra=extra) as town:
            town.clock.to(datetime.now(UTC))
            assert await does(await town.resident(), NoSlots(Kind.OFFICE)) is None
            config = write_config(tmp_path, store_urls, extra=extra)
            servers = [Server(config, tmp_path / f"log-{n}") for n in range(processes)]
            await asyncio.gather(*(server.start() for server in servers))
            await mailbox.took.wait()
            await asyncio.gather(*(server.kill() for server in servers))
            assert len(mailbox.mail) == 1
            assert await town.rows(tables.event, kind=TOLD) == []

            mailbox.took.clear()
            mailbox.go_on.set()
            async with town.house.db.begin() as conn:  # so much later
                gone = to_ms(datetime.now(UTC) - timedelta(seconds=1))
                ours = update(tables.lease).where(tables.lease.c.name == NAME)
                assert (await conn.execute(ours.values(expires_at=gone))).rowcount == 1
            await asyncio.gather(*(server.start() for server in servers))
            await mailbox.took.wait()
            assert await asyncio.gather(*(server.stop() for server in servers)) == [0] * processes
            first, second = (message for _, message in mailbox.mail)
            assert first["Message-ID"] == second["Message-ID"]
            assert len(await town.rows(tables.event, kind=TOLD)) == 1
            assert await town.rows(tables.lease, name=NAME) == []
