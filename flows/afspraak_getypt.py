"""What is typed where a day or a time is asked: days, hours, parts of the day, weeks, another way to meet."""

from __future__ import annotations

from dataclasses import replace

from flows.flow import Read
from flows.grammar import Moment
from flows.understanding import asks, day_in, days_from_in, hour_in, names_date, part_in, suits, way

#: Nobody who types 7 means an hour of which there is a button.
FIRST_HOUR = 8


def read_day(text: str, moment: Moment) -> Read | None:
    """A day in own words, with an hour or a part of it when they name one too; or a week, or only a part of the day; or
    another way to meet. A low number alone is that of a choice."""
    if _low(text):
        return None
    day = _read_day(text, moment)
    if day is not None:
        return day
    week, part = days_from_in(text, moment.now.date()), part_in(text)
    if week is not None:
        return Read(f"from-{week.isoformat()}", "page", saves="day")
    if part is None:
        return _read_way(text)
    hour = hour_in(text)
    return Read(part, "page", saves="day", also={} if hour is None else {"time": f"{hour:%H:%M}"})


def read_time(text: str, moment: Moment) -> Read | None:
    """A time in own words; or another day, a part of this one, another way to meet. A low number alone is that of a
    choice."""
    if _low(text):
        return None
    hour = hour_in(text)
    day = None if _bare(text) else _read_day(text, moment)
    if day is not None:
        return day
    week = days_from_in(text, moment.now.date())
    if week is not None:
        return Read(f"from-{week.isoformat()}", "page", saves="day")
    if hour is not None and not names_date(text):  # an hour of a day that cannot be is none of the day asked about
        return Read(hour.strftime("%H:%M"), saves="time")
    part = part_in(text)
    return _read_way(text) if part is None else Read(part, "times", saves="time")


def read_standing(text: str, moment: Moment) -> Read | None:
    """Another day, hour or way to meet, said to an appointment that stands: its times are shown, and nothing is moved
    yet, for the moment that they name may be the one that stands. A number alone is something else."""
    read = None if _bare(text) else read_day(text, moment)
    return replace(read, event="day") if read is not None and read.event == "next" else read


def is_about(text: str, moment: Moment) -> bool:
    """Whether words that any open question would take are rather about an appointment: something else would suit, or
    there is a question about it. In "achter de bibliotheek" someone tells where they live."""
    read = read_standing(text, moment)
    if read is None:
        return asks(text)
    return suits(text) or "time" in read.also


def _read_day(text: str, moment: Moment) -> Read | None:
    """Who names an hour as well has chosen."""
    day = day_in(text, moment.now.date())
    if day is None:
        return None
    hour, part = hour_in(text), part_in(text)
    if hour is not None and not _bare(text):
        return Read(day.isoformat(), "next", saves="day", also={"time": f"{hour:%H:%M}"})
    return Read(day.isoformat(), "day", saves="day", also={} if part is None else {"time": part})


def _bare(text: str) -> bool:
    return text.strip(" .)").isdecimal()


def _low(text: str) -> bool:
    return _bare(text) and int(text.strip(" .)")) < FIRST_HOUR


def _read_way(text: str) -> Read | None:
    kind = way(text)
    return None if kind is None else Read(kind, "way", saves="kind")
