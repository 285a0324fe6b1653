"""The errors that people are meant to read.

Libraries raise; only the command line and the pages turn an error into text. A message says what is
wrong with both sides or names the next step, and is a full sentence in itself.
"""


class FastTrackError(Exception):
    """Something could not be done; the message is fit to be shown as it is."""


class LibraryError(FastTrackError):
    """A library is missing, damaged, or was built in a way that does not fit this use of it."""


class WeightsError(FastTrackError):
    """A model's weights are missing or are not the ones that were pinned."""
