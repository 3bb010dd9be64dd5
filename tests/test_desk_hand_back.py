"""Who may end a colleague's conversation at the desk, whatever form is sent."""

from __future__ import annotations

import pytest

from bot import takeover
from tests.support.desk import Balie


@pytest.mark.parametrize(("role", "status"), [("caseworker", 409), ("coordinator", 303)])
async def test_only_a_coordinator_ends_what_a_colleague_holds(balie: Balie, role: str, status: int) -> None:
    one = await balie.resident()
    noor, samir = await balie.add_staff("noor", "Noor"), await balie.add_staff("samir", "Samir", role)
    await takeover.take_over(balie.house, one.conversation_id, noor)
    browser = await balie.browser(samir)
    await browser.get(f"/desk/file/{one.conversation_id}")
    assert ("Teruggeven aan de chatbot" in browser.page) is (role == "coordinator")
    before = await balie.state()
    assert (await browser.post(f"/desk/file/{one.conversation_id}/hand-back")).status == status
    if status == 303:
        assert (await one.row()).held_by is None
    else:
        assert await balie.state() == before
        assert "Een collega heeft dit gesprek" in browser.page
        assert "een coördinator" in browser.page
