"""The Bot API that the tests of Telegram run against refuses what Telegram refuses."""

from __future__ import annotations

import base64

from aiohttp import ClientSession

from tests.support.fake_telegram import TOKEN, FakeTelegram

SAM = "5550001"


async def test_the_fake_refuses_what_telegram_refuses() -> None:
    long = base64.b64encode(bytes(10)).decode()
    keyboard = '{"inline_keyboard": [[{"text": "%s", "callback_data": "%s"}]]}'
    async with FakeTelegram(strict_rates=True, clock=lambda: 0.0).running() as fake, ClientSession() as session:
        await fake.say(from_=SAM, text="hallo")

        async def asked(method: str, **given: str) -> tuple[int, str]:
            async with session.post(f"{fake.url}/bot{TOKEN}/{method}", data=given) as answer:
                body = await answer.json()
                assert body["ok"] is (answer.status == 200)
                return answer.status, body.get("description", "")

        for words, given in (
            ("message text is empty", {"text": " \n"}),
            ("message is too long", {"text": "👍" * 2049}),
            ("BUTTON_DATA_INVALID", {"text": "a", "reply_markup": keyboard % ("a", "é" * 33)}),
            ("BUTTON_DATA_INVALID", {"text": "a", "reply_markup": keyboard % ("a", "")}),
            ("can't parse inline keyboard button", {"text": "a", "reply_markup": keyboard % ("", "a")}),
        ):
            status, said = await asked("sendMessage", chat_id=SAM, **given)
            assert status == 400
            assert words in said
        assert (await asked("sendMessage", chat_id="777", text="a"))[0] == 400
        assert (await asked("sendPhoto", chat_id=SAM, photo=long))[0] == 400
        assert (await asked("answerCallbackQuery", callback_query_id="1"))[0] == 400
        assert (await asked("getFile", file_id="1"))[0] == 400
        assert (await asked("sendNothing"))[0] == 404
        sent = [(await asked("sendMessage", chat_id=SAM, text="a"))[0] for _ in range(6)]
        fake.forward(1)
        assert sent == [200] * 5 + [429]
        assert [(await asked("sendMessage", chat_id=SAM, text="a"))[0] for _ in range(2)] == [200, 429]
        assert len(fake.violations) > 8
        assert len(fake.sent) < 8
