"""The command line."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import getpass
import json
import logging
import signal
import sys
import warnings
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import cards_check
from bot import config as configuration
from bot.clock import SystemClock, from_ms
from bot.config import Config
from bot.config.steps import steps
from bot.demo.run import demo
from bot.desk import accounts
from bot.errors import ConfigError, KlopaanError, Refused
from bot.export import command as exporting
from bot.export import making
from bot.links import overdue, unreachable
from bot.play import play
from bot.registration import client as openklant
from bot.running import settled
from bot.server import Role, make_app, migrate, open_house, serve
from flows import understanding
from flows.registry import all_flows
from locales.extraction import languages
from storage import agenda
from storage import staff as staff_queries

#: Shortest password that may be set, in characters; the longest is ``accounts.LONGEST_PASSWORD``.
SHORTEST_PASSWORD = 12

ROLES = ("caseworker", "coordinator", "beheerder", "auditor")


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

    one = command("user", _user, "Accounts of staff.", config=True)
    one.add_argument("action", choices=("add", "link", "password", "phone", "email", "successor", "disable", "list"))
    one.add_argument("username", nargs="?")
    one.add_argument("--name", help="as residents see it")
    one.add_argument("--role", choices=ROLES, default="caseworker")
    one.add_argument("--phone", help="for residents, on their cards; with add or phone", default="")
    one.add_argument("--email", help="where they hear of who they help; with add or email", default="")
    one.add_argument("--successor", help="who knows the people that they helped, once they left", default="")

    one = command("export", _export, "What happened in a period, for the municipality's administration.", config=True)
    one.add_argument("--what", choices=making.WHATS, required=True)
    one.add_argument("--from", dest="first", metavar="DAY", required=True, help="the first day, like 2026-01-01")
    one.add_argument("--to", dest="last", metavar="DAY", required=True, help="the last day")
    one.add_argument("--format", choices=making.FORMATS, default="csv")
    one.add_argument("--out", type=Path, metavar="FILE", help="without it, to standard output")

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
        *asyncio.run(openklant.remarks(config.openklant, config.calendar().zone)),
    ]
    for remark in remarks:
        print(remark)
    print(f"{options.config} can be used." + (f" {len(remarks)} remark(s) above." if remarks else ""))
    for line in steps(config):
        print(line)
    return 0


def _export(options: argparse.Namespace) -> int:
    config = configuration.load(options.config)
    asyncio.run(_exported(config, options))
    return 0


async def _exported(config: Config, options: argparse.Namespace) -> None:
    await _upgraded(config)
    async with open_house(config) as house:
        asked = (options.what, options.first, options.last, options.format)
        left_out = await exporting.run(house, *asked, options.out)
        print(f"{left_out} people were left out, who were erased.", file=sys.stderr)


def _user(options: argparse.Namespace) -> int:
    config = configuration.load(options.config)
    return asyncio.run(_manage(config, options))


async def _manage(config: Config, options: argparse.Namespace) -> int:
    await _upgraded(config)
    async with open_house(config) as house:
        if options.action == "list":
            async with house.db.read() as conn:
                for one in await staff_queries.list_staff(conn):
                    ended = "" if one.disabled_at is None else "\tdisabled"
                    print(f"{one.username}\t{one.name}\t{one.role}{ended}")
            return 0
        username = accounts.plain_username(options.username or "")
        if not 0 < len(username) <= accounts.LONGEST_USERNAME:
            print(f"Which account? Give a username of at most {accounts.LONGEST_USERNAME} characters.", file=sys.stderr)
            return 2
        async with house.db.read() as conn:
            found = await staff_queries.find_by_username(conn, username)
        if options.action == "add":
            if found is not None:
                print(f"{username} exists already.", file=sys.stderr)
                return 1
            name, phone = options.name or options.username.strip(), _phone(options.phone)
            email = _email(options.email)
            async with house.db.begin() as conn:
                number = await staff_queries.add_staff(
                    conn, username=username, name=name, role=options.role, now=accounts.real_now()
                )
                await staff_queries.set_phone(conn, number, phone)
                await staff_queries.set_email(conn, number, email)
        elif found is None:
            print(f"There is no account {username}.", file=sys.stderr)
            return 1
        elif options.action == "phone":
            phone = _phone(options.phone)
            async with house.db.begin() as conn:
                await staff_queries.set_phone(conn, found.id, phone)
            print(f"The number is {phone}." if phone else "There is no number any more.")
            return 0
        elif options.action == "email":
            email = _email(options.email)
            async with house.db.begin() as conn:
                await staff_queries.set_email(conn, found.id, email)
            print(f"The address is {email}." if email else "There is no address any more.")
            return 0
        elif options.action == "successor":
            async with house.db.begin() as conn:
                name = await _set_successor(conn, found.id, options.successor)
            print(f"{name} knows who {found.name} helped." if name else "There is no successor any more.")
            return 0
        elif options.action == "disable":
            async with house.db.begin() as conn:
                await staff_queries.disable(conn, found.id, accounts.real_now())
                count, first = await agenda.first_with(conn, found.id, accounts.real_now())
            print(f"{username} can no longer sign in.")
            if first is not None:  # residents are still reminded of these: someone else has to be there
                day = house.calendar.day_of(from_ms(first))
                print(
                    f"{count} appointment(s) stand, the first on {day}. Give them to a colleague, in the desk's agenda."
                )
            return 0
        elif options.action == "password":
            hashed = accounts.hash_password(_new_password())
            async with house.db.begin() as conn:
                await staff_queries.set_password(conn, found.id, hashed)
            print("The password is set.")
            return 0
        else:
            number = found.id
        print(f"Sign in once with: {await accounts.create_sign_in_link(house, number)}")
        return 0


def _phone(typed: str) -> str:
    """Raises ``KlopaanError`` when it is no telephone number."""
    try:
        return accounts.plain_phone(typed)
    except Refused:
        raise KlopaanError("That is no telephone number. Use digits and spaces. Nothing was changed.") from None


def _email(typed: str) -> str:
    """Raises ``KlopaanError`` when it is no e-mail address."""
    try:
        return accounts.plain_email(typed)
    except Refused:
        raise KlopaanError("That is no e-mail address. Nothing was changed.") from None


async def _set_successor(conn: AsyncConnection, staff_id: int, typed: str) -> str:
    """Gives the name of the successor, empty for none. Raises ``KlopaanError`` when it cannot be that one."""
    username, team = accounts.plain_username(typed), await staff_queries.team(conn)
    found = next((one for one in team if one.username == username), None)
    if username and found is None:
        raise KlopaanError(f"There is no account {username}. Nothing was changed.")
    try:
        accounts.succeeds(team, staff_id, None if found is None else found.id)
    except Refused:
        raise KlopaanError(
            "That account cannot be the successor: it is closed, only reads along, or would succeed itself in the end."
        ) from None
    await staff_queries.set_successor(conn, staff_id, None if found is None else found.id)
    return "" if found is None else found.name


def _new_password() -> str:
    """Asked twice, without showing it. Raises ``KlopaanError`` when it cannot be one."""
    try:
        password = _ask("New password: ")
        password.encode()
        if not SHORTEST_PASSWORD <= len(password) <= accounts.LONGEST_PASSWORD:
            raise KlopaanError(
                f"A password has {SHORTEST_PASSWORD} to {accounts.LONGEST_PASSWORD} characters. Nothing was changed."
            )
        if _ask("The same again: ") != password:
            raise KlopaanError("The two are not the same. Nothing was changed.")
    except UnicodeError:
        raise KlopaanError("That is not text in UTF-8. Nothing was changed.") from None
    return password


def _ask(question: str) -> str:
    """A line from the terminal that does not show what is typed, or the next line of what is piped in."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    try:
        return getpass.getpass(question)
    except EOFError:
        return ""


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
