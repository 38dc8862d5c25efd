"""The address of a store: the URL in the config taken apart, and the file it names where it names one."""

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.store.errors import StoreError

_ADVICE = "write sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME"


def address_of(url: str) -> URL:
    """The URL with its driver. StoreError for one that names no store."""
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        # What could not be taken apart may hold a password anywhere, so neither it nor the error is shown.
        raise StoreError(f"the store's URL cannot be read: {_ADVICE}") from None
    match address.get_backend_name():
        case "sqlite":
            if address.database in (None, "", ":memory:"):
                raise StoreError(f"the store's URL names no file: {_ADVICE}")
            return address.set(drivername="sqlite")
        case "postgresql" | "postgres":
            return address.set(drivername="postgresql+psycopg")
        case other:
            raise StoreError(f"the store cannot be kept in {other}: {_ADVICE}")


def place_of(address: URL) -> str:
    """The store for people: without its password, wherever in the URL that stands."""
    if address.get_backend_name() == "sqlite":
        return str(address.database)
    return URL.create("postgresql", host=address.host, port=address.port, database=address.database).render_as_string()


def database_file(url: str) -> Path | None:
    """The file of an SQLite store; None for one on a server, and for an SQLite URI, which need be no file.

    StoreError for a URL that names no store.
    """
    address = address_of(url)
    if address.get_backend_name() != "sqlite" or str(address.database).startswith("file:"):
        return None
    return Path(str(address.database))
