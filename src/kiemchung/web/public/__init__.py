"""Pages of readers: no account, no session."""
