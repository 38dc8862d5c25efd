"""The whole bot on a database that was put back from a backup: no card decides about another post than it shows."""

import signal
from pathlib import Path

import pytest

from bot.store.backup import back_up
from bot.store.store import Store
from tests.end_to_end.stand_in.discord_server import discord_server
from tests.end_to_end.stand_in.harbour import Harbour, until
from tests.end_to_end.stand_in.storm import NO_WAITING

FIRST, SECOND = "You are a stupid moron and we all hate you.", "Shut up, you pathetic idiot, so get lost."


@pytest.mark.timeout(180)
async def test_a_number_that_comes_again_has_a_card_of_its_own(tmp_path: Path, models: Path) -> None:
    file, backup = tmp_path / "store.sqlite3", tmp_path / "backup.sqlite3"
    url = f"sqlite:///{file}"
    async with discord_server() as discord:
        harbour = Harbour(discord, tmp_path, models, url, NO_WAITING)
        harbour.build()
        await harbour.start()
        with Store.open(url) as store:
            await until(lambda: store.source_state("discord"), seconds=60)
        back_up(url, backup)
        first, _ = harbour.says(FIRST), harbour.says(SECOND)
        await until(lambda: len(harbour.cards()) == 2, seconds=60)
        await harbour.end(signal.SIGTERM)
        for left in tmp_path.glob("store.sqlite3*"):
            left.unlink()
        backup.rename(file)
        discord.backend.delete_message(harbour.channels[0], first)
        await harbour.start()
        with Store.open(url) as store:
            try:
                await until(lambda: store.flags() and not store.flags_without_card(1), seconds=60)
                [flag] = store.flags()
                assert flag.post.text == SECOND
                assert flag.card is not None
                shown = discord.backend.messages[harbour.review]
                card = flag.card.message_id
                await until(lambda: "pathetic" in str(shown[card].embeds), seconds=20)
            finally:
                await harbour.end(signal.SIGTERM)
