"""Whether the links that a municipality sets are still good: not past their review, and to be reached from here."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import date

from aiohttp import (
    ClientConnectorCertificateError,
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientTimeout,
    TCPConnector,
    TooManyRedirects,
)

from bot.errors import Finding
from flows.local import Link

#: Seconds until a page that does not answer counts as one that cannot be reached.
PATIENCE = 5
#: Pages that are asked at the same time.
AT_ONCE = 10
#: From here on an answer is that there is no such page, or none for us.
_REFUSED = 400


def overdue(links: Sequence[Link], today: date) -> Iterable[Finding]:
    """The links that are no longer shown."""
    for place, link in enumerate(links, 1):
        if today > link.reviewed:
            yield Finding(
                f"links.{place}.reviewed",
                f"is over since {link.reviewed}: “{link.title}” is not shown any more.",
                "Look whether the page still holds, and write the day of the next review.",
            )


async def unreachable(links: Sequence[Link], patience: float = PATIENCE) -> tuple[Finding, ...]:
    """The links that cannot be reached, and why. Where nothing answers at all there may be no network here: that
    is what is said."""
    if not links:
        return ()
    # Whoever waits for a connection of the pool has its time running already, so the room is kept here.
    room, timeout = asyncio.Semaphore(AT_ONCE), ClientTimeout(total=patience)
    async with ClientSession(timeout=timeout, connector=TCPConnector(limit=0), raise_for_status=False) as session:
        problems = await asyncio.gather(*(_problem(session, room, link.url, patience) for link in links))
    if all(no_answer for no_answer, _ in problems):
        return (
            Finding("links", "none could be reached.", "Is there a network here? Try it again where there is one."),
        )
    return tuple(
        Finding(f"links.{place}.url", f"{problem}.", f"{link.url} is shown to residents: put it right or take it out.")
        for place, (link, (_, problem)) in enumerate(zip(links, problems, strict=True), 1)
        if problem
    )


async def _problem(session: ClientSession, room: asyncio.Semaphore, url: str, patience: float) -> tuple[bool, str]:
    """Whether nothing answered, and what is wrong; nothing is wrong when that is empty."""
    try:
        async with room:
            status = await _asked(session, "HEAD", url)
            if status >= _REFUSED:  # many servers do not know the question
                status = await _asked(session, "GET", url)
    except ClientConnectorCertificateError:
        return False, "has no certificate that can be trusted"
    except ClientConnectorError:
        return True, "cannot be reached: there is no such server, or it does not answer"
    except TimeoutError:
        return True, f"does not answer within {patience:g} seconds"
    except TooManyRedirects:
        return False, "sends on from page to page without end"
    except ClientError:
        return False, "answers something that cannot be understood"
    except UnicodeError:  # a part of the name that is empty or longer than names can be
        return False, "is no address that can be asked for"
    return False, f"answers {status}" if status >= _REFUSED else ""


async def _asked(session: ClientSession, method: str, url: str) -> int:
    async with session.request(method, url, allow_redirects=True, max_redirects=5) as response:
        return response.status
