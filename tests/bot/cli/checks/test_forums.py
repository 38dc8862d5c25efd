"""What `flagpost check` tells of forums: whether they can be read, and how a post of them is understood."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from click.testing import CliRunner

from bot.cli.check import check
from bot.cli.checks import forums
from bot.cli.checks.findings import State
from bot.cli.checks.forums import check_forums
from bot.config import Settings
from tests.least_config import LEAST_CONFIG

CONFIG = {
    "discord": {"guilds": [100000000000000001]},
    "review": {"channel": 100000000000000002, "moderator_roles": [100000000000000003]},
}


class Forum:
    """A Discourse forum on loopback."""

    def __init__(self) -> None:
        self.posts: list[dict[str, Any]] = []
        self.status = 200
        self.asked: list[web.Request] = []
        self.open = asyncio.Event()
        self.open.set()
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request)
        await self.open.wait()
        return web.json_response({"latest_posts": self.posts}, status=self.status)


@pytest.fixture
async def mill() -> AsyncIterator[Forum]:
    forum = Forum()
    app = web.Application()
    app.router.add_get("/posts.json", forum.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    forum.url = "http://127.0.0.1:{1}".format(*runner.addresses[0])
    yield forum
    forum.open.set()
    await runner.cleanup()


def a_post(number: int, cooked: str) -> dict[str, Any]:
    return {
        "id": number,
        "topic_id": 12,
        "post_number": number,
        "post_type": 1,
        "user_id": 7,
        "username": "moss",
        "cooked": cooked,
        "created_at": f"2026-03-01T10:0{number}:00Z",
        "topic_title": "Hedges",
    }


def quoting(words: str, quoted: str) -> str:
    return (
        '<aside class="quote" data-username="fern" data-post="1" data-topic="12"><blockquote>'
        f"<p>{quoted}</p></blockquote></aside><p>{words}</p>"
    )


async def lines(tables: dict[str, Any], environ: dict[str, str] | None = None) -> list[tuple[State, str]]:
    """Each line of the findings with the state of its finding."""
    found = await check_forums(Settings.model_validate({**CONFIG, "sources": tables}), environ or {})
    return [(one.state, line) for one in found for line in (one.text, *one.details)]


async def test_a_forum_is_read_and_one_of_its_posts_shown_as_the_bot_understands_it(mill: Forum) -> None:
    mill.posts = [
        a_post(4, "<p>Nothing quoted here.</p>"),
        a_post(3, quoting("I would cut it in May.", "When do you cut it?")),
        a_post(2, quoting("Not me.", "Who cuts it?")),
        a_post(1, "<p>Who cuts it?</p>"),
    ]
    tables = {"mill": {"kind": "discourse", "url": mill.url, "allow_private": True}}
    assert await lines(tables, {"FLAGPOST_MILL_KEY": "0123456789abcdef"}) == [
        (State.OK, "mill: 4 posts read, the newest written on 2026-03-01 at 10:04 UTC; 50% quote somebody"),
        (State.OK, f"A sample, by moss, {mill.url}/t/12/3"),
        (State.OK, "  own words: I would cut it in May."),
        (State.OK, "  quoted, fern: When do you cut it?"),
    ]
    assert [request.headers["Api-Key"] for request in mill.asked] == ["0123456789abcdef"]


async def test_each_forum_has_its_own_finding(mill: Forum, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mill.status = 403
    (tmp_path / "empty.jsonl").touch()
    tables = {
        "mill": {"kind": "discourse", "url": mill.url, "allow_private": True},
        "closed": {"kind": "discourse", "url": mill.url},
        "barn": {"kind": "file", "path": str(tmp_path / "nothing.jsonl")},
        "shed": {"kind": "file", "path": str(tmp_path / "empty.jsonl")},
        "yard": {"kind": "webhook"},
    }
    found = await lines(tables, {"FLAGPOST_YARD_SECRET": "0123456789abcdef"})
    assert [state for state, _ in found] == [*[State.PROBLEM] * 3, State.NOT_CHECKED, State.OK]
    for (_, line), words in zip(
        found, ("403", "allow_private", "No such file", "no post was found", "/hooks/yard"), strict=True
    ):
        assert words in line
    assert "0123456789abcdef" not in str(found)
    monkeypatch.setattr(forums, "PATIENCE", 0.1)
    mill.open.clear()
    assert await lines({"mill": tables["mill"]}) == [(State.PROBLEM, "mill: could not be read within 0 s")]


async def test_a_secret_that_is_missing_is_named_and_hides_no_other_forum(mill: Forum) -> None:
    mill.posts = [a_post(1, "<p>Who cuts it?</p>")]
    tables = {
        "old-yard": {"kind": "webhook"},
        "mill": {"kind": "discourse", "url": mill.url, "allow_private": True, "chat": True},
        "dam": {"kind": "discourse", "url": mill.url, "allow_private": True},
    }
    found = await lines(tables)
    assert [state for state, _ in found[:3]] == [State.PROBLEM, State.PROBLEM, State.OK]
    assert found[0][1].startswith("FLAGPOST_OLD_YARD_SECRET is not set. [sources.old-yard] needs it: ")
    assert found[1][1].startswith("FLAGPOST_MILL_KEY is not set. [sources.mill] chat needs it: ")
    assert found[2][1] == "dam: 1 post read, the newest written on 2026-03-01 at 10:01 UTC; 0% quote somebody"


async def test_what_is_odd_about_a_forum_is_a_note(mill: Forum) -> None:
    mill.posts = [a_post(2, "<p>Who cuts it?</p>"), {"id": "broken"}]
    tables = {"mill": {"kind": "discourse", "url": mill.url, "allow_private": True, "chat": True}}
    _, first, second, *_ = [line for _, line in await lines(tables, {"FLAGPOST_MILL_KEY": "0123456789abcdef"})]
    assert first.startswith("Note: 1 of 2 posts could not be read and were passed over: ")
    assert second.startswith("Note: the chat could not be read: ")


def test_a_sample_is_cut_short_and_plays_no_tricks_on_the_terminal(tmp_path: Path) -> None:
    rude = "\x1b[2J\u202e[bold]first\r\nsecond " + "long " * 200
    row = {"id": 1, "text": rude, "author_name": "\x07moss", "created_at": datetime.now(UTC).isoformat()}
    (tmp_path / "posts.jsonl").write_text(json.dumps(row))
    config = tmp_path / "config.toml"
    config.write_text(f"{LEAST_CONFIG}[sources.barn]\nkind = 'file'\npath = 'posts.jsonl'\n")
    result = CliRunner().invoke(
        check, ["--config", str(config), "--models", str(tmp_path)], env={"FLAGPOST_TOKEN": None}
    )
    [own] = [line for line in result.output.splitlines() if "own words:" in line]
    assert own.strip().startswith("own words: ?[2J?[bold]first second long long")
    assert own.endswith("…")
    assert len(own.strip()) < forums.ROOM + 20
    assert "A sample, by ?moss, without a link" in result.output
    assert not {"\x1b", "\u202e", "\x07"} & set(result.output)
