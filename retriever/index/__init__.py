"""The dense index: Chroma generations built from the catalogue, and the exact search."""
