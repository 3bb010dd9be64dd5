"""The drawing of where data go and its table are what the list of parties says, and nothing lies over another."""

from __future__ import annotations

from itertools import combinations
from xml.etree import ElementTree

import pytest

from scripts.data_flows import ARROWS, BOXES, DRAWING, HEIGHT, LEGEND, PAGE, WIDTH, drawing, page

LETTER, BOLD = 6.4, 8.5  # units that a letter takes, on the average, as a browser draws it
SVG = "{http://www.w3.org/2000/svg}"


def test_drawing_and_page_are_as_they_are_made() -> None:
    """After a change in scripts/data_flows.py: ``make draw``."""
    assert DRAWING.read_text("utf-8") == drawing()
    text = PAGE.read_text("utf-8")
    assert page(text) == text
    assert DRAWING.name in text


def test_every_party_is_in_the_drawing_and_in_the_table() -> None:
    root = ElementTree.fromstring(drawing())
    words = [element.text for element in root.iter(f"{SVG}text")]
    for box in BOXES:
        assert box.name in words
        assert set(box.lines) <= set(words)
        assert f"| {box.name} | {box.readable} | {box.law} |" in PAGE.read_text("utf-8")
    assert {box.reads for box in BOXES} == {reads for reads, _ in LEGEND}


def test_it_is_legible_in_light_and_dark_and_has_a_name_for_who_does_not_see_it() -> None:
    root = ElementTree.fromstring(drawing())
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"]
    style = "".join(element.text or "" for element in root.iter(f"{SVG}style"))
    assert "prefers-color-scheme: dark" in style
    for reads, _ in LEGEND:
        assert style.count(f"rect.{reads}") == 2


def test_boxes_lie_apart_and_hold_their_words() -> None:
    for box in BOXES:
        assert 20 <= box.x < box.x + box.w <= WIDTH - 20
        assert box.y + box.h < HEIGHT
        assert 42 + 17 * (len(box.lines) - 1) + 6 <= box.h, box.name
        assert 12 + len(box.name) * BOLD <= box.w, box.name
        assert all(12 + len(line) * LETTER <= box.w for line in box.lines), box.name
    for one, other in combinations(BOXES, 2):
        apart = one.x + one.w < other.x or other.x + other.w < one.x
        assert apart or one.y + one.h < other.y or other.y + other.h < one.y, (one.name, other.name)


def test_an_arrow_goes_from_one_box_to_another_and_through_none() -> None:
    for arrow in ARROWS:
        over = [box for box in BOXES if box.x <= arrow.x <= box.x + box.w]
        assert [box for box in over if box.y + box.h == arrow.y1], arrow
        assert [box for box in over if box.y == arrow.y2], arrow
        assert [box for box in over if arrow.y1 < box.y + box.h / 2 < arrow.y2] == [], arrow


def test_a_page_without_a_place_for_the_table_is_refused() -> None:
    with pytest.raises(ValueError, match="no place"):
        page("# Where data go\n")
