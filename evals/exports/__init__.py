"""Saved runs in the formats of other eval suites, one file for each."""

from evals.exports.inspect_ai import to_inspect
from evals.exports.ragas import to_ragas

__all__ = ["to_inspect", "to_ragas"]
