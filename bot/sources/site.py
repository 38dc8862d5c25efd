"""A forum's interface for programs: JSON, asked for with the forum's key."""

from collections.abc import Collection, Mapping
from http import HTTPStatus
from urllib.parse import urlencode

from bot.config.sources import SiteTable
from bot.sources.errors import SourceError
from bot.sources.http import Answer, PoliteClient
from bot.sources.payloads import read_json
from classifier.errors import DataError

_NOT_THERE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)


class Site:
    """What one poll asks a forum. `headers` carry the key."""

    def __init__(self, client: PoliteClient, table: SiteTable, headers: Mapping[str, str]) -> None:
        self._client = client
        self._table = table
        self._headers = {"Accept": "application/json", **headers}

    @property
    def url(self) -> str:
        """The address of the forum's start page."""
        return self._table.url

    async def get(self, path: str, **query: str | int) -> object:
        """The JSON at `path`, which begins with a slash. Raises SourceError."""
        return self._json(await self._ask(path, query), path)

    async def find(self, path: str, **query: str | int) -> object | None:
        """The JSON at `path`, None where there is nothing (any more). Raises SourceError."""
        answer = await self._ask(path, query, also=_NOT_THERE)
        return None if answer.status in _NOT_THERE else self._json(answer, path)

    async def _ask(self, path: str, query: Mapping[str, str | int], also: Collection[int] = ()) -> Answer:
        url = f"{self._table.url}{path}" + (f"?{urlencode(query)}" if query else "")
        return await self._client.get(url, headers=self._headers, allow_private=self._table.allow_private, also=also)

    def _json(self, answer: Answer, path: str) -> object:
        if answer.body.lstrip().startswith(b"<"):
            raise SourceError(f"{path} is a web page: a login, a protection, or the url of something else")
        try:
            return read_json(answer.body)
        except DataError as error:
            raise SourceError(f"{path} is {error}; see whether the url is right") from error


def unexpected(path: str, kind: str) -> SourceError:
    """The error for JSON that is not what the forum's software answers."""
    return SourceError(f"{path} gave JSON, but not what {kind} answers; see whether url and kind are right")
