"""Asks a public advisory service what is known of everything that the lock files pin (``make audit``): needs a network.

It writes ``docs/advisories.json``, with every advisory of each package and not only those of the version that is
pinned, so that a later change of the locks is judged too. The service is OSV (``POST /v1/query``): names of public
packages go there and nothing else. Ends with 1 when something of ours has a known fault that is not waived, with 2 when
the service did not answer for everything: then nothing is written.
"""

from __future__ import annotations

import argparse
import json
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from scripts.advisories import (
    SNAPSHOT,
    WAIVED,
    Advisory,
    Range,
    Snapshot,
    all_pins,
    faults,
    read,
    waivers,
    written,
    wrong_waivers,
)

SERVICE = "https://api.osv.dev"
PATIENCE = 30  # seconds for one answer
MOST_PAGES = 100

#: Asks for a page about a package: the body of the question gives the answer, both as the service has them.
Ask = Callable[[Mapping[str, Any]], Mapping[str, Any]]


def asker(service: str) -> Ask:
    """What asks ``service``. Raises OSError when it does not answer, ValueError when the answer is no JSON object."""

    def ask(question: Mapping[str, Any]) -> Mapping[str, Any]:
        request = urllib.request.Request(  # noqa: S310 - the address is ours, or of whoever runs this
            f"{service}/v1/query", json.dumps(question).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:  # noqa: S310 - the same
            answer = json.loads(response.read())
        if not isinstance(answer, dict):
            raise ValueError("no JSON object")
        return answer

    return ask


def known(name: str, ask: Ask) -> tuple[Advisory, ...]:
    """Every advisory of a package. Raises what ``ask`` raises; ValueError when the pages do not end."""
    question: dict[str, Any] = {"package": {"name": name, "ecosystem": "PyPI"}}
    found: list[Advisory] = []
    for _ in range(MOST_PAGES):
        answer = ask(question)
        found += [_translated(name, one) for one in answer.get("vulns", ()) if "withdrawn" not in one]
        if not answer.get("next_page_token"):
            return merged(found)
        question["page_token"] = answer["next_page_token"]
    raise ValueError("the pages do not end")


def _translated(name: str, told: Mapping[str, Any]) -> Advisory:
    ours = [
        part
        for part in told.get("affected", ())
        if part.get("package", {}).get("ecosystem") == "PyPI"
        and canonicalize_name(part["package"].get("name", "")) == name
    ]
    spans = [
        span
        for part in ours
        for listed in part.get("ranges", ())
        if listed.get("type") == "ECOSYSTEM"
        for span in _ranges(listed.get("events", ()))
    ]
    versions = [] if spans else [version for part in ours for version in part.get("versions", ())]
    return Advisory((told["id"], *told.get("aliases", ())), tuple(spans), tuple(versions))


def _ranges(events: Iterable[Mapping[str, str]]) -> list[Range]:
    """Each ``introduced`` begins a range; the next ``fixed`` or ``last_affected`` ends it. What cannot be read as
    versions affects all of them: better a fault that a human looks at than one that nobody sees."""
    try:
        steps = sorted((Version(version), kind, version) for event in events for kind, version in event.items())
    except InvalidVersion:
        return [Range("0")]
    spans: list[Range] = []
    begun: str | None = None
    for _, kind, version in steps:
        if kind == "introduced":
            begun = begun or version
        elif begun is not None and kind in ("fixed", "last_affected"):
            spans.append(
                Range(begun, version if kind == "fixed" else None, version if kind == "last_affected" else None)
            )
            begun = None
    return spans if begun is None else [*spans, Range(begun)]


def merged(found: Sequence[Advisory]) -> tuple[Advisory, ...]:
    """One for each fault: several databases tell of the same one, under each other's names."""
    left: list[Advisory] = []
    for one in found:
        same = [other for other in left if set(other.ids) & set(one.ids)]
        left = [other for other in left if other not in same]
        parts = [one, *same]
        left.append(
            Advisory(
                tuple(sorted({id_ for part in parts for id_ in part.ids})),
                tuple(dict.fromkeys(span for part in parts for span in part.ranges)),
                tuple(dict.fromkeys(version for part in parts for version in part.versions)),
            )
        )
    return tuple(left)


def asked(names: Iterable[str], ask: Ask, service: str, today: date) -> Snapshot:
    """A snapshot of what the service knows of ``names``. Raises what ``ask`` raises: half a snapshot is none."""
    return Snapshot(today, service, {name: known(name, ask) for name in sorted(set(names))}, frozenset())


def main(arguments: Sequence[str] | None = None) -> int:
    """Asks, writes and says what was found. Gives the exit code."""
    parser = argparse.ArgumentParser(prog="make audit", description=__doc__)
    parser.add_argument("--service", default=SERVICE, help="another service with the same interface")
    parser.add_argument("--offline", action="store_true", help="ask nobody: judge by the snapshot that is there")
    options = parser.parse_args(arguments)
    ours = all_pins()
    today = datetime.now(UTC).date()
    if options.offline:
        snapshot = read(SNAPSHOT.read_text("utf-8"))
    else:
        try:
            snapshot = asked((name for name, _ in ours), asker(options.service), options.service, today)
        except (OSError, ValueError, KeyError) as error:
            print(f"No answer from {options.service}: {type(error).__name__}. Nothing was written.", file=sys.stderr)
            return 2
        SNAPSHOT.write_text(written(snapshot), "utf-8")
    waived = waivers(WAIVED.read_text("utf-8"))
    print(f"{len(ours)} versions, known faults as of {snapshot.made}, told by {snapshot.source}.")
    if snapshot.unasked:
        print(f"Of {len(snapshot.unasked)} packages nobody was asked: run `make audit` where there is a network.")
    found = [f"Has a known fault: {fault}" for fault in faults(ours, snapshot, waived, today)]
    found += [f"Waiver: {wrong}" for wrong in wrong_waivers(ours, snapshot, waived)]
    print("\n".join(found) or "None of them has a known fault.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
