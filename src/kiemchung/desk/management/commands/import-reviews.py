"""`kiemchung manage import-reviews SOURCE…`: reviews of other publishers into the service's record."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from kiemchung.collection.types import LeftOut
from kiemchung.desk.collecting import Collected, collect
from kiemchung.engine.formats.refusals import Refusal, clip
from kiemchung.engine.formats.withdrawals import Withdrawal
from kiemchung.engine.types import Review
from kiemchung.jobs import clock
from kiemchung.sources import read_source
from kiemchung.starter import starter_reviews

STARTER = "starter"
_MOST_NAMED = 20
_SOME_REFUSED = 3  # as `kiemchung import` ends
_WORDS = {
    "done": (
        "Thêm {added}, thay {updated}, giữ nguyên {unchanged}, từ chối {refused}",
        "added {added}, updated {updated}, unchanged {unchanged}, refused {refused}",
    ),
    "withdrawn": (", gỡ vì nơi đăng đã rút lại {count}", ", withdrawn by their publisher {count}"),
    "removed": (", gỡ vì nguồn không còn {count}", ", removed {count}"),
    "refused": ("Từ chối", "Refused"),
    "more": ("… và {count} mục khác", "… and {count} more"),
    "line": ("dòng", "line"),
    "item": ("mục", "item"),
    "input": ("đầu vào chuẩn", "standard input"),
}
_LEFT_OUT = {
    LeftOut.OLDER: (", bỏ qua vì cũ hơn bản đang có {count}", ", left out as older than what is held {count}"),
    LeftOut.WITHDRAWN: (
        ", bỏ qua vì nơi đăng đã rút lại {count}",
        ", left out as withdrawn by their publisher {count}",
    ),
    LeftOut.ANOTHER_SITE: (
        ", bỏ qua vì mã đã thuộc bài của trang khác {count}",
        ", left out as their id belongs to a review of another site {count}",
    ),
    LeftOut.AHEAD: (", bỏ qua vì đề ngày chưa tới {count}", ", left out as dated in the future {count}"),
}


class Command(BaseCommand):
    """Reads what `kiemchung import` reads; `starter` is the collection that comes along."""

    help = (
        "Take reviews of other publishers into the record of the site: files, addresses, `-`, or `starter`. "
        "/ Nạp bài kiểm chứng của nơi khác vào kho của trang web."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Describe the sources."""
        parser.add_argument("sources", nargs="+", metavar="SOURCE")
        parser.add_argument(
            "--whole",
            action="store_true",
            help="the sources have all reviews of their sites: take the others of these sites off / nguồn có đủ bài",
        )
        parser.add_argument("--lang", choices=("vi", "en"), default="en", help="language of what is printed")

    def handle(self, *_: object, **options: Any) -> None:
        """Take all sources in, all or none, and say how many; ends with 3 when some items were refused."""
        self._lang = str(options["lang"])
        refused: list[tuple[str, Refusal]] = []
        done = collect(self._items(options["sources"], refused), now=clock.now(), is_whole=options["whole"])
        self.stdout.write(self._summary(done, is_whole=options["whole"]))
        for source, one in refused[:_MOST_NAMED]:
            place = f"{clip(source)}, {self._say(one.unit)} {one.number}"
            self.stderr.write(f"{self._say('refused')}: {place}: {one.text(self._lang)}")
        if len(refused) > _MOST_NAMED:
            self.stderr.write(self._say("more", count=len(refused) - _MOST_NAMED))
        if refused:
            sys.exit(_SOME_REFUSED)

    def _items(self, sources: Sequence[str], refused: list[tuple[str, Refusal]]) -> Iterator[Review | Refusal]:
        """Give what the sources hold, and remember of which each refused item is."""
        for source in sources:
            name = self._say("input") if source == "-" else source
            for item in starter_reviews() if source == STARTER else read_source(source, input_name=name):
                if isinstance(item, Refusal) and not isinstance(item, Withdrawal):
                    refused.append((name, item))
                yield item

    def _summary(self, done: Collected, *, is_whole: bool) -> str:
        held = done.unchanged - sum(done.left_out.values())
        counts = {"added": done.added, "updated": done.updated, "unchanged": held}
        said = self._say("done", **counts, refused=len(done.refused))
        if done.withdrawn:
            said += self._say("withdrawn", count=done.withdrawn)
        said += "".join(
            self._chosen(_LEFT_OUT[why], count=done.left_out[why]) for why in LeftOut if why in done.left_out
        )
        return said + (self._say("removed", count=done.removed) if is_whole else "")

    def _say(self, key: str, **values: object) -> str:
        return self._chosen(_WORDS[key], **values)

    def _chosen(self, texts: tuple[str, str], **values: object) -> str:
        return texts[self._lang != "vi"].format(**values)
