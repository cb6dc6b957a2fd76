"""What the process that reads files may not do, whatever a file makes of a library in it."""

import ctypes
import os
import resource
import sys
from contextlib import suppress

MAX_MEMORY_BYTES = 2_000_000_000

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_NETWORK = ("socket.", "urllib.", "http.", "ftplib.", "smtplib.")


def confine() -> None:
    """Bound the memory of this process, and take the network and the writing of files from it.

    Where the system allows it, no library has a network any more; elsewhere Python's own functions refuse.
    """
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.dont_write_bytecode = True
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event.startswith(_NETWORK):
        raise PermissionError(f"{event} is not for a process that reads files")
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR):
        raise PermissionError("a process that reads files writes none")
