"""The command line."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import logging
import signal
import sys
import warnings
from collections.abc import Callable, Coroutine, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from bot import cards_check
from bot import config as configuration
from bot.clock import SystemClock
from bot.commands import backup, looks, restore, retention, rotate_key, user
from bot.config import Config
from bot.config.steps import steps
from bot.demo.run import demo
from bot.desk.oidc import provider
from bot.errors import ConfigError, KlopaanError
from bot.export import command as exporting
from bot.export import making
from bot.house import House
from bot.links import overdue, unreachable
from bot.play import play
from bot.registration import client as openklant
from bot.running import settled, starting
from bot.server import Role, make_app, migrate, open_house, serve
from flows import understanding
from flows.registry import all_flows
from locales.extraction import languages

#: A command that needs a municipality whose databases are of this release; gives the exit status.
InHouse = Callable[[House, argparse.Namespace], Coroutine[Any, Any, int]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; gives the exit status: 0 well, 1 something is wrong, 2 the call itself is."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    logging.getLogger("transitions").setLevel(logging.WARNING)  # it tells of every step of every conversation
    warnings.filterwarnings("ignore", module=r"aiohttp\.multipart")  # they quote a file's name
    try:
        return int(options.command(options))
    except ConfigError as error:
        for finding in error.findings:
            print(finding, file=sys.stderr)
        return 1
    except KlopaanError as error:
        print(error, file=sys.stderr)
        return 1
    except DBAPIError as error:
        print(f"database: cannot be used ({type(error.orig).__name__}).", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename or 'klopaan'}: {error.strerror}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="klopaan", description="A chat bot for municipal debt help.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(name: str, run: object, help_: str, *, config: bool = False) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=help_, description=help_)
        made.set_defaults(command=run)
        if config:
            made.add_argument("--config", type=Path, required=True, metavar="FILE", help="the municipality's file")
        return made

    one = command("demo", _demo, "Everything on this machine, without any account, with a made-up municipality.")
    one.add_argument("--port", type=_port, default=8080)
    one.add_argument("--data", type=Path, metavar="DIR", help="keep the data here; without it they are gone at the end")

    one = command("run", _run, "Run a municipality.", config=True)
    one.add_argument("--role", choices=("all", "web", "worker"), default="all", help="pages, workers, or both")
    one.add_argument("--port", type=_port, metavar="N", help="instead of the file's; 0 for any that is free")

    command("migrate", _migrate, "Bring both databases to this release.", config=True)
    command(
        "check",
        _check,
        "Say in words what is wrong with the configuration, and what is left to do on the platforms.",
        config=True,
    )

    user.add(command("user", _in_house(user.run), "Accounts of staff.", config=True))

    one = command(
        "export", _in_house(_export), "What happened in a period, for the municipality's administration.", config=True
    )
    one.add_argument("--what", choices=making.WHATS, required=True)
    one.add_argument("--from", dest="first", metavar="DAY", required=True, help="the first day, like 2026-01-01")
    one.add_argument("--to", dest="last", metavar="DAY", required=True, help="the last day")
    one.add_argument("--format", choices=making.FORMATS, default="csv")
    one.add_argument("--out", type=Path, metavar="FILE", help="without it, to standard output")

    backup.add(command("backup", backup.run, "What is stored, as one file: the data, or the keys."))
    restore.add(command("restore", restore.run, "Put a backup into databases that hold nothing.", config=True))
    rotate_key.add(
        command("rotate-key", _in_house(rotate_key.run), "Another master key, while everything goes on.", config=True)
    )
    retention.add(
        command("retention", _in_house(retention.run), "What is past its term, and goes every night.", config=True)
    )

    looks.add(command("looks", _in_house(looks.run), "Who looked into which file, if it holds.", config=True))

    one = command("play", _play, "A conversation in the terminal.")
    one.add_argument("flow", nargs="?", metavar="FLOW", help="a flow; without it the menu")
    one.add_argument("--language", default="nl", choices=("nl", *languages()), help="two letters")
    one.add_argument("--transcript", action="store_true", help="print what was played as a test")

    command("understand", _understand, "Read lines, write what was understood of each as JSON.")
    return parser


def _port(given: str) -> int:
    number = int(given)
    if not 0 <= number <= 65535:
        raise ValueError
    return number


def _demo(options: argparse.Namespace) -> int:
    logging.getLogger().setLevel(logging.WARNING)
    asyncio.run(demo(options.port, options.data))
    return 0


def _run(options: argparse.Namespace) -> int:
    starting()
    config = configuration.load(options.config)
    asyncio.run(_serve(config, options.role, config.web.port if options.port is None else options.port))
    return 0


async def _serve(config: Config, role: Role, port: int) -> None:
    stopped = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    await _upgraded(config)
    async with open_house(config) as house:
        runner, port = await serve(make_app(house, role=role), config.web.host, port)
        settled()
        print(f"Klopaan listens on http://{config.web.host}:{port}", flush=True)
        with contextlib.suppress(asyncio.CancelledError):
            await stopped.wait()
        await runner.cleanup()


async def _upgraded(config: Config) -> None:
    """Brings both databases to this release. Raises ``KlopaanError`` when one of them cannot be used."""
    database = config.database
    for name, url in (("url", database.url), ("keys_url", database.keys_url)):
        parsed = make_url(url)
        if parsed.drivername.startswith("sqlite") and not Path(parsed.database or "").parent.is_dir():
            raise KlopaanError(f"database.{name}: the folder of this file is not there. Make it, or name another.")
    await migrate(config)


def _migrate(options: argparse.Namespace) -> int:
    config = configuration.load(options.config)
    asyncio.run(_upgraded(config))
    print("Both databases are up to date.")
    return 0


def _check(options: argparse.Namespace) -> int:
    """Errors end with status 1; remarks do not, nor a page that cannot be reached."""
    config = configuration.load(options.config)
    remarks = [
        *configuration.check(config),
        *overdue(config.links, config.calendar().day_of(SystemClock().now())),
        *asyncio.run(cards_check.remarks(config, SystemClock().now())),
        *asyncio.run(unreachable(config.links)),
        *asyncio.run(provider.remarks(config.oidc)),
        *asyncio.run(openklant.remarks(config.openklant, config.calendar().zone)),
    ]
    for remark in remarks:
        print(remark)
    print(f"{options.config} can be used." + (f" {len(remarks)} remark(s) above." if remarks else ""))
    for line in steps(config):
        print(line)
    return 0


def _in_house(run: InHouse) -> Callable[[argparse.Namespace], int]:
    """``run`` as a command of its own, which opens the municipality of ``options.config``."""

    async def opened(options: argparse.Namespace) -> int:
        config = configuration.load(options.config)
        await _upgraded(config)
        async with open_house(config) as house:
            return await run(house, options)

    return lambda options: asyncio.run(opened(options))


async def _export(house: House, options: argparse.Namespace) -> int:
    asked = (options.what, options.first, options.last, options.format)
    left_out = await exporting.run(house, *asked, options.out)
    print(f"{left_out} people were left out, who were erased.", file=sys.stderr)
    return 0


def _play(options: argparse.Namespace) -> int:
    _read_anything()

    def read() -> str | None:
        try:
            return input("> ")
        except EOFError:
            return None

    return play(options.flow, options.language, transcript=options.transcript, read=read)


def _understand(options: argparse.Namespace) -> int:
    _read_anything()
    names = tuple(all_flows())
    for line in sys.stdin:
        print(json.dumps(understanding.describe(line.rstrip("\n"), names), ensure_ascii=False), flush=True)
    return 0


def _read_anything() -> None:
    """Standard input is text in UTF-8; what is no text becomes question marks in diamonds instead of an error."""
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")


if __name__ == "__main__":
    sys.exit(main())
