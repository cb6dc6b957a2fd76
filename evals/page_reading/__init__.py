"""How rightly PDFs are read: files made of known texts, and what comes back of the text."""
