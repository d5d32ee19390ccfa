"""Backups: the desk's record and files in one file, and how it is put back."""
