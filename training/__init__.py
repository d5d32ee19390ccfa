"""Fits the small models that ship with kiemchung, from the project's own messages; not part of the package."""
