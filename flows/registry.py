"""Which flows there are: every module in this package that has a ``flow``. Adding a file adds a conversation."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

import flows
from flows.flow import Flow


@cache
def all_flows() -> dict[str, Flow]:
    """All flows by name. Raises ``ValueError`` when two share a name."""
    found: dict[str, Flow] = {}
    for module in pkgutil.iter_modules(flows.__path__):
        flow = getattr(importlib.import_module(f"flows.{module.name}"), "flow", None)
        if isinstance(flow, Flow):
            if flow.name in found:
                raise ValueError(f"two flows are called {flow.name}")
            found[flow.name] = flow
    return found
