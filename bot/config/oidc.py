"""``[oidc]``: staff sign in at the municipality's own provider (OpenID Connect)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from yarl import URL

from bot.config.reading import Section, Wrong, flag, is_local, key, nearest, several, some, text, url, words_by_name
from bot.errors import Finding

ROLES = ("caseworker", "coordinator", "beheerder", "auditor")


def issuer(raw: object) -> str:
    """An address without anything that an issuer cannot have (OpenID Connect Discovery, 3). The slash at its end, if
    there is one, is part of it."""
    address = URL(url(raw))
    if address.query_string or address.fragment or address.user is not None:
        raise Wrong("is more than an address.", "Leave out what follows ? or #, names and passwords.")
    if address.scheme != "https" and not is_local(str(address)):
        raise Wrong("does not begin with https.", "Whoever is in between could sign in as anyone.")
    return text(raw)


def groups(raw: object) -> tuple[tuple[str, str], ...]:
    """Which group has which role, the first that fits."""
    pairs = words_by_name(raw)
    if not pairs:
        raise Wrong("is empty.", 'Nobody could sign in. Write it like { "schuldhulp" = "caseworker" }.')
    return pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class Oidc(Section):
    """``[oidc]``: staff sign in at the municipality's own provider. ``roles`` pairs groups with roles, in order of
    preference; ``require_acr`` is how strongly the provider must say that they signed in."""

    issuer: str = key(
        issuer, needed='Write the address of the provider, like issuer = "https://login.gemeente.example".'
    )
    client_id: str = key(text, needed="Write the id that the provider gave Klopaan.")
    client_secret: str = key(text, "", secret=True)
    roles: tuple[tuple[str, str], ...] = key(
        groups, needed='Write which group has which role, like roles = { "schuldhulp" = "caseworker" }.'
    )
    groups_claim: str = key(text, "groups")
    scopes: tuple[str, ...] = key(some(several(text)), ("openid", "profile"))
    require_acr: str = key(text, "")
    label: str = key(text, "Inloggen via de gemeente")
    local_accounts: bool = key(flag, True)

    def findings(self, path: str) -> Iterable[Finding]:
        """Roles are ours, and the provider is asked who somebody is."""
        for group, role in self.roles:
            if role not in ROLES:
                advice = nearest(role, ROLES) or f"Known here: {', '.join(ROLES)}."
                yield Finding(f"{path}.roles.{group}", "gives a role that is none of Klopaan's.", advice)
        if "openid" not in self.scopes:
            yield Finding(f"{path}.scopes", "does not name openid.", 'Add "openid".')
