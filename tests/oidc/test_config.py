"""``[oidc]`` in a municipality's file: what is wrong with it is said in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import load
from bot.config.oidc import Oidc
from bot.errors import ConfigError, Finding
from tests.stores import sqlite_urls
from tests.support.town import SECRET, write_config

LEAST = {"issuer": '"https://login.example/realms/a/"', "client_id": '"klopaan"', "roles": '{ a = "caseworker" }'}


def read(folder: Path, **changed: str | None) -> Oidc | None:
    """The table, with these lines otherwise."""
    lines = [f"{name} = {value}" for name, value in (LEAST | changed).items() if value is not None]
    extra = "\n".join(["", "[oidc]", *lines, ""])
    return load(write_config(folder, sqlite_urls(folder), extra=extra), {"KLOPAAN_SECRET": SECRET}).oidc


def wrong(folder: Path, **changed: str | None) -> Finding:
    with pytest.raises(ConfigError) as caught:
        read(folder, **changed)
    (finding,) = caught.value.findings
    return finding


def test_the_least_that_is_needed_and_its_defaults(tmp_path: Path) -> None:
    found = read(tmp_path, client_secret='"geheim"')
    assert found is not None
    assert found.issuer == "https://login.example/realms/a/", "with the slash: it is part of its name"
    assert found.roles == (("a", "caseworker"),)
    assert (found.scopes, found.groups_claim, found.local_accounts) == (("openid", "profile"), "groups", True)
    assert "geheim" not in repr(found)


def test_on_this_machine_it_needs_no_encryption(tmp_path: Path) -> None:
    found = read(tmp_path, issuer='"http://localhost:9400"')
    assert found is not None


@pytest.mark.parametrize(
    ("changed", "key", "problem"),
    [
        ({"issuer": '"http://login.example"'}, "oidc.issuer", "does not begin with https."),
        ({"issuer": '"https://login.example?a=b"'}, "oidc.issuer", "is more than an address."),
        ({"issuer": '"https://me:word@login.example"'}, "oidc.issuer", "is more than an address."),
        ({"issuer": '"login.example"'}, "oidc.issuer", "is not a web address."),
        ({"issuer": None}, "oidc.issuer", "is missing."),
        ({"client_id": None}, "oidc.client_id", "is missing."),
        ({"roles": None}, "oidc.roles", "is missing."),
        ({"roles": "{}"}, "oidc.roles", "is empty."),
        ({"roles": '{ a = "baas" }'}, "oidc.roles.a", "gives a role that is none of Klopaan's."),
        ({"scopes": '["profile"]'}, "oidc.scopes", "does not name openid."),
        ({"role": '"x"'}, "oidc.role", "is not a known key."),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, changed: dict[str, str | None], key: str, problem: str) -> None:
    finding = wrong(tmp_path, **changed)
    assert (finding.key, finding.problem) == (key, problem)
