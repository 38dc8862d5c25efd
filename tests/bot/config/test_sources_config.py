"""The tables [sources.NAME] and [webhooks]: what is right is read, what is wrong is named line by line."""

from pathlib import Path

import pytest

from bot.config import ConfigError, FeedSource, FileSource, Secrets, Settings, load_settings, read_secrets

RIGHT = """
[discord]
guilds = [111111111111111111]
channels = [222222222222222222]
[review]
channel = 333333333333333333
moderator_roles = [444444444444444444]
"""
SITE = '[sources.meadow]\nkind = "discourse"\nurl = "https://forum.example.org"\n'
FEED = '[sources.meadow]\nkind = "feed"\nurl = "https://forum.example.org/feed"\n'
KINDS = "discourse, xenforo, nodebb, feed, webhook, file"
OTHERS = 'phpBB, SMF, MyBB and others are read by their feed: kind = "feed".'
PLATFORMS = "phpbb, smf, nodebb, discourse, mybb, other"

BROKEN = {
    "no kind": (
        '[sources.meadow]\nurl = "https://a.example"',
        f"[sources.meadow] kind: missing. Write one of {KINDS}.",
    ),
    "another kind": (
        '[sources.meadow]\nkind = "vbulletin"',
        f'[sources.meadow] kind: expected one of {KINDS}, got "vbulletin". {OTHERS}',
    ),
    "a kind of another sort": (
        "[sources.meadow]\nkind = [5]",
        f"[sources.meadow] kind: expected one of {KINDS}, got a list. {OTHERS}",
    ),
    "no address, no path": (
        '[sources.a]\nkind = "xenforo"\n[sources.b]\nkind = "feed"\nplatform = "smf"\n[sources.c]\nkind = "file"',
        "[sources.a] url: missing. Write the address of the forum's start page.",
        "[sources.b] url: missing. Write the address of the feed.",
        "[sources.c] path: missing. Write the path of the file.",
    ),
    "no platform": (
        FEED,
        f"[sources.meadow] platform: missing. Write which software the forum runs on: {PLATFORMS}.",
    ),
    "another platform": (
        FEED + 'platform = "phpBB"',
        f'[sources.meadow] platform: expected one of {PLATFORMS}, got "phpBB".',
    ),
    "misspelt key": (
        '[sources.meadow]\nkind = "nodebb"\nulr = "https://a.example"',
        "unknown key `ulr` in [sources.meadow]; did you mean `url`?",
    ),
    "key of another kind": (
        FEED + 'platform = "smf"\nchat = true',
        "unknown key `chat` in [sources.meadow]; it belongs in a source of kind discourse",
    ),
    "key of another table": (
        SITE + "claim_minutes = 3",
        "unknown key `claim_minutes` in [sources.meadow]; it belongs in [review]",
    ),
    "key outside its table": (
        '[review]\nplatform = "smf"\nchannel = 333333333333333333\nmoderator_roles = [444444444444444444]',
        "unknown key `platform` in [review]; it belongs in [sources.NAME]",
    ),
    "no name": (
        '[sources]\nkind = "feed"',
        '[sources]: "kind" is no table. Give each source its own, [sources.NAME], with its keys below.',
    ),
    "a name with a space": (
        '[sources."the meadow"]\nkind = "webhook"',
        '[sources]: expected a name of at most 40 letters (a to z), digits, - and _, got "the meadow".',
    ),
    "a name that is taken": (
        '[sources.Discord]\nkind = "webhook"',
        '[sources]: the name "Discord" is taken. Name the source for its forum.',
    ),
    "names that are the same to the environment": (
        '[sources.a-b]\nkind = "webhook"\n[sources.A_b]\nkind = "webhook"',
        "[sources]: a-b and A_b would share FLAGPOST_A_B_SECRET. Rename one of them.",
    ),
    "impossible addresses": (
        '[sources.a]\nkind = "nodebb"\nurl = "forum.example.org"\n[sources.b]\nkind = "nodebb"\nurl = "https://:80"\n'
        '[sources.c]\nkind = "nodebb"\nurl = "https://anna:hunter2@a.example"\n'
        '[sources.d]\nkind = "nodebb"\nurl = "https://a.example/?board=2"\n'
        '[sources.e]\nkind = "nodebb"\nurl = "https://a.example:99999"\n',
        '[sources.a] url: expected an address such as "https://forum.example.org", got "forum.example.org".',
        '[sources.b] url: "https://:80" names no host. Copy the address from the browser.',
        "[sources.c] url: the address holds a user name or a password. Take out what stands before the @.",
        "[sources.d] url: expected the address of the forum's start page, without ? and what stands behind it.",
        '[sources.e] url: "https://a.example:99999" names no host. Copy the address from the browser.',
    ),
    "impossible values": (
        SITE + 'every_seconds = 5\nreview_channel = "mods"\nwebhook = "yes"',
        '[sources.meadow] review_channel: expected a channel id (a whole number), got "mods". '
        "Right-click the channel in Discord, Copy Channel ID.",
        "[sources.meadow] every_seconds: expected a whole number from 15 to 86400, got 5.",
        '[sources.meadow] webhook: expected true or false, got "yes". Write it without quotes.',
    ),
    "cards where members write": (
        SITE + "review_channel = 222222222222222222",
        "[sources]: review_channel 222222222222222222 of meadow is also watched, in [discord] channels. "
        "Give the cards their own.",
    ),
    "thresholds of a forum": (
        f"{SITE}\n[thresholds.sources.meadow]\ntroling = 0.8\ncopy_paste = 2",
        "[thresholds.sources.meadow] copy_paste: expected a probability above 0 and at most 1, got 2. "
        "One in two is written 0.5.",
        "unknown key `troling` in [thresholds.sources.meadow]; did you mean `trolling`?",
    ),
    "thresholds of no forum": (
        f"{SITE}\n[thresholds.sources.medow]\ntrolling = 0.8",
        "[sources]: there is no medow, which [thresholds.sources.medow] names. Name a table of a forum.",
    ),
    "nowhere to listen": (
        '[webhooks]\nlisten = "8472"',
        '[webhooks] listen: expected a host and a port such as "127.0.0.1:8472", got "8472".',
    ),
    "secrets by their keys": (
        SITE + 'api_key = "x"\nwebhook_secret = "y"',
        "[sources.meadow] api_key: secrets do not belong in the file; set FLAGPOST_MEADOW_KEY and take this line out. "
        "If others have seen the file, make a new one.",
        "[sources.meadow] webhook_secret: secrets do not belong in the file; set FLAGPOST_MEADOW_SECRET and take this "
        "line out. If others have seen the file, make a new one.",
    ),
    "a secret that the environment knows": (
        '[sources.meadow]\nkind = "nodebb"\nurl = "https://a.example/?k=the-forum-s-own-secret"',
        "[sources.meadow] url: secrets do not belong in the file; set FLAGPOST_MEADOW_KEY and take this line out. "
        "If others have seen the file, make a new one.",
    ),
}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def load(config: Path, text: str) -> Settings:
    config.write_text(RIGHT + text, encoding="utf-8")
    return load_settings(config, {"FLAGPOST_MEADOW_KEY": "the-forum-s-own-secret"})


@pytest.mark.parametrize(("text", "expected"), [(text, [*lines]) for text, *lines in BROKEN.values()], ids=BROKEN)
def test_every_mistake_is_one_line(config: Path, text: str, expected: list[str]) -> None:
    if "[review]" in text:
        config.write_text(RIGHT.split("[review]")[0] + text, encoding="utf-8")
    else:
        config.write_text(RIGHT + text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_settings(config, {"FLAGPOST_MEADOW_KEY": "the-forum-s-own-secret"})
    assert [line.removeprefix(f"{config}: ") for line in caught.value.problems] == expected
    assert "hunter2" not in str(caught.value)
    assert "the-forum-s-own-secret" not in str(caught.value)


def test_each_kind_is_read_with_its_defaults(config: Path) -> None:
    settings = load(
        config,
        '[sources.meadow]\nkind = "discourse"\nurl = "HTTPS://Forum.example.org/talk/"\n'
        '[sources.garden]\nkind = "feed"\nurl = "http://[2001:db8::1]/index.php?action=.xml;type=atom#top"\n'
        'platform = "smf"\n'
        '[sources.archive]\nkind = "file"\npath = "posts.jsonl"\n'
        '[webhooks]\nlisten = "[::1]:80"',
    )
    meadow, garden, archive = settings.sources.values()
    assert meadow.model_dump() == {
        "kind": "discourse",
        "url": "https://Forum.example.org/talk",
        "every_seconds": 60,
        "review_channel": None,
        "webhook": False,
        "chat": False,
        "allow_private": False,
    }
    assert isinstance(garden, FeedSource)
    assert garden.url == "http://[2001:db8::1]/index.php?action=.xml;type=atom"
    assert isinstance(archive, FileSource)
    assert archive.path == config.parent / "posts.jsonl"
    assert (settings.webhooks.host, settings.webhooks.port) == ("::1", 80)


def test_secrets_come_from_the_environment_alone(config: Path) -> None:
    sources = load(
        config,
        '[sources.my-board]\nkind = "xenforo"\nurl = "https://a.example"\nwebhook = true\n'
        '[sources.meadow]\nkind = "discourse"\nurl = "https://b.example"\n'
        '[sources.shop]\nkind = "webhook"',
    ).sources
    environ = {"FLAGPOST_MY_BOARD_KEY": " k1\n", "FLAGPOST_MY_BOARD_SECRET": "s1", "FLAGPOST_SHOP_SECRET": "s2"}
    secrets = read_secrets(sources, environ)
    assert secrets == {"my-board": Secrets("k1", "s1"), "meadow": Secrets(), "shop": Secrets(secret="s2")}
    assert "k1" not in repr(secrets)
    with pytest.raises(ConfigError) as caught:
        read_secrets(sources, {"FLAGPOST_MEADOW_KEY": "two words"})
    assert [line.split(". ")[0] for line in caught.value.problems] == [
        "FLAGPOST_MY_BOARD_KEY is not set",
        "FLAGPOST_MY_BOARD_SECRET is not set",
        "FLAGPOST_MEADOW_KEY holds a space or a letter that no secret has",
        "FLAGPOST_SHOP_SECRET is not set",
    ]


def test_a_key_is_sent_to_nobody_in_the_open(config: Path) -> None:
    environ = {"FLAGPOST_MEADOW_KEY": "the-forum-s-own-secret"}
    meadow = '[sources.meadow]\nkind = "discourse"\nurl = "http://a.example"\n'
    with pytest.raises(ConfigError) as caught:
        read_secrets(load(config, meadow).sources, environ)
    [line] = caught.value.problems
    assert line.startswith(
        "[sources.meadow] url: begins with http://, so anybody on the way could read FLAGPOST_MEADOW_"
    )
    assert "the-forum-s-own-secret" not in line
    assert read_secrets(load(config, meadow).sources, {}) == {"meadow": Secrets()}
    private = load(config, f"{meadow}allow_private = true").sources
    assert read_secrets(private, environ)["meadow"].key == "the-forum-s-own-secret"


def test_the_chat_is_told_by_webhook_or_needs_a_key(config: Path) -> None:
    meadow = '[sources.meadow]\nkind = "discourse"\nurl = "https://a.example"\nchat = true\n'
    with pytest.raises(ConfigError, match=r"^FLAGPOST_MEADOW_KEY is not set\. \[sources\.meadow\] chat needs it"):
        read_secrets(load(config, meadow).sources, {})
    told = load(config, f"{meadow}webhook = true").sources
    assert read_secrets(told, {"FLAGPOST_MEADOW_SECRET": "s"}) == {"meadow": Secrets(secret="s")}
