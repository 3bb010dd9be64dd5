"""``klopaan user``: accounts of staff."""

from __future__ import annotations

import argparse
import getpass
import sys

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import from_ms
from bot.desk import accounts, passwords
from bot.desk.oidc.provider import Provider
from bot.desk.oidc.signing_in import SigningIn
from bot.desk.sessions import Sessions, real_now
from bot.errors import KlopaanError, Refused
from bot.house import House
from storage import agenda, provider_sign_ins, sign_ins
from storage import staff as staff_queries

ACTIONS = ("add", "link", "password", "reset-second", "subject", "phone", "email", "successor", "disable", "list")
ROLES = ("caseworker", "coordinator", "beheerder", "auditor")


def add(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("action", choices=ACTIONS)
    parser.add_argument("username", nargs="?")
    parser.add_argument("--name", help="as residents see it")
    parser.add_argument("--role", choices=ROLES, default="caseworker")
    parser.add_argument("--phone", help="for residents, on their cards; with add or phone", default="")
    parser.add_argument("--email", help="where they hear of who they help; with add or email", default="")
    parser.add_argument("--subject", help="who they are at the provider of [oidc] (sub); empty for nobody", default="")
    parser.add_argument("--successor", help="who knows the people that they helped, once they left", default="")


async def run(house: House, options: argparse.Namespace) -> int:
    """Does what ``options.action`` says. Raises ``KlopaanError``."""
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
                conn, username=username, name=name, role=options.role, now=real_now()
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
            await staff_queries.disable(conn, found.id, real_now())
            count, first = await agenda.first_with(conn, found.id, real_now())
        print(f"{username} can no longer sign in.")
        if first is not None:  # residents are still reminded of these: someone else has to be there
            day = house.calendar.day_of(from_ms(first))
            print(f"{count} appointment(s) stand, the first on {day}. Give them to a colleague, in the desk's agenda.")
        return 0
    elif options.action == "reset-second":
        await accounts.Accounts(house).second.remove(found.id)
        print(f"The second step of {found.name} is gone, and every session ended. The next sign-in begins anew.")
        return 0
    elif options.action == "subject":
        print(await _link_subject(house, found.id, options.subject))
        return 0
    elif options.action == "password":
        hashed = passwords.hash_password(_new_password())
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


async def _link_subject(house: House, staff_id: int, subject: str) -> str:
    """Says who the account is at the provider from now on. Raises ``KlopaanError``."""
    if house.config.oidc is None:
        raise KlopaanError("oidc: there is no [oidc] in the municipality's file. Nothing was changed.")
    ours = SigningIn(house, Sessions(house), Provider(house.config.oidc))
    try:
        async with house.db.begin() as conn:
            await provider_sign_ins.link(conn, staff_id, ours.subject_index(subject) if subject else None)
            await sign_ins.close_sessions(conn, staff_id)
    except IntegrityError:
        raise KlopaanError("Another account is that person at the provider. Nothing was changed.") from None
    return "From now on they sign in there too." if subject else "Nobody at the provider is this account any more."


def _new_password() -> str:
    """Asked twice, without showing it. Raises ``KlopaanError`` when it cannot be one."""
    try:
        password = _ask("New password: ")
        password.encode()
        if not passwords.SHORTEST_PASSWORD <= len(password) <= passwords.LONGEST_PASSWORD:
            raise KlopaanError(
                f"A password has {passwords.SHORTEST_PASSWORD} to {passwords.LONGEST_PASSWORD} characters. "
                "Nothing was changed."
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
