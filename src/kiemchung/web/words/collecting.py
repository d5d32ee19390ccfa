"""Finds the words that pages say: marked strings in the code, `translate` and `blocktranslate` in the templates."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

from kiemchung.web.words.catalogue import Key

# What the functions of Django's `translation` take, by the short names we import them under too.
_PLACES = {
    "_": ("id",),
    "gettext": ("id",),
    "gettext_lazy": ("id",),
    "gettext_noop": ("id",),
    "ngettext": ("id", "plural"),
    "ngettext_lazy": ("id", "plural"),
    "pgettext": ("context", "id"),
    "pgettext_lazy": ("context", "id"),
    "npgettext": ("context", "id", "plural"),
}
_CALL = re.compile(rf"\b({'|'.join(_PLACES)})\(")
_LITERAL = re.compile(r"\s*,?\s*u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")")


def collect(root: Path) -> set[Key]:
    """Return every string below `root` that is shown in the reader's language."""
    found: set[Key] = set()
    for path in sorted(root.rglob("*.py")):
        found.update(_in_code(path))
    for path in sorted(path for path in root.rglob("*") if path.suffix in (".html", ".txt")):
        found.update(_in_template(path))
    return found


def _in_code(path: Path) -> Iterator[Key]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        places = _PLACES.get(name, ())
        texts = [one.value for one in node.args[: len(places)] if isinstance(one, ast.Constant)]
        if places and len(texts) == len(places) and all(isinstance(text, str) for text in texts):
            yield _key(places, [str(text) for text in texts])


def _in_template(path: Path) -> Iterator[Key]:
    # Django writes a template as a line of calls of gettext with everything else blotted out.
    source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for call in _CALL.finditer(source):
        texts: list[str] = []
        places, end = _PLACES[call.group(1)], call.end()
        while len(texts) < len(places) and (literal := _LITERAL.match(source, end)):
            texts.append(str(ast.literal_eval(literal.group(1))))
            end = literal.end()
        if len(texts) == len(places):
            yield _key(places, texts)


def _key(places: tuple[str, ...], texts: list[str]) -> Key:
    given = dict(zip(places, texts, strict=True))
    return Key(given["id"], given.get("context", ""), given.get("plural", ""))
