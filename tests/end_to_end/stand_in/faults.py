"""What goes wrong between a bot and Discord, a given share of the time."""

import random
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Fault(Enum):
    """One thing that goes wrong with a request."""

    FORBIDDEN = "403"
    NOT_FOUND = "404"
    TOO_MANY = "429"
    ERROR = "500"
    UNAVAILABLE = "503"
    RESET = "connection reset"
    ANSWER_LOST = "done, but the connection is reset before the answer"
    ANSWER_SPOILT = "done, but answered with 502"


ABOUT_CHANNELS = frozenset((Fault.FORBIDDEN, Fault.NOT_FOUND))
"""Refused so at its login, a bot gives up, and rightly."""

DONE_ALL_THE_SAME = frozenset((Fault.ANSWER_LOST, Fault.ANSWER_SPOILT))

BODIES: dict[Fault, tuple[int, Any]] = {
    Fault.FORBIDDEN: (403, {"code": 50013, "message": "Missing Permissions"}),
    Fault.NOT_FOUND: (404, {"code": 10003, "message": "Unknown Channel"}),
    Fault.TOO_MANY: (429, {"message": "You are being rate limited.", "retry_after": 0.1, "global": False}),
    Fault.ERROR: (500, {"code": 0, "message": "Internal Server Error"}),
    Fault.UNAVAILABLE: (503, {"code": 0, "message": "Service Unavailable"}),
    Fault.ANSWER_SPOILT: (502, {"code": 0, "message": "Bad Gateway"}),
}


@dataclass
class Faults:
    """Meets so large a share of all requests; `met` counts them."""

    chance: random.Random
    share: float
    met: int = field(default=0, init=False)

    def next(self, path: str) -> Fault | None:
        """What goes wrong with the next request, if anything."""
        if self.chance.random() >= self.share:
            return None
        self.met += 1
        kinds = [kind for kind in Fault if kind not in ABOUT_CHANNELS or path.startswith("/channels/")]
        return self.chance.choice(kinds)
