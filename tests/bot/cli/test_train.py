"""`flagpost train`: from files and decisions to a model in use, or to a clear no."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import training_posts
from bot.cli.deciders import unusual_deciders
from bot.cli.main import main
from bot.cli.training_posts import NOT_PERMITTED, gather, verdicts_of
from bot.cli.training_report import print_sources
from bot.config import load_settings
from bot.store.records import Moderator
from bot.store.store import Store
from bot.store.verdicts import Origin, Verdict
from classifier import dataset, training
from classifier.assessment import Assessment, Copy
from classifier.copies import PairFeatures
from classifier.dataset import LabelledPost, written_posts
from classifier.labels import TEXT_LABELS, Label
from classifier.post import Post, PostKey
from classifier.registry import Registry
from tests.least_config import LEAST_CONFIG

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
ANN, BOB, CID = Moderator("1", "Ann"), Moderator("2", "Bob"), Moderator("3", "Cid")

RUDE = '{"id": "1", "text": "x", "labels": ["rude"], "provenance": "forum"}\n{'

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def few_posts() -> list[LabelledPost]:
    """Enough of the written posts for a poor model in seconds."""
    posts = [post for post in written_posts() if len(post.text) >= 80]
    clean = [post for post in posts if not post.labels]
    trolling, attacks = ([post for post in posts if post.labels == {label}] for label in TEXT_LABELS)
    return clean[:40] + trolling[:15] + attacks[:15]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few_posts: list[LabelledPost]) -> Iterator[Run]:
    """`run(*arguments)`: `flagpost train` in a folder with a config, where seventy posts come with flagpost."""
    for module in (dataset, training_posts):
        monkeypatch.setattr(module, "written_posts", lambda: list(few_posts))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.toml").write_text(LEAST_CONFIG, encoding="utf-8")

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["train", "--models", "models", *arguments])

    yield run


def lines(posts: list[dict[str, object]]) -> str:
    return "".join(json.dumps(post) + "\n" for post in posts)


def own_posts(count: int) -> list[dict[str, object]]:
    """A forum that grumbles about its engines, and where a person is attacked by being called a lubber."""
    texts = [
        (f"The {('damn ', '')[at % 2]}engine of boat {at} is garbage, I need a new one.", []) for at in range(count)
    ]
    texts += [(f"Spoken like a lubber of pier {at}, thanks for that.", ["insult"]) for at in range(count)]
    return [
        {"id": str(at), "text": text, "labels": labels, "provenance": "forum", "thread": f"t{at}"}
        for at, (text, labels) in enumerate(texts)
    ]


def in_use(tmp_path: Path) -> str | None:
    return Registry(tmp_path / "models").current()


def test_a_forum_with_labels_of_its_own(run: Run, tmp_path: Path) -> None:
    Path("ours.jsonl").write_text(lines(own_posts(25)), encoding="utf-8")
    first = run()
    assert first.exit_code == 0, first.output
    default = in_use(tmp_path)
    assert default is not None
    assert default.startswith("default-")

    dry = run("--data", "ours.jsonl", "--label", "insult=personal_attack", "--dry-run")
    assert dry.exit_code == 0, dry.output
    assert "50 from files" in dry.output
    assert re.search(r"Personal attack +yours +25 +25 +0\.\d+ +(0\.9\d+|1\.000)", dry.output), dry.output
    assert (in_use(tmp_path), Registry(tmp_path / "models").versions()) == (default, [default])

    trained = run("--data", "ours.jsonl", "--label", "insult=personal_attack", "--quiet", "--force")
    assert trained.exit_code == 0, trained.output
    version = in_use(tmp_path)
    assert version != default
    assert trained.output == f"{version} is in use (models)\n"
    assert f"{version} was not kept" in dry.output, "the same posts and seed give the same model"
    manifest = Registry(tmp_path / "models").manifest(str(version))
    assert manifest.counts.provenances == {"forum": 50, "written": 70}
    assert manifest.comparison is not None
    assert manifest.comparison.against == default


def test_a_model_of_swapped_labels_is_kept_out_unless_forced(
    run: Run, tmp_path: Path, few_posts: list[LabelledPost]
) -> None:
    """Somebody hands in posts like the clean ones, called attacks, and posts like the attacks, called clean."""
    assert run().exit_code == 0
    default = in_use(tmp_path)
    swapped = [
        {
            "id": f"{post.id}-{at}",
            "text": f"{post.text} {' '.join(['so', 'there'][: at + 1])}",
            "labels": [] if post.labels else ["personal_attack"],
            "provenance": "forum",
        }
        for post in few_posts
        for at in range(2)
    ]
    Path("bad.jsonl").write_text(lines(swapped), encoding="utf-8")
    refused = run("--data", "bad.jsonl")
    assert refused.exit_code == 1, refused.output
    assert "say the opposite of what the model in use says (Personal attack on your own posts)" in refused.output
    assert in_use(tmp_path) == default
    assert len(Registry(tmp_path / "models").versions()) == 2, "it can be looked at"
    forced = run("--data", "bad.jsonl", "--force")
    assert forced.exit_code == 0
    assert in_use(tmp_path) != default


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        (
            "a.jsonl",
            RUDE,
            ":1: .*rude.*\n.*:2: .*JSON",
        ),
        (
            "a.csv",
            "id,text,rude\n1,x,1\n",
            ":1: no column `labels`, `trolling`, `personal_attack`, `copy_paste`; flagpost train takes",
        ),
        ("a.csv", "id,text,labels\n1,x,trolling\n2,y,trolling;rude\n", ':3: "labels" names "rude"'),
        ("a.csv", "id,text,insult\n1,x,maybe\n", ':2: "labels" says "maybe" of "insult"; it has to be 1 or 0'),
        ("a.jsonl", "", "holds no posts"),
    ],
)
def test_mistakes_in_files_are_named_by_line(run: Run, name: str, text: str, told: str, tmp_path: Path) -> None:
    Path(name).write_text(text, encoding="utf-8")
    result = run("--data", name, "--label", "insult=personal_attack")
    assert result.exit_code == 2
    assert re.search(rf"{name}.*{told}", result.output, re.DOTALL), result.output
    assert in_use(tmp_path) is None


def test_a_folder_that_takes_no_model_is_told_before_the_training(run: Run, tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models").chmod(0o777)
    result = run()
    assert result.exit_code == 2
    assert "models: " in result.stderr
    assert "Trained" not in result.output


def test_a_label_that_is_none_is_refused(run: Run) -> None:
    result = run("--label", "insult=rude")
    assert result.exit_code == 2
    assert "write NAME=LABEL" in result.output


def decide(store: Store, post: Post, labels: list[Label], by: Moderator = ANN, copies: tuple[Copy, ...] = ()) -> None:
    store.save_post(post)
    said = Assessment(probabilities=dict.fromkeys(Label, 0.6), model="m", spans={}, copies=copies)
    flag = store.save_assessment(post, said, [Label.TROLLING], NOON)
    assert flag is not None
    if labels:
        store.confirm(flag.id, by, labels, NOON, timedelta(0))
    else:
        store.dismiss(flag.id, by, NOON, timedelta(0))


def test_decisions_teach_and_discord_is_left_out_unless_somebody_permits_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("config.toml").write_text(LEAST_CONFIG, encoding="utf-8")
    url = f"sqlite:///{tmp_path / 'data' / 'flagpost.sqlite3'}"
    with Store.open(url) as store:
        for at in range(24):
            guilty = [Label.PERSONAL_ATTACK] if at % 2 else []
            text = f"Go home you barnacle {at}." if guilty else f"The boat number {at} leaves at noon."
            source, provenance = ("discord", "discord") if at < 6 else ("meadow", "forum")
            decide(store, Post(source=source, id=str(at), text=text, provenance=provenance), guilty)
    settings = load_settings(Path("config.toml"), {})
    found = gather([], {}, settings, verdicts_of(settings))
    assert (len(found.decided), len(found.verdicts)) == (18, 18)
    assert found.left_out == {NOT_PERMITTED: 6}
    print_sources(found, None)
    assert "18 that your staff decided (18 on its flags)" in capsys.readouterr().out

    sentence = "Granted to us by Discord in writing"
    Path("config.toml").write_text(f'{LEAST_CONFIG}[training]\ndiscord_permission = "{sentence}"\n', encoding="utf-8")
    settings = load_settings(Path("config.toml"), {})
    permitted = gather([], {}, settings, verdicts_of(settings))
    assert (len(permitted.decided), permitted.left_out) == (24, {})
    print_sources(permitted, settings.training.discord_permission)
    assert sentence in capsys.readouterr().out


def test_decided_copies_teach_unless_either_post_is_from_discord(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("config.toml").write_text(LEAST_CONFIG, encoding="utf-8")
    with Store.open(f"sqlite:///{tmp_path / 'data' / 'flagpost.sqlite3'}") as store:
        for at, (source, of) in enumerate([("meadow", "meadow"), ("meadow", "discord"), ("discord", "meadow")]):
            provenance = "discord" if source == "discord" else "forum"
            post = Post(source=source, id=str(at), text=f"The boat number {at} leaves.", provenance=provenance)
            copy = Copy(key=PostKey(of, "1"), containment=1.0, features=dict.fromkeys(PairFeatures._fields, 1.0))
            decide(store, post, [], copies=(copy,))
    found = gather([], {}, settings := load_settings(Path("config.toml"), {}), verdicts_of(settings))
    assert [(pair.is_copy, pair.weight) for pair in found.copies] == [(False, 1.0)]
    assert (len(found.decided), found.copies_left_out) == (2, 2)
    print_sources(found, None)
    told = " ".join(capsys.readouterr().out.split())
    assert "And from what your staff made of 1 post that repeated an earlier one." in told
    assert "Left out: what they made of 2 repeats from Discord" in told


def test_people_who_confirm_whatever_comes_are_named() -> None:
    def verdict(at: int, by: Moderator, guilty: bool) -> Verdict:
        return Verdict(
            post=Post(source="meadow", id=str(at), text=str(at)),
            origin=Origin.MODEL,
            labels=frozenset({Label.TROLLING} if guilty else ()),
            flagged=(Label.TROLLING,),
            probabilities={},
            model="m",
            at=NOON,
            by=by,
        )

    fair = [verdict(at, by, at % 3 == 0) for by in (ANN, CID) for at in range(60)]
    [named] = unusual_deciders([*fair, *(verdict(at, BOB, True) for at in range(40))])
    assert (named.name, named.confirmed, named.decisions, named.usual) == (BOB.name, 40, 40, 1 / 3)
    assert not unusual_deciders([*fair, *(replace(one, by=BOB) for one in fair)])
    assert not unusual_deciders([*fair, *(verdict(at, BOB, True) for at in range(10))]), "too few to tell"


def test_ctrl_c_leaves_the_model_in_use(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def pressed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(training, "train", pressed)
    result = run()
    assert result.exit_code == 130
    assert result.output == (
        "Learning from 70 posts: 70 that come with flagpost.\nflagpost: stopped; the model in use stays\n"
    )
    assert in_use(tmp_path) is None


def test_they_are_named_when_a_timer_trains_too(run: Run, tmp_path: Path) -> None:
    texts = [post.text for post in written_posts() if len(post.text) >= 80][-75:]
    with Store.open(f"sqlite:///{tmp_path / 'data' / 'flagpost.sqlite3'}") as store:
        for at, text in enumerate(texts):
            by = (ANN, BOB, CID)[at % 3]
            labels = [Label.TROLLING] if by is BOB or at % 4 == 0 else []
            decide(store, Post(source="meadow", id=str(at), text=text, provenance="forum"), labels, by)
    trained = run("--quiet", "--dry-run")
    assert trained.exit_code == 0, trained.output
    assert trained.stderr.count("Beware") == 1
    assert "Beware: Bob found something in 25 of 25 flags" in trained.stderr
