"""One request to a site that runs, and what came back."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from email.message import Message


@dataclass
class Answered:
    """What a site said."""

    status: int
    headers: Message
    text: str


def call(
    address: str, method: str, path: str, body: str | None = None, headers: Mapping[str, str] | None = None
) -> Answered:
    """Ask, and wait half a minute at most; errors of the connection pass."""
    with closing(http.client.HTTPConnection(address, timeout=30)) as line:
        line.request(method, path, None if body is None else body.encode(), dict(headers or {}))
        answer = line.getresponse()
        return Answered(answer.status, answer.headers, answer.read().decode("utf-8", errors="replace"))


def ask_as_program(address: str, text: str) -> Answered:
    """Ask `POST /api/check` to store a message."""
    said = json.dumps({"text": text, "ask": True})
    return call(address, "POST", "/api/check", said, {"Content-Type": "application/json"})
