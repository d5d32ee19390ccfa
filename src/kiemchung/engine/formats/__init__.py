"""Formats of the outside world: reviews in and out, ratings."""

from kiemchung.engine.formats.claimreview import claimreview_from
from kiemchung.engine.formats.feeds import feed_pieces
from kiemchung.engine.formats.ratings import map_words, rate, rating_table
from kiemchung.engine.formats.reading import Item, read_reviews
from kiemchung.engine.formats.refusals import Refusal

__all__ = [
    "Item",
    "Refusal",
    "claimreview_from",
    "feed_pieces",
    "map_words",
    "rate",
    "rating_table",
    "read_reviews",
]
