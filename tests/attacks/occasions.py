"""What has to be on file before a crawl finds every form of the desk: a resident who is being helped, with all that
there is to do for one; residents who ask for their own data or chose a PIN; a file of another team; signals.

Who works at the desk and who chats does it, by the routes of the demo. Only what time does is done in its database.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tests.attacks.conftest import Attacked, Visitor
from tests.attacks.hostile import FORMULA, MARKUP, ODD, PLACE, SHORT, TEMPLATE, today
from tests.attacks.pages import MARK

#: What an early signal finds the one who is helped by.
KNOWN_BY = {"surname": "Linden", "born": "1980-03-14", "postcode": "9901 AB", "number": "12a"}
#: From the day of an appointment to before today, in milliseconds.
_DAYS = 10 * 24 * 3600 * 1000
_LINK = re.compile(r"/a/[\w-]{22}\.ics")


@dataclass(slots=True)
class Occasions:
    """What was made. ``file`` is of ``one``, who is being helped; ``others`` are files with something that it has
    not; ``invitations`` are calendar files by their address, ``pictures`` what the chat says of those it shows."""

    one: Visitor
    file: int = 0
    others: list[int] = field(default_factory=list)
    invitations: dict[str, bytes] = field(default_factory=dict)
    pictures: list[dict[str, Any]] = field(default_factory=list)

    def pages(self) -> list[str]:
        """Where a crawl begins that is to find all of it."""
        files = [f"/desk/file/{number}" for number in (self.file, *self.others)]
        return [*files, *(f"{files[0]}/plan?for={what}" for what in ("book", "propose"))]


async def given(demo: Attacked) -> Occasions:
    """All of them, once."""
    noor, samir = await demo.staff("caseworker"), await demo.staff("coordinator")
    made = Occasions(await demo.resident())
    made.file = newest(demo)
    await is_helped(demo, noor, made)
    await signals(noor, made.file)
    await meets(demo, noor, made)
    await agrees(demo, noor, made)
    await posts(samir, f"/desk/file/{made.file}/hold", reason=f"Een rechtszaak {MARKUP}", until="")
    await posts(samir, "/desk/phrasebook/new", **{"we-nl": f"Wij bellen {SHORT}.", "words": SHORT, "icon": "📞"})
    await is_drawn(samir, made)
    await posts(noor, f"/desk/file/{made.file}/take-over")  # to be handed back
    await asks(demo, noor, made)
    await is_done(demo, noor, made)
    tomorrow = (today() + timedelta(days=1)).isoformat()
    await posts(noor, "/desk/hours/days", first=tomorrow, what="away", who=str(number(demo, "noor")), place=SHORT)
    made.others.append(demo.change("SELECT id FROM conversation WHERE assigned_to = ?", number(demo, "daan"))[0][0])
    made.others.append(
        demo.change("SELECT conversation_id FROM alarm WHERE kind = 'crisis' AND state = 'raised'")[0][0]
    )
    await sorted_out(demo)
    return made


# ---- what there is -------------------------------------------------------------------------------------------------


async def is_helped(demo: Attacked, noor: Visitor, made: Occasions) -> None:
    """Signed up, taken over, spoken with; of a team, with a colleague from outside who looks along, and a helper."""
    one, file = made.one, made.file
    await taps(one, "!go:aanmelden", "aanmelden.for_whom:self", "aanmelden.worries:enough", "aanmelden.summary:yes")
    await taps(one, "!go:naasten", "naasten.alone:yes", "naasten.list:add")
    await types(one, f"Sam {SHORT}")
    await taps(one, "naasten.may:act", "naasten.how_long:30", "naasten.agree:yes", "!menu")
    await posts(noor, f"/desk/file/{file}/take-over")
    await posts(noor, f"/desk/file/{file}/spoke", how="telefoon", first_talk="yes", note=ODD, seen="99999")
    await posts(noor, f"/desk/file/{file}/hand-back")
    await posts(noor, f"/desk/file/{file}/access/team", team=team_of(demo))
    await posts(noor, f"/desk/file/{file}/assign", to=str(number(demo, "noor")), note=FORMULA)
    await posts(noor, f"/desk/file/{file}/access/ask", who=str(number(demo, "daan")), days="7", reason=MARKUP)
    await posts(noor, f"/desk/file/{file}/measurements/invite", kind="agenda")
    plan = {"act": "agree", "plan": "vast:month", "weekday": "0", "part": "morning", "means": "chat"}
    await posts(noor, f"/desk/file/{file}/touch", **plan)


async def meets(demo: Attacked, noor: Visitor, made: Occasions) -> None:
    """At our office, where a file for a calendar tells of it; by video; once that is over; and one that they cancel."""
    path, with_ = f"/desk/file/{made.file}/appointments", str(number(demo, "noor"))
    day = today() + timedelta(days=9)
    numbers = []
    for hour, kind, place in ((9, "office", PLACE), (11, "video", ""), (13, "phone", ""), (15, "phone", "")):
        fields = {"kind": kind, "place": place, "day": day.isoformat(), "time": f"{hour:02}:00", "with": with_}
        await posts(noor, f"{path}/book", seen="99999", **fields)
        numbers.append(demo.change("SELECT max(id) FROM appointment")[0][0])
        told = " ".join(said["text"] for said in await made.one.messages())
        for link in _LINK.findall(told):
            async with noor.session.get(link) as response:
                made.invitations[link] = await response.read()
    free = {"day": (day + timedelta(days=1)).isoformat(), "time": "09:00", "with": with_}
    await posts(noor, f"{path}/propose", seen="99999", kind="elsewhere", place=MARKUP, **free)
    *_, over, off = numbers
    demo.change(
        "UPDATE appointment SET starts_at = starts_at - ?, ends_at = ends_at - ? WHERE id = ?", _DAYS, _DAYS, over
    )
    await taps(made.one, f"!to:afspraak.cancelled:{off}", "!menu")


async def agrees(demo: Attacked, noor: Visitor, made: Occasions) -> None:
    """What both of them do, in words of the caseworker's own; the resident says that it does not go."""
    fields = {"line-1": "free", "who-1": "resident", "words-1": MARKUP, "due-1": "", "seen": "99999", "known": "0"}
    fields |= {"line-2": "free", "who-2": str(number(demo, "noor")), "words-2": f"{FORMULA} {TEMPLATE}", "due-2": ""}
    await posts(noor, f"/desk/file/{made.file}/summary", note=ODD, **fields)
    ((theirs,),) = demo.change("SELECT id FROM agreement WHERE staff_id IS NULL")
    await taps(made.one, f"!to:afspraken.stuck:{theirs}")
    await types(made.one, SHORT)


async def is_drawn(samir: Visitor, made: Occasions) -> None:
    """What is hostile on a card and in a plan is in pictures too."""
    page = await samir.get("/desk/cards/letter")
    form = next(form for form in page.forms if form.method == "post" and "owner" in form.asked)
    words = {f"{part}-nl": f"{SHORT} {part}" for part in ("title", "do.1", "dont.1", "say")}
    await posts(samir, "/desk/cards/letter", seen=form.fields["seen"], shown="yes", owner=SHORT, review="", **words)
    await taps(
        made.one,
        "!go:voortgang",
        "voortgang.where:steps",
        "!go:kaarten",
        "kaarten.which:letter",
        "kaarten.card:picture",
    )
    made.pictures = [said["picture"] for said in await made.one.messages() if said["picture"]]


async def is_done(demo: Attacked, noor: Visitor, made: Occasions) -> None:
    """One whose help can end."""
    one = await demo.resident()
    made.others.append(newest(demo))
    await taps(one, "!go:aanmelden", "aanmelden.for_whom:self", "aanmelden.worries:enough", "aanmelden.summary:yes")
    await posts(noor, f"/desk/file/{newest(demo)}/take-over")


async def asks(demo: Attacked, noor: Visitor, made: Occasions) -> None:
    """One asks to see their data, and one to erase them, of whom is known who it is; and one has a PIN."""
    seeing, leaving, locked = await demo.resident(), await demo.resident(), await demo.resident()
    await taps(seeing, "!go:gegevens", "gegevens.what:know", "gegevens.know:ask")
    await taps(leaving, "!go:gegevens", "gegevens.what:wipe", "gegevens.wipe:wipe", "gegevens.wipe_page:ask")
    ((request,),) = demo.change("SELECT id FROM data_request WHERE kind = 'erasure'")
    await posts(noor, f"/desk/requests/{request}/identify", how="met", words=MARKUP)
    assert (await locked.ask("/chat/pin", {"pin": "2580"}))[0] == 200
    made.others.append(newest(demo))
    await posts(noor, f"/desk/file/{newest(demo)}/access/team", team=team_of(demo))


async def signals(noor: Visitor, file: int) -> None:
    """Early signals about the one who is helped, and about nobody we know."""
    about = {"kind": "rent", "received": today().isoformat(), "amount": "612,50", "sender": f"Woning {MARK}"}
    await posts(noor, f"/desk/file/{file}/signal-keys", **KNOWN_BY)
    await posts(noor, "/desk/signals", **about, **KNOWN_BY)
    await posts(noor, "/desk/signals", **about, email=f"a'{MARK}\"&b@evil.example")


async def sorted_out(demo: Attacked) -> None:
    """Signals are sorted beside the requests, in their own time."""
    async with asyncio.timeout(60):
        while demo.change("SELECT id FROM signal WHERE route = 'unsorted'"):  # noqa: ASYNC110 # of another process
            await asyncio.sleep(0.1)


# ---- by whom -------------------------------------------------------------------------------------------------------


def newest(demo: Attacked) -> int:
    """The file of who came last."""
    found: int = demo.change("SELECT max(id) FROM conversation")[0][0]
    return found


def number(demo: Attacked, username: str) -> int:
    """Of a colleague."""
    found: int = demo.change("SELECT id FROM staff WHERE username = ?", username)[0][0]
    return found


def team_of(demo: Attacked) -> str:
    """The number of Noor's team."""
    return str(demo.change("SELECT team_id FROM staff WHERE username = 'noor'")[0][0])


async def posts(staff: Visitor, path: str, **fields: str) -> None:
    """A form of the desk, which does what it asks for."""
    csrf = (await staff.get("/desk/me")).forms[0].fields["csrf"]
    page = await staff.post(path, {"csrf": csrf, "client_id": secrets.token_urlsafe(12), **fields}, follow=False)
    assert page.status == 303, (path, page.status, page.words)


async def taps(one: Visitor, *data: str) -> None:
    """Buttons, each of them there by then or a lasting one."""
    for each in data:
        await says(one, tap=each)


async def types(one: Visitor, words: str) -> None:
    """A message in own words."""
    await says(one, text=words)


async def says(one: Visitor, **said: Any) -> None:
    """What the chat's page sends; it is answered."""
    before = (await one.messages())[-1]["seq"]
    assert (await one.ask("/chat/message", {"client_id": str(uuid.uuid4()), **said}))[0] == 200, said
    answer = (await one.messages())[-1]
    assert answer["seq"] > before, (said, answer)
