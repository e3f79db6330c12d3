"""Decides and remembers: the law, the list, the decisions and everything that is kept about them."""
