"""What every page of the desk shares: who asks, forms that cannot be forged, one look, refusals in words."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, wraps
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Any

import jinja2
from aiohttp import web
from yarl import URL

from bot import enclosed
from bot import web as web_
from bot.agenda.lacking import FreeTime
from bot.clock import from_ms
from bot.desk import delivery, ending_words, progress_words, roles, touch_words, wording
from bot.desk.access import Moved, Shut, count_unseen
from bot.desk.accounts import Accounts, Staff
from bot.desk.forms import Form, csrf_of, read_form
from bot.desk.oidc.provider import Provider
from bot.desk.oidc.signing_in import SigningIn
from bot.desk.presence import Presence
from bot.desk.sessions import Session, SignedIn
from bot.desk.tries import Place
from bot.errors import Refused
from bot.house import House
from bot.privacy.vault import Unreadable
from locales.formatting import direction

STATIC = Path(__file__).parent / "static"

_HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_COOKIE = re.compile(r"[A-Za-z0-9_.-]{1,200}")
#: A page of the desk to come back to; never another site.
_BACK = re.compile(r"/desk(/[a-z0-9-]+)*(\?[A-Za-z0-9=&_-]{0,200})?")
#: Fields of a form in which somebody proves who they are.
PROOF = frozenset({"proof_password", "proof_code"})
#: A code as residents read it (``bot.identity``): who has it goes on as that resident, and the bot's own words hold it.
_CODE = re.compile(r"(?<![0-9a-z-])[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{3}){2}(?![0-9a-z-])", re.IGNORECASE)
_DEVICE_DAYS = 180
_STATUS = {
    "gone": HTTPStatus.NOT_FOUND,
    "no_page": HTTPStatus.NOT_FOUND,
    "erased": HTTPStatus.GONE,
    "not_allowed": HTTPStatus.FORBIDDEN,
    "not_yours": HTTPStatus.FORBIDDEN,
    "no_role": HTTPStatus.FORBIDDEN,
    "shut": HTTPStatus.FORBIDDEN,
    "why_open": HTTPStatus.BAD_REQUEST,
    "why_held": HTTPStatus.BAD_REQUEST,
    "no_hold_day": HTTPStatus.BAD_REQUEST,
    "no_period": HTTPStatus.BAD_REQUEST,
    "in_emergency": HTTPStatus.FORBIDDEN,
    "no_team": HTTPStatus.BAD_REQUEST,
    "old_form": HTTPStatus.FORBIDDEN,
    "wrong": HTTPStatus.FORBIDDEN,
    "wrong_password": HTTPStatus.FORBIDDEN,
    "wrong_code": HTTPStatus.FORBIDDEN,
    "no_proof": HTTPStatus.FORBIDDEN,
    "no_local": HTTPStatus.FORBIDDEN,
    "oidc_old": HTTPStatus.FORBIDDEN,
    "oidc_refused": HTTPStatus.FORBIDDEN,
    "oidc_wrong": HTTPStatus.FORBIDDEN,
    "oidc_weak": HTTPStatus.FORBIDDEN,
    "oidc_group": HTTPStatus.FORBIDDEN,
    "oidc_closed": HTTPStatus.FORBIDDEN,
    "oidc_other": HTTPStatus.FORBIDDEN,
    "oidc_down": HTTPStatus.SERVICE_UNAVAILABLE,
    "used_link": HTTPStatus.FORBIDDEN,
    "wait": HTTPStatus.TOO_MANY_REQUESTS,
    "busy": HTTPStatus.SERVICE_UNAVAILABLE,
    "signed_out": HTTPStatus.UNAUTHORIZED,
    "bad_form": HTTPStatus.BAD_REQUEST,
    "empty": HTTPStatus.BAD_REQUEST,
    "too_long": HTTPStatus.BAD_REQUEST,
    "wrong_type": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "too_big": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "not_sure": HTTPStatus.BAD_REQUEST,
    "no_colleague": HTTPStatus.BAD_REQUEST,
    "no_way": HTTPStatus.BAD_REQUEST,
    "no_kind": HTTPStatus.BAD_REQUEST,
    "no_moment": HTTPStatus.BAD_REQUEST,
    "none_chosen": HTTPStatus.BAD_REQUEST,
    "too_many": HTTPStatus.BAD_REQUEST,
    "too_many_lines": HTTPStatus.BAD_REQUEST,
    "no_day": HTTPStatus.BAD_REQUEST,
    "no_sentence": HTTPStatus.BAD_REQUEST,
}


@dataclass(slots=True)
class Desk:
    """The desk of one running house."""

    house: House
    accounts: Accounts
    presence: Presence
    templates: jinja2.Environment
    streams: set[asyncio.Task[None]] = field(default_factory=set)  # open pages that wait for news
    free: FreeTime = field(init=False)
    oidc: SigningIn | None = field(init=False)  # where staff sign in at the municipality's own provider

    def __post_init__(self) -> None:
        self.free = FreeTime(self.house)
        config = self.house.config.oidc
        self.oidc = None if config is None else SigningIn(self.house, self.accounts.sessions, Provider(config))

    @property
    def https(self) -> bool:
        """Whether browsers reach us over HTTPS only."""
        return URL(self.house.config.web.public_url).scheme == "https"

    @property
    def cookie(self) -> str:
        """Name of the session's cookie. ``__Host-``: no other host or path can set or read it."""
        return "__Host-klopaan-desk" if self.https else "klopaan-desk"


DESK: web.AppKey[Desk] = web.AppKey("desk")


@dataclass(frozen=True, slots=True)
class Visit:
    """One request by a signed-in member of staff. ``form`` is what was posted, checked against forgery."""

    request: web.Request
    desk: Desk
    session: Session
    csrf: str
    form: Form
    unseen: int | None = None  # emergencies that no coordinator saw, for who is one

    @property
    def staff(self) -> Staff:
        """Who asks."""
        return self.session.staff

    @property
    def house(self) -> House:
        """The house that the desk is of."""
        return self.desk.house

    @property
    def file_id(self) -> int:
        """The conversation in the address."""
        return int(self.request.match_info["id"])

    @property
    def client_id(self) -> str:
        """The posted form's own number, made with its page: the same one sent again changes nothing. Refused
        ``bad_form``."""
        client_id = self.form.get("client_id", "")
        if not _CLIENT_ID.fullmatch(client_id):
            raise Refused("bad_form")
        return client_id

    def render(self, template: str, status: int = 200, **context: Any) -> web.Response:
        """A page or part for this visitor."""
        visitor = {"staff": self.staff, "csrf": self.csrf, "unseen": self.unseen}
        return render(self.desk, template, status, **visitor, **context)


Handler = Callable[[Visit], Awaitable[web.StreamResponse]]


def staff_only(
    *, part: bool = False, file: bool = False, waiting: bool = False, proved: bool = False, back: str = ""
) -> Callable[[Handler], Callable[[web.Request], Awaitable[web.StreamResponse]]]:
    """A handler for signed-in staff whose role may open its route (``bot.desk.roles``); others are asked to sign in
    (``part``: fetched by a page, so told by a status). With ``file``, its form may bring one.

    ``waiting``: open also to who still has to give or set up the second factor. ``proved``: only for who proved less
    than ten minutes ago who they are; others are asked, and then go on with what they posted, or come to the page
    ``back`` (without it, where they were going).
    """

    def decorate(handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        @wraps(handler)
        async def handle(request: web.Request) -> web.StreamResponse:
            desk = request.app[DESK]
            token = read_cookie(request, desk.cookie)
            session = await desk.accounts.sessions.find(token, in_use=not part) if token else None
            if session is None or (session.lacks and not waiting):
                if part or request.method == "POST":
                    return refusal(desk, "signed_out")
                step = "/desk/sign-in" if session is None else second_page(session)
                return go(str(URL(step).with_query(next=request.path)))
            staff = session.staff
            try:
                if not roles.allows(staff.role, request.method, _route(request)):
                    raise Refused("no_role")
                most = largest_file(desk.house) if file else 0
                form = await read_form(request, token, largest_file=most) if request.method == "POST" else Form()
                unseen = await count_unseen(desk.house, staff)
                visit = Visit(request, desk, session, csrf_of(token), form, unseen)
                if proved and not session.is_proved:
                    asked = await _ask_for_proof(visit, back)
                    if isinstance(asked, web.Response):
                        return asked
                    visit = asked
                return await handler(visit)
            except Moved as error:
                if request.method == "POST" or part:
                    return refusal(desk, error.code, staff=staff, csrf=csrf_of(token))
                return go(f"/desk/file/{error.to}")
            except Shut as error:
                if request.method == "POST" or part:
                    return refusal(desk, error.code, staff=staff, csrf=csrf_of(token))
                return go(f"/desk/file/{error.conversation_id}/emergency")
            except Refused as error:
                return refusal(desk, error.code, staff=None if session.lacks else staff, csrf=csrf_of(token))
            except Unreadable:  # destroyed while it was being read
                return refusal(desk, "erased", staff=staff, csrf=csrf_of(token))

        return handle

    return decorate


def _route(request: web.Request) -> str:
    """The route of a request, by the name that ``bot.desk.roles`` knows it by."""
    resource = request.match_info.route.resource
    return "" if resource is None else resource.canonical


def takes_passwords(desk: Desk) -> bool:
    """Whether passwords count here. One-time links always do: they are made on the server, for when the provider is
    down for good."""
    return desk.house.config.oidc is None or desk.house.config.oidc.local_accounts


def second_page(session: Session) -> str:
    """Where who still lacks something for the desk gets it."""
    return "/desk/second" if session.lacks == "code" else "/desk/second/set-up"


# ---- proof ---------------------------------------------------------------------------------------------------------


async def _ask_for_proof(visit: Visit, back: str) -> web.Response | Visit:
    """Asks who somebody is before they go on; or gives what they posted, which proves it, without the proof."""
    if visit.request.method != "POST":
        return go(str(URL("/desk/prove").with_query(next=back_to(back or visit.request.path_qs))))
    if not PROOF & visit.form.keys():
        return proof_page(visit, visit.request.path, keep=visit.form)
    try:
        await prove(visit)
    except Refused as error:
        return proof_page(visit, visit.request.path, keep=visit.form, refused=error.code)
    fields = {name: value for name, value in visit.form.items() if name not in PROOF}
    return replace(visit, form=replace(visit.form, fields=fields))


async def prove(visit: Visit) -> None:
    """Who posted a form of `proof_page` is who they are. Refused as ``Accounts.prove``."""
    place = place_of(visit.request, visit.staff.username)
    code = visit.form.get("proof_code", "")
    await visit.desk.accounts.prove(visit.session, visit.form.get("proof_password", ""), code, place)


def proof_page(visit: Visit, action: str, *, keep: Form, refused: str = "", next_page: str = "") -> web.Response:
    """A page that asks who somebody is and then sends them to ``action`` with the fields that they posted."""
    fields = {name: value for name, value in keep.items() if name not in PROOF | {"csrf", "next"}}
    return visit.render(
        "prove.html",
        status_of(refused) if refused else HTTPStatus.FORBIDDEN if visit.request.method == "POST" else HTTPStatus.OK,
        action=action,
        fields=fields,
        next_page=next_page or back_to(_came_from(visit.request)),
        session=visit.session,
        refused=wording.REFUSALS.get(refused, ""),
    )


def _came_from(request: web.Request) -> str:
    """The path of the page that the browser says it was on; empty: it says none."""
    try:
        return URL(request.headers.get("Referer", "")).path
    except ValueError:
        return ""


def back_to(given: str) -> str:
    """A page of the desk, if it is one; else the inbox."""
    return given if _BACK.fullmatch(given) else "/desk"


def place_of(request: web.Request, username: str) -> Place:
    """Where a try to sign in as ``username`` comes from."""
    desk = request.app[DESK]
    return desk.accounts.place(username, read_cookie(request, _device_cookie(desk)), web_.place(request))


# ---- cookies -------------------------------------------------------------------------------------------------------


def read_cookie(request: web.Request, name: str) -> str:
    """A cookie, or nothing when it holds what we never put in one."""
    value = request.cookies.get(name, "")
    return value if _COOKIE.fullmatch(value) else ""


def keep_session(desk: Desk, response: web.Response, session: SignedIn) -> None:
    """Puts the session in the browser."""
    set_cookie(desk, response, desk.cookie, session.token, int(session.expires.total_seconds()))


def set_cookie(desk: Desk, response: web.Response, name: str, value: str, seconds: int) -> None:
    """A cookie that scripts cannot read and other sites cannot send; ``seconds`` 0 removes it."""
    response.set_cookie(name, value, max_age=seconds, path="/", httponly=True, samesite="Lax", secure=desk.https)


def keep_device(desk: Desk, response: web.Response, username: str) -> None:
    """From now on this browser is one that signed in to this account."""
    set_cookie(desk, response, _device_cookie(desk), desk.accounts.device(username), _DEVICE_DAYS * 24 * 3600)


def _device_cookie(desk: Desk) -> str:
    return f"{desk.cookie}-device"


def form_token(request: web.Request) -> str:
    """Before there is a session: what the sign-in forms of this browser are tied to."""
    return read_cookie(request, _form_cookie(request.app[DESK])) or secrets.token_urlsafe(16)


def keep_form_token(desk: Desk, response: web.Response, token: str) -> None:
    """Puts that in the browser, for an hour."""
    set_cookie(desk, response, _form_cookie(desk), token, 3600)


def _form_cookie(desk: Desk) -> str:
    return f"{desk.cookie}-form"


# ---- pages ---------------------------------------------------------------------------------------------------------


def render(desk: Desk, template: str, status: int = 200, **context: Any) -> web.Response:
    """A page or part. Never kept by the browser: the next person at this computer must not find it. Its own forms say
    where they come from, other sites learn nothing."""
    now = desk.house.clock.now()
    usual = {"staff": None, "csrf": "", "news_count": 0, "tasks_count": 0, "unseen": None}
    always = {"house": desk.house, "when": lambda at: _when(at, now, desk)}
    text = desk.templates.get_template(template).render({**usual, **context, **always})
    return web.Response(text=text, status=status, content_type="text/html", headers=_HEADERS)


_STATIC = {path.name: path for path in STATIC.iterdir()}


async def static(request: web.Request) -> web.StreamResponse:
    """``GET /desk/static/{name}``: one of the files that we know; no other can be named."""
    path = _STATIC.get(request.match_info["name"])
    if path is None:
        raise web.HTTPNotFound
    return web.FileResponse(path)


def go(address: str) -> web.Response:
    """To another page."""
    return web.Response(status=HTTPStatus.SEE_OTHER, headers={"Location": address, **_HEADERS})


def status_of(code: str) -> int:
    """The HTTP status of a refusal; a file that is in another state than was thought is a conflict."""
    return _STATUS.get(code, HTTPStatus.CONFLICT)


def refusal(desk: Desk, code: str, **context: Any) -> web.Response:
    """A page that says why something was refused; nothing was changed."""
    words = wording.REFUSALS.get(code, wording.REFUSALS["bad_form"])
    return render(desk, "refused.html", status_of(code), why=words, **context)


def largest_file(house: House) -> int:
    """What the municipality takes in one file, in bytes."""
    return house.config.web.upload_limit_mb * 1024 * 1024


@cache
def environment() -> jinja2.Environment:
    """The templates, compiled once in a process: they hold nothing of a municipality. An unknown name in one is a bug,
    not an empty place."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("bot.desk"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters["dir"] = direction
    made.filters["paragraphs"] = lambda text: [part for part in text.split("\n\n") if part.strip()]
    made.filters["without_codes"] = lambda text: _CODE.sub("•••• ••• •••", text)
    made.globals["words"] = wording
    made.globals["is_for"] = lambda staff, route: roles.allows(staff.role, *route.split(" "))
    made.globals["delivery"] = delivery
    made.globals["phases"] = progress_words
    made.globals["ending_words"] = ending_words
    made.globals["touch_words"] = touch_words
    made.globals["enclosed"] = enclosed
    made.globals["new_id"] = lambda: secrets.token_urlsafe(12)
    made.globals["version"] = _version()
    return made


def _when(at: int, now: datetime, desk: Desk) -> dict[str, str]:
    """An instant in milliseconds UTC, for people and (ISO 8601) for programs; ``agreed`` for what still comes, where a
    bare time would leave the day to be guessed."""
    calendar = desk.house.calendar
    local = from_ms(at, calendar.zone)
    words = wording.moment(at, now, calendar)
    is_today = local.date() == calendar.day_of(now)
    agreed = f"vandaag {words}" if is_today else words
    return {"words": words, "agreed": agreed, "iso": local.isoformat(timespec="seconds")}


def _version() -> str:
    """Changes whenever a static file does, so that browsers may keep them."""
    digest = sha256()
    for path in sorted(STATIC.iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
