"""The pure core: one trigger of the shared machine, and one whole step (advance, show), in microseconds."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import fmean, median
from zoneinfo import ZoneInfo

from bot.play import GEMEENTE, Player
from flows.grammar import Case, Moment, Opened, Said, Tapped, Typed
from flows.registry import all_flows
from flows.session import Session, dumps, loads
from flows.step import advance, show
from flows.understanding import forget
from locales import Catalogs, load

ROUNDS = 7
#: How often the story is told in a round.
TOLD = 100
ZONE = ZoneInfo("Europe/Amsterdam")

#: A sign-up as people make it: taps, own words, a global word. The first is where a stored session begins.
STORY: tuple[Said, ...] = (
    Opened(),
    Tapped("welkom.hello:nl"),
    Tapped("!go:aanmelden"),
    Tapped("aanmelden.for_whom:self"),
    Typed("huur en boetes, en ik durf de post niet meer open te maken"),
    Tapped("aanmelden.urgency:skip"),
    Typed("9911"),
    Typed("Sanne"),
    Typed("waarom"),
    Typed("liever bellen"),
    Tapped("!mens"),
    Typed("Ik krijg steeds brieven van een bedrijf dat ik niet ken, en mijn telefoon staat vol gemiste oproepen."),
    Tapped("!menu"),
)


def micros(run: Callable[[], int]) -> float:
    """Median time of one of the things that ``run`` does so many of."""
    run()
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        done = run()
        times.append((time.perf_counter() - started) / done * 1e6)
    return median(times)


def trigger() -> float:
    """One row of a table followed, on the machine that all conversations share."""
    flow = all_flows()["aanmelden"]
    player = Player("nl", load(("nl",)))
    case = Case("aanmelden", "place", {}, {}, "nl", Moment(player.now(), "webchat", GEMEENTE))

    def run() -> int:
        for _ in range(2_000):
            flow.follow("place", "next", case)
        return 2_000

    return micros(run)


def steps(tongue: Catalogs) -> tuple[dict[str, float], float]:
    """Each step of the story, which is told again and again, and of writing and reading a session; medians."""
    player = Player("nl", tongue)
    sessions: list[Session] = []
    for said in STORY:
        sessions.append(player.session)
        player.say(said)
    now = player.now()
    moment = Moment(now, "webchat", GEMEENTE, frozenset(all_flows()))
    times: dict[str, list[float]] = {repr(said)[:60]: [] for said in STORY}
    for _ in range(TOLD * ROUNDS):
        for session, said, taken in zip(sessions, STORY, times.values(), strict=True):
            forget()  # people do not write the same thing twice
            started = time.perf_counter()
            landing = advance(session, said, moment, tongue)
            advanced = time.perf_counter()
            world = player.read(landing, now)  # from a database, else; that is not of the core
            read = time.perf_counter()
            show(landing, world, moment)
            taken.append((time.perf_counter() - read + advanced - started) * 1e6)

    def jsons() -> int:
        for session in sessions:
            loads(dumps(session))
        return len(sessions)

    return {name: median(taken) for name, taken in times.items()}, micros(jsons)


def main() -> None:
    """Prints them."""
    print(f"{'one trigger of the machine':62} {trigger():8.1f} µs   (aim 30)")
    each, json_mean = steps(load(("nl", "en", "ar")))
    print(f"{'one whole step, mean of the story below':62} {fmean(each.values()):8.1f} µs   (aim 200)")
    print(f"{'a session to JSON and back':62} {json_mean:8.1f} µs")
    for name, cost in each.items():
        print(f"    {name:58} {cost:8.1f} µs")
