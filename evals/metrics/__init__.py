"""Every measure of a run, each a pure function of its outcomes."""
