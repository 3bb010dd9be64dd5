"""The caseworkers' web desk, at ``/desk``: one module per page.

Every look into a file goes through ``bot.desk.access``; every form is checked in ``bot.desk.page``.
"""

from __future__ import annotations

from aiohttp import web

from bot.desk import (
    acts,
    agreements,
    appointments,
    calendar,
    closing,
    contact,
    emergency,
    export,
    file,
    guidance,
    holds_page,
    hours_page,
    inbox,
    look,
    looks_page,
    me,
    measurements,
    news,
    page,
    password_page,
    pictures,
    plan,
    progress,
    prove,
    ratings,
    requests,
    retention_page,
    second_page,
    sharing,
    sign_in,
    signals,
    summary,
    tasks,
    team,
    teams_page,
    touch,
)
from bot.desk.accounts import Accounts, create_sign_in_link
from bot.desk.forms import csrf_of
from bot.desk.oidc import pages as oidc_pages
from bot.desk.page import DESK, Desk
from bot.desk.presence import Presence
from bot.house import HOUSE

__all__ = ["create_sign_in_link", "setup"]

_FILE = r"/desk/file/{id:\d{1,18}}"
_APPOINTMENT = _FILE + r"/appointments/{appointment:\d{1,18}}"


def setup(app: web.Application) -> None:
    """Adds the desk to an application that has its house already."""
    house = app[HOUSE]
    app[DESK] = Desk(house, Accounts(house), Presence(house), page.environment())
    app.on_shutdown.append(news.stop)
    app.add_routes(
        [
            web.get("/desk/static/{name}", page.static),
            web.get("/desk", inbox.show),
            web.get("/desk/rows", inbox.rows),
            web.get("/desk/news", news.of_inbox),
            web.get("/desk/sign-in", sign_in.show),
            web.post("/desk/sign-in", sign_in.sign_in),
            web.post("/desk/sign-out", sign_in.sign_out),
            web.get(r"/desk/link/{token:[\w-]{1,100}}", sign_in.show_link),
            web.post(r"/desk/link/{token:[\w-]{1,100}}", sign_in.use_link),
            *prove.ROUTES,
            *second_page.ROUTES,
            *oidc_pages.ROUTES,
            *password_page.ROUTES,
            web.get("/desk/look.css", look.style),
            web.get("/desk/logo", look.logo),
            web.get(_FILE, file.show),
            web.get(f"{_FILE}/parts", file.parts),
            web.get(f"{_FILE}/news", news.of_file),
            web.get(_FILE + r"/attachment/{attachment:\d{1,18}}", file.attachment),
            web.get(_FILE + r"/picture/{message:\d{1,18}}", pictures.picture),
            web.get(_FILE + r"/voice/{message:\d{1,18}}", pictures.voice),
            web.post(f"{_FILE}/take-over", acts.take_over),
            web.post(f"{_FILE}/reply", acts.reply),
            web.post(f"{_FILE}/spoke", acts.spoke),
            web.post(f"{_FILE}/decided", acts.decided),
            web.post(f"{_FILE}/hand-back", acts.hand_back),
            web.post(f"{_FILE}/assign", acts.assign),
            web.post(f"{_FILE}/note", acts.add_note),
            web.post(f"{_FILE}/acknowledge", acts.acknowledge),
            web.post(f"{_FILE}/crisis-over", acts.crisis_over),
            web.post(f"{_FILE}/remove-pin", acts.remove_pin),
            web.post(_FILE + r"/helpers/{helper:\d{1,18}}/end", acts.end_helper),
            web.post(f"{_FILE}/end-links", acts.end_links),
            web.post(f"{_FILE}/presence", acts.be_here),
            web.get("/desk/calendar", calendar.show),
            web.get("/desk/calendar/parts", calendar.parts),
            web.post("/desk/calendar/seen", calendar.seen),
            web.get("/desk/hours", hours_page.show),
            web.post("/desk/hours/weekly", hours_page.put_weekly),
            web.post("/desk/hours/weekly/remove", hours_page.remove_weekly),
            web.post("/desk/hours/days", hours_page.add_days),
            web.post("/desk/hours/days/remove", hours_page.remove_days),
            web.post("/desk/hours/lengths", hours_page.put_lengths),
            web.get(f"{_FILE}/plan", plan.show),
            web.post(f"{_FILE}/appointments/book", appointments.book),
            web.post(f"{_FILE}/appointments/propose", appointments.propose),
            web.post(f"{_APPOINTMENT}/move", appointments.move),
            web.post(f"{_APPOINTMENT}/link", appointments.give_link),
            web.post(f"{_APPOINTMENT}/cancel", appointments.cancel),
            web.post(f"{_APPOINTMENT}/held", appointments.held),
            web.post(f"{_APPOINTMENT}/no-show", appointments.no_show),
            web.post(f"{_APPOINTMENT}/seen", appointments.seen),
            web.get("/desk/tasks", tasks.show),
            web.get(f"{_FILE}/summary", summary.show),
            web.post(f"{_FILE}/summary", summary.send),
            web.post(f"{_FILE}/summary/preview", summary.look),
            web.get(_FILE + r"/summary/{summary:\d{1,18}}/print", summary.on_paper),
            web.post(f"{_FILE}/agreements/seen", agreements.seen),
            web.post(_FILE + r"/agreements/{agreement:\d{1,18}}/settle", agreements.settle),
            *emergency.ROUTES,
            *sharing.ROUTES,
            *teams_page.ROUTES,
            *looks_page.ROUTES,
            *guidance.ROUTES,
            *export.ROUTES,
            *requests.ROUTES,
            *holds_page.ROUTES,
            *retention_page.ROUTES,
            web.get("/desk/ratings", ratings.show),
            web.get("/desk/ratings/csv", ratings.download),
            web.post("/desk/ratings/remove", ratings.remove),
            web.get("/desk/me", me.show),
            web.post("/desk/me", me.save),
            web.post("/desk/me/sessions", me.end_session),
            web.get("/desk/team", team.show),
            web.post(r"/desk/team/{staff:\d{1,18}}", team.save),
            web.post(r"/desk/team/{staff:\d{1,18}}/sign-out", team.sign_out),
            web.get(f"{_FILE}/progress", progress.show),
            web.post(f"{_FILE}/progress", progress.act),
            web.post(f"{_FILE}/progress/preview", progress.preview),
            web.post(f"{_FILE}/progress/edit", progress.edit),
            web.get(f"{_FILE}/contact", contact.show),
            web.post(f"{_FILE}/contact", contact.introduce),
            web.post(f"{_FILE}/contact/preview", contact.preview),
            web.post(f"{_FILE}/contact/edit", contact.edit),
            web.get(f"{_FILE}/touch", touch.show),
            web.post(f"{_FILE}/touch", touch.act),
            web.post(f"{_FILE}/touch/preview", touch.preview),
            web.post(f"{_FILE}/touch/edit", touch.edit),
            web.post(f"{_FILE}/touch/held", touch.held),
            web.post(f"{_FILE}/touch/evaluated", touch.evaluated),
            web.post(f"{_FILE}/touch/no-aftercare", touch.no_aftercare),
            web.get(f"{_FILE}/close", closing.show),
            web.post(f"{_FILE}/close", closing.act),
            web.post(f"{_FILE}/close/preview", closing.preview),
            web.post(f"{_FILE}/close/edit", closing.edit),
            web.post(f"{_FILE}/signal-keys", closing.keys),
            web.post(_FILE + r"/signals/{signal:\d{1,18}}/done", closing.seen),
            web.get("/desk/signals", signals.show),
            web.post("/desk/signals", signals.enter),
            web.post("/desk/signals/import", signals.look),
            web.post("/desk/signals/import/take", signals.take),
            web.get("/desk/signals/ordinary", signals.ordinary),
            web.post(r"/desk/signals/ordinary/{signal:\d{1,18}}/done", signals.take_up),
            web.get(f"{_FILE}/measurements", measurements.show),
            web.get(f"{_FILE}/measurements/parts", measurements.parts),
            web.post(f"{_FILE}/measurements/invite", measurements.invite),
            web.post(_FILE + r"/measurements/{measurement:\d{1,18}}/withdraw", measurements.withdraw),
            web.get("/desk/{tail:.*}", _no_page),
        ]
    )


async def _no_page(request: web.Request) -> web.Response:
    """The same for who is signed in and who is not, but for the way on from there."""
    desk = request.app[DESK]
    token = page.read_cookie(request, desk.cookie)
    staff = await desk.accounts.who(token) if token else None
    return page.refusal(desk, "no_page", staff=staff, csrf=csrf_of(token) if staff else "")
