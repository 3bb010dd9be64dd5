"""Numbers that were typed on an Arabic or Persian keyboard are the same numbers."""

from __future__ import annotations

import pytest

from bot.effects import digits
from flows.aanmelden_vragen import read_place
from flows.grammar import Elsewhere, Gemeente, Moment
from flows.reach import read_contact
from tests.support.town import MONDAY

HERE = Moment(
    MONDAY,
    "webchat",
    Gemeente("Waterdrecht", postcodes=((9900, 9949),), elsewhere=(Elsewhere("Bovenveen", ((1300, 1399),)),)),
)


@pytest.mark.parametrize("typed", ["0612345678", "٠٦١٢٣٤٥٦٧٨", "۰۶۱۲۳۴۵۶۷۸", "٠٦ ١٢ ٣٤ ٥٦ ٧٨"])
def test_a_telephone_number_is_found_and_kept_so_that_a_caseworker_can_dial_it(typed: str) -> None:
    read = read_contact(typed, HERE)
    assert read is not None
    assert isinstance(read.value, dict)
    assert read.value["phone"] == "0612345678"
    assert digits(typed) == "0612345678"


@pytest.mark.parametrize(("typed", "event"), [("1310", "elsewhere"), ("١٣١٠", "elsewhere"), ("۹۹۱۰", "next")])
def test_a_postcode_says_whose_resident_someone_is(typed: str, event: str) -> None:
    assert read_place(typed, HERE).event == event
