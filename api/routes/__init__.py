"""One module of routes for each thing that can be asked for."""
