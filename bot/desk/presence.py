"""Who is looking at a file or typing in it right now. In memory: it is worth nothing a minute later.

Processes tell each other by the same signals that wake pages (on PostgreSQL NOTIFY), as a topic of its own:
``here:conversation:staff:state``.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal, get_args

from bot.house import House
from bot.signals import INBOX
from storage import conversations

State = Literal["looking", "typing", "gone"]
STATES: tuple[State, ...] = get_args(State)

#: Open pages say so again within a third of this, in seconds; who has not been heard of for so long has left.
LASTS = 45.0

_PREFIX = "here:"


class Presence:
    """Of one process: what was heard here and from the others. ``timer`` gives real seconds."""

    def __init__(self, house: House, timer: Callable[[], float] = time.monotonic) -> None:
        self._house = house
        self._timer = timer
        self._here: dict[int, dict[int, tuple[State, float]]] = {}
        house.signals.hear(_PREFIX, self._heard)

    async def tell(self, conversation_id: int, staff_id: int, state: State) -> None:
        """Someone is at a file, or left it."""
        topic = f"{_PREFIX}{conversation_id}:{staff_id}:{state}"
        self._house.signals.publish([topic])
        if self._house.db.dialect == "postgresql":
            async with self._house.db.begin() as conn:
                await conversations.notify(conn, [topic])

    def at(self, conversation_id: int) -> dict[int, State]:
        """Who is at this file, by the number of their account."""
        now = self._timer()
        here = {who: seen for who, seen in self._here.get(conversation_id, {}).items() if seen[1] > now}
        if here:
            self._here[conversation_id] = here
        else:
            self._here.pop(conversation_id, None)
        return {who: state for who, (state, _) in here.items()}

    def _heard(self, topic: str) -> None:
        try:
            conversation_id, staff_id = (int(part) for part in topic.split(":")[1:3])
            state = next(state for state in STATES if state == topic.split(":")[3])
        except (ValueError, IndexError, StopIteration):
            return  # of another version: it runs beside this one during an update
        before = self.at(conversation_id).get(staff_id)
        here = self._here.setdefault(conversation_id, {})
        if state == "gone":
            here.pop(staff_id, None)
        else:
            here[staff_id] = (state, self._timer() + LASTS)
        if before != (None if state == "gone" else state):
            self._house.signals.publish([str(conversation_id), INBOX])
