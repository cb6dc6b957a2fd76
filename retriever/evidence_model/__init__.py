"""One small trained network, shared by the reader (spans and relevance) and the verifier (verdicts on claims)."""
