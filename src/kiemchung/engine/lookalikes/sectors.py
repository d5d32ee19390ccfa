"""What kind of organisation the word just before a name makes of it: *Ngân hàng* Á Châu, *Đại học* Công đoàn."""

from __future__ import annotations

from collections.abc import Sequence

_SECTORS = {
    "ngan hang": "bank", "bank": "bank", "dai hoc": "university", "dh": "university", "truong": "university",
    "hoc vien": "university", "benh vien": "hospital", "bv": "hospital", "bao": "news", "vi": "ewallet",
    "hang hang khong": "travel", "bo": "public", "cuc": "public", "chung khoan": "securities",
}  # fmt: skip


def sector_of(before: Sequence[str]) -> str:
    """Return the category that the word just before a name gives it: `Trường ĐH …` is a university.

    >>> sector_of(("truong", "dh")), sector_of(("hoi", "nhung"))
    ('university', '')
    """
    for end in (len(before), len(before) - 1):  # one word may stand between: `Ngân hàng MB Quân đội`
        for size in (3, 2, 1):
            said = " ".join(before[max(end - size, 0) : max(end, 0)])
            if end >= size and said in _SECTORS:
                return _SECTORS[said]
    return ""
