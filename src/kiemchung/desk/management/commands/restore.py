"""`kiemchung manage restore`: a backup is put back, and what is lost is said."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from kiemchung.desk import auditing
from kiemchung.desk.backups.restoring import Restored, restore
from kiemchung.desk.log import checking, files, signing, stored

_WRONG = 4
_WORDS = {
    "restored": (
        "Đã khôi phục bản sao lưu lúc {at} (kiemchung {app}); nhật ký công khai có {entries} mục.",
        "Restored the backup of {at} (kiemchung {app}); entries in the public log: {entries}.",
    ),
    "window": (
        "Không có trong đó: mọi việc từ {at} đến {until}.",
        "Not in it: whatever happened from {at} to {until}.",
    ),
    "messages": (
        "Tin nhận được trong thời gian đó và bị mất: {count}.",
        "Messages received in this time, which are lost: {count}.",
    ),
    "erased": (
        "Đã xóa lại: {again} phần đã xóa trước đây, {expired} tin hết hạn.",
        "Erased again: {again} that had been erased before, {expired} whose time is over.",
    ),
    "lost": (
        "Mục nhật ký công khai bị mất: {first} đến {last}. Ai giữ đầu nhật ký mới hơn sẽ thấy; hãy công bố việc này.",
        "Entries of the public log that are lost: {first} to {last}. Keepers of newer heads will see it: tell them.",
    ),
    "secret_key": (
        "secret-key khác khi sao lưu: thành viên cần đường dẫn mới (first-administrator --lost); tệp mã hóa, nguồn "
        "không công bố và yếu tố xác thực thứ hai không đọc được. Nếu còn khóa cũ, hãy chép lại.",
        "secret-key is not that of the backup: members need new links (first-administrator --lost), and "
        "encrypted files, withheld sources and second factors cannot be read. Copy the old key back if you have it.",
    ),
    "log_key": (
        "log-key không phải khóa mà nhật ký nêu: hãy chép khóa đó lại, nếu không sẽ không ký được gì.",
        "log-key is not the key that the log names: copy that key back, nothing is signed without it.",
    ),
    "whole": ("Nhật ký công khai nguyên vẹn.", "The public log is whole."),
    "wrong": ("Nhật ký công khai KHÔNG nguyên vẹn:", "The public log is NOT whole:"),
}


class Command(BaseCommand):
    """Stop `serve` and `work` on all machines first."""

    help = "Put the backup in FILE back into an empty database. Exit code 0: the public log is whole, 4: it is not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Describe the options."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--replace", action="store_true", help="also when the database is not empty: it is lost")
        parser.add_argument(
            "--erased", type=Path, action="append", default=[], metavar="FILE", help="`erased` of another machine"
        )
        parser.add_argument(
            "--heads", type=Path, action="append", default=[], metavar="FILE", help="heads of the log kept elsewhere"
        )
        parser.add_argument("--lang", choices=("vi", "en"), default="vi", help="language of what is printed")

    def handle(self, *_: Any, **options: Any) -> None:
        """Put it back, then check the log."""
        heads = [head for path in options["heads"] for head in files.read_heads(path)]
        done = restore(
            options["file"].absolute(), is_replacing=options["replace"], erasures=options["erased"], heads=heads
        )
        for line in _lines(done, options["lang"]):
            self.stdout.write(line)
        report = checking.check(stored.rows(), signing.heads())
        report = replace(report, findings=(*report.findings, *auditing.check_all(stored.rows)))
        self.stdout.write(_WORDS["wrong" if report.findings else "whole"][options["lang"] != "vi"])
        for finding in report.findings:
            self.stdout.write(f"  {finding.text(options['lang'])}")
        if report.findings:
            sys.exit(_WRONG)


def _lines(done: Restored, lang: str) -> Iterator[str]:
    def said(code: str, **values: object) -> str:
        return _WORDS[code][lang != "vi"].format(**values)

    at = done.manifest.shown_at
    yield said("restored", at=at, app=done.manifest.app, entries=done.log_entries)
    yield said("window", at=at, until=done.until.isoformat(timespec="seconds"))
    if done.lost_messages is not None:
        yield said("messages", count=done.lost_messages)
    yield said("erased", again=done.erased_again, expired=done.expired)
    if done.lost_entries is not None:
        yield said("lost", first=done.lost_entries[0], last=done.lost_entries[1])
    if not done.is_same_secret_key:
        yield said("secret_key")
    if not done.is_same_log_key:
        yield said("log_key")
