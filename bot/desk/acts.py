"""What a caseworker does with a file. Each is a form that was posted; afterwards the page is opened anew, so that
reloading it does nothing twice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from aiohttp import web

from bot import takeover
from bot.desk.access import Moved, open_file
from bot.desk.access.admitting import may_share
from bot.desk.file import page_of
from bot.desk.page import Visit, go, staff_only
from bot.desk.presence import STATES
from bot.errors import Refused
from bot.helping import keeping as helping
from bot.progress import acts as progress

Act = Callable[[Visit], Awaitable[str]]


def _act(act: Act, *, file: bool = False) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Does ``act``, whose form may bring a ``file``, and goes where it says in the page; a refusal is said on the page,
    which keeps what was typed."""

    @staff_only(file=file)
    async def handle(visit: Visit) -> web.StreamResponse:
        try:
            await open_file(visit.house, visit.staff, visit.file_id, acting=True)
            place = await act(visit)
        except Refused as error:
            if error.code in ("gone", "bad_form", "erased", "not_allowed"):
                raise
            return await page_of(
                visit,
                other=error.to if isinstance(error, Moved) else None,
                refused=error.code,
                draft=visit.form.get("text", ""),
                note=visit.form.get("note", ""),
            )
        return go(f"/desk/file/{visit.file_id}{place}")

    return handle


def _seen(visit: Visit) -> int:
    """The last message on the page."""
    seen = visit.form.get("seen", "")
    if not (seen.isascii() and seen.isdecimal() and len(seen) <= 9):
        raise Refused("bad_form")
    return int(seen)


@_act
async def take_over(visit: Visit) -> str:
    """``POST …/take-over``."""
    await takeover.take_over(visit.house, visit.file_id, visit.staff)
    return "#text"


@partial(_act, file=True)
async def reply(visit: Visit) -> str:
    """``POST …/reply``: ``text``, ``seen`` (the last message on the page), ``client_id`` (one per answer), ``file``,
    ``private`` (``yes``: not for who reads along)."""
    client_id = visit.client_id
    await takeover.reply(
        visit.house,
        visit.file_id,
        visit.staff,
        visit.form.get("text", ""),
        seen_seq=_seen(visit),
        client_id=client_id,
        uploads=await visit.form.uploads(),
        private=visit.form.get("private") == "yes",
    )
    return f"?sent={client_id}#text"


@_act
async def spoke(visit: Visit) -> str:
    """``POST …/spoke``: ``how`` (``takeover.SPOKEN``), ``first_talk`` (``yes``: it was that), ``note``, ``seen``,
    ``client_id``."""
    client_id = visit.client_id
    await takeover.spoke(
        visit.house,
        visit.file_id,
        visit.staff,
        visit.form.get("how", ""),
        seen_seq=_seen(visit),
        client_id=client_id,
        text=visit.form.get("note", ""),
        first_talk=visit.form.get("first_talk") == "yes",
    )
    return "#card"


@_act
async def decided(visit: Visit) -> str:
    """``POST …/decided``: the decision (beschikking) was sent."""
    await progress.decided(visit.house, visit.file_id, visit.staff)
    return "#card"


@_act
async def hand_back(visit: Visit) -> str:
    """``POST …/hand-back``: of one's own conversation; a coordinator's also of a colleague's."""
    coordinates = visit.staff.role == "coordinator"
    await takeover.hand_back(visit.house, visit.file_id, visit.staff, coordinates=coordinates)
    return ""


@_act
async def assign(visit: Visit) -> str:
    """``POST …/assign``: ``to`` (an account's number, empty for nobody), ``note``, ``client_id``."""
    to, client_id = visit.form.get("to", ""), visit.client_id
    known = {str(one.id) for one in await visit.desk.accounts.colleagues() if one.may_act}
    if to and to not in known:
        raise Refused("no_colleague")
    await may_share(visit.house, visit.staff, visit.file_id)  # who has a file opens it, and so does their team
    text = visit.form.get("note", "")
    whom = int(to) if to else None
    await takeover.assign(visit.house, visit.file_id, whom, visit.staff, client_id=client_id, text=text)
    return ""


@_act
async def add_note(visit: Visit) -> str:
    """``POST …/note``: ``note``, ``client_id``."""
    text, client_id = visit.form.get("note", ""), visit.client_id
    await takeover.add_note(visit.house, visit.file_id, visit.staff, text, client_id=client_id)
    return "#notes"


@_act
async def acknowledge(visit: Visit) -> str:
    """``POST …/acknowledge``: the alarms of this file."""
    await takeover.acknowledge(visit.house, visit.file_id, visit.staff)
    return ""


@_act
async def crisis_over(visit: Visit) -> str:
    """``POST …/crisis-over``: ``crises``, the categories that stood on the page."""
    seen = visit.form.get("crises", "").split(",")
    await takeover.crisis_over(visit.house, visit.file_id, visit.staff, seen=seen)
    return ""


@_act
async def remove_pin(visit: Visit) -> str:
    """``POST …/remove-pin``: ``sure``, that one knows whom one speaks."""
    if visit.form.get("sure") != "yes":
        raise Refused("not_sure")
    await takeover.remove_pin(visit.house, visit.file_id, visit.staff)
    return "#card"


@_act
async def end_links(visit: Visit) -> str:
    """``POST …/end-links``: ``sure``, that the resident asked for it. Without a link that works nothing happens."""
    if visit.form.get("sure") != "yes":
        raise Refused("links_stay")
    await takeover.end_links(visit.house, visit.file_id, visit.staff)
    return "#card"


@_act
async def end_helper(visit: Visit) -> str:
    """``POST …/helpers/{helper}/end``: the person asked for that. What has ended already is as it should be."""
    number = int(visit.request.match_info["helper"])
    async with takeover.locked(visit.house, visit.file_id) as (one, conn):
        await helping.end_at_desk(one, conn, number, visit.staff.id)
    return "#helpers"


@staff_only(part=True)
async def be_here(visit: Visit) -> web.StreamResponse:
    """``POST …/presence``: ``state``, said by an open page."""
    state = next((known for known in STATES if known == visit.form.get("state")), None)
    if state is None:
        raise Refused("bad_form")
    file = await open_file(visit.house, visit.staff, visit.file_id)
    await visit.desk.presence.tell(file.id, visit.staff.id, state)
    return web.Response(status=204)
