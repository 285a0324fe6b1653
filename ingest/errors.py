"""Why a file could not be read."""

from index.errors import FastTrackError


class UnreadableError(FastTrackError):
    """A file holds no text that can be read; the message is the reason, fit for a report."""
