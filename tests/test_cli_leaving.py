"""Who leaves may have appointments: whoever closes the account hears of them."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.agenda import acts
from bot.config import SECRET as SECRET_NAME
from tests.support.town import SECRET, ZONE, Town

#: Later than whoever runs this: a command has the clock of the machine.
ONE_DAY = datetime(2999, 11, 25, 10, tzinfo=ZONE)


async def test_of_who_leaves_it_is_told_which_appointments_stand(
    town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    town.clock.to(ONE_DAY)
    one, noor, bas = await town.resident(), await town.colleague(), await town.colleague("Bas")
    for number, (days, who) in enumerate(((1, noor), (2, noor), (3, noor), (1, bas))):
        at = ONE_DAY + timedelta(days=days, hours=number)
        client_id = f"book-{number}"
        await acts.book(town.house, one.conversation_id, who, kind="phone", at=at, who=[who.id], client_id=client_id)
    await acts.cancel(town.house, one.conversation_id, noor, 1, client_id="cancel")
    monkeypatch.setenv(SECRET_NAME, SECRET)
    command = ("user", "disable", "noor", "--config", str(tmp_path / "gemeente.toml"))
    assert await asyncio.to_thread(main, command) == 0
    said = capsys.readouterr().out
    assert "2 appointment(s) stand, the first on 2999-11-27." in said
