"""A threshold written into a config: everything else in the file stays, and no kill leaves half of it."""

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bot.config import ConfigError, load_settings, set_threshold
from classifier.labels import Label
from classifier.targets import EVERYWHERE, Aim, Scope, Target
from tests.least_config import LEAST_CONFIG

EXAMPLE = Path(__file__).parents[3] / "config.example.toml"
CHANNEL = "222222222222222222"
SURE = Target(Aim.PRECISION, 0.9)
SHORT = f"""\
thresholds.trolling = 0.4   # as we agreed in May
{LEAST_CONFIG}[sources.meadow]
kind = "webhook"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_bytes(EXAMPLE.read_bytes())
    return path


def test_one_line_changes_and_no_other(path: Path) -> None:
    before = path.read_text().splitlines()
    path.chmod(0o640)

    set_threshold(path, Label.TROLLING, EVERYWHERE, SURE, {})

    after = path.read_text().splitlines()
    [(old, new)] = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    assert (old, new) == ("trolling = 0.4", 'trolling = "precision >= 0.9"')
    assert load_settings(path, {}).thresholds.default[Label.TROLLING] == SURE
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    set_threshold(path, Label.TROLLING, EVERYWHERE, 0.4, {})
    assert path.read_text().splitlines() == before
    assert [file.name for file in path.parent.iterdir()] == ["config.toml"]


def test_a_place_and_a_forum_get_tables_of_their_own(path: Path) -> None:
    path.write_text(SHORT)

    for scope in (Scope(source="meadow"), Scope(place=CHANNEL)):
        set_threshold(path, Label.PERSONAL_ATTACK, scope, 0.8, {})
        set_threshold(path, Label.COPY_PASTE, scope, SURE, {})
    set_threshold(path, Label.TROLLING, EVERYWHERE, 0.5, {})

    wishes = {Label.PERSONAL_ATTACK: 0.8, Label.COPY_PASTE: SURE}
    thresholds = load_settings(path, {}).thresholds
    assert (thresholds.sources, thresholds.places) == ({"meadow": wishes}, {CHANNEL: wishes})
    assert thresholds.default[Label.TROLLING] == 0.5
    assert "# as we agreed in May" in path.read_text()
    assert all(line in path.read_text().splitlines() for line in SHORT.splitlines()[1:])


@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_line_ends_and_links_stay(tmp_path: Path, start: str) -> None:
    path = tmp_path / "real.toml"
    path.write_bytes((start + SHORT.replace("\n", "\r\n")).encode())
    link = tmp_path / "config.toml"
    link.symlink_to(path)

    set_threshold(link, Label.TROLLING, EVERYWHERE, 0.7, {})

    assert link.is_symlink()
    assert path.read_bytes().count(b"\r\n") == path.read_bytes().count(b"\n") == SHORT.count("\n")
    assert load_settings(link, {}).thresholds.default[Label.TROLLING] == 0.7


@pytest.mark.parametrize(
    ("text", "scope", "message"),
    [
        (SHORT.replace("0.4", "4"), EVERYWHERE, "expected a probability above 0"),
        (SHORT, Scope(source="medow"), "there is no medow"),
        (SHORT, Scope(place="general"), "named for a channel id"),
    ],
)
def test_a_config_that_is_or_would_be_wrong_stays_as_it_is(path: Path, text: str, scope: Scope, message: str) -> None:
    path.write_text(text)

    with pytest.raises(ConfigError, match=message):
        set_threshold(path, Label.TROLLING, scope, 0.7, {})

    assert path.read_text() == text
    assert [file.name for file in path.parent.iterdir()] == ["config.toml"]


TWENTY_KILLS = """
import json, os, random, signal, sys, time
from pathlib import Path
from bot.config import set_threshold
from classifier.labels import Label
from classifier.targets import EVERYWHERE
path, chance = Path(sys.argv[1]), random.Random(7)
for _ in range(20):
    child = os.fork()
    while not child:
        for threshold in (0.25, 0.75):
            set_threshold(path, Label.TROLLING, EVERYWHERE, threshold, {})
    time.sleep(chance.uniform(0, 0.2))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    print(json.dumps(path.read_text()))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there, processes do not fork")
def test_a_kill_leaves_the_old_file_or_the_new_one(path: Path) -> None:
    path.write_text(SHORT)
    whole = set()
    for threshold in (0.25, 0.75):
        set_threshold(path, Label.TROLLING, EVERYWHERE, threshold, {})
        whole.add(path.read_text())
    assert len(whole) == 2

    command = [sys.executable, "-c", TWENTY_KILLS, str(path)]
    left = [json.loads(line) for line in subprocess.run(command, check=True, capture_output=True).stdout.splitlines()]

    assert len(left) == 20
    assert set(left) == whole, "the kills came at different points"
