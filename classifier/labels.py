"""The three labels, defined once, in words a moderator would agree with."""

from enum import StrEnum


class Label(StrEnum):
    """What a post can be flagged for. The values are the names used in files and configs."""

    TROLLING = "trolling"
    """Posted in bad faith to provoke, bait, mock or derail: flamebait, taunts, sneering dismissal, false
    naivety, sweeping hostile claims about a group. Honest disagreement, however heated, is not trolling.
    """
    PERSONAL_ATTACK = "personal_attack"
    """Insults, demeans, threatens or humiliates somebody who takes part in the conversation, openly or veiled.
    Attacks on public figures, companies or ideas, swearing at things, self-mockery and reports of an insult are
    not.
    """
    COPY_PASTE = "copy_paste"
    """Repeats at length a text that was posted here before, by the same member or another, without saying so.
    Quotations, stock phrases, corrected versions of the same post and staff notices are not.
    """

    @property
    def display(self) -> str:
        """How the label is written for people."""
        return self.value.replace("_", "-" if self is Label.COPY_PASTE else " ").capitalize()


TEXT_LABELS = (Label.TROLLING, Label.PERSONAL_ATTACK)
"""The labels that the words of one post decide; copy-paste takes an earlier post as well."""

DEFAULT_BASE_RATES = {
    Label.TROLLING: 0.03,
    Label.PERSONAL_ATTACK: 0.03,
    Label.COPY_PASTE: 0.01,
}
"""The share of all posts for which a label is true, until a forum has measured its own."""
