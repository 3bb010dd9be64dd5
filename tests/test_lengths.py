"""How long a sound lasts is read from the file; no file, however it was made, does more than have no length."""

from __future__ import annotations

import struct
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.lengths import LONGEST, clock, seconds
from tests.support.sounds import mp4, ogg, webm

SOUNDS = [
    ogg(34.4),
    ogg(34.4, skip=0, stream=2**32 - 1),
    ogg(34.4, after=b"OggS of no page at all"),
    ogg(34.4, after=ogg(60, stream=9)),
    webm(34.4),
    webm(17.2).replace(b"\x0f\x42\x40", b"\x1e\x84\x80"),  # two milliseconds a tick
    webm(34.4, told=True),
    mp4(34.4),
    mp4(34.4, version=1),
    mp4(34.4, fragments=True),
]


@pytest.mark.parametrize("sound", SOUNDS)
def test_its_length(sound: bytes) -> None:
    assert seconds(sound) == 34


@pytest.mark.parametrize("make", [ogg, webm, mp4])
def test_what_is_very_short_lasts_a_second(make: Callable[[float], bytes]) -> None:
    assert seconds(make(0.2)) == 1


def test_vorbis_counts_at_its_own_rate() -> None:
    def page(position: int, packet: bytes) -> bytes:
        return b"OggS" + struct.pack("<BBqIII", 0, 2, position, 7, 0, 0) + bytes([1, len(packet)]) + packet

    head = b"\x01vorbis" + struct.pack("<IBI", 0, 1, 22_050) + bytes(16)
    assert seconds(page(0, head) + page(22_050 * 12, b"sound")) == 12


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"OggS",
        b"OggS" + bytes(100),
        b"ID3 made up",
        b"\x1a\x45\xdf\xa3",
        b"\0\0\0\x08ftyp",
        ogg(34)[:60],
        ogg(0),
        webm(0),
        mp4(0),
        webm(34)[:30],
        mp4(34)[:-60],
        mp4(34).replace(struct.pack(">I", 1000), bytes(4)),
        ogg(LONGEST + 60),
        mp4(LONGEST + 60),
        webm(1, told=True).replace(struct.pack(">d", 1000), struct.pack(">d", float("inf")))[:60],
    ],
)
def test_what_cannot_be_told_is_not_told(data: bytes) -> None:
    assert seconds(data) is None


def test_a_length_that_is_no_number_is_read_from_the_sound() -> None:
    lying = webm(2, told=True).replace(struct.pack(">d", 2000), struct.pack(">d", float("nan")))
    assert seconds(lying) == 1


@pytest.mark.parametrize(("blocks", "length"), [(30_000, 300), (60_000, None)])
def test_five_minutes_are_read_to_their_end_and_what_is_not_has_no_length(blocks: int, length: int | None) -> None:
    """In the smallest frames, 10 ms."""
    second = (b"\xa3\x85\x81" + struct.pack(">hB", place * 10, 0x80) + b"x" for place in range(100))
    one = b"".join(second)
    clusters = (
        b"\x1f\x43\xb6\x75\x01" + b"\xff" * 7 + b"\xe7\x84" + struct.pack(">I", at * 1000) + one
        for at in range(blocks // 100)
    )
    assert seconds(b"\x1a\x45\xdf\xa3\x80" + b"".join(clusters)) == length


@given(st.binary(max_size=400))
def test_any_bytes(data: bytes) -> None:
    for start in (b"OggS", b"\x1a\x45\xdf\xa3", b"\0\0\0\x10ftypM4A \0\0\0\0", b""):
        found = seconds(start + data)
        assert found is None or 1 <= found <= LONGEST


@given(st.sampled_from(SOUNDS), st.data())
def test_a_sound_that_was_damaged(sound: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(sound)))
    broken = sound[:at] + data.draw(st.binary(max_size=20)) + sound[data.draw(st.integers(at, len(sound))) :]
    found = seconds(broken)
    assert found is None or 1 <= found <= LONGEST


@pytest.mark.parametrize(
    "data",
    [
        b"\x1a\x45\xdf\xa3" + b"\xec\x80" * 2_000_000,  # elements that hold nothing
        b"\x1a\x45\xdf\xa3" + b"\xa0\x80" * 2_000_000,  # one inside another
        ogg(1)[:60] + b"OggS\x01" * 1_000_000,  # marks that begin no page
        b"\0\0\0\x0cftypM4A " + b"\0\0\0\x08free" * 500_000,
        b"\0\0\0\x0cftypM4A " + b"\0\0\0\x01free" + bytes(8) * 500_000,
    ],
    ids=["elements", "nested", "pages", "boxes", "sizes"],
)
def test_many_parts_are_not_all_looked_at(data: bytes) -> None:
    assert seconds(data) is None


@pytest.mark.parametrize(("length", "shown"), [(1, "0:01"), (34, "0:34"), (60, "1:00"), (725, "12:05")])
def test_as_it_is_shown(length: int, shown: str) -> None:
    assert clock(length) == shown
