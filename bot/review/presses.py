"""What happens when somebody presses something: every check, at most one step in the store, and one answer."""

import asyncio
import logging
from collections.abc import Callable, Sequence

import discord

from bot.review import texts
from bot.review.answers import UNKNOWN_INTERACTION, Answer
from bot.review.channel import FAILURES, UNKNOWN_MESSAGE, ReviewChannels, reason
from bot.review.controls import Deed, Interaction, deed_named, flag_id
from bot.review.places import Places
from bot.review.press import Press
from bot.review.refusals import refusal
from bot.review.reply import Reply
from bot.review.staff import Level, level_of, moderator
from bot.review.verbs import VERBS
from bot.review.verbs.acting import SURELY
from bot.store.records import UNDECIDED, Flag, Outcome
from bot.store.store import Store

log = logging.getLogger(__name__)

NEEDED_PERMISSIONS = ("view_channel", "embed_links")
"""Without these Discord takes no edit of a card, or drops its embed."""


class Presses:
    """Everything a press can mean, checked afresh each time: who presses, where, and how the flag stands by now."""

    def __init__(self, channels: ReviewChannels, store: Store, places: Places, owe: Callable[[Flag], None]) -> None:
        """`owe` has the card of a flag brought up to date later."""
        self._channels = channels
        self._owe = owe
        self._store = store
        self._places = places

    async def answer(self, interaction: Interaction, deed: str, flag: str, values: Sequence[str]) -> None:
        """Answer one press, whatever it carries. Raises nothing."""
        answer = Answer(interaction)
        await answer.by(self._carry_out(interaction, answer, deed, flag, values))

    async def _carry_out(
        self, interaction: Interaction, answer: Answer, deed: str, flag: str, values: Sequence[str]
    ) -> None:
        try:
            reply = await self._act(interaction, answer, deed, flag, values)
        except FAILURES as error:
            log.error("a press could not be carried out: %s", reason(error))
            reply = Reply(texts.answers.BROKEN)
        except Exception:
            log.exception("a press could not be carried out")
            reply = Reply(texts.answers.BROKEN)
        if reply is not None:
            await self._tell(answer, reply)

    async def _tell(self, answer: Answer, reply: Reply) -> None:
        try:
            await answer.give(reply)
        except FAILURES as error:
            log.warning("a press could not be answered: %s", reason(error))

    async def _act(
        self, interaction: Interaction, answer: Answer, deed: str, flag: str, values: Sequence[str]
    ) -> Reply | None:
        """What the presser is still to be told, if anything."""
        known_deed, known_flag = deed_named(deed), flag_id(flag)
        async with self._channels.lock(known_flag or 0):
            found = None
            if known_deed is not None and known_flag is not None:
                found = await asyncio.to_thread(self._store.flag, known_flag)
            if objection := self._objection(interaction, answer, found):
                return objection
            if known_deed is None or found is None:
                return Reply(texts.answers.UNKNOWN_FLAG)
            review = self._places.review(found)
            press = Press(
                interaction=interaction,
                flag=found,
                moderator=moderator(interaction.user, level_of(interaction.user, review)),
                review=review,
                values=values,
                now=discord.utils.utcnow(),
            )
            return await self._reply(answer, known_deed, press)

    def _objection(self, interaction: Interaction, answer: Answer, flag: Flag | None) -> Reply | None:
        """Why nothing comes of a press, whatever it asks for."""
        review = self._places.review(flag)
        if level_of(interaction.user, review) < Level.MODERATOR:
            return Reply(texts.answers.only_for(review.moderator_roles))
        granted = interaction.app_permissions
        lacking = [name for name in NEEDED_PERMISSIONS if not (granted.administrator or getattr(granted, name))]
        if lacking:
            return Reply(texts.answers.lacks(lacking))
        pressed = interaction.message
        if flag is None or answer.in_menu:
            return None
        if flag.card is None or pressed is None or flag.card.message_id != pressed.id:
            return Reply(texts.answers.not_its_card(self._channels.link(flag)))
        return None

    async def _reply(self, answer: Answer, deed: Deed, press: Press) -> Reply | None:
        match await VERBS[deed](press, self._store):
            case Reply() as reply:
                return reply
            case discord.ui.Modal() as form:
                return None if await answer.ask(form) else Reply(texts.menu.TOO_LATE_FOR_A_FORM)
            case Outcome(accepted=True, flag=flag, freed=freed):
                still_to_say = await self._show(answer, flag, _done(deed, flag))
                if freed and not await self._channels.try_to_show(freed.id, self._places.home(freed)):
                    self._owe(freed)
                return still_to_say
            case Outcome(flag=flag):
                await self._tell(answer, Reply(refusal(deed, flag, press)))
                # They may have seen an old one.
                if not await self._channels.try_to_show(flag.id, self._places.home(flag)):
                    self._owe(flag)
        return None

    async def _show(self, answer: Answer, flag: Flag, done: str) -> Reply | None:
        """Bring the card up to date after a step, which stands even if that fails."""
        moves = flag.card is None or flag.card.channel_id != self._places.home(flag)
        in_the_ordinary_way = moves or answer.in_menu
        try:
            if in_the_ordinary_way:
                await self._channels.show(flag.id)
                now = await asyncio.to_thread(self._store.flag, flag.id)
                return Reply(texts.answers.recorded(self._channels.link(now or flag), moved=moves, done=done))
            await answer.show(await self._channels.card(flag.id))
            return None
        except FAILURES as error:
            log.warning("flag %d is updated, but not its card: %s", flag.id, reason(error))
            code = getattr(error, "code", None)
        if code == UNKNOWN_MESSAGE:
            return Reply(texts.answers.CARD_GONE)
        home = self._places.home(flag)
        shown = not in_the_ordinary_way and await self._channels.try_to_show(flag.id, home)
        if not shown:
            self._owe(flag)
        if code == UNKNOWN_INTERACTION:  # too late for an answer
            return None
        return Reply(done if shown else texts.answers.CARD_NOT_UPDATED)


def _done(deed: Deed, flag: Flag) -> str:
    """What a press has brought."""
    if deed in SURELY:
        return texts.answers.acted(SURELY[deed], undecided=flag.state in UNDECIDED)
    return texts.answers.RECORDED
