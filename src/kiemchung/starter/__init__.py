"""The starter collection: reviews that come with kiemchung, so that the first question has something to meet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files

from kiemchung.engine.formats.jsonl import review_from_ours
from kiemchung.engine.types import Review


def starter_reviews() -> list[Review]:
    """Return the reviews of the starter collection; each names the institution that states its facts.

    >>> len(starter_reviews()) >= 150
    True
    """
    return list(_reviews())


def _reviews() -> Iterator[Review]:
    folder = files("kiemchung.starter")
    for name in sorted(entry.name for entry in folder.iterdir() if entry.name.startswith("reviews_")):
        for line in (folder / name).read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            review = review_from_ours(row)
            # Nobody published it: it says that it is a sample, and after whom. There is no page of the review itself;
            # the institution's front page is where a reader can go on, and is shown as a front page.
            words = "Bài mẫu của {}, dựa theo {}" if review.lang == "vi" else "Sample by {}, after {}"
            yield replace(
                review,
                publisher=words.format(review.publisher, row["source"]["name"]),
                publisher_url=row["source"]["url"],
            )
