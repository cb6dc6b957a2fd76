"""Run the command line in this process."""

import sys
from dataclasses import dataclass

from ui.cli import main


@dataclass(frozen=True)
class Run:
    """What a command ended with and printed."""

    code: int
    out: str
    err: str


def run_here(monkeypatch, capsys, *arguments):
    """Run `quoth` with these arguments."""
    monkeypatch.setattr(sys, "argv", ["quoth", *map(str, arguments)])
    code = 0
    try:
        main()
    except SystemExit as stop:
        code = stop.code or 0
    return Run(code, *capsys.readouterr())
