"""`kiemchung manage jobs`: what is in the queue, and what becomes of a quarantined job."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from kiemchung.engine.errors import InputError
from kiemchung.jobs import queue
from kiemchung.jobs.models import Job, State
from kiemchung.jobs.report import Report, report

_WORDS = {
    "waiting": ("đang chờ", "waiting"),
    "running": ("đang chạy", "running"),
    "quarantined": ("cách ly", "quarantined"),
    "none": ("Không có việc nào.", "No jobs."),
    "oldest": ("cũ nhất", "oldest"),
    "attempts": ("số lần chạy", "attempts"),
    "every": ("định kỳ mỗi", "every"),
    "last": ("lần xong gần nhất cách đây", "last run ended"),
    "never": ("chưa xong lần nào", "has never run to its end"),
}


class Command(BaseCommand):
    """The queue for people and for programs."""

    help = "States and ages of jobs, quarantined ones with their reason, age of the last run of each periodic job."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Describe the options."""
        parser.add_argument("--json", action="store_true", help="print JSON, for other programs")
        parser.add_argument("--lang", choices=("vi", "en"), default="vi", help="language of the table")
        parser.add_argument("--again", type=int, metavar="ID", help="try this quarantined job again")
        parser.add_argument("--discard", type=int, metavar="ID", help="delete this quarantined job")

    def handle(self, *_: Any, **options: Any) -> None:
        """Change what was asked for, then print the queue."""
        if options["again"] is not None and not queue.again(options["again"]):
            raise _not_quarantined(options["again"])
        unwanted = Job.objects.filter(pk=options["discard"], state=State.QUARANTINED)
        if options["discard"] is not None and not unwanted.delete()[0]:
            raise _not_quarantined(options["discard"])
        found = report()
        if options["json"]:
            self.stdout.write(json.dumps(asdict(found), ensure_ascii=False))
        else:
            self.stdout.write("\n".join(_lines(found, 0 if options["lang"] == "vi" else 1)))


def _not_quarantined(job_id: int) -> InputError:
    return InputError(
        f"Job {job_id} is not quarantined. `kiemchung manage jobs` lists those that are.",
        f"Việc {job_id} không bị cách ly. `kiemchung manage jobs` liệt kê các việc bị cách ly.",
    )


def _lines(found: Report, language: int) -> list[str]:
    def word(key: str) -> str:
        return _WORDS[key][language]

    lines = [
        f"{one.queue}  {one.kind}  {word(one.state)} {one.count}  ({word('oldest')} {one.oldest_s:.0f} s)"
        for one in found.jobs
    ]
    lines = lines or [word("none")]
    for job in found.quarantined:
        lines.append(f"{word('quarantined')} {job.id}  {job.kind}  {word('attempts')} {job.attempts}  {job.reason}")
    for row in found.periodic:
        last = word("never") if row.last_run_s is None else f"{word('last')} {row.last_run_s:.0f} s"
        lines.append(f"{row.name}  {word('every')} {row.every_s:.0f} s  {last}")
    return lines
