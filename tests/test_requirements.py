"""What is installed is what was looked at: every requirement is pinned to its hash. Needs no network.

Whether a version that is pinned is known to be bad cannot be known here; docs/security.md says how to ask.
"""

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCKS = {"requirements.lock": ("demo", "build", "report"), "requirements-dev.lock": ("dev",)}


class Pin(NamedTuple):
    requirement: Requirement
    hashes: list[str]

    @property
    def name(self) -> str:
        return canonicalize_name(self.requirement.name)

    @property
    def version(self) -> str:
        (only,) = self.requirement.specifier
        return only.version


def pins(lock: str) -> list[Pin]:
    """The requirements of a lock. Whatever is no pin with hashes, such as an index or an address, fails."""
    entries = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    found = []
    for entry in filter(None, map(str.strip, entries)):
        requirement, *hashes = re.split(r"\s+--hash=", entry)
        assert hashes, f"{lock}: {entry} has no hash"
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", one) for one in hashes), entry
        pin = Pin(Requirement(requirement), hashes)
        assert pin.requirement.url is None, f"{lock}: {entry} comes from an address"
        assert [one.operator for one in pin.requirement.specifier] == ["=="], f"{lock}: {entry} is no pin"
        found.append(pin)
    return found


def wanted(extras: tuple[str, ...]) -> Iterator[Requirement]:
    """What pyproject.toml asks for, with these extras and those that they name."""
    yield from map(Requirement, PROJECT["dependencies"])
    for extra in extras:
        for requirement in map(Requirement, PROJECT["optional-dependencies"][extra]):
            if requirement.name == PROJECT["name"]:
                yield from wanted(tuple(requirement.extras))
            else:
                yield requirement


@pytest.mark.parametrize("lock", LOCKS)
def test_everything_that_is_asked_for_is_pinned_with_hashes(lock: str) -> None:
    versions = {pin.name: pin.version for pin in pins(lock)}
    for requirement in wanted(LOCKS[lock]):
        pinned = versions.get(canonicalize_name(requirement.name))
        assert pinned is not None, f"{lock} lacks {requirement.name}: make lock"
        assert requirement.specifier.contains(pinned, prereleases=True), f"{lock}: {requirement} is at {pinned}"


def test_the_tests_run_with_what_users_get() -> None:
    run, dev = ({(pin.name, pin.version, *sorted(pin.hashes)) for pin in pins(lock)} for lock in LOCKS)
    assert run <= dev


def test_what_is_installed_is_what_is_pinned() -> None:
    for pin in pins("requirements-dev.lock"):
        marker = pin.requirement.marker
        if marker is not None and not marker.evaluate():
            continue
        try:
            assert version(pin.name) == pin.version, pin.name
        except PackageNotFoundError:
            pytest.fail(f"{pin.name} is not installed: make test sets it up")
