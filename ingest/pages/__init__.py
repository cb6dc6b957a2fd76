"""Pages as they are printed: words with their places on them, and the text that they make."""
