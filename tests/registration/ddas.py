"""The part of the exchange model of DDAS (schuldhulpverlening 1.0, VNG) that we follow, written down from its
documentation: names of fields, and of each its type or the words that it may be."""

from __future__ import annotations

from datetime import date
from typing import Any

DAY = "datum"
_BOTH = {"startdatum": DAY, "einddatum": DAY}

#: A field is a day, a type, a set of words, the fields of an object, or a list of objects.
TRAJECT: dict[str, Any] = {
    **_BOTH,
    "toekenningsdatum": DAY,
    "aanmelding": {**_BOTH, "crisisinterventie": bool},
    "intake": {
        **_BOTH,
        "beschikkingsdatum": DAY,
        "beschikkingssoort": {"Afwijzingsbeschikking", "Toelatingsbeschikking"},
    },
    "planVanAanpak": {"datumAfronding": DAY},
    "stabilisatie": _BOTH,
    "schuldregeling": {"datum": DAY, "toegekend": DAY, "afgewezen": DAY, "ingetrokken": DAY},
    "begeleiding": [
        {
            **_BOTH,
            "soort": {
                "Beschermingsbewind",
                "Budgetbegeleiding",
                "Budgetbeheer",
                "Budgetcoaching",
                "Lange Termijn Begeleiding (DFD)",
            },
        }
    ],
    "nazorg": _BOTH,
    "uitstroom": {
        "datum": DAY,
        "datumBeeindigingsbeschikking": DAY,
        "omschrijving": str,
        "reden": {
            "Afgerond",
            "Ingetrokken",
            "Niet passend",
            "Nietverschenen",
            "Overig",
            "Overleden",
            "Verhuisd",
            "Voldoet niet",
            "Zelf",
        },
    },
}


def wrong(value: Any, schema: Any, path: str = "") -> list[str]:
    """The paths of what the model does not know, or knows as something else."""
    if isinstance(schema, dict):
        if not isinstance(value, dict) or not value:
            return [path]
        unknown = [f"{path}.{name}" for name in value if name not in schema]
        return unknown + [
            fault
            for name, inner in value.items()
            if name in schema
            for fault in wrong(inner, schema[name], f"{path}.{name}")
        ]
    if isinstance(schema, list):
        if not isinstance(value, list):
            return [path]
        return [fault for inner in value for fault in wrong(inner, schema[0], f"{path}[]")]
    if isinstance(schema, set):
        return [] if value in schema else [path]
    if schema == DAY:
        return [] if isinstance(value, str) and _is_day(value) else [path]
    return [] if isinstance(value, schema) else [path]


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
