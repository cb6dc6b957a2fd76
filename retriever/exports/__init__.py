"""An answer in the formats of others: to read, to cite from, to annotate with."""
