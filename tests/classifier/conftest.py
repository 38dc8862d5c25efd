"""A model of sixty posts: poor, but real, and trained in seconds."""

import pytest

from classifier.dataset import LabelledPost, written_posts
from classifier.labels import Label
from classifier.manifest import Manifest
from classifier.model import Model
from classifier.training import train


@pytest.fixture(scope="session")
def sixty_posts() -> list[LabelledPost]:
    """Posts that come with flagpost: 36 clean and long enough to be copied, twelve of each text label."""
    posts = [post for post in written_posts() if len(post.text) >= 80]
    clean = [post for post in posts if not post.labels]
    trolling = [post for post in posts if post.labels == {Label.TROLLING}]
    attacks = [post for post in posts if post.labels == {Label.PERSONAL_ATTACK}]
    return clean[:36] + trolling[:12] + attacks[:12]


@pytest.fixture(scope="session")
def small_training(sixty_posts: list[LabelledPost]) -> tuple[Model, Manifest]:
    """A model trained on the sixty posts, and its manifest."""
    return train(sixty_posts)
