"""`python -m ui` is the command `quoth`."""

from ui.cli import main

main()
