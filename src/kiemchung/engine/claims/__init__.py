"""Claims: which published reviews are about the same claim as a message, how surely, and why."""
