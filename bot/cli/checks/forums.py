"""Checks of the forums: each is read once as the bot would read it for the first time, and nothing of it is kept."""

import asyncio
from collections.abc import Mapping, Sequence

from bot.cli.checks.findings import Finding, Subject, not_checked, ok, problem
from bot.config import ConfigError, Settings, read_secrets
from bot.counts import count
from bot.sources.errors import SourceError
from bot.sources.http import PoliteClient
from bot.sources.open_sources import open_sources
from bot.sources.source import Poller
from classifier.post import Post

PATIENCE = 120.0
"""Seconds for one forum: some pages are asked for at a polite pace."""

ROOM = 300
"""Characters of own words or of a quotation that are shown: enough to see whose they are."""

MOST_QUOTATIONS = 2


async def check_forums(settings: Settings, environ: Mapping[str, str]) -> list[Finding]:
    """Read every forum that the settings name, all at the same time."""
    if not settings.sources:
        return [ok(Subject.FORUMS, "none: only Discord is read")]
    async with PoliteClient() as client:
        found = await asyncio.gather(*(_check(name, settings, environ, client) for name in settings.sources))
    return [finding for findings in found for finding in findings]


async def _check(name: str, settings: Settings, environ: Mapping[str, str], client: PoliteClient) -> list[Finding]:
    table = {name: settings.sources[name]}
    try:
        forum = open_sources(table, read_secrets(table, environ))[name]
    except ConfigError as error:
        return [problem(Subject.FORUMS, line) for line in error.problems]
    findings = [await _read(forum.poller, client)] if forum.poller else []
    if forum.receiver:
        address = f"http://{settings.webhooks.listen}/hooks/{name}"
        text = f"{name}: its secret is set; while the bot runs, it takes in deliveries at {address}"
        findings.append(ok(Subject.FORUMS, text))
    return findings


async def _read(poller: Poller, client: PoliteClient) -> Finding:
    try:
        async with asyncio.timeout(PATIENCE):
            batch = await poller.poll(client, {})
    except SourceError as error:
        return problem(Subject.FORUMS, f"{poller.name}: {error}")
    except TimeoutError:
        return problem(Subject.FORUMS, f"{poller.name}: could not be read within {PATIENCE:.0f} s")
    notes = [f"Note: {warning}" for warning in batch.warnings]
    if not batch.posts:
        return not_checked(Subject.FORUMS, f"{poller.name}: can be reached, but no post was found", notes)
    return ok(Subject.FORUMS, f"{poller.name}: {_summary(batch.posts)}", (*notes, *_sample(batch.posts)))


def _summary(posts: Sequence[Post]) -> str:
    newest = max((post.created_at for post in posts if post.created_at), default=None)
    written = f"the newest written on {newest:%Y-%m-%d at %H:%M} UTC" if newest else "none with a time"
    quoting = sum(bool(post.quotations) for post in posts) / len(posts)
    return f"{count(len(posts), 'post')} read, {written}; {quoting:.0%} quote somebody"


def _sample(posts: Sequence[Post]) -> list[str]:
    """The newest post, or one that quotes somebody where there is one, parted as the bot parts it."""
    post = max(reversed(posts), key=lambda post: (bool(post.quotations and post.text), bool(post.text)))
    return [
        f"A sample, by {post.author_name or post.author or 'somebody'}, {post.link or 'without a link'}",
        f"  own words: {_short(post.text) or 'none'}",
        *(
            f"  quoted, {quotation.author or 'nobody named'}: {_short(quotation.text)}"
            for quotation in post.quotations[:MOST_QUOTATIONS]
        ),
    ]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= ROOM else f"{line[:ROOM]}…"
