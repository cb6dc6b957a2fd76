"""Training of the reader and the verifier: data, network, learning, calibration, export."""

from evals.training.records import AnswerSpan, ReaderRecord, Records, RetrievalRecord, VerifierRecord, read_records

__all__ = ["AnswerSpan", "ReaderRecord", "Records", "RetrievalRecord", "VerifierRecord", "read_records"]
