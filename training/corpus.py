"""The data the shipped models may be fitted on: the starter collection's messages and, where present, `messages_vi`."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from kiemchung.engine.types import Review


@dataclass(frozen=True, slots=True)
class LabelledMessage:
    """A message with the id of the review that answers it, or `""`; `kind` is its style, or why none answers it."""

    id: str
    text: str
    lang: str
    review_id: str
    kind: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """Reviews and messages written together: no message is answered by a review other than its own."""

    name: str
    reviews: tuple[Review, ...]
    messages: tuple[LabelledMessage, ...]


def _lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _review(row: dict[str, object]) -> Review:
    return Review(
        id=str(row["id"]),
        claim=str(row.get("claim") or row["text"]),
        title=str(row.get("title") or ""),
        body=str(row.get("body") or ""),
        lang=str(row.get("lang") or ""),
    )


def _message(row: dict[str, object], review_id: str) -> LabelledMessage:
    kind = str(row.get("why") or row.get("style") or "")
    return LabelledMessage(str(row["id"]), str(row["text"]), str(row.get("lang") or ""), review_id, kind)


def starter() -> Corpus:
    """Return the starter collection with its messages."""
    folder = Path(str(files("kiemchung") / "starter"))
    reviews = [_review(row) for path in sorted(folder.glob("reviews_*.jsonl")) for row in _lines(path)]
    messages = [
        _message(row, str(row.get("review") or ""))
        for path in sorted(folder.glob("messages_*.jsonl"))
        for row in _lines(path)
    ]
    return Corpus("starter", tuple(reviews), tuple(messages))


def messages_vi() -> Corpus | None:
    """Return the dev part of `messages_vi` below `KIEMCHUNG_DATA`, or `None` where it is missing."""
    folder = Path(os.environ.get("KIEMCHUNG_DATA", "")) / "messages_vi"
    if not (folder / "claims.jsonl").is_file():
        return None
    relevant = dict(
        line.split("\t")[:2] for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]
    )
    messages = [_message(row, relevant[str(row["id"])]) for row in _lines(folder / "queries.jsonl")]
    messages += [_message(row, "") for row in _lines(folder / "negatives.jsonl")]
    return Corpus("messages_vi", tuple(_review(row) for row in _lines(folder / "claims.jsonl")), tuple(messages))
