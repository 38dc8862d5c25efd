"""Why the model was silent about a post."""

from collections.abc import Mapping

from bot.config import Mode
from bot.review.commands.room import Room
from bot.store.records import Silence
from classifier.assessment import Assessment
from classifier.labels import Label
from classifier.post import Post


def silence(room: Room, post: Post, judged: Assessment | None, *, watched: bool) -> Mapping[Label, Silence]:
    """By label, what kept a post that no model flagged from being flagged. `judged`: what was made of it when it came
    in, None when it never did.
    """
    return {label: _of_label(room, post, judged, label, watched=watched) for label in Label}


def _of_label(room: Room, post: Post, judged: Assessment | None, label: Label, *, watched: bool) -> Silence:
    if not watched:
        return Silence.NOT_WATCHED
    judge = room.judge
    if room.settings.modes.of(label, post.source) is not Mode.REVIEW or judge.thresholds.of(label, post) >= 1:
        return Silence.LABEL_OFF
    if label is Label.COPY_PASTE and judge.is_exempt(post):
        return Silence.EXEMPT
    if judged is None:
        return Silence.NOT_SEEN
    below = judged.probabilities.get(label, 0.0) < judge.thresholds.of(label, post)
    return Silence.BELOW_THRESHOLD if below else Silence.EXEMPT
