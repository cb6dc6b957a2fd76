"""Language models that may write the prose of an answer: remote ones, and a local file in process."""
