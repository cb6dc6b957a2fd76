"""Which language a text is in, and its words as the keyword search sees them."""
