"""Short pauses: what else goes on in the process is not to hold up the event loop, which buttons wait for."""

import gc
import sys

SWITCH_SECONDS = 0.0005
"""So long a thread that judges or writes may keep the interpreter from the loop; a tenth of Python's own choice."""


def shorten_pauses() -> None:
    """To be called once all is loaded: what there is by now stays, and is not searched for garbage again.

    A full collection stops every thread, for a tenth of a second with a model and the libraries in memory.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()
