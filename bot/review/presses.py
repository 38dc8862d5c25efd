"""What happens when somebody presses something on a card: at most one decision in the store, and one answer."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta

import discord

from bot.config import ReviewSettings
from bot.review import texts
from bot.review.answers import PATIENCE, UNKNOWN_INTERACTION, UNKNOWN_MESSAGE, Answer
from bot.review.buttons import Interaction, flag_id, verb_named
from bot.review.channel import FAILURES, ReviewChannels, reason
from bot.review.marking import ROOM_FOR_NAME, inert
from bot.store.records import Flag, FlagState, Moderator, Outcome, Verb
from bot.store.store import Store
from classifier.labels import Label

log = logging.getLogger(__name__)

NEEDED_PERMISSIONS = ("view_channel", "embed_links")
"""Without these Discord takes no edit of a card, or drops its embed."""


class Presses:
    """Everything a press can mean, checked afresh each time: who presses, where, and how the flag stands by now."""

    def __init__(self, channels: ReviewChannels, store: Store, settings: ReviewSettings) -> None:
        self._channels = channels
        self._store = store
        self._roles = settings.moderator_roles
        self._claim_lifetime = timedelta(minutes=settings.claim_minutes)

    async def answer(self, interaction: Interaction, verb: str, flag: str, values: Sequence[str]) -> None:
        """Answer one press, whatever it carries. Raises nothing."""
        answer = Answer(interaction)
        work = asyncio.create_task(self._carry_out(interaction, answer, verb, flag, values))
        await asyncio.wait({work}, timeout=PATIENCE)
        if not work.done():
            await answer.ask_to_wait()
        await work

    async def _carry_out(
        self, interaction: Interaction, answer: Answer, verb: str, flag: str, values: Sequence[str]
    ) -> None:
        try:
            words = await self._act(interaction, answer, verb, flag, values)
        except FAILURES as error:
            log.error("a press could not be carried out: %s", reason(error))
            words = texts.BROKEN
        except Exception:
            log.exception("a press could not be carried out")
            words = texts.BROKEN
        if words is not None:
            await self._whisper(answer, words)

    async def _whisper(self, answer: Answer, words: str) -> None:
        try:
            await answer.whisper(words)
        except FAILURES as error:
            log.warning("a press could not be answered: %s", reason(error))

    async def _act(
        self, interaction: Interaction, answer: Answer, verb: str, flag: str, values: Sequence[str]
    ) -> str | None:
        """What the presser is still to be told, if anything."""
        presser = interaction.user
        if not isinstance(presser, discord.Member) or not any(map(presser.get_role, self._roles)):
            return texts.only_for(self._roles)
        granted = interaction.app_permissions
        lacking = [name for name in NEEDED_PERMISSIONS if not (granted.administrator or getattr(granted, name))]
        if lacking:
            return texts.lacks(lacking)
        known_verb, known_flag = verb_named(verb), flag_id(flag)
        if known_verb is None or known_flag is None:
            return texts.UNKNOWN_FLAG
        moderator = Moderator(str(presser.id), presser.display_name)
        labels = tuple(label for label in Label if label in values)
        async with self._channels.lock(known_flag):
            flag_now = await asyncio.to_thread(self._store.flag, known_flag)
            if flag_now is None:
                return texts.UNKNOWN_FLAG
            pressed = interaction.message
            if flag_now.card is None or pressed is None or flag_now.card.message_id != pressed.id:
                return texts.NOT_ITS_CARD
            if known_verb is Verb.CORRECT and not labels:
                return texts.NO_LABEL
            outcome = await asyncio.to_thread(self._record, known_verb, flag_now, moderator, labels)
            if outcome.accepted:
                return await self._show(answer, outcome.flag)
            await self._whisper(answer, self._refusal(known_verb, outcome.flag))
            await self._channels.try_to_show(known_flag)  # who is refused may have seen an old card
            return None

    def _record(self, verb: Verb, flag: Flag, moderator: Moderator, labels: Sequence[Label]) -> Outcome:
        now, lifetime = discord.utils.utcnow(), self._claim_lifetime
        match verb:
            case Verb.CLAIM:
                return self._store.claim(flag.id, moderator, now, lifetime)
            case Verb.CONFIRM:
                return self._store.confirm(flag.id, moderator, flag.labels, now, lifetime)
            case Verb.DISMISS:
                return self._store.dismiss(flag.id, moderator, now, lifetime)
            case Verb.CORRECT:
                return self._store.correct(flag.id, moderator, labels, now)
            case Verb.UNDO:
                return self._store.undo(flag.id, moderator, now)

    async def _show(self, answer: Answer, flag: Flag) -> str | None:
        """Edit the card after a decision, which stands even if that fails."""
        try:
            await answer.show(await self._channels.card(flag))
            return None
        except FAILURES as error:
            log.warning("flag %d is updated, but not its card: %s", flag.id, reason(error))
            code = getattr(error, "code", None)
        if code == UNKNOWN_INTERACTION:  # too late to answer, but the card can still be edited the ordinary way
            await self._channels.try_to_show(flag.id)
            return None
        return texts.CARD_GONE if code == UNKNOWN_MESSAGE else texts.CARD_NOT_UPDATED

    def _refusal(self, verb: Verb, flag: Flag) -> str:
        """Why a verb was not accepted: how the flag stands, and who was first."""
        held = flag.decision or flag.claim
        if held is None:
            return texts.NOT_CONFIRMED if verb is Verb.CORRECT else texts.NOTHING_TO_UNDO
        name = inert(held.moderator.name, ROOM_FOR_NAME)
        if verb is Verb.CORRECT and flag.state is not FlagState.CONFIRMED:
            return texts.NOT_CONFIRMED
        if verb in (Verb.CORRECT, Verb.UNDO):
            return texts.only_by(name, flag.state)
        if flag.decision:
            return texts.already_decided(flag.state, name, held.at)
        return texts.already_claimed(name, held.at + self._claim_lifetime)
