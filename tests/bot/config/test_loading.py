"""The config: what is right is read, what is wrong is named line by line."""

import re
from pathlib import Path

import pytest

from bot.config import ActionsSettings, ConfigError, OwnReviewTable, Settings, load_settings, token
from bot.config.modes import Mode, OwnModesTable
from bot.config.noise import PingTable
from bot.config.settings import OwnThresholdsTable, RatesTable, ThresholdsTable, table_model
from bot.config.sources import SOURCE_KINDS
from classifier.labels import DEFAULT_BASE_RATES, Label
from classifier.targets import Aim, Target
from classifier.thresholds import DEFAULT_THRESHOLDS

EXAMPLE = Path(__file__).parents[3] / "config.example.toml"
TOKEN = ".".join(("MTE5ODYyMjQ4MzQ3MTkyNTI0OA", "G0xYzA", "fZ9d2qP8mK1sT4vW7yB0cE3gH6jL_nQrSuXaIo"))  # nobody's

DISCORD = "[discord]\nguilds = [111111111111111111]\n"
REVIEW = "[review]\nchannel = 333333333333333333\nmoderator_roles = [444444444444444444]\n"
RIGHT = DISCORD + REVIEW

CHANNEL = "Right-click the channel in Discord, Copy Channel ID."
SERVER = "Right-click the server's name in Discord, Copy Server ID."
ROLE = "Server Settings, Roles, right-click the role, Copy Role ID."
SECRET = (
    "secrets do not belong in the file; set FLAGPOST_TOKEN and take this line out. "
    "If others have seen the file, reset the token."
)
QUOTES = "Texts stand in straight quotes, ids and numbers in none, and decimals have a point (0.4)."
THRESHOLD = "expected a probability above 0 and at most 1"
RATE = "expected a share of all posts above 0 and below 0.5"

BROKEN = {
    "text for an id": (
        DISCORD + '[review]\nchannel = "mods"\nmoderator_roles = [444444444444444444]',
        f'[review] channel: expected a channel id (a whole number), got "mods". {CHANNEL}',
    ),
    "id in quotes": (
        DISCORD + '[review]\nchannel = "333333333333333333"\nmoderator_roles = [444444444444444444]',
        '[review] channel: expected a channel id (a whole number), got the text "333333333333333333". '
        "Leave the quotes out.",
    ),
    "id too short": (
        "[discord]\nguilds = [111111111111111111, 12345]\n" + REVIEW,
        f"[discord] guilds, entry 2: expected a server id (17 to 19 digits), got 12345. {SERVER}",
    ),
    "id without a list": (
        "[discord]\nguilds = 111111111111111111\n" + REVIEW,
        "[discord] guilds: expected a list, got 111111111111111111. "
        "Write it in square brackets, also when it has one entry.",
    ),
    "no servers, no roles": (
        "[discord]\nguilds = []\n[review]\nchannel = 333333333333333333\nmoderator_roles = []",
        f"[discord] guilds: at least one id is needed. {SERVER}",
        f"[review] moderator_roles: at least one id is needed. {ROLE}",
    ),
    "required keys missing": (
        "[review]\nposts_before = 2",
        f"[discord] guilds: missing. List the ids of the servers to read. {SERVER}",
        f"[review] channel: missing. Write the id of the channel that the moderators read. {CHANNEL}",
        f"[review] moderator_roles: missing. List the ids of the roles that may decide. {ROLE}",
    ),
    "misspelt required key": (
        DISCORD + "[review]\nchannel = 333333333333333333\nmoderater_roles = [444444444444444444]",
        "unknown key `moderater_roles` in [review]; did you mean `moderator_roles`?",
    ),
    "misspelt table": (
        DISCORD + REVIEW.replace("review", "reviews"),
        "unknown table [reviews]; did you mean [review]?",
    ),
    "modes": (
        RIGHT + '[modes]\ntrolling = "shadow"\n[modes.sources.meadow]\ntroling = "log"',
        '[modes] trolling: expected one of off, log, review, got "shadow".',
        "unknown key `troling` in [modes.sources.meadow]; did you mean `trolling`?",
    ),
    "modes of a source that is not there": (
        RIGHT + '[modes.sources.meadow]\ntrolling = "log"\n[modes.sources.discord]\ntrolling = "log"',
        "[sources]: there is no meadow, which [modes.sources.meadow] names. Name a table of a forum, or discord.",
    ),
    "noise": (
        RIGHT + '[noise]\nquiet_hours = "10pm-7"\ntime_zone = "Hamburg"\nmost_open = -1',
        "[noise] most_open: expected a whole number from 0 to 1000, got -1.",
        '[noise] quiet_hours: expected two times of day such as "23:00-07:00", got "10pm-7".',
        '[noise] time_zone: expected a time zone such as "Europe/Berlin" or "UTC", got "Hamburg".',
    ),
    "pings": (
        RIGHT + "[[noise.pings]]\ntroling = 0.9\n[[noise.pings]]\nrole = 444444444444444444",
        f"[noise] pings role, entry 1: missing. Write the id of the role to call. {ROLE}",
        "unknown key `troling` in [noise] pings, entry 1; did you mean `trolling`?",
        "[noise] pings, entry 2: role 444444444444444444 is called for nothing. Write a label and a chance: "
        "personal_attack = 0.9.",
    ),
    "unknown table": (
        RIGHT + "[xenforo]\nboard = 1",
        "unknown table [xenforo]; known here: [discord], [review], [thresholds], [modes], [population], [copies], "
        "[noise], [privacy], [store], [model], [training], [sources], [webhooks], "
        "[logging]",
    ),
    "key in the wrong table": (
        RIGHT + "window_days = 7",
        "unknown key `window_days` in [review]; it belongs in [copies]",
    ),
    "key before the first table": (
        "posts_before = 2\n" + RIGHT,
        "unknown key `posts_before` in no table; it belongs in [review]",
    ),
    "unknown key with odd letters": (
        RIGHT + '"a\\nb" = 1',
        'unknown key `"a\\nb"` in [review]; known here: `channel`, `moderator_roles`, `lead_roles`, '
        "`escalation_channel`, `log_channel`, `claim_minutes`, `posts_before`, `spoilers`, `weekly_summary`, "
        "`actions`, `guilds`",
    ),
    "key for a table": (
        "thresholds = 0.5\n" + RIGHT,
        "[thresholds]: expected a table, got 0.5. Write [thresholds] on its own line, its keys below.",
    ),
    "impossible thresholds": (
        RIGHT + "[thresholds]\ntrolling = 0\npersonal_attack = 1.5\ncopy_paste = nan",
        f"[thresholds] trolling: {THRESHOLD}, got 0. One in two is written 0.5.",
        f"[thresholds] personal_attack: {THRESHOLD}, got 1.5. One in two is written 0.5.",
        f"[thresholds] copy_paste: {THRESHOLD}, got nan. One in two is written 0.5.",
    ),
    "targets that are none": (
        RIGHT + '[thresholds]\ntrolling = "precision > 0.9"\npersonal_attack = "recall >= 80"\n'
        'copy_paste = "at most 0 flags a day"',
        f'[thresholds] trolling: {THRESHOLD}, got "precision > 0.9". A target is written "precision >= 0.9", '
        '"recall >= 0.8" or "at most 20 flags a day".',
        f'[thresholds] personal_attack: {THRESHOLD}, got "recall >= 80". '
        "In a target a share is above 0 and below 1: nine in ten are written 0.9.",
        f'[thresholds] copy_paste: {THRESHOLD}, got "at most 0 flags a day". '
        "At most 0 flags are no target: the threshold 1 shows next to nothing.",
    ),
    "thresholds of other kinds": (
        RIGHT + '[thresholds]\ntrolling = "0.5"\npersonal_attack = true\ncopy_paste = "40%"',
        f'[thresholds] trolling: {THRESHOLD}, got "0.5". Leave the quotes out.',
        f"[thresholds] personal_attack: {THRESHOLD}, got true. One in two is written 0.5.",
        f'[thresholds] copy_paste: {THRESHOLD}, got "40%". One in two is written 0.5.',
    ),
    "unknown label": (
        RIGHT + "[thresholds]\nspam = 0.5",
        "unknown key `spam` in [thresholds]; known here: `trolling`, `personal_attack`, `copy_paste`, `places`, "
        "`sources`",
    ),
    "place by name": (
        RIGHT + "[thresholds.places.general]\ntrolling = 0.8",
        f'[thresholds.places.general]: the table is named for a channel id (17 to 19 digits), not "general". {CHANNEL}',
    ),
    "wrong keys and values in a place": (
        RIGHT + "[thresholds.places.222222222222222222]\ntroling = 0.8\ncopy_paste = -1",
        f"[thresholds.places.222222222222222222] copy_paste: {THRESHOLD}, got -1. One in two is written 0.5.",
        "unknown key `troling` in [thresholds.places.222222222222222222]; did you mean `trolling`?",
    ),
    "place without a table": (
        RIGHT + "[thresholds.places]\n222222222222222222 = 0.8",
        "[thresholds.places.222222222222222222]: expected a table, got 0.8. "
        "Write [thresholds.places.222222222222222222] on its own line, its keys below.",
    ),
    "impossible rates": (
        RIGHT + "[population]\ntrolling = 0.7\ncopy_paste = 0",
        f"[population] trolling: {RATE}, got 0.7. Three posts in a hundred are written 0.03.",
        f"[population] copy_paste: {RATE}, got 0. Three posts in a hundred are written 0.03.",
    ),
    "impossible days, minutes and counts": (
        RIGHT + "claim_minutes = 2.5\nposts_before = 6\n[copies]\nwindow_days = -3\n[privacy]\nkeep_text_days = 0",
        "[review] claim_minutes: expected a whole number from 1 to 1440, got 2.5.",
        "[review] posts_before: expected a whole number from 0 to 5, got 6.",
        "[copies] window_days: expected a whole number from 1 to 36500, got -3.",
        "[privacy] keep_text_days: expected a whole number from 1 to 36500, got 0.",
    ),
    "impossible rules for copies": (
        RIGHT + '[copies]\nscope = "here"\nexempt_places = ["lyrics", 5, "meadow/12"]\nfree_repeats = 5',
        '[copies] scope: expected one of everywhere, source, place, got "here".',
        "[copies] exempt_places, entry 1: expected a channel id without quotes, or a section of a forum as "
        f'"NAME/ID", got "lyrics". {CHANNEL}',
        "[copies] exempt_places, entry 2: expected a channel id without quotes, or a section of a forum as "
        f'"NAME/ID", got 5. {CHANNEL}',
        "[copies] free_repeats: expected a whole number from 0 to 4, got 5.",
    ),
    "nobody to escalate to": (
        RIGHT + "escalation_channel = 777777777777777777",
        "[review]: nobody could decide in escalation_channel 777777777777777777. List roles in lead_roles.",
    ),
    "mistakes below review": (
        RIGHT + "[review.actions]\ndelete = 1\nwarning = ''\n[review.guilds.7]\nchannel = 1",
        "[review.actions] delete: expected true or false, got 1. Write it without quotes.",
        '[review.actions] warning: expected a text of 1 to 1000 characters, got "".',
        '[review.guilds.7]: the table is named for a server id (17 to 19 digits), not "7". ' + SERVER,
        f"[review.guilds.7] channel: expected a channel id (17 to 19 digits), got 1. {CHANNEL}",
    ),
    "review channel also watched": (
        DISCORD + "channels = [333333333333333333]\n" + REVIEW,
        "[review]: channel 333333333333333333 is also watched, in [discord] channels. Give the cards their own.",
    ),
    "channel watched and ignored": (
        DISCORD + "channels = [222222222222222222]\nignore_channels = [222222222222222222]\n" + REVIEW,
        "[discord]: channel 222222222222222222 is both in channels and in ignore_channels. Take it out of one.",
    ),
    "database of another kind": (
        RIGHT + '[store]\nurl = "mysql://root:hunter2@db/flagpost"',
        '[store] url: expected "sqlite:///FILE" or "postgresql://USER@HOST/DATABASE", got another address.',
    ),
    "database that forgets": (
        RIGHT + '[store]\nurl = "sqlite:///:memory:"',
        '[store] url: expected "sqlite:///FILE" or "postgresql://USER@HOST/DATABASE", got "sqlite:///:memory:".',
    ),
    "what training may learn from": (
        RIGHT + '[training]\ndiscord_permission = "yes"\ntolerance = 1',
        '[training] discord_permission: expected a sentence in quotes, got "yes". '
        "Say who permits training on your members' Discord messages, and when.",
        "[training] tolerance: expected a difference in AUC from 0 to 0.1, got 1. 0.01 is hardly felt.",
    ),
    "no folder": (
        RIGHT + '[model]\ndirectory = ""',
        '[model] directory: expected a folder in quotes, got "". Leave the line out for the usual folder.',
    ),
    "token by its key": (
        f'[discord]\ntoken = "x"\nguilds = [111111111111111111]\n{REVIEW}',
        f"[discord] token: {SECRET}",
    ),
    "token by its look": (
        DISCORD + f'[review]\nchannel = "{TOKEN}"\nmoderator_roles = [444444444444444444]',
        f"[review] channel: {SECRET}",
    ),
    "token by being the token": (
        RIGHT + '[model]\ndirectory = "x the-bots-own-token x"',
        f"[model] directory: {SECRET}",
    ),
    "no equals sign": (
        "[discord]\nguilds [111111111111111111]",
        f"line 2, column 8: Expected '=' after a key in a key/value pair. {QUOTES}",
    ),
    "text without quotes": (
        RIGHT + "[model]\ndirectory = models",
        f"line 7, column 13: Invalid value. {QUOTES}",
    ),
    "decimal comma": (
        RIGHT + "[thresholds]\ntrolling = 0,4",
        f"line 7, column 13: Expected newline or end of document after a statement. {QUOTES}",
    ),
    "table twice": (
        RIGHT + "[review]\nclaim_minutes = 5",
        "line 6, column 8: Cannot declare [review] twice. It stands in the file before; take one of the two out.",
    ),
    "key twice": (
        RIGHT + "[thresholds]\ntrolling = 0.4\ntrolling = 0.5\n",
        "line 8, column 15: Cannot overwrite a value. It stands in the file before; take one of the two out.",
    ),
    "list never closed": ("[discord]\nguilds = [111111111111111111", f"end of document: Unclosed array. {QUOTES}"),
    "nothing but remarks": (
        "# later",
        "the file says nothing. Copy config.example.toml to that name and fill in the ids.",
    ),
}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Where the config of a test stands."""
    return tmp_path / "config.toml"


def problems(path: Path, environ: dict[str, str] | None = None) -> list[str]:
    """The lines that `load_settings` has to say."""
    with pytest.raises(ConfigError) as caught:
        load_settings(path, environ or {})
    assert str(caught.value) == "\n".join(caught.value.problems)
    return [line.removeprefix(f"{path}: ") for line in caught.value.problems]


@pytest.mark.parametrize(("text", "expected"), [(text, [*lines]) for text, *lines in BROKEN.values()], ids=BROKEN)
def test_every_mistake_is_one_line(config: Path, text: str, expected: list[str]) -> None:
    config.write_text(text, encoding="utf-8")
    lines = problems(config, {"FLAGPOST_TOKEN": "the-bots-own-token"})
    assert lines == expected
    assert not any(secret in line for line in lines for secret in (TOKEN[:20], "the-bots-own-token", "hunter2"))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    start = "Copy config.example.toml to that name and fill in the ids."
    assert problems(tmp_path / "absent.toml") == [f"there is no such file. {start}"]
    assert problems(tmp_path) == ["this is a folder. Name the file in it."]
    latin = tmp_path / "latin.toml"
    latin.write_bytes(b"# first\n# caf\xe9\n")
    assert problems(latin) == ["line 2 is not UTF-8. Save the file as UTF-8."]
    loop = tmp_path / "loop.toml"
    loop.symlink_to(loop)
    assert problems(loop) == ["cannot be read: Too many levels of symbolic links. Let this user read it."]


@pytest.mark.parametrize("value", ["1" * 5000, "0x" + "f" * 5000, "[" * 5000, '"' + "long " * 1000 + '"'])
def test_monstrous_values_are_refused_in_short_lines(config: Path, value: str) -> None:
    config.write_text(f"{RIGHT}posts_before = {value}", encoding="utf-8")
    (line,) = problems(config)
    assert len(line) < 250


def test_the_shortest_config_takes_the_defaults(config: Path) -> None:
    config.write_bytes(b"\xef\xbb\xbf" + RIGHT.encode())  # as Windows' Notepad saves it
    settings = load_settings(config, {})
    assert settings.discord.guilds == (111111111111111111,)
    assert settings.discord.channels == settings.discord.ignore_channels == ()
    assert settings.review.moderator_roles == (444444444444444444,)
    assert (settings.review.claim_minutes, settings.review.posts_before) == (10, 3)
    assert settings.thresholds.default == DEFAULT_THRESHOLDS
    assert settings.population == DEFAULT_BASE_RATES
    assert (settings.copies.window_days, settings.privacy.keep_text_days) == (30, 180)
    assert settings.store.url == f"sqlite:///{config.parent}/data/flagpost.sqlite3"
    assert settings.model.directory is None
    with pytest.raises(ValueError, match="frozen"):
        settings.review = settings.review  # type: ignore[misc]


def test_thresholds_and_rates_go_by_label(config: Path) -> None:
    config.write_text(
        RIGHT + "[thresholds]\ntrolling = 0.7\n[thresholds.places.222222222222222222]\ncopy_paste = 1\n"
        "[population]\npersonal_attack = 0.1",
        encoding="utf-8",
    )
    settings = load_settings(config, {})
    assert settings.thresholds.default[Label.TROLLING] == 0.7
    assert settings.thresholds.default[Label.COPY_PASTE] == DEFAULT_THRESHOLDS[Label.COPY_PASTE]
    assert settings.thresholds.places == {"222222222222222222": {Label.COPY_PASTE: 1}}
    assert settings.population == {**DEFAULT_BASE_RATES, Label.PERSONAL_ATTACK: 0.1}


def test_a_threshold_may_be_a_target(config: Path) -> None:
    config.write_text(
        RIGHT + '[thresholds]\ntrolling = "precision >= 0.9"\n'
        '[thresholds.places.222222222222222222]\npersonal_attack = "Recall>= 80%"\n'
        '[thresholds.sources.meadow]\ncopy_paste = "at most 20 flags a day"\n'
        '[sources.meadow]\nkind = "webhook"\n',
        encoding="utf-8",
    )
    thresholds = load_settings(config, {}).thresholds
    assert thresholds.default[Label.TROLLING] == Target(Aim.PRECISION, 0.9)
    assert thresholds.places["222222222222222222"] == {Label.PERSONAL_ATTACK: Target(Aim.RECALL, 0.8)}
    assert thresholds.sources["meadow"] == {Label.COPY_PASTE: Target(Aim.FLAGS, 20)}


@pytest.mark.parametrize(
    ("url", "absolute"),
    [
        ("sqlite:///flags.db", "sqlite:///{folder}/flags.db"),
        ("sqlite:////srv/flags.db", "sqlite:////srv/flags.db"),
        ("sqlite:///~/flags.db", "sqlite:///{home}/flags.db"),
        ("postgresql+psycopg://flagpost@db/flags", "postgresql+psycopg://flagpost@db/flags"),
    ],
)
def test_paths_count_from_the_folder_of_the_config(
    config: Path, monkeypatch: pytest.MonkeyPatch, url: str, absolute: str
) -> None:
    monkeypatch.setenv("HOME", "/home/anna")
    config.write_text(f'{RIGHT}[store]\nurl = "{url}"\n[model]\ndirectory = "models"', encoding="utf-8")
    monkeypatch.chdir(config.parent)
    for path in (config, Path(config.name)):
        settings = load_settings(path, {})
        assert settings.store.url == absolute.format(folder=config.parent, home="/home/anna")
        assert settings.model.directory == config.parent / "models"


def test_the_token_comes_from_the_environment_alone() -> None:
    assert token({"FLAGPOST_TOKEN": f" {TOKEN}\n"}) == TOKEN
    for environ, message in (
        ({}, "FLAGPOST_TOKEN is not set."),
        ({"FLAGPOST_TOKEN": "  "}, "FLAGPOST_TOKEN is not set."),
        ({"FLAGPOST_TOKEN": "two words"}, "FLAGPOST_TOKEN holds a space"),
    ):
        with pytest.raises(ConfigError, match=message):
            token(environ)


def test_the_example_loads_as_it_stands_and_says_the_defaults() -> None:
    settings = load_settings(EXAMPLE, {})
    assert settings.thresholds.default == DEFAULT_THRESHOLDS
    assert settings.review.channel not in settings.discord.channels


def test_the_example_loads_with_every_key_switched_on(config: Path) -> None:
    """A remark that is a key or a table, taken seriously, is right as well and says the default."""
    text = re.sub(
        r"^# (?=\[(?:thresholds\.(?:places|sources)|modes\.sources|sources|review)\.|\[\[|[a-z_]+ = )",
        "",
        EXAMPLE.read_text(encoding="utf-8"),
        flags=re.MULTILINE,
    )
    config.write_text(text, encoding="utf-8")
    settings = load_settings(config, {})
    shortest = Settings.model_validate(
        {
            "discord": {"guilds": settings.discord.guilds},
            "review": {"channel": settings.review.channel, "moderator_roles": settings.review.moderator_roles},
        }
    )
    differing = ("review", "thresholds", "modes", "store", "model", "training", "sources")
    unlike = {name: getattr(shortest, name) for name in differing}
    assert settings.model_copy(update={**unlike, "noise": settings.noise.model_copy(update={"pings": ()})}) == shortest
    assert settings.modes.of(Label.TROLLING, "meadow") is Mode.LOG
    assert settings.modes.of(Label.TROLLING, "discord") is Mode.REVIEW
    assert [ping.personal_attack for ping in settings.noise.pings] == [0.95]
    examples = ("lead_roles", "escalation_channel", "log_channel", "guilds")
    assert (
        settings.review.model_copy(update={name: getattr(shortest.review, name) for name in examples})
        == shortest.review
    )
    assert settings.thresholds.places["222222222222222222"][Label.TROLLING] == 0.8
    assert settings.store.url == f"sqlite:///{config.parent}/data/flagpost.sqlite3"
    assert settings.model.directory == config.parent / "models"
    assert settings.training.tolerance == shortest.training.tolerance
    assert settings.training.discord_permission is not None
    assert {source.kind for source in settings.sources.values()} == set(SOURCE_KINDS)


def test_the_example_shows_every_key() -> None:
    shown: dict[str, set[str]] = {}
    table = ""
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
        if heading := re.fullmatch(r"(?:# )?\[?\[([a-z_.0-9]+)\]\]?", line):
            table = heading[1]
        elif key := re.match(r"(?:# )?([a-z_]+) = ", line):
            shown.setdefault(table, set()).add(key[1])
    assert shown.pop("review.guilds.111111111111111111") == set(OwnReviewTable.model_fields)
    assert shown.pop("review.actions") == set(ActionsSettings.model_fields)
    shown["review"] |= {"actions", "guilds"}
    place = shown.pop("thresholds.places.222222222222222222")
    shown["thresholds"] |= {"places", "sources"}
    assert shown.pop("thresholds.sources.meadow") < place == set(OwnThresholdsTable.model_fields)
    assert shown.pop("modes.sources.meadow") <= set(OwnModesTable.model_fields)
    shown["modes"].add("sources")
    assert shown.pop("noise.pings") <= set(PingTable.model_fields)
    shown["noise"].add("pings")
    shown["sources"] = set().union(*(shown.pop(name) for name in list(shown) if name.startswith("sources.")))
    assert shown.pop("sources") == set().union(*(model.model_fields for model in SOURCE_KINDS.values()))
    assert shown == {
        name: set(table_model((name,)).model_fields) for name in Settings.model_fields if name != "sources"
    }


def test_each_label_has_its_keys() -> None:
    labels = {label.value for label in Label}
    assert set(OwnThresholdsTable.model_fields) == set(RatesTable.model_fields) == labels
    assert set(ThresholdsTable.model_fields) == labels | {"places", "sources"}
