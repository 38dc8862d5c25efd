"""The polite client: how flagpost asks other people's servers."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said. Header names are lower case; `body` is empty when the page is `not_modified`."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    not_modified: bool = False


class PoliteClient:
    """Asks web servers, one request at a time per host, and none before the time it asked for.

    Close it at the end, or use it in `async with`.
    """

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        validators: Mapping[str, str] | None = None,
        allow_private: bool = False,
    ) -> Answer:
        """GET a page. Raises SourceError unless the answer is 200, or 304 to `validators` of an earlier answer."""
        raise NotImplementedError
