"""Runs the command as another program would: bytes in, bytes out, an exit code."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from kiemchung.cli import main

PROGRAM = (sys.executable, "-c", "import sys; from kiemchung.cli import main; sys.exit(main())")

# A shelf of reviews with near misses among them: another number, another place, a negation.
ROWS: tuple[dict[str, Any], ...] = (
    {"id": "chanh", "claim": "Uống nước chanh nóng chữa khỏi ung thư", "rating": "Sai", "lang": "vi"},
    {"id": "toi", "claim": "Ăn tỏi sống mỗi sáng phòng được cúm", "rating": "Sai", "title": "Tỏi không phòng được cúm"},
    {"id": "xang-5", "claim": "Giá xăng tăng 5.000 đồng từ ngày mai", "rating": "Sai"},
    {"id": "xang-500", "claim": "Giá xăng tăng 500 đồng từ ngày mai", "rating": "Đúng"},
    {"id": "bao-hue", "claim": "Bão số 5 đổ bộ vào Huế tối nay", "rating": "Sai"},
    {"id": "bao-vinh", "claim": "Bão số 5 đổ bộ vào Vinh tối nay", "rating": "Sai"},
    {"id": "gao", "claim": "Gạo giả làm từ nhựa bán ở chợ", "rating": "Sai", "body": "Không có bằng chứng."},
    {"id": "lemon", "claim": "Hot lemon water kills cancer cells", "rating": "False", "lang": "en"},
    {"id": "shark", "claim": "A shark swam down a flooded highway in Houston", "rating": "False", "lang": "en"},
    {"id": "https://tinthat.example/sim", "claim": "Không chuẩn hóa SIM sẽ bị khóa sau 2 giờ", "rating": "Lừa đảo"},
)
MESSAGES = (
    "uong nuoc chanh nong co chua khoi ung thu khong vay moi nguoi",
    "Giá xăng tăng 500 đồng từ ngày mai",
    "Bão số 5 đổ bộ vào Huế tối nay",
    "is it true that hot lemon water kills cancer?",
    "chào cả nhà buổi sáng vui vẻ",
    "Không chuẩn hoá SIM sẽ bị khoá sau 2h",
)


@dataclass(frozen=True)
class Ran:
    """What a run left: exit code and both streams."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The standard output as JSON, one object a line."""
        return [json.loads(line) for line in self.out.splitlines()]


def environment(home: Path, **more: str) -> dict[str, str]:
    """The variables of a plain English session with its own collection."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KIEMCHUNG", "LC_", "LANG"))}
    return kept | {"KIEMCHUNG_HOME": str(home), "LANG": "en_US.UTF-8", "COLUMNS": "80"} | more


def kiemchung(home: Path, *arguments: str, given: bytes = b"", **variables: str) -> Ran:
    """Run in this process, which is quick, with streams as a shell would give."""
    streams = [io.BytesIO(given), io.BytesIO(), io.BytesIO()]
    texts = [io.TextIOWrapper(stream, encoding="utf-8", write_through=True) for stream in streams]
    with (
        patch.dict(os.environ, environment(home, **variables), clear=True),
        patch("sys.stdin", texts[0]),
        patch("sys.stdout", texts[1]),
        patch("sys.stderr", texts[2]),
    ):
        try:
            code = main(list(arguments))
        except SystemExit as done:
            code = int(done.code or 0)
    return Ran(code, streams[1].getvalue().decode("utf-8"), streams[2].getvalue().decode("utf-8"))


def kiemchung_alone(
    home: Path,
    *arguments: str | bytes,
    given: bytes = b"",
    before: Callable[[], None] | None = None,
    **variables: str,
) -> Ran:
    """Run in a process of its own, which `before` may limit."""
    done = subprocess.run(
        [*PROGRAM, *arguments],
        input=given,
        capture_output=True,
        env=environment(home, **variables),
        timeout=300,
        check=False,
        preexec_fn=before,
    )
    return Ran(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def lines_of(rows: Iterable[dict[str, Any]]) -> bytes:
    """The rows as JSON Lines."""
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)
