"""Short pauses: what else goes on in the process is not to hold up the event loop, which buttons wait for."""

import gc
import sys

SWITCH_SECONDS = 0.0005
"""So long a thread that judges or writes may keep the interpreter from the loop; a tenth of Python's own choice."""

COLLECTIONS = (700, 10, 1_000)
"""When Python looks for garbage; the last is a hundred times its own choice. What a bot lets go of mostly dies young,
and a search through all there is stops every thread.
"""


def shorten_pauses() -> None:
    """To be called once all is loaded: what there is by now stays, and is not searched for garbage again.

    With a model and the libraries in memory that would take a tenth of a second.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTIONS)
