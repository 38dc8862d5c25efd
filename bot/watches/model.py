"""The model in use: what the folder of models names, a running bot judges with."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.loops import every
from bot.review import texts
from classifier.errors import ModelError
from classifier.model import Model
from classifier.registry import Registry

log = logging.getLogger(__name__)

SECONDS = 3
"""Between two looks: reading a file of one line costs nothing."""


class ModelWatch:
    """Looks every few seconds which version is in use, and hands it over once it is loaded.

    A version that cannot be loaded is told once, and the one before it goes on judging. `use` puts a model to work,
    `tell` says a line in the moderator channel; both raise nothing that concerns the model.
    """

    def __init__(
        self,
        registry: Registry,
        version: str,
        use: Callable[[Model], Awaitable[None]],
        tell: Callable[[str], Awaitable[object]],
    ) -> None:
        self._registry = registry
        self._version = version
        self._use = use
        self._tell = tell
        self._refused: str | None = None

    @every(seconds=SECONDS)
    async def look(self) -> None:
        """Change over to the version in use, if it is another one."""
        try:
            version = await asyncio.to_thread(self._registry.current)
        except ModelError as error:
            await self._refuse("", error)
            return
        if version in (None, self._version):
            self._refused = None
            return
        if version == self._refused:
            return
        try:
            model = await asyncio.to_thread(self._registry.load, version)
        except ModelError as error:
            await self._refuse(str(version), error)
            return
        await self._use(model)
        before, self._version, self._refused = self._version, model.version, None
        log.info("judging with %s from now on, instead of %s", model.version, before)
        await self._tell(texts.notices.model_changed(model.version, before))

    async def _refuse(self, version: str, error: ModelError) -> None:
        if version != self._refused:
            self._refused = version
            log.error("%s goes on judging: %s", self._version, error)
            await self._tell(texts.notices.model_refused(version, self._version))
