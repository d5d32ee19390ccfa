"""Formats of the outside world: reviews in and out, ratings. Import from its modules: a command loads what it reads."""
