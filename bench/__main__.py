"""Prints the figures of ``docs/figures.md``: all of them, or of some parts, as in ``python -m bench step inbox``."""

from __future__ import annotations

import argparse
import logging
import os
import platform
from collections.abc import Callable

from bench import agenda, durable, inbox, memory, pings, sender, step

PARTS: dict[str, Callable[[], None]] = {
    "step": step.main,
    "durable": durable.main,
    "memory": memory.main,
    "inbox": inbox.main,
    "sender": sender.main,
    "agenda": agenda.main,
    "pings": pings.main,
}


def main() -> None:
    """Runs the parts one after the other; compare only figures of one run, on a machine that does nothing else."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("part", nargs="*", choices=[[], *PARTS], help="which; all of them when none is named")
    chosen = parser.parse_args().part or list(PARTS)
    logging.disable(logging.WARNING)
    load = os.getloadavg()[0]
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load before the start {load:.1f}")
    for name in chosen:
        print(f"\n== {name}", flush=True)
        PARTS[name]()


if __name__ == "__main__":
    main()
