import pytest

from classifier.labels import Label
from classifier.manifest import Manifest
from classifier.model import Model


@pytest.mark.parametrize("label", Label)
def test_a_model_keeps_what_the_figures_of_its_manifest_were_made_of(
    small_training: tuple[Model, Manifest], label: Label
) -> None:
    model, manifest = small_training
    held_out, rate = model.held_out[label], manifest.base_rates[label]

    probabilities, weights = held_out.probabilities(rate), held_out.weights(rate)

    metrics = manifest.metrics[label]
    assert len(probabilities) == metrics.positives + metrics.negatives
    for point in metrics.operating_points:
        passed = probabilities >= point.threshold
        assert weights[passed & held_out.truth].sum() == pytest.approx(rate * point.recall)
        alarms = weights[passed & ~held_out.truth].sum()
        assert alarms == pytest.approx((1 - rate) * point.false_alarms_per_1000 / 1000)
