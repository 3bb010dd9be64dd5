"""What holds for every web request: a request id, security headers, errors in words, no personal data in the log."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web_protocol import RequestHandler
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from sqlalchemy import text
from yarl import URL

from bot.house import HOUSE
from storage.database import Database

log = logging.getLogger("klopaan.web")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

#: Nothing from elsewhere, nothing inline, no frames.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=()",
}

REGISTRY = CollectorRegistry()
REQUESTS = Counter("klopaan_requests", "Web requests", ["method", "route", "status"], registry=REGISTRY)
SECONDS = Histogram("klopaan_request_seconds", "Time to answer", ["route"], registry=REGISTRY)

#: Seconds in which a form or message has to be here, and a file, over a bad line. Who sends slower is not waited for.
FORM_TIME, FILE_TIME = 30.0, 300.0
#: Seconds in which a request has to begin, or to tell what it is once it has begun, before the connection is ended; and
#: how long a connection may be silent after an answer: longer than proxies keep one (nginx a minute, Caddy two).
HEAD_TIME, SILENCE = 20.0, 180.0

#: The request's own number, for the log and for whoever reports a problem.
REQUEST_ID: web.RequestKey[str] = web.RequestKey("request_id", str)
#: Whether the browser came over HTTPS, as far as the proxies that we trust say.
_HTTPS: web.RequestKey[bool] = web.RequestKey("https", bool)

_WORDS = {
    400: "Dit verzoek klopt niet.",
    401: "U bent niet ingelogd.",
    403: "Dit mag niet.",
    404: "Deze pagina bestaat niet.",
    405: "Dit kan hier niet.",
    408: "Dit duurde te lang. Probeer het nog een keer.",
    413: "Dit is te groot.",
    415: "Dit soort bestand of bericht kan hier niet.",
    429: "Dat ging te snel. Probeer het straks nog een keer.",
}


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Around every request: number, headers, refusals in words, never a trace."""
    started = time.perf_counter()
    request = _seen_by_proxy(request)
    request[REQUEST_ID] = secrets.token_hex(8)
    resource = request.match_info.route.resource
    route = resource.canonical if resource is not None else "?"
    response: web.StreamResponse
    try:
        response = await handler(request)
    except web.HTTPException as refusal:
        response = problem(request, refusal.status, refusal.headers.get("Allow"))
    except (ConnectionError, HttpProcessingError, web.RequestPayloadError):
        response = problem(request, 400)  # the browser went away half-way, or the body is not what its headers say
    except Exception as error:
        log.error("request %s failed: %s", request[REQUEST_ID], type(error).__name__)
        response = problem(request, 500)
    REQUESTS.labels(request.method if request.method in _METHODS else "other", route, str(response.status)).inc()
    SECONDS.labels(route).observe(time.perf_counter() - started)
    if request.writer.output_size and not response.prepared:
        raise ConnectionAbortedError  # half an answer is out: a refusal would be read as the rest of it
    return response


@asynccontextmanager
async def in_time(seconds: float) -> AsyncIterator[None]:
    """Around the reading of a body. Raises ``web.HTTPRequestTimeout``."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise web.HTTPRequestTimeout from None


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"})


def _seen_by_proxy(request: web.Request) -> web.Request:
    """Behind proxies that we trust: the address and scheme that the first of them saw."""
    trusted = request.app[HOUSE].config.web.trusted_proxies
    address = request.remote or ""
    if not _is_in(address, trusted):
        return request
    for hop in reversed(_listed(request, "X-Forwarded-For")):
        if not hop or not _is_in(address, trusted):
            break
        address = hop
    # The last is the one that the proxy next to us wrote; whatever stands before it, the visitor may have.
    scheme = "https" if _listed(request, "X-Forwarded-Proto")[-1] == "https" else request.scheme
    request[_HTTPS] = scheme == "https"  # on the request that came too: answers are finished with that one
    return request.clone(remote=address, scheme=scheme)


def _listed(request: web.Request, name: str) -> list[str]:
    """What a header lists, in order, at least one text. Some proxies add to its line, others add a line."""
    return [part.strip() for part in ",".join(request.headers.getall(name, [""])).split(",")]


def _is_in(address: str, networks: Iterable[IPv4Network | IPv6Network]) -> bool:
    number = _number(address)
    return number is not None and any(number in network for network in networks)


def _number(address: str) -> IPv4Address | IPv6Address | None:
    for written in (address, address.rpartition(":")[0].strip("[]")):  # some proxies add the port
        with suppress(ValueError):
            number = ip_address(written)
            return getattr(number, "ipv4_mapped", None) or number
    return None


def place(request: web.Request) -> str:
    """Where a request comes from, to count by: an IPv4 address, or an IPv6 network of 64 bits, which is as much as
    one connection has. Whatever is no address is one place."""
    number = _number(request.remote or "")
    if isinstance(number, IPv6Address):
        return str(IPv6Network((int(number), 64), strict=False))
    return str(number or "")


def is_from_here(request: web.Request, *, unsaid: bool) -> bool:
    """Whether a page of ours sent this, as far as the browser says; ``unsaid`` is the answer when it says nothing."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        return site == "same-origin"
    if origin is None:
        return unsaid
    try:
        sender = URL(origin)
    except ValueError:
        return False
    # A proxy may put another host in the request: the page's own address holds as well.
    return sender.authority == request.host != "" or sender == URL(request.app[HOUSE].config.web.public_url).origin()


async def harden(request: web.Request, response: web.StreamResponse) -> None:
    """Headers on every response, streams included."""
    _add_headers(request, response)


def _add_headers(request: web.BaseRequest, response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if not any(name in response.headers for name in ("ETag", "Last-Modified")):  # that is a file of ours
        response.headers.setdefault("Cache-Control", "no-store")
    response.headers["Server"] = "Klopaan"  # which versions run here is nobody's business
    if request.secure or request.get(_HTTPS):
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")


class Connection(RequestHandler):
    """A connection that refuses what is no HTTP in our words. The library's own answer and log would quote what came,
    cookies and all, and tell which versions run here. It does not wait for who sends a request letter by letter: so
    many as there are connections, nobody else would get in."""

    __slots__ = ("_ending",)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The first request is to come soon."""
        super().connection_made(transport)
        self._ending: asyncio.TimerHandle | None = self._loop.call_later(HEAD_TIME, self._end)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Nothing is waited for any more."""
        self._in_time()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Part of a request: the rest of what it is about is to come soon, whatever came of it before."""
        super().data_received(data)
        if self._messages or self._request_in_progress:
            self._in_time()
        elif self._ending is None and not self._force_close:
            self._ending = self._loop.call_later(HEAD_TIME, self._end)

    def _end(self) -> None:
        self._ending = None
        if not self._messages and not self._request_in_progress:
            self.force_close()

    def _in_time(self) -> None:
        if self._ending is not None:
            self._ending.cancel()
            self._ending = None

    def log_exception(self, *args: Any, **kw: Any) -> None:
        """What kind of error it was, and nothing of what came."""
        log.info("a connection was refused: %s", type(kw.get("exc_info")).__name__)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """The answer, after which the connection closes."""
        self.log_exception(exc_info=exc)
        if request.writer.output_size:
            raise ConnectionAbortedError  # half an answer is out already
        response = problem(request, status)
        _add_headers(request, response)
        response.force_close()
        return response


class _Server(web.Server):
    def __call__(self) -> Connection:
        return Connection(self, loop=self._loop, **self._kwargs)


class Runner(web.AppRunner):
    """Runs an application on connections of our own kind. Bodies are read as they come: no browser sends compressed
    ones, and a small one can be huge once it is unpacked."""

    __slots__ = ()

    def __init__(self, app: web.Application) -> None:
        # No access log: paths may hold tokens. `guard` counts instead.
        super().__init__(app, access_log=None, shutdown_timeout=2, auto_decompress=False, keepalive_timeout=SILENCE)

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        return _Server(made.request_handler, request_factory=made.request_factory, **made._kwargs)


def problem(request: web.BaseRequest, status: int, allow: str | None = None) -> web.Response:
    """A refusal or failure in words, as JSON where JSON was asked for."""
    words = _WORDS.get(status, "Er ging iets mis bij ons. Probeer het straks nog een keer.")
    number = request.get(REQUEST_ID, "")
    headers = {"Cache-Control": "no-store"} | ({"Allow": allow} if allow else {})
    if "text/html" in request.headers.get("Accept", ""):
        page = (
            '<!doctype html><html lang="nl"><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{words}</title><main><h1>{words}</h1><p>Nummer van dit verzoek: {number}</p>"
            '<p><a href="/">Terug naar het begin</a></p></main></html>'
        )
        return web.Response(text=page, status=status, content_type="text/html", headers=headers)
    return web.json_response({"error": words, "request": number}, status=status, headers=headers)


async def healthz(request: web.Request) -> web.Response:
    """The process answers."""
    return web.Response(text="ok\n")


#: What runs beside the pages, from the start of the process to its end (``bot.server``).
TASKS: web.AppKey[list[asyncio.Task[None]]] = web.AppKey("tasks")


async def readyz(request: web.Request) -> web.Response:
    """Both databases answer, and everything that runs beside the pages still runs. What is wrong with a channel is told
    as well; the others go on, so that is no reason to take this process away."""
    house = request.app[HOUSE]
    state = {"database": await _answers(house.db), "keys": await _answers(house.keys)}
    state["workers"] = "stopped" if any(task.done() for task in request.app[TASKS]) else "ok"
    status = 200 if all(value == "ok" for value in state.values()) else 503
    if state["database"] == "ok":
        troubles = {trouble.channel: trouble.code for trouble in await house.health.troubles()}
        pushed = [name for name in house.config.channels.names if name != "webchat"]
        state.update({f"channels.{name}": troubles.get(name, "ok") for name in pushed})
    return web.json_response(state, status=status)


async def _answers(db: Database) -> str:
    try:
        async with db.read() as conn:
            await conn.execute(text("SELECT 1"))
    except Exception as error:
        return type(error).__name__
    return "ok"


#: How long what stands in security.txt may be relied on. RFC 9116 wants less than a year.
_RELIABLE = timedelta(days=180)


async def security_txt(request: web.Request) -> web.Response:
    """``/.well-known/security.txt`` (RFC 9116): whom to tell of a leak or a hole, if the municipality says so."""
    config = request.app[HOUSE].config.web
    if not config.security_contact:
        raise web.HTTPNotFound
    until = (datetime.now(UTC) + _RELIABLE).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = (
        f"Contact: {config.security_contact}",
        f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: nl, en",
        f"Canonical: {config.public_url}/.well-known/security.txt",
    )
    return web.Response(text="\n".join(lines) + "\n")


async def metrics(request: web.Request) -> web.Response:
    """Prometheus. Counts and times only; no personal data."""
    return web.Response(body=generate_latest(REGISTRY), headers={"Content-Type": CONTENT_TYPE_LATEST})


def setup(app: web.Application) -> None:
    """Adds the routes that every process has."""
    app.on_response_prepare.append(harden)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metrics)
    app.router.add_get("/.well-known/security.txt", security_txt)
