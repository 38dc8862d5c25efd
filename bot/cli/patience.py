"""Waiting that is told: a database server that was frozen, or a writer that hangs, looks like a command that does."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer

import click

SILENT_SECONDS = 5.0
"""How long a command waits without a word."""


@contextmanager
def waiting_for(what: str) -> Iterator[None]:
    """Say once on standard error what the command waits for, if this takes long; not under --quiet."""
    context = click.get_current_context(silent=True)
    if context is not None and context.params.get("quiet"):
        yield
        return
    timer = Timer(SILENT_SECONDS, click.echo, [f"flagpost: waiting for {what}"], {"err": True})
    timer.daemon = True  # Ctrl-C ends a command at once
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
