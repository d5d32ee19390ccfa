"""The labelled dev parts below `KIEMCHUNG_DATA`, and a large collection spliced from their claims."""

from __future__ import annotations

import gzip
import json
import os
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiemchung.engine.text.normalise import fold
from kiemchung.engine.types import Review

SPLIT = "dev"
SETS = (
    "checkthat2020_en",
    "checkthat2022_2a_en",
    "checkthat2025_norm_multi",
    "factchecktweet_en",
    "vifactcheck",
    "vifactcheck_articles",
    "vihallu",
)
LARGE = ("factchecktweet_en",)
SPLICED = ("checkthat2022_2a_en", "vifactcheck", "checkthat2020_en", "checkthat2025_norm_multi")
_NEAR = 500  # halves come from claims this close in their file: alike in subject and language


class DataMissingError(Exception):
    """The evaluation data is not where it should be."""


@dataclass(frozen=True, slots=True)
class Question:
    """A message; `kind` is its style, or why no review answers it; `relevant` the ids of the reviews that do."""

    id: str
    text: str
    kind: str
    relevant: frozenset[str]


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """The reviews of a set, its dev questions, and messages that no review answers."""

    name: str
    reviews: tuple[Review, ...]
    questions: tuple[Question, ...]
    unanswerable: tuple[Question, ...] = ()

    def changed(self, change: Callable[[str], str]) -> LabelledSet:
        """Return the set with every message (not the reviews) typed another way."""
        return LabelledSet(self.name, self.reviews, _typed(self.questions, change), _typed(self.unanswerable, change))


def unmarked(text: str) -> str:
    """Return a text as typed without marks: `Đà Nẵng` as `Da Nang`."""
    return fold(text)


def data_folder() -> Path:
    """Return the folder named by `KIEMCHUNG_DATA`. Raises `DataMissingError` saying what to do."""
    named = os.environ.get("KIEMCHUNG_DATA", "")
    if not named:
        raise DataMissingError("KIEMCHUNG_DATA is not set: name the folder that holds claims/ and messages_vi/.")
    if not Path(named).is_dir():
        raise DataMissingError(f"KIEMCHUNG_DATA names {named}, which is not a folder.")
    return Path(named)


def labelled(folder: Path, name: str) -> LabelledSet:
    """Read one set with its dev questions. Raises `DataMissingError` naming the file that is not there."""
    place = folder / "messages_vi" if name == "messages_vi" else folder / "claims" / name
    relevant = _relevant(place / "qrels.tsv")
    reviews = tuple(_review(row) for row in _rows(place, "claims"))
    questions = tuple(_question(row, relevant) for row in _rows(place, "queries") if str(row["id"]) in relevant)
    negatives = _rows(place, "negatives") if name == "messages_vi" else []
    return LabelledSet(name, reviews, questions, tuple(_question(row, {}) for row in negatives))


def spliced(reviews: Sequence[Review], count: int, *, seed: int = 1) -> list[Review]:
    """Return `count` new reviews: the first half of one claim, the second half of another nearby, the first's title.

    Never the two halves of one claim: that would be a copy of it. Raises `ValueError` for fewer than two reviews.
    """
    if len(reviews) < 2:
        raise ValueError("Splicing needs two reviews or more.")
    draw = random.Random(seed)  # noqa: S311 - repeatable, not secret
    words = [review.claim.split() for review in reviews]
    made = []
    for number in range(count):
        one = draw.randrange(len(words))
        other = _another(draw, one, len(words))
        first, second = words[one], words[other]
        claim = " ".join(first[: len(first) // 2] + second[len(second) // 2 :]) or f"claim {number}"
        made.append(Review(id=f"spliced-{number}", claim=claim, title=reviews[one].title))
    return made


def _another(draw: random.Random, one: int, count: int) -> int:
    """Return a place other than `one`, closer than `_NEAR`, below `count`."""
    low, high = max(0, one - _NEAR + 1), min(count, one + _NEAR)
    other = draw.randrange(low, high - 1)
    return other + (other >= one)


def write_jsonl(path: Path, reviews: Sequence[Review]) -> None:
    """Write reviews as the command imports and matches them."""
    with path.open("w", encoding="utf-8") as file:
        for review in reviews:
            row = {"id": review.id, "text": review.claim, "title": review.title, "body": review.body}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _typed(questions: Sequence[Question], change: Callable[[str], str]) -> tuple[Question, ...]:
    return tuple(Question(q.id, change(q.text), q.kind, q.relevant) for q in questions)


def _rows(place: Path, stem: str) -> list[dict[str, Any]]:
    for path in (place / f"{stem}.jsonl", place / f"{stem}.jsonl.gz"):
        if path.is_file():
            data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            return [json.loads(line) for line in data.split(b"\n") if line.strip()]
    raise DataMissingError(f"{place / stem}.jsonl (or .jsonl.gz) is missing.")


def _relevant(path: Path) -> dict[str, frozenset[str]]:
    if not path.is_file():
        raise DataMissingError(f"{path} is missing.")
    found: dict[str, set[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        query, claim, split = line.split("\t")
        if split == SPLIT:
            found.setdefault(query, set()).add(claim)
    return {query: frozenset(claims) for query, claims in found.items()}


def _review(row: dict[str, Any]) -> Review:
    text = {key: str(row.get(key) or "") for key in ("text", "title", "body", "lang")}
    return Review(id=str(row["id"]), claim=text["text"], title=text["title"], body=text["body"], lang=text["lang"])


def _question(row: dict[str, Any], relevant: dict[str, frozenset[str]]) -> Question:
    kind = str(row.get("why") or row.get("style") or row.get("kind") or "")
    return Question(str(row["id"]), str(row["text"]), kind, relevant.get(str(row["id"]), frozenset()))
