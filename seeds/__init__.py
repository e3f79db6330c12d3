"""Reference data and invented demo data, with their loaders."""
