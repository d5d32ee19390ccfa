"""Writes the tables of docs/ that come from the code: `.venv/bin/python docs/tables.py` (a test fails when they differ)."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from pathlib import Path

from kiemchung.engine.claims import features
from kiemchung.engine.claims.facts import FACT_CLASSES
from kiemchung.engine.claims.reasons import SENTENCES
from kiemchung.engine.formats.ratings import rating_table
from kiemchung.engine.formats.refusals import REASONS
from kiemchung.engine.types import MappedRating

DOCS = Path(__file__).parent
FACT_FEATURES = {
    "same": "share of the message's facts of this class that the review has too",
    "different": "the review has another value of the same unit, kind or pair, and not the message's own",
    "missing": "the message has such a fact, the review has none",
    "extra": "the review has such a fact, the message has none",
}
_ENTRY = re.compile(r'^    "(\w+)",(?:  # (.*))?$', re.M)


def feature_rows() -> list[tuple[str, str]]:
    """Return every named feature with what its comment in the code says."""
    said = dict(_ENTRY.findall(inspect.getsource(features)))
    facts = {f"{name}_{what}" for name in FACT_CLASSES for what in FACT_FEATURES}
    rows = [(f"`{name}`", said.get(name) or name.replace("_", " ")) for name in features.FEATURES if name not in facts]
    rows += [(f"`{{class}}_{what}`", meaning) for what, meaning in FACT_FEATURES.items()]
    return rows


def reason_rows() -> list[tuple[str, str, str]]:
    """Return every reason code with its sentence in both languages."""
    return [(f"`{code}`", vietnamese, english) for code, (vietnamese, english) in SENTENCES.items()]


def refusal_rows() -> list[tuple[str, str, str]]:
    """Return every code of a refused item with its sentence in both languages."""
    return [(f"`{code}`", vietnamese, english) for code, (english, vietnamese) in REASONS.items()]


def rating_rows() -> list[tuple[str, str, str]]:
    """Return the words in English and Vietnamese that are mapped to each of the eight ratings."""
    words = {(rating, lang): ", ".join(phrases) for rating, lang, phrases in rating_table()}
    return [(f"`{rating}`", words.get((rating, "vi"), ""), words.get((rating, "en"), "")) for rating in MappedRating]


TABLES: dict[str, tuple[tuple[str, ...], Callable[[], list[tuple[str, ...]]]]] = {
    "features": (("feature", "what it is"), lambda: [*feature_rows()]),
    "reasons": (("code", "tiếng Việt", "English"), lambda: [*reason_rows()]),
    "refusals": (("code", "tiếng Việt", "English"), lambda: [*refusal_rows()]),
    "ratings": (("rating", "tiếng Việt", "English"), lambda: [*rating_rows()]),
}


def table(name: str) -> str:
    """Return one of `TABLES` as Markdown."""
    header, rows = TABLES[name]
    lines = [header, ("---",) * len(header), *(tuple(cell.replace("|", "\\|") for cell in row) for row in rows())]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def with_tables(text: str) -> str:
    """Return a document with each table between its markers as the code has it now."""

    def written(match: re.Match[str]) -> str:
        return f"<!-- table:{match[1]} -->\n{table(match[1])}\n<!-- table:end -->"

    return re.sub(r"<!-- table:(\w+) -->\n.*?<!-- table:end -->", written, text, flags=re.S)


def main() -> None:
    """Write the tables into every document that has their markers."""
    for path in sorted(DOCS.glob("*.md")):
        before = path.read_text(encoding="utf-8")
        after = with_tables(before)
        if after != before:
            path.write_text(after, encoding="utf-8")


if __name__ == "__main__":
    main()
