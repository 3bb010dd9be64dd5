"""The demo's own page: the ways in at the desk, the clock, and what would have been sent to staff."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from aiohttp import web
from yarl import URL

from bot import web as web_
from bot.clock import DemoClock, Passed
from bot.desk.accounts import Staff, create_sign_in_link
from bot.desk.page import DESK
from bot.desk.wording import ROLES
from bot.house import HOUSE
from bot.notify import CollectingNotifier
from bot.server import WORKERS

#: ISO 8601 durations of weeks, days, hours and minutes: ``P1D``, ``PT4H``, ``P2W``.
_DURATION = re.compile(r"P(?:(\d{1,3})W)?(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?)?")
LONGEST = timedelta(days=400)

#: What one comes to see with each of them.
_SEES = {
    "caseworker": "gesprekken, afspraken, voortgang",
    "coordinator": "alle dossiers, teksten, kaarten en uren, en wie er in een noodgeval in was",
    "beheerder": "accounts, teams, teksten, kaarten en uren; geen dossiers",
    "auditor": "het register: wie welk dossier zag",
}

STEPS = (("PT1H", "1 uur"), ("PT4H", "4 uur"), ("P1D", "1 dag"), ("P2D", "2 dagen"), ("P1W", "1 week"))

#: What a municipality tells on a page of its own; the demo has a short one, so that the link leads somewhere.
_PRIVACY = """<!doctype html>
<html lang="nl">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Uw gegevens</title>
<main>
<h1>Wat doet Waterveen met uw gegevens?</h1>
<p>Waterveen bestaat niet. Dit is een voorbeeld: een echte gemeente heeft hier haar eigen tekst.</p>
<p>We gebruiken wat u vertelt alleen om u te helpen. Medewerkers van het team schuldhulp lezen mee.
U mag altijd vragen wat we van u weten, en of we dat verbeteren of weghalen.</p>
</main>
</html>
"""


def duration(words: object) -> timedelta | None:
    """An ISO 8601 duration, or None when it is none, is nothing or is over 400 days."""
    found = _DURATION.fullmatch(words) if isinstance(words, str) else None
    if found is None:
        return None
    weeks, days, hours, minutes = (int(part or 0) for part in found.groups())
    length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)
    return length if timedelta(0) < length <= LONGEST else None


def setup(app: web.Application, clock: DemoClock, notifier: CollectingNotifier) -> None:
    """Adds ``/demo``, ``/demo/privacy``, ``POST /demo/desk`` and ``POST /demo/clock``. Only the demo calls this:
    whoever reaches it may sign in as anyone."""

    async def show(request: web.Request) -> web.Response:
        now = clock.now().astimezone(request.app[HOUSE].calendar.zone)
        colleagues = await request.app[DESK].accounts.colleagues()
        return web.Response(text=_page(now, colleagues, notifier), content_type="text/html")

    async def enter(request: web.Request) -> web.Response:
        if not web_.is_from_here(request, unsaid=True):
            raise web.HTTPForbidden
        try:
            async with web_.in_time(web_.FORM_TIME):
                who = (await request.post()).get("who")
        except (ValueError, LookupError):
            raise web.HTTPBadRequest from None
        colleagues = await request.app[DESK].accounts.colleagues()
        staff = next((one for one in colleagues if one.username == who), None)
        if staff is None:
            raise web.HTTPNotFound
        link = await create_sign_in_link(request.app[HOUSE], staff.id)
        return web.Response(status=303, headers={"Location": URL(link).path})

    async def move(request: web.Request) -> web.Response:
        if not web_.is_from_here(request, unsaid=True):  # no browser at all is the demo's owner with a script
            raise web.HTTPForbidden
        from_page = request.content_type == "application/x-www-form-urlencoded"
        try:
            async with web_.in_time(web_.FORM_TIME):
                body = dict(await request.post()) if from_page else await request.json()
        except (ValueError, LookupError, RecursionError):
            raise web.HTTPBadRequest from None
        length = duration(body.get("advance")) if isinstance(body, dict) else None
        if length is None:
            raise web.HTTPBadRequest
        workers = request.app[WORKERS]

        async def run_due() -> None:
            await workers.pings.run_due()
            await workers.alarms.run_due()
            await workers.agenda_alarms.run_due()

        async def next_due(after: datetime) -> datetime | None:
            found = [await workers.pings.next_due(after), await workers.agenda_alarms.next_due(after)]
            return min((at for at in found if at is not None), default=None)

        with suppress(Passed):  # pushed twice: the first moved it that far
            await clock.advance(clock.now() + length, next_due, run_due)
            await workers.retention.run_due()  # once, however many nights these were: what is gone, is gone
        if from_page:
            return web.Response(status=303, headers={"Location": "/demo"})
        return web.json_response({"now": clock.now().isoformat()})

    async def privacy(request: web.Request) -> web.Response:
        return web.Response(text=_PRIVACY, content_type="text/html")

    app.router.add_get("/demo", show)
    app.router.add_get("/demo/privacy", privacy)
    app.router.add_post("/demo/desk", enter)
    app.router.add_post("/demo/clock", move)


def _page(now: datetime, colleagues: Sequence[Staff], notifier: CollectingNotifier) -> str:
    ways_in = "".join(
        f'<form method="post" action="/demo/desk"><p><button name="who" value="{html.escape(one.username)}">'
        f"{html.escape(one.name)}, {ROLES.get(one.role, one.role)}</button> {_SEES.get(one.role, '')}</p></form>"
        for one in colleagues
    )
    buttons = "".join(
        f'<form method="post" action="/demo/clock"><input type="hidden" name="advance" value="{step}">'
        f"<button>{words} verder</button></form>"
        for step, words in STEPS
    )
    sent = "".join(
        f"<li><p><strong>{html.escape(item.subject)}</strong></p><pre>{html.escape(item.body)}</pre></li>"
        for item in notifier.sent
    )
    return f"""<!doctype html>
<html lang="nl">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Klopaan demo</title>
<link rel="icon" href="/desk/static/icon.svg" type="image/svg+xml">
<main>
<h1>Demo</h1>
<p><a href="/">Naar de webchat</a> · <a href="/desk">Naar de balie</a></p>
<h2>Inloggen bij de balie</h2>
{ways_in}
<h2>De klok</h2>
<p>Het is nu <strong>{now:%d-%m-%Y %H:%M}</strong> in de demo.</p>
{buttons}
<h2>Alarmen die verstuurd zouden zijn</h2>
<ul>{sent or "<li>Nog geen.</li>"}</ul>
</main>
</html>
"""
