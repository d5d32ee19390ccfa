"""Catalogues of translations: gettext's text form (`.po`) and the compiled one (`.mo`) that Django reads.

Only what our own catalogues use is understood: no obsolete entries, no comments but flags. Entries are sorted and say
no place in the code, so that two people's additions merge. One plural form, as Vietnamese has.
"""

from __future__ import annotations

import ast
import struct
from dataclasses import dataclass
from pathlib import Path

from kiemchung.engine.errors import InputError

_HEAD = (
    "Language: vi\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n"
    "Content-Transfer-Encoding: 8bit\nPlural-Forms: nplurals=1; plural=0;\n"
)
_FIELDS = {"msgctxt": "context", "msgid": "id", "msgid_plural": "plural", "msgstr": "text", "msgstr[0]": "text"}


@dataclass(frozen=True, order=True)
class Key:
    """What is translated: a text, the context that tells it from an equal one, and its plural."""

    id: str
    context: str = ""
    plural: str = ""


@dataclass(frozen=True)
class Entry:
    """A translation; `is_fuzzy` when nobody has confirmed it."""

    text: str
    is_fuzzy: bool = False


Catalogue = dict[Key, Entry]


def read(path: Path) -> Catalogue:
    """Return the entries of a `.po` file but its head. Raises `InputError` with the line that is not understood."""
    entries: Catalogue = {}
    for number, block in _blocks(path.read_text(encoding="utf-8")):
        parts: dict[str, str] = {}
        field = ""
        for line in (line for line in block if not line.startswith("#")):
            word, _, rest = line.partition(" ") if not line.startswith('"') else (field, "", line)
            if word not in _FIELDS:
                raise _wrong(path, number, line)
            field = word
            parts[_FIELDS[word]] = parts.get(_FIELDS[word], "") + _unquoted(path, number, rest)
        key = Key(parts.get("id", ""), parts.get("context", ""), parts.get("plural", ""))
        if key.id:
            is_fuzzy = any(line.startswith("#,") and "fuzzy" in line for line in block)
            entries[key] = Entry(parts.get("text", ""), is_fuzzy)
    return entries


def write(path: Path, entries: Catalogue) -> None:
    """Write the `.po` file."""
    blocks = [f'msgid ""\nmsgstr ""\n{_lines(_HEAD)}']
    for key, entry in sorted(entries.items()):
        lines = ["#, fuzzy"] if entry.is_fuzzy else []
        lines += [f"msgctxt {_quoted(key.context)}"] if key.context else []
        lines += [f"msgid {_quoted(key.id)}"]
        lines += [f"msgid_plural {_quoted(key.plural)}"] if key.plural else []
        lines += [f"{'msgstr[0]' if key.plural else 'msgstr'} {_quoted(entry.text)}"]
        blocks.append("\n".join(lines))
    path.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")


def compiled(entries: Catalogue) -> bytes:
    """Return the `.mo` file, as in gettext's manual: two sorted tables of lengths and offsets, then the texts."""
    texts = {"": _HEAD} | {_compiled_id(key): entry.text for key, entry in entries.items() if not entry.is_fuzzy}
    pairs = sorted((key.encode(), text.encode()) for key, text in texts.items() if text)
    start = 7 * 4 + 16 * len(pairs)
    keys = b"".join(key + b"\0" for key, _ in pairs)
    tables: list[list[int]] = [[], []]
    places = [start, start + len(keys)]
    for pair in pairs:
        for table, part in enumerate(pair):
            tables[table] += [len(part), places[table]]
            places[table] += len(part) + 1
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, start)
    numbers = struct.pack(f"<{4 * len(pairs)}I", *tables[0], *tables[1])
    return head + numbers + keys + b"".join(text + b"\0" for _, text in pairs)


def _compiled_id(key: Key) -> str:
    whole = f"{key.id}\0{key.plural}" if key.plural else key.id
    return f"{key.context}\x04{whole}" if key.context else whole


def _blocks(text: str) -> list[tuple[int, list[str]]]:
    blocks: list[tuple[int, list[str]]] = []
    is_new = True
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            is_new = True
            continue
        if is_new:
            blocks.append((number, []))
        blocks[-1][1].append(line)
        is_new = False
    return blocks


def _quoted(text: str) -> str:
    return _lines(text) if "\n" in text else f'"{_escaped(text)}"'


def _lines(text: str) -> str:
    return "\n".join(f'"{_escaped(line)}"' for line in text.splitlines(keepends=True))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")


def _unquoted(path: Path, number: int, text: str) -> str:
    try:
        return str(ast.literal_eval(text.strip()))
    except (SyntaxError, ValueError):
        raise _wrong(path, number, text) from None


def _wrong(path: Path, number: int, line: str) -> InputError:
    return InputError(
        f"{path}, in the entry of line {number}: {line[:60]!r} is not understood. Write it as the entries around it.",
        f"{path}, trong mục ở dòng {number}: không hiểu {line[:60]!r}. Hãy viết như các mục bên cạnh.",
    )
