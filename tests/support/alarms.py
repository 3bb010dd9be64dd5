"""What the tests of alarms and of notices share."""

from __future__ import annotations

from pathlib import Path

from bot.config import Config, load
from bot.notify import Notice

SECRET = {"KLOPAAN_SECRET": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}


class Failing:
    """A way that fails a number of times, then works."""

    def __init__(self, failure: Exception, times: int = 1_000_000) -> None:
        self.failure = failure
        self.times = times
        self.sent: list[Notice] = []

    async def notify(self, notice: Notice) -> None:
        if self.times:
            self.times -= 1
            raise self.failure
        self.sent.append(notice)


def municipality(tmp_path: Path) -> Config:
    """A municipality with three recipients of alarms."""
    path = tmp_path / "gemeente.toml"
    path.write_text(
        """
        [gemeente]
        name = "Voorbeeldstad"
        [crisis]
        phone = "0123"
        outside_hours = "0124"
        alarm_email = "eerste@v.example"
        escalate_to = ["tweede@v.example", "derde@v.example"]
        [database]
        url = "sqlite+aiosqlite:///unused.db"
        [web]
        host = "127.0.0.1"
        port = 8080
        public_url = "https://hulp.example"
        [channels.webchat]
        """
    )
    return load(path, SECRET)
