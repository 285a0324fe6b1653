"""Why an answer could not be written."""

from index.errors import FastTrackError


class GeneratorError(FastTrackError):
    """A generator is not installed, or failed while it wrote."""
