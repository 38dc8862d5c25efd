"""Who may have written a file: what is unpickled runs as code, so nobody but this user and root."""

import os
import shlex
import stat
import sys
from pathlib import Path


def why_foreign(path: Path, status: os.stat_result) -> str | None:
    """What lets others write to a file or folder with that status, as the end of a sentence; None where nothing does.

    On Windows always None: there, access is not in the mode bits, and the user's folders are the user's by default.
    """
    if sys.platform == "win32":
        return None
    if status.st_mode & stat.S_IWOTH:
        return f"can be written by everybody (run chmod o-w {shlex.quote(str(path))})"
    if status.st_uid not in (0, os.geteuid()):
        return f"belongs to another user (id {status.st_uid})"
    return None
