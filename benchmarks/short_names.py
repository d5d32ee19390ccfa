"""Messages that are no longer than a name, judged as one: how many are warned of.

Run: `python -m benchmarks.short_names`. Names with their labels are those of names_vi's dev part; messages are those of
messages_vi, answerable and not, and of the starter collection.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import kiemchung
from benchmarks.corpus import data_folder
from kiemchung.checking import LONGEST_NAME, MOST_WORDS_OF_A_NAME, about_links
from kiemchung.engine.links import links_in

NAMES = ("display_name", "page_title", "sender")


def is_short(text: str) -> bool:
    """Return whether a text may be nothing but a name."""
    is_name = "\n" not in text.strip() and len(text.split()) <= MOST_WORDS_OF_A_NAME and len(text) <= LONGEST_NAME
    return is_name and not links_in(text)


def row(what: str, texts: Iterable[str]) -> str:
    """Return how many there are, how many of them are short, and how many are warned of."""
    all_of_them = list(texts)
    short = [text for text in all_of_them if is_short(text)]
    warned = [text for text in short if about_links(text).lookalikes]
    return f"| {what} | {len(all_of_them)} | {len(short)} | {len(warned)} | {'; '.join(warned[:3])} |"


def main() -> None:
    """Print the table."""
    folder = data_folder()
    print("| | all | short | warned of | the first of them |\n|---|---|---|---|---|")
    with (folder / "names_vi" / "names_dev.tsv").open(encoding="utf-8") as file:
        names = [one for one in csv.DictReader(file, delimiter="\t") if one["kind"] in NAMES]
    for label in Counter(one["label"] for one in names):
        print(row(f"names: {label}", [one["name"] for one in names if one["label"] == label]))
    starter = Path(kiemchung.__file__).parent / "starter"
    files = [*(folder / "messages_vi").glob("[nq]*.jsonl"), *sorted(starter.glob("messages*.jsonl"))]
    for path in files:
        print(row(path.stem, [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]))


if __name__ == "__main__":
    main()
