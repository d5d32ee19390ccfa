"""What is answered of near misses, and of the same claims in other words: `python -m benchmarks.near_misses`.

A near miss is a claim of a review with one thing exchanged: answered by itself it is answered wrongly. Each row is
counted with exchanged words judged (`engine/claims/exchanged.py`) and as if they were not. `near_misses.tsv` was
written before anything was judged; the starter collection's messages were used to fit the model. With `KIEMCHUNG_DATA`
the labelled sets too.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from benchmarks.corpus import DataMissingError, data_folder, labelled, unmarked
from benchmarks.setting import markdown
from kiemchung.engine.claims.index import ClaimIndex
from kiemchung.engine.claims.rank import DEFAULT_LIMIT
from kiemchung.engine.types import Message, Outcome
from training.corpus import starter

DATA = Path(__file__).parent / "near_misses.tsv"
SETS = (
    "messages_vi",
    "vifactcheck",
    "vihallu",
    "checkthat2020_en",
    "checkthat2022_2a_en",
    "checkthat2025_norm_multi",
)


class Asked(NamedTuple):
    """A message and the ids of the reviews that answer it."""

    text: str
    answers: frozenset[str]


class Written(NamedTuple):
    """A row of `near_misses.tsv`."""

    kind: str
    seen: str
    review_id: str
    text: str


def written() -> list[Written]:
    """Return the near misses and re-wordings of the starter collection's claims."""
    lines = DATA.read_text(encoding="utf-8").splitlines()
    return [Written(*line.split("\t")) for line in lines if line and not line.startswith("#")]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=float, default=DEFAULT_LIMIT)
    limit = parser.parse_args().limit
    header = ["messages", "how many", "answered rightly, not judged", "judged", "wrongly, not judged", "judged"]
    print(markdown(header, [*_of_starter(limit), *_of_sets(limit)]))


def _of_starter(limit: float) -> list[list[str]]:
    corpus = starter()
    index = ClaimIndex(corpus.reviews)
    own = written()
    rows = []
    for kind, seen in dict.fromkeys((one.kind, one.seen) for one in own):
        asked = [
            Asked(one.text, frozenset([one.review_id] if kind == "same" else []))
            for one in own
            if (one.kind, one.seen) == (kind, seen)
        ]
        rows.append(_row(index, f"{kind}, {seen}", asked, limit))
    sent = [Asked(one.text, frozenset([one.review_id] if one.review_id else [])) for one in corpus.messages]
    near = [Asked(one.text, frozenset()) for one in corpus.messages if one.kind == "near"]
    for name, some in (("starter, all", sent), ("starter, near misses", near)):
        rows += [_row(index, f"{name}, {form}", _typed(some, way), limit) for form, way in _FORMS]
    return rows


def _of_sets(limit: float) -> list[list[str]]:
    try:
        folder = data_folder()
    except DataMissingError:
        return []
    rows = []
    for name in SETS:
        one = labelled(folder, name)
        asked = [Asked(question.text, question.relevant) for question in (*one.questions, *one.unanswerable)]
        index = ClaimIndex(one.reviews)
        forms = _FORMS[:1] if name.startswith("checkthat") else _FORMS
        rows += [_row(index, f"{name}, {form}", _typed(asked, way), limit) for form, way in forms]
    return rows


_FORMS: tuple[tuple[str, Callable[[str], str]], ...] = (("as typed", str), ("unmarked", unmarked))


def _typed(asked: Sequence[Asked], way: Callable[[str], str]) -> list[Asked]:
    return [Asked(way(one.text), one.answers) for one in asked]


def _row(index: ClaimIndex, name: str, asked: Sequence[Asked], limit: float) -> list[str]:
    with patch("kiemchung.engine.claims.exchanged.exchanged", return_value=None):
        before = _answered(index, asked, limit)
    counts = zip(before, _answered(index, asked, limit), strict=True)
    return [name, str(len(asked)), *(str(count) for pair in counts for count in pair)]


def _answered(index: ClaimIndex, asked: Sequence[Asked], limit: float) -> tuple[int, int]:
    """Return how many are answered rightly, and how many wrongly."""
    found = index.search_many([Message(one.text) for one in asked], top=1, limit=limit, explain=False)
    given = [
        answer.matches[0].review_id in one.answers
        for one, answer in zip(asked, found, strict=True)
        if answer.outcome is Outcome.ANSWER
    ]
    return sum(given), len(given) - sum(given)


if __name__ == "__main__":
    main()
