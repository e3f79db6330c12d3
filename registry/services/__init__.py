"""One use case per file, named by its verb; the only code that commits."""
