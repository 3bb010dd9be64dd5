"""What is typed in a line of a summary: amounts as people write them here."""

from __future__ import annotations

import pytest

from bot.desk import composing


@pytest.mark.parametrize(
    ("typed", "cents"),
    [("45", 4500), ("45,5", 4550), ("€ 1.250,50", 125050), ("12.50", 1250), ("1.250", 125000), ("45,-", 4500)],
)
def test_amounts_as_people_type_them(typed: str, cents: int) -> None:
    assert composing.cents_of(typed) == cents


@pytest.mark.parametrize("typed", ["", "-5", "1,234", "1e3", "12.5", "100.000.000", "٤٥", "45 50", "€", "0,00"])
def test_what_is_no_amount(typed: str) -> None:
    assert composing.cents_of(typed) is None
