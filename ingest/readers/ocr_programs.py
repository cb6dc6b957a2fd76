"""Which programs that read scans are installed."""

import os
import shutil
import subprocess
from functools import cache

LANGUAGES = ("nld", "eng")


def missing_programs() -> str:
    """Return what has to be installed before scans can be read, empty when nothing has."""
    return "" if known_languages() else "tesseract-ocr with its languages eng and nld"


@cache
def known_languages() -> str:
    """Return those of the languages that tesseract has; none when it is not there."""
    if shutil.which("tesseract") is None:
        return ""
    try:
        done = subprocess.run(
            ["tesseract", "--list-langs"], capture_output=True, timeout=20, check=False, env=environment()
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    known = set(done.stdout.decode("utf-8", "replace").split())
    return "+".join(language for language in LANGUAGES if language in known)


def environment() -> dict[str, str]:
    """Return the environment in which it keeps to one core."""
    return os.environ | {"OMP_THREAD_LIMIT": "1"}
