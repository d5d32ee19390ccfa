"""The engine: pure functions and indexes; it knows no network, clock, database or web framework."""
