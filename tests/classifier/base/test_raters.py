import numpy as np

from classifier import base
from classifier.text import fold


def test_raters_know_insults_from_courtesies_without_any_of_our_posts() -> None:
    insults = ["You are a pathetic liar and everyone knows it", "shut up you clown, nobody asked you"]
    courtesies = ["Thanks, that fixed it for me", "I think the second edition has better maps"]
    features = base.text_features().transform([fold(text).text for text in insults + courtesies])
    raters = base.raters()
    scores = raters.scores(features)
    assert scores.shape == (4, len(raters.names))
    assert (scores[:2].min(axis=0) > scores[2:].max(axis=0)).all()


def test_scores_are_finite_for_the_oddest_texts() -> None:
    features = base.text_features().transform(["", "x" * 100_000, "😀" * 50, "\ufffd"])
    assert np.isfinite(base.raters().scores(features)).all()
