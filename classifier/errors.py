"""What can go wrong that a person can put right."""


class FlagpostError(Exception):
    """A mistake its reader can mend: one line that names the thing, what is wrong and what to do.

    The command line prints the message as it stands and ends with exit code 2.
    """


class DataError(FlagpostError):
    """A labelled post or an input line that cannot be used."""


class ModelError(FlagpostError):
    """A model that is missing, damaged, foreign or unsafe to load."""
