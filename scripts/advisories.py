"""Known faults of what Klopaan is made of: what the lock files pin, held against ``docs/advisories.json``.

That file is a snapshot of what is known of each package, so that ``make test`` can judge without a network. ``make
audit`` (``scripts.audit``) asks the public advisory service and writes it anew. A fault that we live with for a time
stands in ``docs/advisories-waived.toml``, with a reason and a last day.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
SNAPSHOT = ROOT / "docs/advisories.json"
WAIVED = ROOT / "docs/advisories-waived.toml"
LOCKS = ("requirements.lock", "requirements-dev.lock")
WISHES = ("requirements.in", "requirements-dev.in")
SHORTEST_REASON = 40  # characters: why, and what stands in its place
LONGEST_WAIVER = 90  # days


@dataclass(frozen=True, slots=True)
class Range:
    """Versions from ``introduced`` on: up to but without ``fixed``, up to and with ``last``, or all that follow."""

    introduced: str
    fixed: str | None = None
    last: str | None = None

    def holds(self, version: Version) -> bool:
        """Whether ``version`` is one of them."""
        if self.introduced != "0" and version < Version(self.introduced):
            return False
        if self.fixed is not None:
            return version < Version(self.fixed)
        return self.last is None or version <= Version(self.last)


@dataclass(frozen=True, slots=True)
class Advisory:
    """A known fault of a package: its names (``CVE-…``, ``GHSA-…``, ``PYSEC-…``) and the versions that have it."""

    ids: tuple[str, ...]
    ranges: tuple[Range, ...] = ()
    versions: tuple[str, ...] = ()  # one by one, where the service names no ranges

    def affects(self, version: Version) -> bool:
        """Whether ``version`` has this fault."""
        return str(version) in self.versions or any(span.holds(version) for span in self.ranges)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is known: ``unasked`` are packages for which no list of all advisories was to be had when it was made."""

    made: date
    source: str
    packages: Mapping[str, tuple[Advisory, ...]]
    unasked: frozenset[str]


@dataclass(frozen=True, slots=True)
class Waiver:
    """A fault that we live with, from ``since`` to ``until`` with both, and why."""

    package: str
    id: str
    reason: str
    since: date
    until: date


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """A version of ours that has a known fault."""

    package: str
    version: str
    ids: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.package} {self.version}: {', '.join(self.ids)}"


def pins(lock: str) -> list[tuple[str, str]]:
    """Name and version of everything in the text of a lock file; a package may be there twice, for other Pythons."""
    found = re.findall(r"^([A-Za-z0-9][\w.-]*)==([^\s;\\]+)", lock, re.MULTILINE)
    return [(canonicalize_name(name), version) for name, version in found]


def lowest(wishes: str) -> list[tuple[str, str]]:
    """Name and lowest version that is asked for, of each line of an ``.in`` file that names one."""
    found: list[tuple[str, str]] = []
    for line in wishes.splitlines():
        if line.strip() and not line.startswith("#"):
            wish = Requirement(line)
            found += [(canonicalize_name(wish.name), one.version) for one in wish.specifier if one.operator == ">="]
    return found


def all_pins() -> list[tuple[str, str]]:
    """What our lock files pin, each once."""
    return sorted({pin for name in LOCKS for pin in pins((ROOT / name).read_text("utf-8"))})


def read(text: str) -> Snapshot:
    """A snapshot as it is stored. Raises ValueError or KeyError when it is none."""
    stored = json.loads(text)
    return Snapshot(
        date.fromisoformat(stored["made"]),
        stored["source"],
        {name: tuple(map(_advisory, known)) for name, known in stored["packages"].items()},
        frozenset(stored["unasked"]),
    )


def written(snapshot: Snapshot) -> str:
    """A snapshot as it is stored: sorted, so that a change is easy to read."""
    stored = {
        "made": snapshot.made.isoformat(),
        "source": snapshot.source,
        "unasked": sorted(snapshot.unasked),
        "packages": {
            name: [_stored(one) for one in sorted(snapshot.packages[name], key=lambda one: one.ids)]
            for name in sorted(snapshot.packages)
        },
    }
    return json.dumps(stored, indent=1, ensure_ascii=False) + "\n"


def _advisory(stored: Mapping[str, Any]) -> Advisory:
    spans = tuple(Range(one["introduced"], one.get("fixed"), one.get("last")) for one in stored.get("ranges", ()))
    return Advisory(tuple(stored["ids"]), spans, tuple(stored.get("versions", ())))


def _stored(advisory: Advisory) -> dict[str, Any]:
    told: dict[str, Any] = {"ids": list(advisory.ids)}
    if advisory.ranges:
        fields = [{"introduced": one.introduced, "fixed": one.fixed, "last": one.last} for one in advisory.ranges]
        told["ranges"] = [{key: value for key, value in one.items() if value is not None} for one in fields]
    if advisory.versions:
        told["versions"] = list(advisory.versions)
    return told


def waivers(text: str) -> list[Waiver]:
    """The faults that we live with. Raises KeyError when one lacks something, TypeError when a day is none."""
    return [
        Waiver(canonicalize_name(one["package"]), one["id"], one["reason"], one["since"], one["until"])
        for one in tomllib.loads(text).get("waived", [])
    ]


def faults(
    versions: Sequence[tuple[str, str]], snapshot: Snapshot, waived: Sequence[Waiver], today: date
) -> list[Fault]:
    """What of ``versions`` has a fault that is known and not waived on ``today``."""
    open_ = {(one.package, one.id) for one in waived if one.since <= today <= one.until}
    return sorted(
        one for one in _all_faults(versions, snapshot) if not any((one.package, id_) in open_ for id_ in one.ids)
    )


def wrong_waivers(versions: Sequence[tuple[str, str]], snapshot: Snapshot, waived: Sequence[Waiver]) -> list[str]:
    """Waivers without a proper reason, that last too long, or that are about nothing of ours (any more)."""
    had = {(fault.package, id_) for fault in _all_faults(versions, snapshot) for id_ in fault.ids}
    wrong = []
    for one in waived:
        if len(one.reason) < SHORTEST_REASON:
            wrong.append(f"{one.id}: says too little about why")
        if not 0 <= (one.until - one.since).days <= LONGEST_WAIVER:
            wrong.append(f"{one.id}: lasts at most {LONGEST_WAIVER} days")
        if (one.package, one.id) not in had:
            wrong.append(f"{one.id}: nothing that {one.package} has here")
    return wrong


def _all_faults(versions: Sequence[tuple[str, str]], snapshot: Snapshot) -> Iterator[Fault]:
    for name, version in versions:
        for advisory in snapshot.packages.get(name, ()):
            if advisory.affects(Version(version)):
                yield Fault(name, version, advisory.ids)
