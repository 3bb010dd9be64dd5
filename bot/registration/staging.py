"""What Open Klant is to be told, staged with the event that it is told of: in one transaction, or neither.

Only what it needs is staged: codes, an instant and a language. No name, no number, nothing of what was said.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from bot.registration import moments
from bot.registration.moments import CONTACT, Contact
from flows.text import Json
from storage.tables import registration

if TYPE_CHECKING:
    from bot.talk import Talk

#: What ``registration.payload_sealed`` is sealed for.
PURPOSE = "registration"
#: Someone is to be helped by a human: what is asked of the municipality is a task there.
HANDOVER = "handover"


def on_event(talk: Talk, kind: str, detail: Json) -> None:
    """An event is put on the file of ``talk``: whether Open Klant is told. Nothing is staged where it is off."""
    if talk.house.config.openklant is None:
        return
    if kind == CONTACT:
        _stage(talk, "klantcontact", moments.read(detail, talk.now))
    elif kind == HANDOVER:
        asked: Json = {"kind": "vraag", "channel": talk.channel, "by": "self"}
        _stage(talk, "internetaak", moments.read(asked, talk.now))


def _stage(talk: Talk, kind: str, contact: Contact) -> None:
    told = {**asdict(contact), "language": talk.session.language}
    talk.staged.add(
        registration,
        conversation_id=talk.id,
        kind=kind,
        payload_sealed=talk.seal(PURPOSE, json.dumps(told)),
        made_at=talk.now,
        due_at=talk.now,
    )
