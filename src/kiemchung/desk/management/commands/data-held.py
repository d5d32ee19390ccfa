"""`kiemchung manage data-held`: which classes of data there are, how many and how old (R29)."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from kiemchung.desk import requests
from kiemchung.desk.holdings import Held, held

_NAMES = {
    "messages": ("tin người đọc gửi, đã che dữ liệu cá nhân", "messages of readers, personal data masked"),
    "files_of_messages": ("tệp kèm tin", "files of messages"),
    "answers": ("câu trả lời", "answers"),
    "suggestions": ("gợi ý", "suggestions"),
    "claims": ("nhận định", "claims"),
    "resemblances_of_claims": ("cặp nhận định giống nhau", "pairs of similar claims"),
    "deeds_of_members": ("việc thành viên đã làm", "deeds of members"),
    "notes_of_members": ("ghi chú của thành viên", "notes of members"),
    "sources": ("nguồn, gồm nguồn không công bố", "sources, withheld ones included"),
    "files_of_sources": ("tệp của nguồn", "files of sources"),
    "drafts": ("bản nháp", "drafts"),
    "reviews": ("bài kiểm chứng", "reviews"),
    "versions_of_reviews": ("phiên bản bài kiểm chứng", "versions of reviews"),
    "pages": ("trang giới thiệu", "pages about the desk"),
    "requests_of_readers": ("yêu cầu đính chính và khiếu nại", "requests for corrections, disputes"),
    "changes_of_other_publishers": ("thay đổi ở bài của nơi khác", "changes in reviews of other publishers"),
    "withdrawals_of_other_publishers": ("bài nơi khác đã rút lại", "withdrawals by other publishers"),
    "searchable_record": ("kho tìm kiếm", "searchable record"),
    "entries_of_public_log": ("mục nhật ký công khai", "entries of the public log"),
    "sealed_parts_of_public_log": ("phần niêm kín của nhật ký", "sealed parts of the log"),
    "members": ("tài khoản thành viên", "accounts of members"),
    "second_factors": ("yếu tố xác thực thứ hai", "second factors"),
    "acts_on_members": ("việc làm với tài khoản thành viên", "acts on members' accounts"),
    "mail_addresses_of_members": ("địa chỉ thư của thành viên", "mail addresses of members"),
    "sessions": ("phiên đăng nhập", "sessions"),
    "jobs": ("việc đang chờ", "jobs"),
    "emptied_messages": ("tin đã xóa, chỉ còn mã băm của mã tra cứu", "erased messages: a digest of the ticket alone"),
    "emptied_requests": (
        "yêu cầu đã xóa nội dung, chỉ còn quyết định và lý do",
        "erased requests: the decision and its reasons alone",
    ),
    "notes_of_erasure": ("ghi nhận việc xóa", "notes of erasures"),
    "stored_files_of_messages": (
        "tệp trên đĩa của tin, kể cả bản thu nhỏ",
        "files on disk of messages, their small copies included",
    ),
    "stored_files_of_sources": ("tệp trên đĩa của nguồn", "files on disk of sources"),
}
_UNTIL = {
    "90_days": ("90 ngày", "90 days"),
    "message": ("cùng với tin", "as long as the message"),
    "message_or_kept": (
        "cùng với các tin; không xóa nếu thành viên đã xử lý",
        "as long as their messages, or kept when worked on",
    ),
    "claim": ("cùng với nhận định", "as long as the claim"),
    "for_ever": ("không xóa", "kept"),
    "switched_off": ("tới khi thành viên nghỉ", "until the member leaves"),
    "erased": ("tới khi được yêu cầu xóa", "until it is erased"),
    "12_hours": ("12 giờ", "12 hours"),
    "decided": ("{days} ngày sau khi quyết định", "{days} days after the decision"),
    "done": ("tới khi xong", "until done"),
}
_AGES = (
    "{count}, cũ nhất {oldest} ngày, mới nhất {newest} ngày",
    "{count}, oldest {oldest} days, newest {newest} days",
)


class Command(BaseCommand):
    """Asks the database and the home folder, nothing else: it runs without a network."""

    help = "Which classes of data the desk holds: how many, how old, and until when."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Describe the options."""
        parser.add_argument("--json", action="store_true", help="print JSON, for other programs")
        parser.add_argument("--lang", choices=("vi", "en"), default="vi", help="language of the list")

    def handle(self, *_: Any, **options: Any) -> None:
        """Print the list."""
        found = list(held())
        if options["json"]:
            self.stdout.write(json.dumps([asdict(one) for one in found]))
            return
        for one in found:
            self.stdout.write(_line(one, 0 if options["lang"] == "vi" else 1))


def _line(one: Held, language: int) -> str:
    count = str(one.count)
    if one.oldest_days is not None:
        count = _AGES[language].format(count=one.count, oldest=one.oldest_days, newest=one.newest_days)
    return f"{_NAMES[one.name][language]}: {count} ({_UNTIL[one.until][language].format(days=requests.kept().days)})"
