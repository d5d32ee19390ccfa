"""`kiemchung manage verify-log`: whether the public log is what was signed, and which entry is not."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from kiemchung.desk import auditing
from kiemchung.desk.log import checking, files, keys, notes, signing, stored
from kiemchung.engine.errors import InputError

_WRONG = 4
_WORDS = {
    "fine": (
        "Nhật ký nguyên vẹn: {entries} mục, {heads} đầu nhật ký đã ký.",
        "The log is whole. Entries: {entries}, signed heads: {heads}.",
    ),
    "wrong": ("Nhật ký KHÔNG nguyên vẹn:", "The log is NOT whole:"),
    "newest": (
        "Đầu mới nhất: {size} mục, ký lúc {at}, khóa {key}.",
        "Newest head: {size} entries, signed at {at}, key {key}.",
    ),
    "unsigned": (
        "{count} mục cuối chưa có đầu nhật ký nào ghi nhận.",
        "Last entries that no head binds yet: {count}.",
    ),
}


class Command(BaseCommand):
    """Recomputes everything, without network; with --dump also without the database."""

    help = "Recompute the public log and compare it with its signed heads. Exit code 0: whole, 4: not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Describe the options."""
        parser.add_argument(
            "--heads", type=Path, action="append", default=[], metavar="FILE", help="heads kept elsewhere"
        )
        parser.add_argument("--dump", type=Path, metavar="FILE", help="check this dump of entries, not the database")
        parser.add_argument(
            "--key", action="append", default=[], metavar="KEY", help="public key that you know is right"
        )
        parser.add_argument("--json", action="store_true", help="print JSON, for other programs")
        parser.add_argument("--lang", choices=("vi", "en"), default="vi", help="language of the findings")

    def handle(self, *_: Any, **options: Any) -> None:
        """Check, print, and end with 4 when something is wrong."""
        for key in options["key"]:
            _require_key(key)
        mirrored = [head for path in options["heads"] for head in files.read_heads(path)]
        if options["dump"]:
            report = checking.check(files.read_dump(options["dump"]), (), mirrored, trusted=options["key"])
        else:
            report = checking.check(stored.rows(), signing.heads(), mirrored, trusted=options["key"], own=_own_key())
            report = replace(report, findings=(*report.findings, *auditing.check_all(stored.rows)))
        said = _json(report) if options["json"] else "\n".join(_lines(report, options["lang"]))
        self.stdout.write(said)
        if report.findings:
            sys.exit(_WRONG)


def _own_key() -> str | None:
    path = keys.key_file()
    return notes.public_text(keys.read_key(path).public_key()) if path.exists() else None


def _require_key(key: str) -> None:
    try:
        notes.key_id(key)
    except ValueError:
        raise InputError(
            f"--key {key}: not a public key of a log. `kiemchung manage log-key` prints this machine's.",
            f"--key {key}: không phải khóa công khai của nhật ký. `kiemchung manage log-key` in khóa của máy này.",
        ) from None


def _json(report: checking.Report) -> str:
    newest = report.newest
    head = None if newest is None else {"size": newest.size, "root": newest.root.hex(), "key": newest.key_id}
    found = [asdict(one) for one in report.findings]
    return json.dumps(
        {"entries": report.entries, "heads": report.heads, "newest": head, "findings": found}, ensure_ascii=False
    )


def _lines(report: checking.Report, lang: str) -> list[str]:
    def said(code: str, **values: object) -> str:
        return _WORDS[code][lang != "vi"].format(**values)

    if report.findings:
        return [said("wrong"), *(f"  {one.text(lang)}" for one in report.findings)]
    lines = [said("fine", entries=report.entries, heads=report.heads)]
    if report.newest is not None:
        lines.append(said("newest", size=report.newest.size, at=report.newest.at.isoformat(), key=report.newest.key_id))
    signed = 0 if report.newest is None else report.newest.size
    if report.entries > signed:
        lines.append(said("unsigned", count=report.entries - signed))
    return lines
