"""Writes the tables of docs/ that come from the code (a test compares them): `.venv/bin/python docs/tables.py`."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType

from kiemchung.engine.claims import analysis, candidates, exchanged, features, index, overlap, query, rank, segment
from kiemchung.engine.claims.facts import FACT_CLASSES
from kiemchung.engine.claims.reasons import SENTENCES
from kiemchung.engine.formats.ratings import rating_table
from kiemchung.engine.formats.refusals import REASONS
from kiemchung.engine.lookalikes.reasons import LOOKALIKE_SENTENCES
from kiemchung.engine.types import MappedRating

DOCS = Path(__file__).parent
FACT_FEATURES = {
    "same": "share of the message's facts of this class that the review has too",
    "different": "the review has another value of the same unit, kind or pair, and not the message's own",
    "missing": "the message has such a fact, the review has none",
    "extra": "the review has such a fact, the message has none",
}
# What features say whose names stand in the code without a comment.
PLAIN_FEATURES = {
    "title_in_message": "share of the title's weight found in the message",
    "bigrams_in_head": "share of the weight of the message's neighbouring words found as neighbours in claim and title",
    "grams_in_head": "share of the weight of the message's character 4-grams found in claim and title",
    "message_length": "logarithm of the number of words of the message",
    "claim_length": "logarithm of the number of words of claim and title",
    "length_ratio": "logarithm of the ratio of the two",
}
# The modules of `engine/claims` whose numbers decide something, in the order in which a message meets them.
DECIDING = (analysis, query, candidates, index, overlap, features, rank, exchanged, segment)
_ENTRY = re.compile(r'^    "(\w+)",(?:  # (.*))?$', re.M)


def feature_rows() -> list[tuple[str, str]]:
    """Return every named feature with what its comment in the code says; raises `KeyError` where nothing says it."""
    said = PLAIN_FEATURES | {name: words for name, words in _ENTRY.findall(inspect.getsource(features)) if words}
    facts = {f"{name}_{what}" for name in FACT_CLASSES for what in FACT_FEATURES}
    rows = [(f"`{name}`", said[name]) for name in features.FEATURES if name not in facts]
    rows += [(f"`{{class}}_{what}`", meaning) for what, meaning in FACT_FEATURES.items()]
    return rows


def reason_rows() -> list[tuple[str, str, str]]:
    """Return every reason code with its sentence in both languages."""
    return [(f"`{code}`", vietnamese, english) for code, (vietnamese, english) in SENTENCES.items()]


def lookalike_rows() -> list[tuple[str, str, str]]:
    """Return every reason code of a lookalike with its sentence in both languages."""
    return [(f"`{code}`", vietnamese, english) for code, (vietnamese, english) in LOOKALIKE_SENTENCES.items()]


def refusal_rows() -> list[tuple[str, str, str]]:
    """Return every code of a refused item with its sentence in both languages."""
    return [(f"`{code}`", vietnamese, english) for code, (english, vietnamese) in REASONS.items()]


def rating_rows() -> list[tuple[str, str, str]]:
    """Return the words in English and Vietnamese that are mapped to each of the eight ratings."""
    words = {(rating, lang): ", ".join(phrases) for rating, lang, phrases in rating_table()}
    return [(f"`{rating}`", words.get((rating, "vi"), ""), words.get((rating, "en"), "")) for rating in MappedRating]


def number_rows() -> list[tuple[str, str, str]]:
    """Return the public numbers of `DECIDING` with the comment above each in the code."""
    rows = []
    for module in DECIDING:
        for name, comment in _constants(module):
            value = _shown(getattr(module, name))
            if value:
                rows.append((f"`{module.__name__.rpartition('.')[2]}.{name}`", value, comment))
    return rows


def _constants(module: ModuleType) -> Iterator[tuple[str, str]]:
    """Yield public constants with the comment above; one below another shares its comment."""
    comment = before = ""
    for line in inspect.getsource(module).splitlines():
        found = re.match(r"([A-Z][A-Z0-9_]*)(?:: [^=]+)? = ", line)
        if line.startswith("# "):
            comment = f"{comment} {line[2:]}" if before.startswith("# ") else line[2:]
        elif found:
            yield found[1], comment
            comment = "″" if comment else ""
        else:
            comment = ""
        before = line


def _shown(value: object) -> str:
    """Return numbers as text, nothing for what is no number."""
    if isinstance(value, int | float):
        return f"{value:,}" if isinstance(value, int) else str(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {shown}" for key, each in value.items() if (shown := _shown(each)))
    return ", ".join(filter(None, map(_shown, value))) if isinstance(value, tuple) else ""


TABLES: dict[str, tuple[tuple[str, ...], Callable[[], list[tuple[str, ...]]]]] = {
    "features": (("feature", "what it is"), lambda: [*feature_rows()]),
    "lookalike_reasons": (("code", "tiếng Việt", "English"), lambda: [*lookalike_rows()]),
    "numbers": (("name in `engine/claims`", "value", "what the code says about it"), lambda: [*number_rows()]),
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
