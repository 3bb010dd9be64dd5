"""When people are asked to rate what was promised: planned when it happens, looked at again when it falls due
(``bot.ratings.due``)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import allowed
from bot.clock import from_ms, to_ms
from bot.talk import Talk
from flows.ratings import Occasion

#: The shell's own pings, by their beginning. What stops a person's messages stops none of them: what became of a
#: question that was to be asked is on file, with its reason.
ASK = "ratings.ask:"
#: What was answered is counted, or nothing was: by the number of the rating.
SETTLE = "ratings.settle:"

#: How long after it happened.
AFTER: Mapping[Occasion, relativedelta] = {
    Occasion.SIGNED_UP: relativedelta(days=1),
    Occasion.INTAKE: relativedelta(days=1),
    Occasion.END: relativedelta(days=2),
    Occasion.YEAR_ON: relativedelta(years=1),
}
#: How long it may be put off: later it is no question about what they just saw.
PUT_OFF = timedelta(days=21)


async def on(talk: Talk, conn: AsyncConnection, occasion: Occasion) -> None:
    """It happened just now: at its time they are asked. One for each occasion waits; the newest counts."""
    if not talk.house.config.ratings.on:
        return
    at = allowed.sending_time(talk.house.calendar, first_at(talk, occasion, talk.now), talk.id)
    talk.staged.plans.append(
        {
            "conversation_id": talk.id,
            "kind": f"{ASK}{occasion}",
            "created_at": talk.now,
            "due_at": to_ms(at),
            "about_sealed": talk.seal("ping", json.dumps({"since": talk.now})),
        }
    )


def off(talk: Talk, occasion: Occasion) -> None:
    """It did not happen after all."""
    talk.staged.cancels.append((talk.id, (f"{ASK}{occasion}",), "cancelled"))


def first_at(talk: Talk, occasion: Occasion, since: int) -> datetime:
    """When it would be asked about what happened at ``since`` (milliseconds UTC), were there no sending hours."""
    return from_ms(since, talk.house.calendar.zone) + AFTER[occasion]
