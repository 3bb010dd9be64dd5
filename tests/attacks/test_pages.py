"""What looks through pages for the attacks finds what it is to find."""

from __future__ import annotations

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from tests.attacks.pages import MARK, Page


async def read(text: str) -> Page:
    async def show(request: web.Request) -> web.Response:
        return web.Response(text=text, content_type="text/html")

    app = web.Application()
    app.router.add_get("/", show)
    async with TestServer(app) as server, ClientSession() as session, session.get(server.make_url("/")) as response:
        return await Page.of(response)


@pytest.mark.parametrize(
    "markup",
    [
        "<script>alert(1)</script>",
        "<script type='module'>x</script>",
        "<p onclick='x'>a",
        "<img src=x ONERROR=alert(1)>",
        f"<{MARK}>",
        "<a href=' \tjavascript:alert(1)'>a</a>",
        "<form action='https://evil.example'>",
        "<img src='//evil.example/x'>",
        "<p style='color:red'>",
        "<style>p {}</style>",
        "<iframe src='/'>",
        "<meta http-equiv=refresh content='0;url=/'>",
        "<base href='/x'>",
        "<a target=_blank href='/'>a</a>",
    ],
)
async def test_what_could_run_or_fetch_is_a_fault(markup: str) -> None:
    assert (await read(f"<!doctype html><main>{markup}")).faults


@pytest.mark.parametrize(
    "markup",
    [
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "<script src='/desk/static/a.js' type=module></script>",
        '<script type=\'application/json\'>{"a": "<b>"}</script>',
        "<input value='<script>alert(1)</script>'>",
        "<textarea>&lt;p onclick=a&gt;</textarea>",
        "<a href='/desk?q=javascript:x'>a</a>",
        "<img src='data:image/png;base64,x'>",
    ],
)
async def test_what_is_text_is_none(markup: str) -> None:
    assert (await read(f"<!doctype html><main>{markup}")).faults == ()


async def test_forms_are_found_with_what_they_ask() -> None:
    page = await read(
        "<form id=one method=post action='/a'><input type=hidden name=csrf value=c><textarea name=t></textarea>"
        "<select name=s><option value=''><option value=b selected></select><input name=r type=radio value=1>"
        "<input name=r type=radio value=2 checked><button name=act value=go formaction='/b'></button></form>"
        "<input name=late form=one><input name=out>"
    )
    (form,) = page.forms
    assert (form.action, form.method, form.fields) == ("/a", "post", {"csrf": "c"})
    assert {name: asked.kind for name, asked in form.asked.items()} == {
        "t": "textarea",
        "s": "select",
        "r": "radio",
        "late": "text",
    }
    assert (form.asked["s"].value, form.asked["r"].value, form.buttons) == ("b", "2", [("act", "go", "/b")])
