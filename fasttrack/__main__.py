"""`python -m fasttrack`."""

from fasttrack.commands import main

main()
