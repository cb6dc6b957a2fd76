"""The commands of `quoth evals`."""
