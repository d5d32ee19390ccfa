"""Errors of our own: what was wrong, where, and what to do about it."""

from __future__ import annotations

import errno

# What the system says, in the words of a Vietnamese reader; the system itself says it in English here.
_SYSTEM_WORDS = {
    errno.ENOENT: "không có tệp hoặc thư mục này",
    errno.EACCES: "không có quyền",
    errno.EPERM: "không được phép",
    errno.EEXIST: "đã có tệp này",
    errno.ENOTDIR: "không phải thư mục",
    errno.EISDIR: "là thư mục",
    errno.EINVAL: "không dùng được như vậy",
    errno.ENAMETOOLONG: "tên quá dài",
    errno.ELOOP: "liên kết vòng tròn",
    errno.EIO: "lỗi đọc ghi",
    errno.ENOSPC: "đĩa đã đầy",
    errno.EDQUOT: "đã hết phần đĩa được cấp",
    errno.EFBIG: "tệp quá lớn",
    errno.EROFS: "đĩa chỉ cho đọc",
    errno.EBUSY: "đang bận",
    errno.EMFILE: "mở quá nhiều tệp",
    errno.ENODEV: "không có thiết bị này",
    errno.ENXIO: "không có thiết bị này",
    errno.ENOMEM: "hết bộ nhớ",
    errno.ECONNREFUSED: "máy chủ từ chối kết nối",
    errno.ECONNRESET: "kết nối bị ngắt",
    errno.EHOSTUNREACH: "không tới được máy chủ",
    errno.ENETUNREACH: "không có mạng",
}


class KiemchungError(Exception):
    """Base of every error this package raises on purpose.

    The message is one or two plain sentences for the person at the keyboard: what was wrong, where (file, line),
    and what to do, in English and in Vietnamese; both are written where the error is raised. `str(error)` is English.
    The command prints it in the reader's language, without a traceback.

    >>> KiemchungError("The disk is full.", "Đĩa đã đầy.").text("vi")
    'Đĩa đã đầy.'
    """

    def __init__(self, english: str, vietnamese: str) -> None:
        super().__init__(english, vietnamese)
        self.english, self.vietnamese = english, vietnamese

    def __str__(self) -> str:
        """The message in English."""
        return self.english

    def text(self, lang: str) -> str:
        """The message in Vietnamese (`lang` starts with "vi") or English."""
        return self.vietnamese if lang.startswith("vi") else self.english


class InputError(KiemchungError):
    """Something given from outside cannot be used: a file, a line, an address, an option (exit code 2 or 4)."""


class IndexDamagedError(KiemchungError):
    """An index directory cannot be read as the index it claims to be; it can be deleted and rebuilt."""


class IndexBusyError(KiemchungError):
    """Another process is writing to the same collection or index."""


def system_words(error: OSError | ValueError) -> tuple[str, str]:
    """What went wrong in the system, in English and in Vietnamese; an unusual error in English only.

    >>> system_words(OSError(errno.ENOSPC, "No space left on device"))
    ('No space left on device', 'đĩa đã đầy')
    """
    english = str(getattr(error, "strerror", None) or error)
    return english, _SYSTEM_WORDS.get(getattr(error, "errno", None) or 0, english)
