"""HEIC photos, as some telephones keep them: what is not the picture itself is wiped from the file, where it stands.

They are not drawn anew: what reads their pixels (HEVC, in C) has let strangers' files run code again and again
(decision 33). A HEIC file (ISO/IEC 23008-12) is a list of boxes (ISO/IEC 14496-12). ``meta`` tells which items there
are and where each one's bytes lie, mostly in ``mdat``. Bytes that no picture is made of become zero: place, time,
telephone and remarks (Exif, XMP), a film beside the photo, whatever else stands between. Nothing moves, so that all
that is kept stays where ``meta`` says.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

#: Items that are a picture, or put one together from others; depth, masks and thumbnails are among them. Not a JPEG in
#: it: that has an Exif of its own.
_PICTURES = frozenset({b"hvc1", b"hev1", b"av01", b"grid", b"iden", b"iovl", b"tmap", b"mski", b"unci"})
#: What ``meta`` needs to have for the picture to be found and shown.
_TABLES = frozenset({b"hdlr", b"pitm", b"iinf", b"iloc", b"iref", b"iprp", b"idat", b"dinf", b"grpl"})
#: What may be told of a picture: how it is coded, its size, colours, and how it is turned.
_PROPERTIES = frozenset(
    {
        *(b"hvcC", b"av1C", b"jpgC", b"ispe", b"pixi", b"pasp", b"colr", b"irot", b"imir", b"clap", b"auxC"),
        *(b"clli", b"mdcv", b"amve", b"rloc", b"lsel", b"a1op", b"a1lx", b"hvc2", b"lhvC", b"tols", b"oinf"),
    }
)
_NOTHING = b"free"
#: Far above what telephones write: a photo of 48 million pixels has two hundred items.
_MOST_PARTS, _MOST_HEAPS = 5000, 50


class _Box(NamedTuple):
    """``begin`` of its head, ``body`` after it, ``end``."""

    kind: bytes
    begin: int
    body: int
    end: int


def wiped(data: bytes) -> bytes | None:
    """The same photo with nothing in it but pictures, as long as before; None for what is not put together as it
    should be."""
    made = bytearray(data)
    try:
        _wipe(made)
    except (ValueError, IndexError):
        return None
    return bytes(made)


def _wipe(made: bytearray) -> None:
    top = list(_boxes(made, 0, len(made)))
    metas = [box for box in top if box.kind == b"meta"]
    if not top or top[0].kind != b"ftyp" or len(metas) != 1:
        raise ValueError("not one picture")
    (meta,) = metas
    tables = list(_boxes(made, meta.body + 4, meta.end))
    found = {box.kind: box for box in tables}
    if len(found) != len(tables) or not {b"iinf", b"iloc", b"pitm"} <= found.keys():
        raise ValueError("not one table of each kind")
    pictures = _pictures(made, found[b"iinf"])
    pitm = found[b"pitm"].body
    if _number(made, pitm + 4, 4 if made[pitm] else 2) not in pictures:
        raise ValueError("what it is to show is none of the pictures that we know")
    kept = _together(_places(made, found[b"iloc"], pictures, found.get(b"idat"), len(made)))
    heaps = [box for box in (*top, *tables) if box.kind in (b"mdat", b"idat")]
    if len(heaps) > _MOST_HEAPS:
        raise ValueError("too many heaps")
    for box in heaps:
        _zero_between(made, box.body, box.end, kept)
    for box in (*tables, *_told(made, found.get(b"iprp"))):
        if box.kind not in _TABLES | _PROPERTIES:
            _blank(made, box)
    for box in top:
        if box.kind not in (b"ftyp", b"meta", b"mdat"):
            _blank(made, box)


def _told(made: bytearray, iprp: _Box | None) -> Iterator[_Box]:
    """What is told of the pictures, and whatever else lies there."""
    for box in () if iprp is None else _boxes(made, iprp.body, iprp.end):
        if box.kind == b"ipco":
            yield from _boxes(made, box.body, box.end)
        elif box.kind != b"ipma":  # which of it is told of which
            yield box


def _pictures(made: bytearray, iinf: _Box) -> set[int]:
    """Numbers of the items that are pictures; the others are none of any known kind from now on."""
    wide = _number(made, iinf.body, 1) > 0
    pictures = set()
    for box in _boxes(made, iinf.body + (8 if wide else 6), iinf.end):
        version = _number(made, box.body, 1)
        if box.kind != b"infe" or version not in (2, 3) or box.end - box.begin < 20:
            raise ValueError("an item that is not told of as it should be")
        at = box.body + 4
        size = 2 if version == 2 else 4
        of_kind = slice(at + size + 2, at + size + 6)
        if bytes(made[of_kind]) in _PICTURES:
            pictures.add(_number(made, at, size))
        else:
            made[of_kind] = _NOTHING  # else who opens it looks for Exif in what is empty
    return pictures


def _places(made: bytearray, iloc: _Box, pictures: set[int], idat: _Box | None, end: int) -> list[tuple[int, int]]:
    """Where the bytes of these items are: from, until."""
    version = _number(made, iloc.body, 1)
    if version > 2:
        raise ValueError("places told in a way that is not known")
    sizes = _number(made, iloc.body + 4, 2)
    offset_size, length_size, base_size, index_size = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    if {offset_size, length_size, base_size} - {0, 4, 8}:
        raise ValueError("numbers of another size")
    number_size = 4 if version == 2 else 2
    at = iloc.body + 6
    count = _number(made, at, number_size)
    at += number_size
    if count > _MOST_PARTS:
        raise ValueError("too many items")
    places: list[tuple[int, int]] = []
    left = _MOST_PARTS
    for _ in range(count):
        item = _number(made, at, number_size)
        at += number_size
        method = 0
        if version:
            method = _number(made, at, 2) & 15
            at += 2
        at += 2  # in which file: there is only this one
        base = _number(made, at, base_size)
        at += base_size
        extents = _number(made, at, 2)
        at += 2
        left -= extents
        if left < 0 or at > iloc.end:
            raise ValueError("too many parts")
        for _ in range(extents):
            at += index_size if version else 0
            offset = _number(made, at, offset_size)
            length = _number(made, at + offset_size, length_size)
            at += offset_size + length_size
            if item in pictures:
                places.append(_place(method, base + offset, length, idat, end))
    if at > iloc.end:
        raise ValueError("places beyond the table")
    return places


def _together(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same bytes in order, none of them twice."""
    found: list[tuple[int, int]] = []
    for since, until in sorted(places):
        if found and since <= found[-1][1]:
            found[-1] = (found[-1][0], max(until, found[-1][1]))
        else:
            found.append((since, until))
    return found


def _place(method: int, offset: int, length: int, idat: _Box | None, end: int) -> tuple[int, int]:
    if method == 1 and idat is not None:
        offset, end = offset + idat.body, idat.end
    elif method:
        raise ValueError("bytes that are in another item")
    until = offset + length if length else end
    if until > end:
        raise ValueError("bytes that are not there")
    return offset, until


def _boxes(made: bytearray, begin: int, end: int) -> Iterator[_Box]:
    for _ in range(_MOST_PARTS):
        if begin == end:
            return
        size, head = _number(made, begin, 4), 8
        kind = bytes(made[begin + 4 : begin + 8])
        if size == 1:
            size, head = _number(made, begin + 8, 8), 16
        elif size == 0:
            size = end - begin
        if size < head or begin + size > end:
            raise ValueError("a box that does not fit")
        yield _Box(kind, begin, begin + head, begin + size)
        begin += size
    raise ValueError("too many boxes")


def _number(made: bytearray, at: int, size: int) -> int:
    if at + size > len(made):
        raise ValueError("it ends here")
    return int.from_bytes(made[at : at + size], "big")


def _blank(made: bytearray, box: _Box) -> None:
    """It is room that nobody uses now."""
    made[box.begin + 4 : box.begin + 8] = _NOTHING
    made[box.body : box.end] = bytes(box.end - box.body)


def _zero_between(made: bytearray, begin: int, end: int, kept: list[tuple[int, int]]) -> None:
    """Zero in all of this box but ``kept``."""
    for since, until in kept:
        if since > begin:
            stop = min(since, end)
            made[begin:stop] = bytes(stop - begin)
        begin = min(max(begin, until), end)
    made[begin:end] = bytes(end - begin)
