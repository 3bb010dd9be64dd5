"""There is one door to a file: it checks who may, puts the look on record, and no desk module goes round it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import identity
from bot.desk import access
from bot.desk.access import door
from bot.errors import Refused
from storage import files, inbox, tables
from tests.support.desk import Balie
from tests.support.town import Resident, Town

DOOR = Path(access.__file__).parent
DESK = DOOR.parent

#: What makes readable what is stored sealed.
KEYS = frozenset({"unseal", "unseal_text", "seal", "seal_text", "key_of"})

#: What seals what is of the staff itself: which browsers signed in before, second factors.
OF_STAFF = frozenset({"accounts.py", "sessions.py", "second.py", "tries.py"})

#: What opens a file by other means, all of them of the door: in an emergency, and who may open it from then on.
ADMITS = frozenset({"emergency.py", "sharing.py"})

#: What holds or gives what a person said; a desk module that is not the door has no use for any of it.
INSIDE = frozenset(
    {"bot.reading", "bot.identity", "storage.files", "storage.conversations", "storage.agenda"}
    | {"bot.agreements.reading", "storage.agreements", "bot.measurements", "storage.measurements"}
    | {"bot.progress.reading", "storage.progress", "bot.vroegsignaal.reading", "storage.signals", "storage.closing"}
    | {"bot.contact.reading.of_file", "storage.contact"}
)
TABLES = frozenset({"message", "attachment", "case_file", "note", "person", "event"})


def reached(path: Path) -> Iterator[str]:
    """Every module and name that a module imports, and every table that it names."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call):
            for argument in node.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value  # import_module("bot.reading")


def allowed(path: Path) -> frozenset[str]:
    if path.parent == DOOR:
        return INSIDE
    return frozenset({"storage.conversations"}) if path.name == "presence.py" else frozenset()  # only tells processes


def test_only_the_door_reads_files() -> None:
    modules = sorted(DESK.rglob("*.py"))
    assert len(modules) > 10
    for path in modules:
        found = set(reached(path))
        assert found & INSIDE <= allowed(path), path.name
        assert not {name for name in found if name == "storage.tables" or name.startswith("storage.tables.")}, path.name


def test_only_the_door_unseals_and_searches() -> None:
    door: set[str] = set()
    for path in sorted(DESK.rglob("*.py")):
        used = {node.attr for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Attribute)}
        if path.parent == DOOR:
            door |= used
            continue
        if path.name in OF_STAFF or path.parent.name == "oidc":
            continue
        assert not used & KEYS, path.name
        assert "vault" not in used, path.name
    assert {"unseal_text", "prepare", "index"} <= door


def test_no_page_has_the_code_that_opens_a_conversation() -> None:
    for path in sorted(DESK.rglob("*.py")):
        assert "code_sealed" not in path.read_text("utf-8"), path.name
    for statement in (inbox._ROWS, files._HEAD):
        assert "code_sealed" not in str(statement)


async def test_a_code_that_was_said_in_the_conversation_is_not_shown_either(balie: Balie) -> None:
    one = await balie.resident()
    whom = await identity.find(balie.house, "webchat", one.external_id)
    assert whom is not None
    code = await identity.own_code(balie.house, whom)
    for data in ("!go:aanmelden", "aanmelden.for_whom:self", "aanmelden.worries:enough", "aanmelden.summary:yes"):
        await one.taps(data)
    await one.types(f"is het {code} of {code.lower()}?")
    assert any(code in said.content.text for said in await one.messages() if said.author == "bot")
    browser = await balie.browser(await balie.add_staff("noor", "Noor"))
    for path in ("", "/parts"):
        await browser.get(f"/desk/file/{one.conversation_id}{path}")
        assert code not in browser.page.upper()
        assert "•••• ••• •••" in browser.page


def test_only_the_door_makes_a_file() -> None:
    made = [
        path.name
        for path in sorted(DESK.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "File"
    ]
    assert made == ["door.py"]


def test_every_page_of_a_file_goes_through_the_door() -> None:
    pages = 0
    for path in sorted(DESK.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef)]
        using = {node.name for node in functions if "file_id" in ast.unparse(node)}
        opening = {node.name for node in functions if "open_file" in ast.unparse(node)}
        acting = {node.name for node in functions if any("_act" in ast.unparse(one) for one in node.decorator_list)}
        acting |= {node.name for node in functions if path.name in ADMITS and "admitting." in ast.unparse(node)}
        assert using - opening <= acting, path.name
        pages += len(using)
    assert pages > 30


def test_only_the_door_lists_what_we_agreed_to_do() -> None:
    using = [path.name for path in sorted(DESK.rglob("*.py")) if "agreements.tasks(" in path.read_text("utf-8")]
    assert using == ["lists.py"]


async def looks(town: Town, one: Resident) -> list[tuple[int, int]]:
    rows = await town.rows(tables.event, conversation_id=one.conversation_id, kind="looked")
    return [(row.staff_id, row.created_at) for row in rows]


async def test_a_look_is_on_record_once_in_ten_minutes_per_person(balie: Balie) -> None:
    one = await balie.resident()
    noor, samir = await balie.add_staff("noor", "Noor"), await balie.add_staff("samir", "Samir", "coordinator")
    first = int(balie.town.clock.now().timestamp() * 1000)
    for staff in (noor, noor, samir):
        await access.open_file(balie.house, staff, one.conversation_id)
    assert await looks(balie.town, one) == [(noor.id, first), (samir.id, first)]
    balie.town.clock.forward(minutes=9)
    await access.open_file(balie.house, noor, one.conversation_id)
    assert len(await looks(balie.town, one)) == 2
    balie.town.clock.forward(minutes=2)
    await access.open_file(balie.house, noor, one.conversation_id)
    assert [staff for staff, _ in await looks(balie.town, one)] == [noor.id, samir.id, noor.id]


async def test_looks_at_several_are_put_on_record_in_the_order_in_which_others_lock(balie: Balie) -> None:
    residents = [await balie.resident() for _ in range(3)]
    noor = await balie.add_staff("noor", "Noor")
    seen = [(one.conversation_id, (await one.row()).person_id) for one in residents]
    await door.record(balie.house, noor, "searched", [seen[2], seen[0], seen[1]])
    rows = await balie.town.rows(tables.event, kind="searched")
    assert [row.conversation_id for row in sorted(rows, key=lambda row: row.id)] == [number for number, _ in seen]


async def test_a_look_is_on_record_before_anything_is_shown(balie: Balie, monkeypatch: pytest.MonkeyPatch) -> None:
    one, noor = await balie.resident(), await balie.add_staff("noor", "Noor")

    async def breaks(*_: object) -> None:
        raise RuntimeError("no record")

    monkeypatch.setattr("storage.files.record", breaks)
    with pytest.raises(RuntimeError, match="no record"):
        await access.open_file(balie.house, noor, one.conversation_id)
    await access.open_inbox(balie.house, noor, "bot")
    await balie.resident("Fatima")
    with pytest.raises(RuntimeError, match="no record"):
        await access.open_inbox(balie.house, noor, "bot", words="fatima")


async def test_who_searched_for_someone_is_on_record_and_who_saw_the_list_is_not(balie: Balie) -> None:
    one, other = await balie.resident("Fatima"), await balie.resident("Jan")
    noor, ans = await balie.add_staff("noor", "Noor"), await balie.add_staff("ans", "Ans", "coordinator")
    browser, second = await balie.browser(noor), await balie.browser(ans)
    for path in ("/desk?queue=bot", "/desk/rows?queue=bot", "/desk?q=niemand", "/desk?q=fatima", "/desk/rows?q=fatima"):
        await browser.get(path)
    await second.get("/desk?q=Fatima")
    rows = await balie.town.rows(tables.event, kind="searched")
    person_id = (await one.row()).person_id
    assert [(row.staff_id, row.conversation_id, row.person_id) for row in rows] == [
        (noor.id, one.conversation_id, person_id),
        (ans.id, one.conversation_id, person_id),
    ]
    balie.town.clock.forward(minutes=11)
    await browser.get(f"/desk?q=K-{other.conversation_id}")
    await browser.get("/desk?q=fatima")
    assert [row.conversation_id for row in await balie.town.rows(tables.event, kind="searched")][2:] == [
        other.conversation_id,
        one.conversation_id,
    ]


async def test_an_auditor_looks_and_changes_nothing(balie: Balie) -> None:
    one, ans = await balie.resident("Fatima"), await balie.add_staff("ans", "Ans", "auditor")
    noor = await balie.add_staff("noor", "Noor")
    with pytest.raises(Refused, match="not_allowed"):
        await access.open_file(balie.house, ans, one.conversation_id, acting=True)
    browser = await balie.browser(ans)
    page = f"/desk/file/{one.conversation_id}"
    assert (await browser.get(page)).headers["Location"] == f"{page}/emergency"
    await balie.let_in(ans, one)
    assert (await browser.get(page)).status == 200
    assert "Fatima" in browser.page
    assert "Overnemen" not in browser.page
    assert "<textarea" not in browser.page
    before = await balie.state()
    for act in ("take-over", "reply", "hand-back", "assign", "note", "acknowledge"):
        refused = await browser.post(
            f"/desk/file/{one.conversation_id}/{act}",
            text="x", note="x", seen="99", client_id="abcdefgh1", to=str(noor.id),
        )  # fmt: skip
        assert refused.status == 403, act
        await browser.get("/desk")
    assert await balie.state() == before


async def test_who_is_erased_cannot_be_read_any_more(balie: Balie) -> None:
    one, noor = await balie.resident("Fatima"), await balie.add_staff("noor", "Noor")
    await one.types("mens")
    browser = await balie.browser(noor)
    (person,) = await balie.town.rows(tables.person)
    await balie.house.vault.destroy(person.key_id, 1)
    assert (await browser.get(f"/desk/file/{one.conversation_id}")).status == 410
    assert "zijn gewist" in browser.page
    assert (await browser.get("/desk")).status == 200
    assert "Gewist" in browser.page
    assert "Fatima" not in browser.page
