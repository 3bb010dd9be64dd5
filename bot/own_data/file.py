"""All that is kept of a person as one file to take along (AVG art. 15 (3) and 20): JSON and the files that they sent.

It is made while it is sent and stored nowhere: at most one attachment and a piece of rows are in memory.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import AsyncIterator

from bot import reading
from bot.clock import to_ms
from bot.own_data.gathering import Own, instant
from bot.own_data.parts import PARTS
from bot.uploads import EXTENSIONS
from flows.text import Json

#: What the file says it is. A number higher when a name in it means something else, or is gone.
FORMAT, VERSION = "klopaan-own-data", 1
#: Neutral outside (rule 11).
NAME, INSIDE = "bestand.zip", "gegevens.json"
#: Bytes of the JSON that are put together before they are sent.
_ROOM = 64 * 1024


class _Sink(io.RawIOBase):
    """Where the archive is written to, and taken from as it grows."""

    def __init__(self) -> None:
        super().__init__()
        self._parts = bytearray()

    def writable(self) -> bool:
        """It can be written to, and nothing else: the archive is made in one go."""
        return True

    def write(self, data: object) -> int:
        """Keeps ``data`` until it is taken."""
        piece = bytes(data)  # type: ignore[call-overload]  # whatever holds bytes
        self._parts += piece
        return len(piece)

    def take(self) -> bytes:
        """What was written since."""
        taken = bytes(self._parts)
        self._parts.clear()
        return taken


async def pieces(own: Own) -> AsyncIterator[bytes]:
    """The archive, piece by piece. Raises ``Unreadable`` when the person is erased meanwhile."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        with archive.open(INSIDE, "w", force_zip64=True) as inside:
            waiting = ""
            async for words in as_json(own):
                waiting += words
                if len(waiting) > _ROOM:
                    inside.write(waiting.encode())
                    waiting = ""
                    yield sink.take()
            inside.write(waiting.encode())
        yield sink.take()
        for one in await own.all("attachments"):
            found = await reading.attachment(own.house, int(str(one["id"])))
            if found is None:
                continue
            archive.writestr(file_name(one), found[2])
            yield sink.take()
    yield sink.take()


def file_name(attachment: dict[str, Json]) -> str:
    """Under which it lies in the archive."""
    ending = EXTENSIONS.get(str(attachment["media_type"]), "bin")
    return f"bestanden/{attachment['id']}.{ending}"


async def as_json(own: Own) -> AsyncIterator[str]:
    """The JSON, in pieces that make one object together."""
    head: dict[str, Json] = {
        "format": FORMAT,
        "version": VERSION,
        "made_at": instant(to_ms(own.house.clock.now())),
        "municipality": own.house.gemeente.name,
        "person": await own.person(),
        "conversation": await own.conversation(),
        "looks": list(await own.looks()),
    }
    yield _dumps(head)[:-1]
    for part in PARTS:
        yield f',"{part.name}":['
        first = True
        async for row in own.rows(part):
            if part.name == "attachments":
                row = {**row, "file": file_name(row)}
            yield ("" if first else ",") + _dumps(row)
            first = False
        yield "]"
    yield "}\n"


def _dumps(data: dict[str, Json]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
