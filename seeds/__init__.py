"""Reference data and invented demo data, each with its loader."""
