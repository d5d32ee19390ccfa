"""The starter collection's reviews and messages keep the promises of their README."""

from __future__ import annotations

import json
import re
from collections import Counter
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

import pytest

from kiemchung.engine.text.tokens import comparable

STARTER = files("kiemchung") / "starter"
FILES = sorted(entry.name for entry in STARTER.iterdir() if entry.name.endswith(".jsonl"))
RATINGS = {"true", "mostly_true", "mixed", "missing_context", "false", "scam", "satire", "unproven"}
STYLES = {
    *("forward", "question", "short", "nodiacritics", "teencode", "typos"),
    *("voice", "ocr", "mixed", "paraphrase", "tweet", "slang"),
}


def _rows(kind: str) -> list[dict[str, Any]]:
    names = [name for name in FILES if name.startswith(kind)]
    return [json.loads(line) for name in names for line in (STARTER / name).read_text(encoding="utf-8").splitlines()]


REVIEWS, MESSAGES = _rows("reviews_"), _rows("messages_")


def test_there_is_enough_to_learn_from() -> None:
    assert len(REVIEWS) >= 260
    assert len(MESSAGES) >= 2900
    assert sum(message["style"] == "mixed" for message in MESSAGES) >= 180


@pytest.mark.parametrize("rows", [REVIEWS, MESSAGES], ids=["reviews", "messages"])
def test_ids_are_unique_and_plain(rows: list[dict[str, Any]]) -> None:
    ids = [row["id"] for row in rows]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"kc-(?:hv|dv|sv|en)-m?\d{3,4}", found) for found in ids)


def test_no_claim_and_no_message_stands_twice() -> None:
    for texts in ([row["claim"] for row in REVIEWS], [row["text"] for row in MESSAGES]):
        counts = Counter(comparable(text).strip() for text in texts)
        twice = [text for text, count in counts.items() if text and count > 1]
        assert twice == []


def test_a_review_is_whole_and_names_the_front_page_of_its_source() -> None:
    for review in REVIEWS:
        assert review["rating"]["mapped"] in RATINGS, review["id"]
        assert all(review[key] for key in ("claim", "title", "body", "lang", "topic", "date", "publisher")), review[
            "id"
        ]
        address = urlsplit(review["source"]["url"])
        assert (address.scheme, address.path, address.query) == ("https", "/", ""), review["id"]


def test_a_message_names_the_review_that_answers_it_or_says_why_there_is_none() -> None:
    known = {review["id"] for review in REVIEWS}
    for message in MESSAGES:
        assert message["style"] in STYLES, message["id"]
        assert message["text"].strip(), message["id"]
        if message["review"] is None:
            assert message["why"] in {"near", "other", "chat"}, message["id"]
            assert (message["why"] == "near") == ("near" in message), message["id"]
            assert message.get("near", next(iter(known))) in known, message["id"]
        else:
            assert message["review"] in known, message["id"]
            assert not message.keys() & {"why", "near"}, message["id"]


def test_every_review_answers_two_messages_or_more() -> None:
    answered = Counter(message["review"] for message in MESSAGES)
    assert [review["id"] for review in REVIEWS if answered[review["id"]] < 2] == []
