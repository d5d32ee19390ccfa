"""Draws docs/images/check.svg from what `kiemchung check` really prints: `.venv/bin/python docs/images/make.py`."""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

MESSAGE = "Mn oi tu 1/1/2025 xe may vuot den do phat 4-6tr, that k v??"
WIDTH = 92
PICTURE = Path(__file__).with_name("check.svg")

_THEME = TerminalTheme(
    background=(252, 252, 250),
    foreground=(36, 41, 47),
    normal=[
        (36, 41, 47),
        (180, 35, 40),
        (20, 110, 50),
        (140, 90, 0),
        (25, 90, 180),
        (120, 60, 160),
        (0, 110, 120),
        (90, 96, 104),
    ],
)
# The pictures that rich draws load a font from another site when they are shown. Ours load nothing.
_OUTSIDE_FONT = re.compile(r"@font-face\s*\{.*?\}\s*", re.S)
_FONTS = "ui-monospace, 'DejaVu Sans Mono', 'Cascadia Mono', Menlo, Consolas, monospace"


def printed(*arguments: str, home: Path) -> str:
    """Return what the command prints on a terminal of `WIDTH` columns, colours included."""
    # The terminal is ours, so that the command draws as it does for a person.
    ours, its = pty.openpty()
    environment = {**os.environ, "KIEMCHUNG_HOME": str(home), "COLUMNS": str(WIDTH), "TERM": "xterm"}
    environment.pop("NO_COLOR", None)
    command = [sys.executable, "-c", "from kiemchung.cli import main; raise SystemExit(main())", *arguments]
    with subprocess.Popen(command, stdout=its, env=environment) as process:  # noqa: S603 (our own command)
        os.close(its)
        parts = []
        while part := _read(ours):
            parts.append(part)
    os.close(ours)
    if process.returncode:
        raise SystemExit(f"kiemchung {' '.join(arguments)} ended with {process.returncode}")
    return b"".join(parts).decode().replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says so when the other end is closed
        return b""


def main() -> None:
    """Import the starter collection into a folder of its own, ask, and draw the answer."""
    with tempfile.TemporaryDirectory() as folder:
        printed("import", "starter", "--quiet", home=Path(folder))
        answer = printed("check", "--lang", "vi", MESSAGE, home=Path(folder))
    console = Console(record=True, width=WIDTH, file=io.StringIO())
    console.print(Text.from_ansi(f'$ kiemchung check "{MESSAGE}"\n{answer.rstrip()}'))
    drawn = console.export_svg(title="kiemchung check", theme=_THEME, unique_id="check")
    PICTURE.write_text(_finished(drawn), encoding="utf-8")


def _finished(drawn: str) -> str:
    drawn = _OUTSIDE_FONT.sub("", drawn).replace("Fira Code, monospace", _FONTS).replace("Fira Code", "monospace")
    # Some viewers drop the blanks that a line begins with; the frame must show on a white page too.
    drawn = drawn.replace("<svg ", '<svg xml:space="preserve" ', 1).replace(
        "rgba(255,255,255,0.35)", "rgba(0,0,0,0.25)"
    )
    return "\n".join(line.rstrip() for line in drawn.splitlines()) + "\n"


if __name__ == "__main__":
    main()
