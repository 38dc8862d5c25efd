"""What `flagpost check` found out."""

from collections.abc import Container, Iterable, Sequence
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


_END_THE_CHECK = (Subject.CONFIG, Subject.TOKEN, Subject.DISCORD)
"""Where one of these has a problem, nothing that needs it was looked at."""

_LOOKED_AT_THROUGH = {Subject.CHANNELS: Subject.SERVERS, Subject.ROLES: Subject.REVIEW}
"""What is found only where something else was found."""


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """The whole report: every subject in its turn; those that nothing was found out about are not checked, and why."""
    known = list(findings)
    problems = {finding.subject for finding in known if finding.state is State.PROBLEM}
    return [
        finding
        for subject in Subject
        for finding in [found for found in known if found.subject is subject]
        or [not_checked(subject, _what_is_in_the_way(subject, problems))]
    ]


def _what_is_in_the_way(subject: Subject, problems: Container[Subject]) -> str:
    before = (*_END_THE_CHECK, _LOOKED_AT_THROUGH.get(subject))
    return next((f"first mend: {other}" for other in before if other in problems), "")
