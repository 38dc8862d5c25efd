"""Checks of what is on this machine: the token, the store, the model."""

from collections.abc import Mapping
from pathlib import Path

from bot.cli.checks.findings import Finding, Subject, ok, problem
from bot.config import TOKEN_VARIABLE, ConfigError, token
from bot.store.errors import StoreError
from bot.store.store import Store
from classifier.errors import ModelError
from classifier.registry import Registry


def check_token(environ: Mapping[str, str]) -> Finding:
    """Whether a token is set; only Discord knows whether it is the right one."""
    try:
        token(environ)
    except ConfigError as error:
        return problem(Subject.TOKEN, str(error))
    return ok(Subject.TOKEN, f"{TOKEN_VARIABLE} is set")


def check_store(url: str) -> Finding:
    """Whether the store opens; opening makes it, or brings it up to date."""
    try:
        Store.open(url).close()
    except StoreError as error:
        return problem(Subject.STORE, str(error))
    return ok(Subject.STORE, "opens and is up to date")


def check_model(directory: Path) -> Finding:
    """Whether the model in use loads, or the first one can be built; does not build it."""
    registry = Registry(directory)
    try:
        version = registry.current()
        if version is not None:
            registry.load(version)
            return ok(Subject.MODEL, f"{version} loads")
        with registry.locked():
            return ok(Subject.MODEL, "none yet; it is built at the first run, which takes under a minute")
    except ModelError as error:
        return problem(Subject.MODEL, str(error))
    except OSError as error:
        remedy = "Let this user write there, or name another folder: [model] directory."
        return problem(Subject.MODEL, f"{directory}: {error.strerror}", remedy)
