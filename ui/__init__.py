"""The same journeys for a person: the page and the command line."""
