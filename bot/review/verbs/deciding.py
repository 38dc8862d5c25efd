"""Claim, confirm, dismiss, escalate, and take back."""

import asyncio

from bot.review import texts
from bot.review.press import Press, Result
from bot.review.reply import Reply
from bot.store.store import Store


async def claim(press: Press, store: Store) -> Result:
    """ "I am on it"."""
    return await asyncio.to_thread(store.claim, press.flag.id, press.moderator, press.now, press.claim_lifetime)


async def confirm(press: Press, store: Store) -> Result:
    """ "Yes, it is", with the labels that the model found."""
    flag = press.flag
    return await asyncio.to_thread(
        store.confirm, flag.id, press.moderator, flag.labels, press.now, press.claim_lifetime
    )


async def dismiss(press: Press, store: Store) -> Result:
    """ "No, it is not"."""
    return await asyncio.to_thread(store.dismiss, press.flag.id, press.moderator, press.now, press.claim_lifetime)


async def exempt(press: Press, store: Store) -> Result:
    """ "No, and never show me this text again"."""
    return await asyncio.to_thread(store.exempt, press.flag.id, press.moderator, press.now, press.claim_lifetime)


async def escalate(press: Press, store: Store) -> Result:
    """ "That is for the leads"."""
    if not press.review.lead_roles:
        return Reply(texts.answers.NO_LEADS)
    return await asyncio.to_thread(store.escalate, press.flag.id, press.moderator, press.now, press.claim_lifetime)


async def undo(press: Press, store: Store) -> Result:
    """ "I take that back": a claim, a snooze, an escalation or a decision."""
    return await asyncio.to_thread(store.undo, press.flag.id, press.moderator, press.now)
