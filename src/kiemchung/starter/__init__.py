"""The starter collection: reviews that come with kiemchung, so that the first question has something to meet."""

from __future__ import annotations

from importlib.resources import files

from kiemchung.engine.formats.reading import read_reviews
from kiemchung.engine.types import Review


def starter_reviews() -> list[Review]:
    """Return the reviews of the starter collection.

    >>> len(starter_reviews()) >= 150
    True
    """
    folder = files("kiemchung.starter")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.startswith("reviews_"))
    items = (item for name in names for item in read_reviews([(folder / name).read_bytes()], name=name))
    return [item for item in items if isinstance(item, Review)]
