"""Numbers, dates, names and terms that are the same in other words."""
