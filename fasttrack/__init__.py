"""The command line: the one place where the parts are put together and errors become text for people.

`commands` names the commands; each has a module, which imports the parts only when it is called, so that a
search does not wait for what only an ingest uses. Exit codes: 0 done, 1 could not, 2 wrong use.
"""

from fasttrack.commands import app, main

__all__ = ["app", "main"]
