"""Who may open which page of the desk: one table, which ``page.staff_only`` holds every request against. What is not in
it, nobody opens. docs/municipality/roles.md is made of it.

Which *files* a caseworker opens is decided at the door (``bot.desk.access``): their own team's, those that they were
asked along to, and any in an emergency. A coordinator opens every file.
"""

from __future__ import annotations

from dataclasses import dataclass

CASEWORKER, COORDINATOR, BEHEERDER, AUDITOR = ROLES = ("caseworker", "coordinator", "beheerder", "auditor")

#: Who help residents: they act on files, meet people, and succeed colleagues.
HELPS = frozenset({CASEWORKER, COORDINATOR})

#: Where who has no inbox begins.
HOME = {BEHEERDER: "/desk/team", AUDITOR: "/desk/looks"}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of page: what it is (in Dutch), the routes of it (``GET /desk/…``, as aiohttp names them), and for whom.
    ``anyone``: also for who is not signed in."""

    what: str
    roles: frozenset[str]
    routes: tuple[str, ...]
    anyone: bool = False


_ALL = frozenset(ROLES)
_FILE = "/desk/file/{id}"
_APPOINTMENT = _FILE + "/appointments/{appointment}"
_READS = HELPS | {AUDITOR}
_ARRANGES = frozenset({COORDINATOR, BEHEERDER})

KINDS: tuple[Kind, ...] = (
    Kind(
        "Inloggen, uitloggen, en wat een pagina laat zien zoals zij eruitziet",
        _ALL,
        (
            "GET /desk/static/{name}",
            "GET /desk/look.css",
            "GET /desk/logo",
            "GET /desk/sign-in",
            "POST /desk/sign-in",
            "POST /desk/sign-out",
            "GET /desk/link/{token}",
            "POST /desk/link/{token}",
            "GET /desk/oidc/start",
            "GET /desk/oidc/callback",
            "POST /desk/oidc/logout",
            "GET /desk/signed-out",
            "GET /desk/{tail}",
        ),
        anyone=True,
    ),
    Kind(
        "Bewijzen wie men is, en de tweede stap",
        _ALL,
        (
            "GET /desk/prove",
            "POST /desk/prove",
            "GET /desk/oidc/prove",
            "GET /desk/second",
            "POST /desk/second",
            "GET /desk/second/set-up",
            "POST /desk/second/set-up",
            "POST /desk/second/codes",
            "POST /desk/second/anew",
        ),
    ),
    Kind(
        "Over uzelf: naam, nummer, e-mailadres, waar u bent ingelogd",
        _ALL,
        ("GET /desk/me", "POST /desk/me", "POST /desk/me/sessions", "GET /desk/me/password", "POST /desk/me/password"),
    ),
    Kind("Het begin: de inbox; wie die niet heeft, komt op de eerste eigen pagina", _ALL, ("GET /desk",)),
    Kind("De inbox en zoeken: dossiers die men mag openen", HELPS, ("GET /desk/rows", "GET /desk/news")),
    Kind(
        "Agenda en taken: met namen van wie men het dossier mag openen",
        HELPS,
        ("GET /desk/calendar", "GET /desk/calendar/parts", "POST /desk/calendar/seen", "GET /desk/tasks"),
    ),
    Kind(
        "Een dossier lezen (de auditor alleen in een noodgeval, met een reden)",
        _READS,
        (
            f"GET {_FILE}",
            f"GET {_FILE}/parts",
            f"GET {_FILE}/news",
            f"GET {_FILE}/attachment/{{attachment}}",
            f"GET {_FILE}/picture/{{message}}",
            f"GET {_FILE}/voice/{{message}}",
            f"POST {_FILE}/presence",
            f"GET {_FILE}/summary/{{summary}}/print",
            f"GET {_FILE}/touch",
            f"GET {_FILE}/measurements",
            f"GET {_FILE}/measurements/parts",
        ),
    ),
    Kind(
        "Een dossier openen in een noodgeval: met een reden, voor een uur, de coördinator ziet het",
        _READS,
        (f"GET {_FILE}/emergency", f"POST {_FILE}/emergency"),
    ),
    Kind(
        "Iets doen in een dossier",
        HELPS,
        (
            f"POST {_FILE}/take-over",
            f"POST {_FILE}/reply",
            f"POST {_FILE}/spoke",
            f"POST {_FILE}/decided",
            f"POST {_FILE}/hand-back",
            f"POST {_FILE}/assign",
            f"POST {_FILE}/note",
            f"POST {_FILE}/acknowledge",
            f"POST {_FILE}/crisis-over",
            f"POST {_FILE}/remove-pin",
            f"POST {_FILE}/helpers/{{helper}}/end",
            f"POST {_FILE}/end-links",
            f"GET {_FILE}/plan",
            f"POST {_FILE}/appointments/book",
            f"POST {_FILE}/appointments/propose",
            f"POST {_APPOINTMENT}/move",
            f"POST {_APPOINTMENT}/link",
            f"POST {_APPOINTMENT}/cancel",
            f"POST {_APPOINTMENT}/held",
            f"POST {_APPOINTMENT}/no-show",
            f"POST {_APPOINTMENT}/seen",
            f"GET {_FILE}/summary",
            f"POST {_FILE}/summary",
            f"POST {_FILE}/summary/preview",
            f"POST {_FILE}/agreements/seen",
            f"POST {_FILE}/agreements/{{agreement}}/settle",
            f"GET {_FILE}/progress",
            f"POST {_FILE}/progress",
            f"POST {_FILE}/progress/preview",
            f"POST {_FILE}/progress/edit",
            f"GET {_FILE}/contact",
            f"POST {_FILE}/contact",
            f"POST {_FILE}/contact/preview",
            f"POST {_FILE}/contact/edit",
            f"POST {_FILE}/touch",
            f"POST {_FILE}/touch/preview",
            f"POST {_FILE}/touch/edit",
            f"POST {_FILE}/touch/held",
            f"POST {_FILE}/touch/evaluated",
            f"POST {_FILE}/touch/no-aftercare",
            f"GET {_FILE}/close",
            f"POST {_FILE}/close",
            f"POST {_FILE}/close/preview",
            f"POST {_FILE}/close/edit",
            f"POST {_FILE}/signal-keys",
            f"POST {_FILE}/signals/{{signal}}/done",
            f"POST {_FILE}/measurements/invite",
            f"POST {_FILE}/measurements/{{measurement}}/withdraw",
        ),
    ),
    Kind(
        "Wie een dossier mag openen: het team, en collega's die meekijken",
        HELPS,
        (
            f"GET {_FILE}/access",
            f"POST {_FILE}/access/team",
            f"POST {_FILE}/access/ask",
            f"POST {_FILE}/access/{{admission}}/end",
        ),
    ),
    Kind(
        "Verzoeken over eigen gegevens: zeggen wie het is, of waarom niet",
        HELPS,
        (
            "GET /desk/requests",
            "GET /desk/requests/{request}",
            "POST /desk/requests/{request}/identify",
            "POST /desk/requests/{request}/refuse",
        ),
    ),
    Kind(
        "Vastzetten dat een dossier niet wordt gewist, en dat opheffen",
        frozenset({COORDINATOR}),
        (f"GET {_FILE}/hold", f"POST {_FILE}/hold", f"POST {_FILE}/hold/{{hold}}/lift"),
    ),
    Kind(
        "Bewaartermijnen, wat er vanzelf wegging en wat nu weg zou gaan: aantallen",
        _ARRANGES,
        ("GET /desk/retention", "POST /desk/retention/plan"),
    ),
    Kind("Iemands gegevens op verzoek wissen", frozenset({COORDINATOR}), ("POST /desk/requests/{request}/erase",)),
    Kind(
        "Vroegsignalen invoeren",
        HELPS,
        (
            "GET /desk/signals",
            "POST /desk/signals",
            "POST /desk/signals/import",
            "POST /desk/signals/import/take",
        ),
    ),
    Kind(
        "Vroegsignalen van wie wij niet kennen",
        frozenset({COORDINATOR}),
        ("GET /desk/signals/ordinary", "POST /desk/signals/ordinary/{signal}/done"),
    ),
    Kind(
        "Noodgevallen: welke dossiers zo zijn geopend",
        frozenset({COORDINATOR}),
        ("GET /desk/emergencies", "POST /desk/emergencies/{admission}/seen"),
    ),
    Kind(
        "Uren zien; de eigen uren veranderen (beheerder en coördinator: ieders)",
        HELPS | {BEHEERDER},
        (
            "GET /desk/hours",
            "POST /desk/hours/weekly",
            "POST /desk/hours/weekly/remove",
            "POST /desk/hours/days",
            "POST /desk/hours/days/remove",
            "POST /desk/hours/lengths",
        ),
    ),
    Kind(
        "Zinnenboek, kaarten en teksten zien; een vertaling bevestigen",
        HELPS | {BEHEERDER},
        (
            "GET /desk/phrasebook",
            "GET /desk/cards",
            "GET /desk/cards/{card}",
            "GET /desk/texts",
            "GET /desk/texts/{context}",
            "POST /desk/texts/{context}",
        ),
    ),
    Kind(
        "Zinnenboek, kaarten en teksten veranderen",
        _ARRANGES,
        (
            "GET /desk/phrasebook/new",
            "GET /desk/phrasebook/{number}",
            "POST /desk/phrasebook/new",
            "POST /desk/phrasebook/switch",
            "POST /desk/phrasebook/{number}",
            "POST /desk/cards/{card}",
            "GET /desk/texts/export",
            "GET /desk/texts/files",
            "POST /desk/texts/files",
            "POST /desk/texts/files/take",
        ),
    ),
    Kind(
        "Cijfers over iedereen samen (minder dan tien mensen: niets)",
        HELPS,
        ("GET /desk/ratings", "GET /desk/ratings/csv"),
    ),
    Kind("Een open antwoord bij de cijfers weghalen", frozenset({COORDINATOR}), ("POST /desk/ratings/remove",)),
    Kind("Zien wie welke export meenam", _ARRANGES | {AUDITOR}, ("GET /desk/export",)),
    Kind("Een export meenemen", frozenset({COORDINATOR}), ("POST /desk/export",)),
    Kind("Open Klant nog eens proberen", _ARRANGES, ("POST /desk/export/again",)),
    Kind(
        "Team: collega's, opvolgers, teams",
        _ARRANGES,
        (
            "GET /desk/team",
            "POST /desk/team/{staff}",
            "POST /desk/team/{staff}/sign-out",
            "GET /desk/teams",
            "POST /desk/teams",
            "POST /desk/teams/{team}/rename",
            "POST /desk/teams/{team}/close",
            "POST /desk/teams/members/{staff}",
        ),
    ),
    Kind(
        "Het register: wie welk dossier zag",
        frozenset({AUDITOR}),
        ("GET /desk/looks", "POST /desk/looks/verify"),
    ),
)


_ROLES = {route: kind.roles for kind in KINDS for route in kind.routes}


def allows(role: str, method: str, route: str) -> bool:
    """Whether someone of this role may: ``route`` as aiohttp names it (its canonical form). HEAD is as GET."""
    return role in _ROLES.get(f"{'GET' if method == 'HEAD' else method} {route}", frozenset())
