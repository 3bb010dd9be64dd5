"""Starts the demo: fresh databases, a few files in the desk, printed links, a clock that can be moved."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import importlib.resources
import os
import secrets
import signal
import tempfile
from pathlib import Path

from bot import config as configuration
from bot.clock import DemoClock
from bot.demo import page, people
from bot.desk.accounts import create_sign_in_link
from bot.notify import CollectingNotifier
from bot.running import settled, starting
from bot.server import make_app, migrate, open_house, serve


async def demo(port: int, data: Path | None) -> None:
    """Runs until interrupted. ``data`` keeps everything for next time; without it, everything is gone at the end."""
    starting()
    with contextlib.ExitStack() as stack:
        folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="klopaan-demo-")))
        folder.mkdir(parents=True, exist_ok=True)
        config = _config(folder, port)
        await migrate(config)
        clock, notifier = DemoClock(), CollectingNotifier()
        async with open_house(config, clock) as house:
            app = make_app(house, notifier=notifier)
            page.setup(app, clock, notifier)
            runner, real_port = await serve(app, config.web.host, port)
            try:
                staff = await people.seed(app)
                link = await create_sign_in_link(house, staff, base_url=f"http://localhost:{real_port}")
                settled()
                print(_welcome(real_port, link, config.identity.name), flush=True)
                await _until_stopped()
            finally:
                await runner.cleanup()


def _config(folder: Path, port: int) -> configuration.Config:
    """The demo's configuration, written next to its data; its master key is the demo's own."""
    secret = folder / "secret"
    if not secret.exists():
        secret.touch(mode=0o600)
        secret.write_text(base64.b64encode(secrets.token_bytes(32)).decode())
    template = importlib.resources.files("bot.demo").joinpath("gemeente.toml").read_text("utf-8")
    path = folder / "gemeente.toml"
    path.write_text(template.replace("{data}", str(folder.resolve())).replace("{port}", str(port)), "utf-8")
    return configuration.load(path, {**os.environ, configuration.SECRET: secret.read_text()})


def _welcome(port: int, link: str, name: str) -> str:
    return f"""
Klopaan demo: gemeente {name}, made up, like everyone in it.

  Web chat    http://localhost:{port}/
  Desk        {link}
              (signs you in once, as a caseworker)
  Demo page   http://localhost:{port}/demo
              (signs you in as the coordinator too, who changes cards, sentences, texts and hours;
              moves time on, shows the alarms that would have been sent)

Stop with Ctrl+C.
"""


async def _until_stopped() -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopped.set)
    await stopped.wait()
