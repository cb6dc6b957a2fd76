"""What is under test: Quoth in this process, and anything else that answers."""
