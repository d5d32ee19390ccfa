"""What is answered, rightly and wrongly, from collections of a few reviews: `python -m benchmarks.small_collections`.

Random collections from the starter reviews are asked sixty random starter messages each and all messages about what
is in them. `--least 0` shows what happens when words are weighed by the size of the collection alone.
"""

from __future__ import annotations

import argparse
import json
import random
from importlib.resources import files
from typing import Any

from kiemchung import ClaimIndex, Message, Outcome, starter_reviews
from kiemchung.engine.claims import candidates

SIZES = {1: 60, 2: 60, 3: 60, 5: 60, 10: 20, 20: 20, 40: 20}
STRANGERS = 60
SEED = 1


def starter_messages() -> list[dict[str, Any]]:
    """Return the labelled messages that come with the starter collection."""
    folder = files("kiemchung.starter")
    names = sorted(one.name for one in folder.iterdir() if one.name.startswith("messages_"))
    return [json.loads(line) for name in names for line in (folder / name).read_text("utf-8").splitlines()]


def main() -> None:
    """Print a row for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--least", type=int, default=candidates.LEAST_SIZE)
    candidates.LEAST_SIZE = parser.parse_args().least
    draw = random.Random(SEED)  # noqa: S311 (a sample, no secret)
    reviews, messages = {review.id: review for review in starter_reviews()}, starter_messages()
    print(
        "| reviews | asked | about one of them | answered rightly | wrongly | wrong of all |\n|---|---|---|---|---|---|"
    )
    for size, times in SIZES.items():
        asked = about = right = wrong = 0
        for _ in range(times):
            some = set(draw.sample(list(reviews), size))
            sent = draw.sample(messages, STRANGERS) + [one for one in messages if one["review"] in some]
            index = ClaimIndex([reviews[one] for one in some])
            found = index.search_many([Message(one["text"]) for one in sent], explain=False)
            answered = [(one, it.matches[0].review_id) for one, it in zip(sent, found, strict=True) if is_answer(it)]
            asked, about = asked + len(sent), about + sum(one["review"] in some for one in sent)
            right += sum(one["review"] == review for one, review in answered)
            wrong += sum(one["review"] != review for one, review in answered)
        print(f"| {size} | {asked} | {about} | {right} | {wrong} | {wrong / asked:.2%} |")


def is_answer(found: Any) -> bool:
    """Say whether a message was answered."""
    return bool(found.outcome is Outcome.ANSWER)


if __name__ == "__main__":
    main()
