"""Benchmarks: one script a question, comparing with peers in one run."""
