"""What is known of the copy judge before it is used, from judges that had not seen the pairs."""

import numpy as np
import pytest
from scipy.special import expit

from classifier.copies.judge import CopyJudge
from classifier.dataset import LabelledPost
from classifier.labels import Label
from classifier.learned_copies import LearnedCopies, learn_copies
from classifier.manifest import Manifest
from classifier.model import Model
from classifier.progress import silent


@pytest.fixture(scope="module")
def learned(sixty_posts: list[LabelledPost]) -> LearnedCopies:
    return learn_copies([post for post in sixty_posts if not post.labels], (), 0, silent)


def test_no_pair_is_judged_by_a_judge_that_saw_it(learned: LearnedCopies) -> None:
    saw_all = CopyJudge().fit(learned.pairs, learned.copied).log_odds(learned.pairs)
    assert learned.log_odds.shape == saw_all.shape == learned.copied.shape
    assert not np.isclose(learned.log_odds, saw_all).any()


def test_a_chance_held_out_is_the_chance_that_the_model_gives(
    learned: LearnedCopies, small_training: tuple[Model, Manifest]
) -> None:
    model, _ = small_training
    by_model = expit(learned.log_odds + model.copy_prior_log_odds())
    assert np.allclose(learned.held_out.probabilities(model.base_rates[Label.COPY_PASTE]), by_model)
