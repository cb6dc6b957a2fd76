"""The blocks of a text: what is a heading, a row, an entry with its label, a line that belongs to the page."""
