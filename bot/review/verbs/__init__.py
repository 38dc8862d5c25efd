"""A reviewer's day: one module for each thing that people do at the desk."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from bot.review.controls import Deed
from bot.review.press import Press, Result
from bot.review.verbs import acting, correcting, deciding, looking, more, noting, sharing, snoozing
from bot.store.store import Store

VERBS: Mapping[Deed, Callable[[Press, Store], Awaitable[Result]]] = {
    Deed.CONFIRM: deciding.confirm,
    Deed.DISMISS: deciding.dismiss,
    Deed.CLAIM: deciding.claim,
    Deed.ESCALATE: deciding.escalate,
    Deed.UNDO: deciding.undo,
    Deed.EXEMPT: deciding.exempt,
    Deed.NOTE: noting.note,
    Deed.MORE: more.open_menu,
    Deed.LABELS: correcting.correct,
    Deed.SNOOZE: snoozing.snooze,
    Deed.TAKE_OUT: sharing.take_out,
    Deed.SEEN: looking.seen,
    Deed.HISTORY: looking.history,
    **{Deed(verb): partial(acting.ask, verb) for verb in acting.ACTIONS},
    **{deed: partial(acting.carry_out, verb) for deed, verb in acting.SURELY.items()},
}
"""What answers each deed. All may raise what `bot.review.channel.FAILURES` names."""
