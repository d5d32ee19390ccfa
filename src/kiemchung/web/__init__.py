"""The web service: settings, the door that requests come through, pages of readers and of the desk."""
