from dataclasses import replace

import joblib
import numpy as np
import pytest

from classifier import dataset
from classifier.copies import PairFeatures
from classifier.dataset import LabelledPost, data_hash
from classifier.errors import DataError
from classifier.groups import groups_of
from classifier.labels import TEXT_LABELS, Label
from classifier.manifest import Manifest
from classifier.metrics import measure
from classifier.model import Model
from classifier.training import train

TEXTS = ["You clown.", "Nobody asked for your opinion, sweetheart.", "The gasket goes on before the cover does."]


def test_the_same_posts_in_any_order_give_the_same_model(
    sixty_posts: list[LabelledPost], small_training: tuple[Model, Manifest]
) -> None:
    model, manifest = small_training

    repeat = replace(sixty_posts[0], id="z: a repeat, under another name")
    again, its_manifest = train([repeat, *reversed(sixty_posts)])

    for label, log_odds in model.hostility.log_odds(TEXTS).items():
        assert again.hostility.log_odds(TEXTS)[label].tolist() == log_odds.tolist()
    pair = np.linspace(0, 1, len(PairFeatures._fields))[np.newaxis]
    assert again.copy_judge.log_odds(pair).tolist() == model.copy_judge.log_odds(pair).tolist()
    assert manifest == replace(its_manifest, created_at=manifest.created_at, train_seconds=manifest.train_seconds)


def test_two_processes_and_a_cluster_train_what_one_process_does(
    sixty_posts: list[LabelledPost], small_training: tuple[Model, Manifest]
) -> None:
    distributed = pytest.importorskip("dask.distributed", reason="needs the extra cluster")
    model, manifest = small_training
    with joblib.parallel_config("loky", n_jobs=2):
        trained = [train(sixty_posts)]
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs=50
        ) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
        joblib.parallel_config("dask", client=client, n_jobs=-1),
    ):
        trained.append(train(sixty_posts))
        worked = client.run(lambda dask_worker: dask_worker.state.executed_count)
    assert sum(worked.values()) > 0, "the cluster had nothing to do"

    for again, its_manifest in trained:
        assert np.array_equal(again.hostility.weights_, model.hostility.weights_)
        assert np.array_equal(again.hostility.out_of_fold_log_odds_, model.hostility.out_of_fold_log_odds_)
        pair = np.linspace(0, 1, len(PairFeatures._fields))[np.newaxis]
        assert again.copy_judge.log_odds(pair).tolist() == model.copy_judge.log_odds(pair).tolist()
        assert manifest == replace(its_manifest, created_at=manifest.created_at, train_seconds=manifest.train_seconds)


def test_bait_is_calibrated_on_the_posts_that_come_with_flagpost(
    sixty_posts: list[LabelledPost], small_training: tuple[Model, Manifest]
) -> None:
    posts = [replace(post, provenance="forum") if at % 3 else post for at, post in enumerate(sixty_posts)]

    weights, as_written = train(posts)[0].hostility.weights_, small_training[0].hostility.weights_

    assert np.array_equal(weights[:, :-1], as_written[:, :-1])
    assert not np.allclose(weights[:, -1], as_written[:, -1])


def test_another_seed_or_rate_is_another_version(sixty_posts: list[LabelledPost]) -> None:
    rates = {Label.TROLLING: 0.1, Label.PERSONAL_ATTACK: 0.05, Label.COPY_PASTE: 0.02}

    plain, other_seed, other_rates = (
        train(sixty_posts, **options)[1] for options in ({}, {"seed": 1}, {"base_rates": rates})
    )

    assert len({plain.version, other_seed.version, other_rates.version}) == 3
    assert other_rates.metrics[Label.TROLLING].base_rate == 0.1
    assert other_rates.metrics[Label.TROLLING].average_precision > plain.metrics[Label.TROLLING].average_precision


def test_the_manifest_tells_the_story_and_survives_the_way_to_disk(
    sixty_posts: list[LabelledPost], small_training: tuple[Model, Manifest]
) -> None:
    model, manifest = small_training

    assert Manifest.from_json(manifest.to_json()) == manifest
    assert manifest.version == model.version
    assert manifest.version.startswith(f"{manifest.created_at:%Y-%m-%d}-")
    assert manifest.kind == "trained"
    assert manifest.data_sha256 == data_hash(sixty_posts)
    assert manifest.counts.posts == 60
    assert manifest.counts.labels == {Label.TROLLING: 12, Label.PERSONAL_ATTACK: 12, Label.COPY_PASTE: 0}
    assert manifest.counts.provenances == {"written": 60}
    for label in TEXT_LABELS:
        assert manifest.metrics[label].positives == 12
        assert manifest.metrics[label].negatives == 36
    with pytest.raises(ValueError, match="created_at"):
        Manifest.from_json(manifest.to_json().replace('"created_at"', '"made_at"'))


def test_a_model_of_the_shipped_posts_alone_is_a_default_build(
    sixty_posts: list[LabelledPost], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dataset, "written_posts", lambda: list(sixty_posts))

    _, manifest = train(sixty_posts)

    assert manifest.kind == "default"
    assert manifest.version.startswith("default-")


def test_what_is_held_out_has_no_sibling_in_training(sixty_posts: list[LabelledPost]) -> None:
    one, two, *_ = sixty_posts
    posts = [
        replace(one, thread="t1", author="ann"),
        replace(two, thread="t1", author="bob"),
        replace(one, author="ann"),
        replace(two, author="ann"),
        replace(two, author="ann", provenance="forum"),
        one,
        replace(one, id="2", text=one.text.upper() + "!!"),
        replace(one, id="3", text="???"),
        replace(one, id="4", text="!!!"),
    ]

    groups = groups_of(posts)

    assert [groups.index(group) for group in groups] == [0, 0, 2, 2, 4, 5, 5, 7, 8]


def test_progress_is_told_in_plain_words_and_ends(sixty_posts: list[LabelledPost]) -> None:
    told: list[tuple[str, int, int]] = []

    train(sixty_posts, progress=lambda *stage: told.append(stage))

    for stage in {stage for stage, _, _ in told}:
        steps = [(done, total) for name, done, total in told if name == stage]
        assert steps[0][0] == 0
        assert steps == sorted(steps)
        assert steps[-1][0] == steps[-1][1]


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        (lambda post: Label.TROLLING not in post.labels, "trolling: too few posts with it to calibrate on: 0"),
        (lambda post: post.labels, "posts without labels: fewer than 3 threads"),
    ],
)
def test_too_few_posts_are_named(sixty_posts: list[LabelledPost], kept: object, told: str) -> None:
    assert callable(kept)
    with pytest.raises(DataError, match=told):
        train([post for post in sixty_posts if kept(post)])


def test_clean_posts_too_short_to_copy_are_named(sixty_posts: list[LabelledPost]) -> None:
    with pytest.raises(DataError, match="posts without labels: too few, or too short, to show"):
        train([post if post.labels else replace(post, text=post.text[:20]) for post in sixty_posts])


def test_figures_are_stated_at_the_base_rate() -> None:
    truth = np.repeat([True, False], 1000)
    log_odds = np.full(2000, -4.0)
    log_odds[:500] = 1.0  # half of the positives stand out, and one in a hundred negatives
    log_odds[1000:1010] = 1.0

    even, rare = measure(truth, log_odds, 0.5), measure(truth, log_odds, 0.1)

    # pairs told apart, and half of the ties: at 1.0, and at -4.0
    assert even.roc_auc == rare.roc_auc == pytest.approx(0.5 * 0.99 + (0.5 * 0.01 + 0.5 * 0.99) / 2)
    assert even.average_precision > rare.average_precision
    at = {point.threshold: point for point in rare.operating_points}
    assert at[0.2].recall == 0.5  # odds of e to 9
    assert at[0.2].false_alarms_per_1000 == pytest.approx(10)
    assert at[0.2].precision == pytest.approx(0.05 / (0.05 + 0.009))
    assert at[0.3].recall == 0
    assert at[0.3].precision is None


def test_the_calibration_error_sees_boasting() -> None:
    rng = np.random.default_rng(0)
    log_odds = rng.normal(0, 2, 40_000)
    truth = rng.random(40_000) < 1 / (1 + np.exp(-log_odds))

    assert measure(truth, log_odds, 0.5).calibration_error < 0.02
    assert measure(truth, 3 * log_odds, 0.5).calibration_error > 0.08
