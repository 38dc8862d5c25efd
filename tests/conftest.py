"""What many tests share: the default model, trained once for the whole run, and a place for a store."""

import logging
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import create_engine, make_url, text

from classifier.model import Model
from classifier.registry import Registry, default_model

hypothesis.settings.register_profile("fuzz", max_examples=1000, deadline=None)
if "HYPOTHESIS_PROFILE" in os.environ:
    hypothesis.settings.load_profile(os.environ["HYPOTHESIS_PROFILE"])


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """Commands set up the log of the whole process; the next test is not to feel it."""
    loggers = [logging.getLogger(name) for name in (None, "bot", "discord.client")]
    before = [(logger, logger.level, list(logger.handlers)) for logger in loggers]
    yield
    for logger, level, handlers in before:
        logger.handlers[:] = handlers
        logger.setLevel(level)


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the default model in use; shared by all workers of a run."""
    root = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent
    directory = root / "models"
    default_model(Registry(directory))
    return directory


@pytest.fixture(scope="session")
def model(models: Path) -> Model:
    """The default model."""
    return Registry(models).load()


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a store that does not exist yet, in each kind of database.

    PostgreSQL: on the server at FLAGPOST_TEST_POSTGRES=postgresql://…, where databases are made and dropped.
    """
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new' / 'store.sqlite3'}"
        return
    address = os.environ.get("FLAGPOST_TEST_POSTGRES")
    if not address:
        pytest.skip("FLAGPOST_TEST_POSTGRES names no PostgreSQL server")
    server = make_url(address).set(drivername="postgresql+psycopg")
    name = f"flagpost_{uuid.uuid4().hex}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield server.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()
