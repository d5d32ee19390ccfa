"""How much memory an import needs: three large sources made here, each imported by a process of its own."""

from __future__ import annotations

import gzip
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.corpus import SPLICED, data_folder, labelled, spliced, write_jsonl
from benchmarks.setting import commit, machine, markdown
from benchmarks.speed import kiemchung
from kiemchung.collection.searchable import INDEX_FOLDER
from kiemchung.engine.types import Review

_LOOK_EVERY_S = 0.05
_BODY_WORDS = 250
_PICTURE = "https://tinthat.example/" + "p" * 1900  # what a feed holds beside the review
_HEAD = ("what", "resident MB", "anonymous MB", "files mapped MB", "index, bytes a review")


def _body(draw: random.Random, words: Sequence[str]) -> str:
    half = _BODY_WORDS // 2
    places = [draw.randrange(len(words) - half) for _ in range(2)]
    return " ".join(word for at in places for word in words[at : at + half])


def _items(reviews: Sequence[Review], words: Sequence[str]) -> Iterator[dict[str, Any]]:
    draw = random.Random(2)  # noqa: S311 - repeatable, not secret
    for number, review in enumerate(reviews):
        url = f"https://tinthat.example/kiem-chung/{number}/{review.id}"
        node = {
            "@type": "ClaimReview",
            "url": url,
            "claimReviewed": review.claim,
            "name": review.title,
            "reviewRating": {"@type": "Rating", "alternateName": "Sai", "ratingValue": "1", "bestRating": "5"},
            "author": {"@type": "Organization", "name": "Tin Thật", "url": "https://tinthat.example/"},
            "datePublished": "2024-05-01",
            "itemReviewed": {"@type": "CreativeWork", "appearance": [{"url": f"https://vi.example/post/{number}"}]},
        }
        beside = {"reviewBody": _body(draw, words)} if words else {"image": _PICTURE}
        yield {"@type": "DataFeedItem", "item": [node | beside]}


def write_feed(path: Path, reviews: Sequence[Review], words: Sequence[str] = ()) -> None:
    """Write reviews as a Data Commons feed, packed when its name says so, with bodies drawn from `words`."""
    with gzip.open(path, "wt", encoding="utf-8") if path.suffix == ".gz" else path.open("w", encoding="utf-8") as file:
        file.write('{"@context": "https://schema.org", "@type": "DataFeed", "dataFeedElement": [\n')
        for number, item in enumerate(_items(reviews, words)):
            file.write((",\n" if number else "") + json.dumps(item, ensure_ascii=bool(words)))
        file.write("\n]}\n")


def peaks(command: Sequence[str], home: Path) -> tuple[int, int, int]:
    """Return the most MB that a command held: resident, and of that anonymous and mapped from files (Linux)."""
    highest = {"VmRSS": 0, "RssAnon": 0, "RssFile": 0}
    environment = os.environ | {"KIEMCHUNG_HOME": str(home)}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment) as process:
        while process.poll() is None:
            for line in Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8").splitlines():
                name, _, value = line.partition(":")
                if name in highest:
                    highest[name] = max(highest[name], int(value.split()[0]) // 1024)
            try:
                process.wait(_LOOK_EVERY_S)
            except subprocess.TimeoutExpired:
                continue
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return highest["VmRSS"], highest["RssAnon"], highest["RssFile"]


def main() -> None:
    """Print the table."""
    folder = data_folder()
    whole = [review for name in SPLICED for review in labelled(folder, name).reviews]
    words = " ".join(review.claim for review in labelled(folder, "vifactcheck_articles").reviews).split()
    rows = []
    with TemporaryDirectory() as made:
        place = Path(made)
        write_feed(place / "bodies.json.gz", spliced(whole, 60_000), words)
        write_feed(place / "plain.json", spliced(whole, 110_000))
        write_jsonl(place / "many.jsonl", spliced(whole, 300_000))
        for name, count in (("bodies.json.gz", 60_000), ("plain.json", 110_000), ("many.jsonl", 300_000)):
            home = place / f"home-{name}"
            found = peaks(kiemchung("import", "--json", str(place / name)), home)
            index = sum(file.stat().st_size for file in (home / INDEX_FOLDER).glob("*.segment"))
            size = (place / name).stat().st_size // 10**6
            rows.append([f"{name}: {count:,} reviews, {size} MB", *map(str, found), f"{index / count:.0f}"])
    sys.stdout.write(f"commit {commit()}, {machine()}\n\n" + markdown(_HEAD, rows) + "\n")


if __name__ == "__main__":
    main()
