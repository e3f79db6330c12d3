"""Reference tables and invented demo lists, as files."""
