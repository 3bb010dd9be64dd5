"""A made-up municipality to measure."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot import config as configuration
from bot.house import House
from bot.server import open_house
from storage.migrate import upgrade

FILE = """
[gemeente]
name = "Waterdrecht"
[crisis]
phone = "0999 123 999"
outside_hours = "Bel 0999 112 233"
alarm_email = "piket@waterdrecht.example"
[database]
url = "{data}"
keys_url = "{keys}"
[web]
host = "127.0.0.1"
port = 0
[desk]
second_factor = "optional"

[channels.webchat]
"""
SECRET = base64.b64encode(bytes(range(32))).decode()


@asynccontextmanager
async def opened(folder: Path, data: str, keys: str, *, extra: str = "") -> AsyncIterator[House]:
    """A house on two new databases; ``extra`` is more of its configuration."""
    path = folder / "gemeente.toml"
    path.write_text(FILE.format(data=data, keys=keys) + extra, "utf-8")
    config = configuration.load(path, {configuration.SECRET: SECRET})
    await upgrade(data, keys)
    async with open_house(config) as house:
        yield house
