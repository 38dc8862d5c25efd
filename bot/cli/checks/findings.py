"""What `flagpost check` found out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Subject(StrEnum):
    """What is checked, in the order of the report."""

    CONFIG = "config"
    TOKEN = "token"
    DISCORD = "Discord"
    MESSAGE_CONTENT = "message content"
    SERVERS = "servers"
    CHANNELS = "watched channels"
    REVIEW = "review channel"
    ROLES = "moderator roles"
    FORUMS = "forums"
    STORE = "store"
    MODEL = "model"


class State(StrEnum):
    """How a subject stands."""

    OK = "ok"
    PROBLEM = "problem"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Finding:
    """How one thing stands; `remedy` says what to do about a problem, where `text` does not; `details` are lines."""

    subject: Subject
    state: State
    text: str = ""
    remedy: str = ""
    details: Sequence[str] = ()


def ok(subject: Subject, text: str, details: Sequence[str] = ()) -> Finding:
    """All is well."""
    return Finding(subject, State.OK, text, details=details)


def problem(subject: Subject, text: str, remedy: str = "") -> Finding:
    """Something has to be done."""
    return Finding(subject, State.PROBLEM, text, remedy)


def not_checked(subject: Subject, text: str = "", details: Sequence[str] = ()) -> Finding:
    """Something before it has to be put right first, or has to happen first."""
    return Finding(subject, State.NOT_CHECKED, text, details=details)


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """The whole report: every subject in its turn; those that nothing was found out about are not checked."""
    known = list(findings)
    return [
        finding
        for subject in Subject
        for finding in [found for found in known if found.subject is subject] or [not_checked(subject)]
    ]
