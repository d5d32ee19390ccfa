"""What can be wrong with a log, in words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that is wrong: which entries (first and last index), a code for programs, the sentence for people."""

    first: int
    last: int
    code: str
    english: str
    vietnamese: str

    def text(self, lang: str) -> str:
        """The sentence in Vietnamese (`lang` begins with "vi") or in English."""
        return self.vietnamese if lang.startswith("vi") else self.english


_SENTENCES = {
    "changed": (
        "{which} was changed: it is not what was signed or chained.",
        "{which} đã bị sửa: không còn đúng như khi ký.",
    ),
    "unreadable": ("{which} is not the line of an entry any more.", "{which} không còn là một mục hợp lệ."),
    "swapped": ("{which} holds entry {other}.", "{which} chứa nội dung của mục {other}."),
    "columns": (
        "{which}: kind or time beside it say something else than the entry itself.",
        "{which}: loại hoặc thời điểm ghi bên cạnh khác với chính mục đó.",
    ),
    "chain": (
        "{which}: the chain of hashes beside it is not that of the entries.",
        "{which}: chuỗi mã băm ghi bên cạnh không khớp với các mục.",
    ),
    "missing": ("{which}: missing.", "{which} bị thiếu."),
    "order": ("{which} is not in its place, or there twice.", "{which} không đúng chỗ, hoặc có hai lần."),
    "cut": (
        "{which}: missing at the end; the head signed at {when} counts {size}. The tail was cut, or an older backup "
        "put in its place.",
        "{which} ở cuối bị thiếu: đầu nhật ký ký lúc {when} đếm {size} mục. Phần đuôi đã bị cắt, hoặc bản sao lưu cũ "
        "đã được đặt vào.",
    ),
    "range": (
        "{which}: at least one of them is not what the head signed at {when} has bound.",
        "{which}: ít nhất một mục không đúng như đầu nhật ký ký lúc {when} đã ghi nhận.",
    ),
    "head": (
        "The head over {size} entries is damaged, or not signed by a key that the log vouches for.",
        "Đầu nhật ký của {size} mục bị hỏng, hoặc không do khóa được nhật ký bảo đảm ký.",
    ),
    "hashes": (
        "The hashes beside the head over {size} entries are not those that were signed.",
        "Các mã băm đi kèm đầu nhật ký của {size} mục không phải các mã đã ký.",
    ),
    "head_missing": (
        "A head that was signed before the one over {size} entries is missing.",
        "Thiếu một đầu nhật ký đã ký trước đầu của {size} mục.",
    ),
    "version_changed": (
        "Version {number} of the review {review} is not what was published: {which} has another digest.",
        "Phiên bản {number} của bài {review} không còn đúng như khi đăng: {which} ghi mã băm khác.",
    ),
    "version_missing": (
        "Version {number} of the review {review} is missing, of which {which} tells.",
        "Thiếu phiên bản {number} của bài {review} mà {which} nói đến.",
    ),
    "version_unlogged": (
        "Version {number} of the review {review} has no entry in the log.",
        "Phiên bản {number} của bài {review} không có mục nào trong nhật ký.",
    ),
    "page_changed": (
        "Version {number} ({lang}) of the page {page} is not what was published: {which} has another digest.",
        "Phiên bản {number} ({lang}) của trang {page} không còn đúng như khi đăng: {which} ghi mã băm khác.",
    ),
    "page_missing": (
        "Version {number} ({lang}) of the page {page} is missing, of which {which} tells.",
        "Thiếu phiên bản {number} ({lang}) của trang {page} mà {which} nói đến.",
    ),
    "page_unlogged": (
        "Version {number} ({lang}) of the page {page} has no entry in the log.",
        "Phiên bản {number} ({lang}) của trang {page} không có mục nào trong nhật ký.",
    ),
    "key": (
        "The log names another key than that of this machine: entry {first} is not this desk's.",
        "Nhật ký nêu khóa khác với khóa của máy này: mục {first} không phải của tòa soạn này.",
    ),
}


def finding(code: str, first: int, last: int | None = None, **more: object) -> Finding:
    """Return the finding about entries `first` to `last` (both included).

    >>> finding("missing", 3, 5).english
    'Entries 3 to 5: missing.'
    """
    last = first if last is None else last
    english, vietnamese = _SENTENCES[code]
    which = (
        (f"Entry {first}", f"Mục {first}")
        if first == last
        else (f"Entries {first} to {last}", f"Mục {first} đến {last}")
    )
    said = {"first": first, "size": "", "when": "", **more}
    return Finding(first, last, code, english.format(which=which[0], **said), vietnamese.format(which=which[1], **said))
