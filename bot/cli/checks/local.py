"""Checks of what is on this machine: the token, the store, the model."""

from collections.abc import Mapping
from pathlib import Path

from bot.cli.checks.findings import Finding, Subject, ok, problem
from bot.cli.options import waiting_for_store
from bot.config import TOKEN_VARIABLE, ConfigError, token
from bot.store.errors import StoreError
from bot.store.exposure import readable_by_others
from bot.store.store import Store
from classifier.errors import ModelError
from classifier.registry import Registry

EXPOSED_REMEDY = "Take that away from them: chmod o-rwx and the names."

BUILT_BY_ITSELF = "default-"
"""How the versions begin that flagpost builds, and builds anew when they no longer load."""


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
        with waiting_for_store(url):
            Store.open(url).close()
    except StoreError as error:
        return problem(Subject.STORE, str(error))
    if exposed := readable_by_others(url):
        names = ", ".join(map(str, exposed))
        return problem(Subject.STORE, f"every user of this machine may read {names}.", EXPOSED_REMEDY)
    return ok(Subject.STORE, "opens and is up to date")


def check_model(directory: Path) -> Finding:
    """Whether the model in use loads, or one can be built; does not build it."""
    registry = Registry(directory)
    try:
        version = _loading(registry)
        if version is not None:
            return ok(Subject.MODEL, f"{version} loads")
        with registry.locked():
            return ok(Subject.MODEL, "is built at the next run, which takes under a minute")
    except ModelError as error:
        return problem(Subject.MODEL, str(error))
    except OSError as error:
        remedy = "Let this user write there, or name another folder: [model] directory."
        return problem(Subject.MODEL, f"{directory}: {error.strerror}", remedy)


def _loading(registry: Registry) -> str | None:
    """The version in use when it loads; None where flagpost will build one. Raises ModelError where it will not."""
    version = registry.current()
    if version is None:
        return None
    try:
        registry.load(version)
    except ModelError:
        if version.startswith(BUILT_BY_ITSELF):
            return None
        raise
    return version
