"""Posts of the reported half of the stream that were flagged, and what a reader found them to be.

By their ids. A repeat is a text that its author, or another member, posted again at length, with no sign that it is a
quotation.
"""

NATURAL_REPEATS = frozenset({"34985", "35691", "79469", "79535", "79617", "79809", "80629"})

READ = NATURAL_REPEATS | {"15835", "36335", "36425", "40368", "56816", "76701", "94378", "111050", "410502"}
