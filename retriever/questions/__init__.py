"""What a person asks: a follow-up read with what was asked before, the kind of answer, and questions to suggest."""
