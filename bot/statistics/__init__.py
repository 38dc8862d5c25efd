"""What the moderators' work shows: how right the flags were, what was missed, how long it took, whether to train anew.

Figures are worked out here once, for the channel, the command line and files alike.
"""
