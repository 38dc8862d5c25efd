"""Where the copy index of a store lies: a file that can always be made again from the store."""

from hashlib import sha256
from pathlib import Path

import platformdirs

from bot.store.address import address_of, database_file
from bot.store.share import ALL, Share

_SUFFIX = ".copies"


def copies_file(url: str, share: Share = ALL) -> Path:
    """Beside a database that is a file; for one on a server, in this user's data folder under a name of its own.

    Each of several processes has a file of its own. StoreError for a URL that names no store.
    """
    if (database := database_file(url)) is not None:
        return database.with_name(database.name + _SUFFIX)
    address = address_of(url)
    name = sha256(f"{address.host} {address.port} {address.database}".encode()).hexdigest()[:16]
    part = "" if share.count == 1 else f"-{share.number}-of-{share.count}"
    return platformdirs.user_data_path("flagpost", appauthor=False) / f"{name}{part}{_SUFFIX}"
