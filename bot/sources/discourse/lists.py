"""The lists that Discourse keeps: the newest posts of all topics, and the newest messages of a chat channel."""

from functools import partial

from bot.sources.discourse.payloads import ChatChannel, ChatMessage, TopicPost
from bot.sources.newest_first import UNKNOWN, Make, Page, Row, stamp
from bot.sources.payloads import checked
from bot.sources.site import Site, unexpected

_IDS_A_PAGE = 50
"""Older versions answer with those of the fifty ids below the one named that the asker may read, maybe with none."""

_MESSAGES_A_PAGE = 50

_CHANNELS = "/chat/api/me/channels"


class Topics:
    """The posts of all topics that are open to all or, with a key, to its account."""

    def __init__(self, site: Site, name: str) -> None:
        self._site = site
        self._name = name
        self.warnings: tuple[str, ...] = ()

    async def page(self, older: int | None) -> Page[Make]:
        """The posts below the id `older`, which is among them or not, as the version of Discourse has it."""
        match await self._site.get("/posts.json", **({} if older is None else {"before": older})):
            case {"latest_posts": [*rows]}:
                posts, warnings = checked(TopicPost, rows)
            case _:
                raise unexpected("/posts.json", "Discourse")
        self.warnings += warnings
        lowest = min((post.id for post in posts), default=older or 0)
        if lowest == older:
            lowest -= _IDS_A_PAGE
        return Page([self._row(post) for post in posts], lowest, lowest if lowest > 1 else None)

    async def is_gone(self, id: str) -> bool:
        """Whether it was deleted, or its topic with it."""
        post = await self.post(id)
        return post is None or post.gone

    async def post(self, id: str) -> TopicPost | None:
        """The post by itself, None where there is none to be seen. Raises SourceError."""
        path = f"/posts/{id}.json"
        found = await self._site.find(path)
        if found is None:
            return None
        for post in checked(TopicPost, [found])[0]:
            return post
        raise unexpected(path, "Discourse")

    def make(self, post: TopicPost) -> Make:
        """What makes a Post of it."""
        return partial(post.to_post, self._name, self._site.url)

    def _row(self, post: TopicPost) -> Row[Make]:
        return Row(post.key, post.id, stamp(post.cooked) if post.readable else "", self.make(post))


class Messages:
    """The messages of a chat channel, without those of its threads."""

    def __init__(self, site: Site, name: str, channel: ChatChannel) -> None:
        self._site = site
        self._name = name
        self._channel = channel
        self._path = f"/chat/api/channels/{channel.id}/messages"
        self.warnings: tuple[str, ...] = ()

    async def page(self, older: int | None) -> Page[Make]:
        """The messages below the id `older`."""
        back: dict[str, str | int] = {} if older is None else {"direction": "past", "target_message_id": older}
        match await self._site.get(self._path, page_size=_MESSAGES_A_PAGE, **back):
            case {"messages": [*rows], "meta": {"can_load_more_past": bool(more)}}:
                messages, warnings = checked(ChatMessage, rows, "chat message")
            case _:
                raise unexpected(self._path, "Discourse's chat")
        self.warnings += warnings
        messages.sort(key=lambda message: message.id, reverse=True)
        lowest = messages[-1].id if messages else UNKNOWN
        return Page([self._row(message) for message in messages], lowest, lowest if messages and more else None)

    async def is_gone(self, id: str) -> bool:
        """Whether it was deleted; it may also have become part of a thread."""
        match await self._site.find(self._path, target_message_id=id.removeprefix("chat-")):
            case {"messages": [*rows]}:
                return any(message.key == id and message.gone for message in checked(ChatMessage, rows)[0])
            case None:
                return True
        return False

    def _row(self, message: ChatMessage) -> Row[Make]:
        mark = stamp(message.cooked) if message.readable else ""
        make = partial(message.to_post, self._name, self._site.url, self._channel)
        return Row(message.key, message.id, mark, make)


async def joined_channels(site: Site) -> list[ChatChannel]:
    """The channels that the account of the key has joined. Raises SourceError."""
    match await site.get(_CHANNELS):
        case {"public_channels": [*rows]}:
            return [channel for channel in checked(ChatChannel, rows)[0] if channel.public]
    raise unexpected(_CHANNELS, "Discourse's chat")
