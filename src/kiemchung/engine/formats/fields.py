"""Taking one field out of a JSON object: text as text, else a refusal that names the field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from kiemchung.engine.formats.refusals import RefusalError
from kiemchung.engine.formats.strictjson import type_name

Node: TypeAlias = Mapping[str, object]


def text_of(value: object, field: str) -> str:
    """The text of a JSON-LD value: a string, a list of one, or `{"@value": ...}`; "" when absent (null).

    >>> text_of([{"@value": "Nước chanh", "@language": "vi"}], "claim")
    'Nước chanh'
    """
    for _ in range(3):
        if isinstance(value, list) and len(value) <= 1:
            value = value[0] if value else None
        elif isinstance(value, dict) and "@value" in value:
            value = value["@value"]
    if value is None:
        return ""
    if not isinstance(value, str):
        raise RefusalError("wrong_type", field, f"text, not {type_name(value)}")
    return value


def text_in(node: Node, *fields: str) -> str:
    """The first of the fields that holds text that is not blank; "" when none does."""
    for field in fields:
        text = text_of(node.get(field), field)
        if text.strip():
            return text
    return ""


def required(text: str, field: str) -> str:
    """`text` itself; refuses blank text."""
    if not text or text.isspace():
        raise RefusalError("missing", field)
    return text


def node_of(value: object, field: str) -> Node:
    """The first object of a value (an object or a list of them); {} when absent, refused when neither."""
    if isinstance(value, list):
        value = next((part for part in value if part is not None), None)
    if value is None:
        return {}
    if isinstance(value, str):
        return {"name": value}
    if not isinstance(value, dict):
        raise RefusalError("wrong_type", field, f"text or an object, not {type_name(value)}")
    return value


def resolved(node: Node, nodes: Mapping[str, Node]) -> Node:
    """The node that `{"@id": ...}` stands for, or the node itself."""
    node_id = node.get("@id")
    if isinstance(node_id, str) and node.keys() <= {"@id", "@type"}:
        return nodes.get(node_id, node if len(node) > 1 else {})
    return node
