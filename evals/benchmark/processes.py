"""Measuring in a process that has done nothing else."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

Measured = TypeVar("Measured")


def alone(measure: Callable[..., Measured], *arguments: object, **options: object) -> Measured:
    """Measure in a process that has done nothing else."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measure, *arguments, **options).result()
