"""What people think of the help: grades for each promise of the NVVK Belofte, years side by side. About nobody: no file
is looked into, and nothing is told of fewer than ten people or of a caseworker (rule 14)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from aiohttp import web

from bot.desk import ratings_words as words
from bot.desk.page import Visit, go, staff_only
from bot.errors import Refused
from bot.ratings.reading import OCCASIONS, Told, Year, remarks, years
from bot.ratings.settling import take_away
from bot.ratings.statistics import GRADES, Figures
from flows.ratings import Promise

#: Who reads what people wrote beside their grades: they may have named someone.
READS_REMARKS = "coordinator"
#: So many years stand side by side; the file to download has all.
SHOWN = 3

#: The picture of how often each grade was given, in its own units.
WIDTH, HEIGHT, FOOT = 240, 84, 16
_STEP = WIDTH // len(GRADES)


@dataclass(frozen=True, slots=True)
class Bar:
    """How often a grade was given, in the picture."""

    grade: int
    times: int
    x: int
    y: float
    width: int
    height: float

    @property
    def middle(self) -> float:
        """Where the grade stands below it."""
        return self.x + self.width / 2


@staff_only()
async def show(visit: Visit) -> web.Response:
    """``GET /desk/ratings``, with ``year`` for the remarks of another year than the newest."""
    every = await years(visit.house)
    wanted = visit.request.query.get("year", "")
    year = int(wanted) if wanted in {str(one.year) for one in every} else every[0].year
    reads = visit.staff.role == READS_REMARKS
    return visit.render(
        "ratings.html",
        promises=[(promise, _stand(promise, every[:SHOWN])) for promise in Promise],
        years=every,
        shown=every[:SHOWN],
        year=year,
        remarks=await remarks(visit.house, year) if reads else (),
        reads=reads,
        on=visit.house.config.ratings.on,
        says=words,
        grades=GRADES,
        width=WIDTH,
        height=HEIGHT,
        foot=FOOT,
    )


@staff_only()
async def remove(visit: Visit) -> web.StreamResponse:
    """``POST /desk/ratings/remove``: a remark that names someone, by its ``mark`` and ``year``."""
    year = visit.form.get("year", "")
    if not (year.isascii() and year.isdecimal() and len(year) <= 4):
        raise Refused("bad_form")
    await take_away(visit.house, int(year), visit.form.get("mark", ""), visit.staff.id)
    return go(f"/desk/ratings?year={year}#remarks")


@staff_only(proved=True, back="/desk/ratings")
async def download(visit: Visit) -> web.Response:
    """``GET /desk/ratings/csv``: all that the page tells, and no more, for a spreadsheet as it is set up here."""
    told = io.StringIO()
    rows = csv.writer(told, delimiter=";", lineterminator="\r\n")
    rows.writerow(["jaar", "belofte", "moment", "aantal", "gemiddelde", *GRADES, "verschil", "p", "vergeleken"])
    for year in await years(visit.house):
        for promise, stand in year.promises.items():
            rows.writerows(_rows(year, promise, stand))
    return web.Response(
        body=b"\xef\xbb\xbf" + told.getvalue().encode(),
        content_type="text/csv",
        charset="utf-8",
        headers={"Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="cijfers.csv"'},
    )


def _rows(year: Year, promise: Promise, stand: Told) -> Iterator[list[str | int]]:
    change = stand.change
    differs = ["", "", ""]
    if change.by is not None:
        differs = [words.decimal(change.by), f"{change.p:.4g}".replace(".", ","), words.moments(stand.compared)]
    name = f"{promise} {words.PROMISES[promise][0]}"
    yield [year.year, name, words.moments(OCCASIONS[promise]), *_cells(stand.figures), *differs]
    for occasion, figures in stand.parts.items():
        yield [year.year, name, words.OCCASIONS[occasion], *_cells(figures), "", "", ""]


def _cells(figures: Figures | None) -> list[str | int]:
    if figures is None:
        return [words.FEW, "", *("" for _ in GRADES)]
    return [figures.number, words.decimal(figures.mean), *figures.counts]


@dataclass(frozen=True, slots=True)
class Stand:
    """A promise in a year, as it is shown."""

    year: int
    told: Told
    bars: tuple[Bar, ...]
    is_first: bool  # there is no year before it to compare with


def _stand(promise: Promise, every: tuple[Year, ...]) -> list[Stand]:
    """All pictures of a promise have one scale: the largest share of any year."""
    found = [(one.year, one.promises[promise]) for one in every]
    shares = [max(told.figures.counts) / told.figures.number for _, told in found if told.figures is not None]
    highest = max(shares, default=1.0)
    return [
        Stand(year, told, () if told.figures is None else tuple(_bars(told.figures, highest)), place == len(found) - 1)
        for place, (year, told) in enumerate(found)
    ]


def _bars(figures: Figures, highest: float) -> Iterator[Bar]:
    for place, (grade, times) in enumerate(zip(GRADES, figures.counts, strict=True)):
        height = round((HEIGHT - FOOT) * times / figures.number / highest, 1)
        yield Bar(grade, times, place * _STEP + 2, HEIGHT - FOOT - height, _STEP - 4, height)
