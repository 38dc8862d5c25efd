"""What can go wrong between a source and flagpost, told in one line without a word of any post."""

from classifier.errors import FlagpostError


class SourceError(FlagpostError):
    """A source cannot be read now: what is wrong and what to do, in one line without a word of any post."""


class Refused(FlagpostError):
    """A delivery that is not taken in; `status` is the HTTP status to answer. The message tells nothing of its body."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
