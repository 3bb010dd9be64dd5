"""How long a sound lasts, from the file itself: no program opens what strangers send.

Read tolerantly, and no further than needed: a file that is broken, or made to mislead, has no length here, or a wrong
one, and costs a bounded number of steps. Formats: RFC 3533 and 7845 (Ogg, Opus), RFC 8794 and 9559 (EBML, Matroska),
ISO/IEC 14496-12 (MP4).
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Iterator

#: Longer is a mistake, or a lie: in seconds.
LONGEST = 24 * 60 * 60
#: Parts of a file that are looked at; five minutes of speech in the smallest frames (10 ms) have as many blocks.
_STEPS = 40_000


async def of(data: bytes) -> int | None:
    """`seconds`, beside everything else: a file that was made to be slow holds up nobody."""
    return await asyncio.to_thread(seconds, data)


def seconds(data: bytes) -> int | None:
    """The length of an Ogg, WebM or MP4 sound in whole seconds, at least 1; None: it cannot be told."""
    if data.startswith(b"OggS"):
        found = _ogg(data)
    elif data.startswith(b"\x1a\x45\xdf\xa3"):
        found = _matroska(data)
    elif data[4:8] == b"ftyp":
        found = _mp4(data)
    else:
        return None
    if found is None or not 0 < found <= LONGEST:
        return None
    return max(round(found), 1)


def clock(length: int) -> str:
    """``0:34``, ``12:05``: minutes and seconds."""
    return f"{length // 60}:{length % 60:02}"


# ---- Ogg -----------------------------------------------------------------------------------------------------------

#: Version, kind, granule position, serial number: what follows the mark of a page.
_PAGE = struct.Struct("<4xBBqI")
_PAGE_HEAD = 27
#: Of Opus the position counts at this rate, whatever was recorded.
_OPUS_RATE = 48_000


def _ogg(data: bytes) -> float | None:
    """The position of the last page that has one, in the stream that begins the file."""
    first = _page(data, 0)
    head = _packet(data)
    if first is None:
        return None
    if head.startswith(b"OpusHead") and len(head) >= 12:
        rate, skipped = _OPUS_RATE, int.from_bytes(head[10:12], "little")
    elif head.startswith(b"\x01vorbis") and len(head) >= 16:
        rate, skipped = int.from_bytes(head[12:16], "little"), 0
    else:
        return None
    at = len(data)
    for _ in range(100):  # the mark may stand in the sound itself too
        at = data.rfind(b"OggS", 0, at)
        if at < 0 or not rate:
            return None
        page = _page(data, at)
        if page is not None and page[1] == first[1] and page[0] > 0:
            return max(page[0] - skipped, 0) / rate
    return None


def _page(data: bytes, at: int) -> tuple[int, int] | None:
    """Position and stream of the page at ``at``; a position of -1: nothing ends on it."""
    if at + _PAGE_HEAD > len(data):
        return None
    version, _, position, stream = _PAGE.unpack_from(data, at)
    return None if version else (position, stream)


def _packet(data: bytes) -> bytes:
    """The beginning of what the first page holds."""
    start = _PAGE_HEAD + (data[26] if len(data) > 26 else 0)
    return data[start : start + 32]


# ---- Matroska ------------------------------------------------------------------------------------------------------

_SEGMENT, _INFO, _CLUSTER, _GROUP = 0x18538067, 0x1549A966, 0x1F43B675, 0xA0
_SCALE, _DURATION, _TIME, _BLOCK, _SIMPLE_BLOCK = 0x2AD7B1, 0x4489, 0xE7, 0xA1, 0xA3
_MASTERS = frozenset({_SEGMENT, _INFO, _CLUSTER, _GROUP})
_NANOSECONDS = 1_000_000_000


def _matroska(data: bytes) -> float | None:
    """As it is written in the file, or else the time of the last block: what a browser records is written before its
    length is known."""
    scale, told, cluster, last, parts = 1_000_000, 0.0, 0, 0, 0
    for parts, (element, start, end) in enumerate(_elements(data), 1):  # noqa: B007 - how many there were
        if element == _SCALE:
            scale = int.from_bytes(data[start : min(end, start + 8)], "big") or scale
        elif element == _DURATION and end - start in (4, 8):
            (told,) = struct.unpack(">f" if end - start == 4 else ">d", data[start:end])
        elif element == _TIME:
            cluster = int.from_bytes(data[start : min(end, start + 8)], "big")
        elif element in (_BLOCK, _SIMPLE_BLOCK):
            last = max(last, cluster + _time_of_block(data, start, end))
    if 0 < told < LONGEST * _NANOSECONDS:
        return told * scale / _NANOSECONDS
    return last * scale / _NANOSECONDS if parts < _STEPS else None  # there is more than was looked at


def _elements(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Every element in order, those inside another too: its id, where its content begins and ends; of one that has
    others in it, where these begin, twice."""
    at = 0
    for _ in range(_STEPS):
        element, at = _number(data, at, keep_marker=True)
        size, at = _number(data, at, keep_marker=False)
        if element is None or size is None or at > len(data):
            return
        end = at if element in _MASTERS else at + size  # what is in it comes next, however long it says to be
        if end > len(data):
            return
        yield element, at, end
        at = end


def _number(data: bytes, at: int, *, keep_marker: bool) -> tuple[int | None, int]:
    """A number of variable length, and where it ends; None: there is none."""
    if at >= len(data) or not data[at]:
        return None, at
    length = 9 - data[at].bit_length()
    if at + length > len(data):
        return None, at
    value = int.from_bytes(data[at : at + length], "big")
    return value if keep_marker else value & ((1 << 7 * length) - 1), at + length


def _time_of_block(data: bytes, start: int, end: int) -> int:
    """Its time after that of its cluster."""
    track, at = _number(data, start, keep_marker=False)
    if track is None or at + 2 > end:
        return 0
    return int.from_bytes(data[at : at + 2], "big", signed=True)


# ---- MP4 -----------------------------------------------------------------------------------------------------------


def _mp4(data: bytes) -> float | None:
    """As the header of the film tells; for one that was written as it came, that of its fragments."""
    film = next((box for box in _boxes(data, 0, len(data)) if box[0] == b"moov"), None)
    if film is None:
        return None
    scale = length = fragments = 0
    for kind, start, end in _boxes(data, film[1], film[2]):
        if kind == b"mvhd":
            scale, length = _film_header(data[start : min(end, start + 32)])
        elif kind == b"mvex":
            whole = next((box for box in _boxes(data, start, end) if box[0] == b"mehd"), None)
            fragments = 0 if whole is None else _full_number(data[whole[1] : min(whole[2], whole[1] + 12)], 4)
    return (length or fragments) / scale if scale else None


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The boxes between ``start`` and ``end``: kind, and where its content begins and ends."""
    for _ in range(_STEPS):
        if start + 8 > end:
            return
        size, kind, head = int.from_bytes(data[start : start + 4], "big"), data[start + 4 : start + 8], 8
        if size == 1:
            size, head = int.from_bytes(data[start + 8 : start + 16], "big"), 16
        elif size == 0:
            size = end - start
        if size < head or start + size > end:
            return
        yield kind, start + head, start + size
        start += size


def _film_header(head: bytes) -> tuple[int, int]:
    """Ticks a second, and how many there are; 0 and 0 where that cannot be read."""
    at, width = (20, 8) if head[:1] == b"\x01" else (12, 4)
    if len(head) < at + 4 + width:
        return 0, 0
    length = int.from_bytes(head[at + 4 : at + 4 + width], "big")
    unknown = (1 << 8 * width) - 1
    return int.from_bytes(head[at : at + 4], "big"), 0 if length == unknown else length


def _full_number(head: bytes, at: int) -> int:
    width = 8 if head[:1] == b"\x01" else 4
    return int.from_bytes(head[at : at + width], "big") if len(head) >= at + width else 0
