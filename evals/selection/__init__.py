"""Training of the sentence selector: which sentences of a passage answer, or none of them."""
