"""Real posts of the streams that were flagged in the reported halves, and whether a reader found them to be repeats.

A repeat is a text that its author, or another member, posted again at length, with no sign that it is a quotation, that
it corrects the earlier post or that it is repeated on purpose.
"""

from collections.abc import Mapping

VERDICTS: Mapping[str, tuple[bool, ...]] = {
    "10364": (False,),
    "15835": (False, False),
    "34985": (True, True),
    "35691": (True, True),
    "36335": (False, True),
    "36425": (False, False),
    "40368": (False, False),
    "56816": (False, False),
    "76701": (False, False),
    "79469": (True, True),
    "79535": (True, True),
    "79617": (True, True),
    "79809": (True, True),
    "80629": (True,),
    "94378": (False,),
    "111050": (False, False),
    "410502": (False, False),
    "4559": (False,),
    "cqy00rf": (False,),
    "d106rj7": (True,),
    "d4smw7m": (True,),
}
"""By the post's id. Of two readers the second knew nothing of what the first had found."""

READ = VERDICTS.keys()
REPEATS = frozenset(id for id, verdicts in VERDICTS.items() if all(verdicts))
DISPUTED = frozenset(id for id, verdicts in VERDICTS.items() if any(verdicts) and not all(verdicts))
READ_TWICE = frozenset(id for id, verdicts in VERDICTS.items() if len(verdicts) > 1)
