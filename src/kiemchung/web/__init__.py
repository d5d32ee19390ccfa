"""The web service; so far its settings, which the queue needs too."""
