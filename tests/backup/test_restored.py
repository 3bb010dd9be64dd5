"""A backup that is put back: whoever was erased since is unreadable, everyone else is whole, on either engine."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import delete, insert, select, update

from bot.backup.restoring import restore
from bot.commands.restore import settle_people
from bot.privacy import erasing, looks
from bot.server import open_house
from flows.grammar import Typed
from storage import tables
from tests.backup.conftest import only_from_sqlite
from tests.stores import StoreUrls
from tests.support.backups import NOW, Everything, Words, back_up, config_of, everything, restored, words
from tests.support.town import Resident, Town, open_town
from tests.test_joining_merge import fill, person
from tests.test_migrations import look

#: What a restore ends, and what it leaves out: see ``bot.backup.settling``.
ENDED = {"outbox", "registration", "personal_link", "helper"}
LEFT_OUT = {"staff_session", "sign_in_link", "sign_in_attempt", "lease", "channel_trouble"}


async def three(town: Town) -> list[Resident]:
    """People with a row of every kind each."""
    await town.colleague()
    people = [await town.resident("telegram") for _ in range(3)]
    for tag, one in zip(("one", "two", "three"), people, strict=True):
        await fill(one, tag, "contact.hello")
    return people


def same(before: Everything, after: Everything) -> None:
    """Nothing was lost or changed but what a restore is to end."""
    for name, rows in before.items():
        if name in LEFT_OUT:
            assert not after[name], name
        elif name in ENDED:
            assert rows.keys() <= after[name].keys(), name
        else:
            assert rows == after[name], name


async def test_all_of_it_comes_back(town: Town, store_urls: StoreUrls, empty_urls: StoreUrls, tmp_path: Path) -> None:
    people = await three(town)
    before = await everything(town.house.config)
    data, keys = await back_up(town.house.config, tmp_path)
    config = config_of(tmp_path / "there", empty_urls)
    done = await restored(config, data, keys)
    after = await everything(config)
    assert (done.people, done.destroyed, done.missing) == (3, (), ())
    assert len(words(before)) > 90
    assert all(one.held is not None for one in words(before).values())
    same(before, after)
    if store_urls.dialect == empty_urls.dialect:
        assert await look(empty_urls.data) == await look(store_urls.data)
        assert await look(empty_urls.keys) == await look(store_urls.keys)
    async with open_town(tmp_path / "there", empty_urls) as there:  # and goes on from there, also for someone new
        known = Resident(there, "telegram", people[1].external_id)
        assert await known.types("hallo")
        assert known.conversation_id == people[1].conversation_id
        assert (await known.messages())[0].content.text == (await people[1].messages())[0].content.text
        new = Resident(there, "telegram", "someone-who-never-wrote-before")
        await new.says(Typed("hallo"))
        assert new.conversation_id > max(one.conversation_id for one in people)


async def test_who_was_erased_since_is_unreadable_and_everyone_else_is_whole(
    town: Town, empty_urls: StoreUrls, tmp_path: Path
) -> None:
    people = await three(town)
    whose = [await person(one) for one in people]
    before = words(await everything(town.house.config))
    data, _ = await back_up(town.house.config, tmp_path)
    await town.house.vault.destroy(whose[1].key_id, NOW)

    urls = StoreUrls(empty_urls.dialect, empty_urls.data, town.house.config.database.keys_url)
    config = config_of(tmp_path / "there", urls)
    done = await restore(config, data, None, NOW)
    assert (done.people, done.destroyed, done.missing) == (3, (whose[1].id,), ())
    of_them = {field for field, one in before.items() if one.key_id == whose[1].key_id}
    assert len(of_them) > 30
    after = words(await everything(config))
    assert after.keys() == before.keys()
    for field, one in before.items():
        assert after[field] == (one if field not in of_them else Words(one.key_id, None)), field

    await settle_people(config, done)  # and by that nothing of them is found any more either
    after = words(await everything(config))
    assert after.keys() == before.keys() - of_them
    assert all(after[field] == before[field] for field in after)
    async with open_house(config, find_voice=lambda: None) as house:
        async with house.db.read() as conn:
            (row,) = (await conn.execute(select(tables.person).where(tables.person.c.id == whose[1].id))).all()
        assert row.erased_at is not None
        assert (row.name_index, row.phone_index, row.email_index) == (None, None, None)
        assert [one.kind for one in await looks.of_person(house, whose[1].id)][:1] == ["erased"]
        assert (await looks.verify(house)).holds


@only_from_sqlite
async def test_who_was_erased_before_with_all_that_goes_with_it(
    town: Town, empty_urls: StoreUrls, tmp_path: Path
) -> None:
    """The whole way: erased as at the desk, and the backup of the day before is put back."""
    people = await three(town)
    whose = [await person(one) for one in people]
    async with town.house.db.begin() as conn:
        await conn.execute(delete(tables.legal_hold))
        await conn.execute(update(tables.alarm).values(state="acknowledged", next_at=None))
    before = words(await everything(town.house.config))
    data, _ = await back_up(town.house.config, tmp_path)
    await erasing.erase(town.house, whose[2].id, by_staff=None, why="asked")

    urls = StoreUrls(empty_urls.dialect, empty_urls.data, town.house.config.database.keys_url)
    config = config_of(tmp_path / "there", urls)
    done = await restored(config, data)
    assert done.destroyed == (whose[2].id,)
    after = words(await everything(config))
    assert after == {field: one for field, one in before.items() if one.key_id != whose[2].key_id}


@only_from_sqlite
async def test_the_chain_of_looks_goes_on_and_says_that_it_was_cut(
    town: Town, empty_urls: StoreUrls, tmp_path: Path
) -> None:
    async def seen(count: int) -> None:
        for _ in range(count):
            async with town.house.db.begin() as conn:
                await looks.record(town.house, conn, "looked", None, [(None, None)], NOW)

    await seen(3)
    data, _ = await back_up(town.house.config, tmp_path)
    await seen(2)
    urls = StoreUrls(empty_urls.dialect, empty_urls.data, town.house.config.database.keys_url)
    config = config_of(tmp_path / "there", urls)
    await restored(config, data)
    async with open_house(config, find_voice=lambda: None) as house:
        verdict = await looks.verify(house)
        assert (verdict.wrong, verdict.last) == (None, 4)
        async with house.db.read() as conn:
            kinds = list((await conn.execute(select(tables.look.c.kind).order_by(tables.look.c.seq))).scalars())
        assert kinds == ["looked", "looked", "looked", "restored"]


@only_from_sqlite
async def test_what_waited_is_not_sent_and_doors_are_closed(town: Town, empty_urls: StoreUrls, tmp_path: Path) -> None:
    (one, *_) = await three(town)
    await one.says(Typed("hallo"))
    before = await everything(town.house.config)
    states = {row["state"] for row in before["outbox"].values() if row["due_at"] <= NOW}
    assert states == {"waiting"}
    async with town.house.db.begin() as conn:
        (number,) = (await conn.execute(select(tables.staff.c.id))).scalars()
        session = {"token_hash": b"hash", "staff_id": number, "created_at": NOW, "expires_at": NOW + 10**9}
        await conn.execute(insert(tables.staff_session).values(**session))
        await conn.execute(insert(tables.lease).values(name="telegram", holder="gone", expires_at=NOW + 10**9))
    data, keys = await back_up(town.house.config, tmp_path)
    config = config_of(tmp_path / "there", empty_urls)
    done = await restored(config, data, keys)
    after = await everything(config)
    for key, row in after["outbox"].items():
        is_due = before["outbox"][key]["due_at"] <= NOW
        assert (row["state"], row["reason"]) == (("dropped", "restored") if is_due else ("waiting", None))
    assert {(row["state"], row["reason"]) for row in after["registration"].values()} == {("failed", "restored")}
    links = [row for row in after["personal_link"].values() if row["expires_at"] > NOW]
    assert links
    assert all(row["revoked_at"] == NOW for row in links)
    assert {(row["state"], row["ended_how"]) for row in after["helper"].values()} == {("ended", "restored")}
    assert done.ended["messages"] == len([row for row in after["outbox"].values() if row["state"] == "dropped"]) > 0
    assert done.ended["helpers"] == done.ended["registrations"] == 3
    assert all(not after[name] for name in LEFT_OUT)
    assert after["received"] == before["received"] != {}
    assert after["alarm"] == before["alarm"]
    assert after["ping"] == before["ping"]


@only_from_sqlite
async def test_keys_that_are_older_than_the_data_are_missed(town: Town, empty_urls: StoreUrls, tmp_path: Path) -> None:
    await three(town)
    _, keys = await back_up(town.house.config, tmp_path)
    late = await town.resident("telegram")
    (tmp_path / "later").mkdir()
    data, _ = await back_up(town.house.config, tmp_path / "later")
    done = await restored(config_of(tmp_path / "there", empty_urls), data, keys)
    assert (done.people, done.destroyed, done.missing) == (4, (), ((await person(late)).id,))


@only_from_sqlite
async def test_keys_alone(town: Town, empty_urls: StoreUrls, tmp_path: Path) -> None:
    """The key store was lost, the data are there."""
    await three(town)
    before = words(await everything(town.house.config))
    _, keys = await back_up(town.house.config, tmp_path)
    urls = StoreUrls(empty_urls.dialect, town.house.config.database.url, empty_urls.keys)
    config = config_of(tmp_path / "there", urls)
    done = await restore(config, None, keys, NOW)
    assert (done.keys["person_key"], done.data) == (3, {})
    assert words(await everything(config)) == before
