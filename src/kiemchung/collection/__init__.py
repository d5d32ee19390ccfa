"""Reviews on disk: one SQLite file, every change numbered, older versions kept."""

from kiemchung.collection.home import default_home
from kiemchung.collection.store import Collection
from kiemchung.collection.types import Change, CollectionError, ImportSummary, LeftOut, Version

__all__ = ["Change", "Collection", "CollectionError", "ImportSummary", "LeftOut", "Version", "default_home"]
