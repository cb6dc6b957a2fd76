"""A saved run as a page, a summary and a comparison."""
