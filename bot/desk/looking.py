"""What a resident is told is looked at first, as it is read; then the same form is sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from aiohttp import web

from bot.desk.access import File, Moved, open_file
from bot.desk.page import Visit, go
from bot.errors import Refused
from bot.progress.acts import Look

#: Does what the form asks for; with a ``Look`` no more than show what would be said.
Act = Callable[[Visit, File, Look | None], Awaitable[None]]
#: In place of a message that nobody gets.
SILENT = "De inwoner krijgt hier geen bericht van."


class PageOf(Protocol):
    """The page with the form: of the file ``other`` that this one became part of, and why something was ``refused``."""

    async def __call__(self, visit: Visit, *, other: int | None = None, refused: str = "") -> web.Response:
        """The page."""


async def preview(visit: Visit, act: Act, page_of: PageOf, *, place: str, back: str, silent: str = "") -> web.Response:
    """What the resident would read; nothing happens yet. ``place`` is the form's address below the file, ``back`` what
    its page is called. ``silent`` is what is said where the resident gets no message."""
    look = Look()
    try:
        file = await open_file(visit.house, visit.staff, visit.file_id, acting=True)
        await act(visit, file, look)
    except Refused as error:
        return await _refused(visit, error, page_of)
    return visit.render(
        "progress_preview.html",
        file=file,
        name=file.name or "de inwoner",
        back=back,
        silent=silent,
        action=f"/desk/file/{file.id}/{place}",
        fields={name: value for name, value in visit.form.items() if name != "csrf"},
        messages=[(one.language, one, one.dutch(visit.house.tongue)) for one in look.says],
        say=visit.house.tongue.say,
    )


async def send(visit: Visit, act: Act, page_of: PageOf, *, to: str = "#progress") -> web.StreamResponse:
    """Does it, tells the resident if it is told, and goes back to the file, or to a place ``to`` in or below it. A
    refusal is said on the page."""
    try:
        file = await open_file(visit.house, visit.staff, visit.file_id, acting=True)
        await act(visit, file, None)
    except Refused as error:
        return await _refused(visit, error, page_of)
    return go(f"/desk/file/{file.id}{to}")


async def _refused(visit: Visit, error: Refused, page_of: PageOf) -> web.Response:
    if error.code in ("gone", "bad_form", "erased", "not_allowed"):
        raise error
    return await page_of(visit, other=error.to if isinstance(error, Moved) else None, refused=error.code)
