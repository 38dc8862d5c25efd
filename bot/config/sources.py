"""The forums whose posts are read: a table [sources.NAME] for each, its keys by the kind of source."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

from bot.config.table import Table
from bot.config.values import Address, ChannelId, FilePath, WebAddress, YesNo, one_of, refusal, shown, whole_number

TAKEN_NAMES = ("discord", "file")
"""Names under which posts are stored that come from no table."""

_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")

Seconds = Annotated[int, whole_number(15, 86_400)]

Platform = Literal["phpbb", "smf", "nodebb", "discourse", "mybb", "other"]


def _without_query(url: str) -> str:
    if urlsplit(url).query:
        raise refusal("expected the address of the forum's start page, without ? and what stands behind it.")
    return url.rstrip("/")


SiteAddress = Annotated[WebAddress, AfterValidator(_without_query)]
"""The address of a forum's start page, without a slash at its end."""


class SourceTable(Table):
    """What every source may say: a review channel for its cards, in place of the one in [review]."""

    review_channel: ChannelId | None = None


class PolledTable(SourceTable):
    """A source that is asked every so many seconds; `allow_private`: also where its host is no public one."""

    every_seconds: Seconds = 60
    allow_private: YesNo = False


class SiteTable(PolledTable):
    """A forum with an interface for programs; `webhook`: it also delivers to /hooks/NAME."""

    url: SiteAddress = Field(description="Write the address of the forum's start page.")
    webhook: YesNo = False


class DiscourseSource(SiteTable):
    """A Discourse forum; `chat`: its chat messages too."""

    kind: Literal["discourse"]
    chat: YesNo = False


class XenForoSource(SiteTable):
    """A XenForo forum, 2.1 or later."""

    kind: Literal["xenforo"]


class NodeBBSource(SiteTable):
    """A NodeBB forum."""

    kind: Literal["nodebb"]


class FeedSource(PolledTable):
    """An Atom, RSS or JSON feed of posts; `platform` is the software that writes it."""

    kind: Literal["feed"]
    url: WebAddress = Field(description="Write the address of the feed.")
    platform: Annotated[Platform, one_of(*get_args(Platform))] = Field(
        description=f"Write which software the forum runs on: {', '.join(get_args(Platform))}."
    )


class WebhookSource(SourceTable):
    """Whatever delivers posts to /hooks/NAME in flagpost's own form."""

    kind: Literal["webhook"]


class FileSource(SourceTable):
    """A file of posts, one JSON object a line, that grows. `load_settings` has made its path absolute."""

    kind: Literal["file"]
    path: FilePath = Field(description="Write the path of the file.")


SourceSettings = DiscourseSource | XenForoSource | NodeBBSource | FeedSource | WebhookSource | FileSource

SOURCE_KINDS: Mapping[str, type[SourceTable]] = {
    get_args(model.model_fields["kind"].annotation)[0]: model for model in get_args(SourceSettings)
}
"""The table of each kind of source."""


def _named(sources: object) -> object:
    """The tables under [sources], once their names will do."""
    if isinstance(sources, dict):
        for name, table in sources.items():
            _check_name(name, table)
        _check_variables(sources)
    return sources


def _check_name(name: str, table: object) -> None:
    if not isinstance(table, dict):
        raise refusal(f"{shown(name)} is no table. Give each source its own, [sources.NAME], with its keys below.")
    if not _NAME.fullmatch(name):
        raise refusal(f"expected a name of at most 40 letters (a to z), digits, - and _, got {shown(name)}.")
    if name.lower() in TAKEN_NAMES:
        raise refusal(f"the name {shown(name)} is taken. Name the source for its forum.")


def _check_variables(sources: dict[str, Any]) -> None:
    seen: dict[str, str] = {}
    for name in sources:
        if other := seen.get(secret_variable(name)):
            raise refusal(f"{other} and {name} would share {secret_variable(name)}. Rename one of them.")
        seen[secret_variable(name)] = name


Sources = Annotated[
    Mapping[str, Annotated[SourceSettings, Field(discriminator="kind")]],
    BeforeValidator(_named),
]


class WebhooksSettings(Table):
    """Where the server listens that takes in all deliveries."""

    listen: Address = "127.0.0.1:8472"

    @property
    def host(self) -> str:
        """The name or number of the network interface, an IPv6 number without its brackets."""
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        """1 to 65535."""
        return int(self.listen.rpartition(":")[2])


def key_variable(name: str) -> str:
    """The environment variable that holds the API key of a source."""
    return f"FLAGPOST_{name.upper().replace('-', '_')}_KEY"


def secret_variable(name: str) -> str:
    """The environment variable that holds the webhook secret of a source."""
    return f"FLAGPOST_{name.upper().replace('-', '_')}_SECRET"
