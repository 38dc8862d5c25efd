"""Model: the two judges together, one assessment for every post, at the rates of the forum at hand."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import log

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from classifier.assessment import Assessment, Span
from classifier.copies import CopyIndex, Match
from classifier.copies.judge import CopyJudge, Ruling
from classifier.held_out import HeldOut
from classifier.hostility import HostilityModel
from classifier.labels import TEXT_LABELS, Label
from classifier.out_of_fold import OutOfFold
from classifier.post import Post
from classifier.second_stage import SecondStage

MAX_CHARACTERS = 40_000
"""Words are judged up to here: more than Discord, Discourse, NodeBB and XenForo let a member write unless told to, lest
an insult hide behind padding; and no single post holds up the others for long.
"""

AT_LENGTH = 60
"""Letters of prose, some twelve words, that a copy has to share with an earlier post: it repeats at length.

What many members write alike without copying, such as a welcome or a birthday wish, is mostly shorter.
"""

MATCHED_INNOCENT_SHARE = 0.02
"""How many posts that are no copies have such a match all the same.

Counted in 12,000 posts of a debating forum, quotations taken out; people who cite the same books match often there.
"""

Explain = Callable[[Post, Label, float], bool]
"""Whether the spans of a post's label, found to have that probability, are worth their time."""


@dataclass(frozen=True, slots=True)
class Model:
    """One trained artefact: the judge of words, the judge of copies, and how common each label is.

    Where there is a second stage, it judges anew the posts whose words leave a label open.

    `base_rates` are shares of all posts, 0 < rate < 1. Both judges give log odds as if the label held for half of the
    posts they see; the base rates turn them into probabilities. `held_out` is what they made of posts unseen, for
    each label; empty where nobody held any out. `out_of_fold` is the same by the post, to compare it with others.
    """

    version: str
    hostility: HostilityModel
    copy_judge: CopyJudge
    base_rates: Mapping[Label, float]
    second_stage: SecondStage | None = None
    held_out: Mapping[Label, HeldOut] = field(default_factory=dict, repr=False)
    out_of_fold: OutOfFold = field(default_factory=OutOfFold.empty, repr=False)

    def at_base_rates(self, rates: Mapping[Label, float]) -> "Model":
        """The same judges for a forum with other rates; labels that `rates` leaves out keep theirs."""
        return replace(self, base_rates={**self.base_rates, **rates})

    def assess(
        self, posts: Sequence[Post], index: CopyIndex, explain: Explain, *, add: bool = True
    ) -> list[Assessment]:
        """Judge posts, oldest first; each is looked up in `index` and then, unless `add` is false, added to it.

        Spans are given for the labels for which `explain(post, label, probability)` is true. They say what the judge
        of words saw, also of a post that the second stage judged: an encoder weighs sentences, which are no reasons.
        Raises ModelError when there is a second stage and its encoder cannot be loaded.
        """
        find = index.find_and_add if add else index.find_many
        return self.judge(posts, find(posts), explain)

    def judge(self, posts: Sequence[Post], found: Sequence[Sequence[Match]], explain: Explain) -> list[Assessment]:
        """`assess` posts whose matches were `found` before."""
        at_length = [[match for match in matches if match.features.prose >= AT_LENGTH] for matches in found]
        rulings = self.copy_judge.rulings(at_length)
        texts = [post.text[:MAX_CHARACTERS] for post in posts]
        probabilities = self._probabilities(texts, rulings)
        spans = self._spans(posts, texts, rulings, probabilities, explain)
        return [
            Assessment(
                probabilities=probabilities[at],
                model=self.version,
                spans=spans[at],
                copies=tuple(match.copy for match in rulings[at].matches),
            )
            for at in range(len(posts))
        ]

    def text_log_odds(self, texts: Sequence[str]) -> dict[Label, NDArray[np.float64]]:
        """What both stages make of words, shape (n_texts,) for each text label, as if it were true for half of them."""
        found = self.hostility.log_odds(texts)
        if self.second_stage is not None:
            found = self.second_stage.reconsider(texts, found, self.base_rates)
        return found

    def copy_prior_log_odds(self) -> float:
        """Log odds that a post for which the copy index found a match is a copy, before the pair is looked at.

        Nearly all copies have a match and few other posts do, so by Bayes' rule the match alone multiplies the odds
        of the base rate by 1 / MATCHED_INNOCENT_SHARE: at a base rate of 1%, one in three matched posts is a copy.
        """
        return float(logit(self.base_rates[Label.COPY_PASTE]) - log(MATCHED_INNOCENT_SHARE))

    def _probabilities(self, texts: Sequence[str], rulings: Sequence[Ruling]) -> list[dict[Label, float]]:
        of_texts = self.text_log_odds(texts)
        columns = {
            label: expit(log_odds + logit(self.base_rates[label])).tolist() for label, log_odds in of_texts.items()
        }
        prior = self.copy_prior_log_odds()
        columns[Label.COPY_PASTE] = [float(expit(ruling.log_odds + prior)) for ruling in rulings]
        return [{label: columns[label][at] for label in Label} for at in range(len(texts))]

    def _spans(
        self,
        posts: Sequence[Post],
        texts: Sequence[str],
        rulings: Sequence[Ruling],
        probabilities: Sequence[Mapping[Label, float]],
        explain: Explain,
    ) -> list[dict[Label, tuple[Span, ...]]]:
        spans = []
        for at, post in enumerate(posts):
            wanted = [label for label in Label if explain(post, label, probabilities[at][label])]
            of_words = [label for label in wanted if label in TEXT_LABELS]
            of_post = self.hostility.explain(texts[at], of_words) if of_words else {}
            if Label.COPY_PASTE in wanted:
                of_post[Label.COPY_PASTE] = rulings[at].matches[0].copy.spans if rulings[at].matches else ()
            spans.append(of_post)
        return spans
