"""Sounds of a given length as files that hold no sound: as apps and browsers write them."""

from __future__ import annotations

import struct


def ogg(seconds: float, *, skip: int = 312, stream: int = 7, after: bytes = b"") -> bytes:
    """Opus in Ogg (RFC 7845), as Telegram, WhatsApp and Firefox record it."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, skip, 48_000, 0, 0)
    last = int(seconds * 48_000) + skip
    return _page(0, stream, 2, head) + _page(-1, stream, 0, b"sound") + _page(last, stream, 4, b"sound") + after


def _page(position: int, stream: int, kind: int, packet: bytes) -> bytes:
    return b"OggS" + struct.pack("<BBqIII", 0, kind, position, stream, 0, 0) + bytes([1, len(packet)]) + packet


def webm(seconds: float, *, told: bool = False) -> bytes:
    """Opus in WebM (RFC 9559): of what a browser records nobody wrote down the length, but for ``told``."""
    length = _element(0x4489, struct.pack(">d", seconds * 1000)) if told else b""
    info = _element(0x1549A966, _element(0x2AD7B1, b"\x0f\x42\x40") + length)
    blocks = [(0, 0), (0, 960)] if told else [(0, 0), (int(seconds * 1000) // 1000 * 1000, int(seconds * 1000) % 1000)]
    clusters = b"".join(
        b"\x1f\x43\xb6\x75\x01\xff\xff\xff\xff\xff\xff\xff"  # of unknown size, as it is written live
        + _element(0xE7, struct.pack(">I", cluster))
        + _element(0xA3, b"\x81" + struct.pack(">hB", time, 0x80) + b"sound")
        for cluster, time in blocks
    )
    return _element(0x1A45DFA3, b"") + b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff" + info + clusters


def _element(number: int, content: bytes) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big") + bytes([0x80 | len(content)]) + content


def mp4(seconds: float, *, version: int = 0, fragments: bool = False) -> bytes:
    """AAC in MP4 (ISO/IEC 14496-12), as Safari records it; ``fragments``: its length stands with these."""
    ticks = int(seconds * 1000)
    form = ">B3xQQIQ" if version else ">B3xIIII"
    film = _box(b"mvhd", struct.pack(form, version, 0, 0, 1000, 0 if fragments else ticks) + bytes(80))
    more = _box(b"mvex", _box(b"mehd", struct.pack(">B3xI", 0, ticks))) if fragments else b""
    return _box(b"ftyp", b"M4A \0\0\0\0") + _box(b"mdat", b"sound") + _box(b"moov", film + more)


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + kind + content
