"""Why one item of a file was refused, in plain words, while the rest of the file goes in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kiemchung.engine.errors import KiemchungError

# code -> (English, Vietnamese). `{field}` is the field's name, `{detail}` what was found or expected.
REASONS: dict[str, tuple[str, str]] = {
    "encoding": ("is not valid UTF-8 ({detail})", "không phải UTF-8 hợp lệ ({detail})"),
    "json": ("is not valid JSON: {detail}", "không phải JSON hợp lệ: {detail}"),
    "duplicate_key": ("the key '{field}' is there twice", "khóa '{field}' xuất hiện hai lần"),
    "not_finite": ("{detail} is not a number in JSON", "{detail} không phải là số trong JSON"),
    "too_deep": ("is nested deeper than {detail} levels", "lồng nhau sâu hơn {detail} tầng"),
    "too_large": ("is larger than {detail}", "lớn hơn {detail}"),
    "string_too_long": ("'{field}' is longer than {detail}", "'{field}' dài hơn {detail}"),
    "nul": ("'{field}' contains a NUL character", "'{field}' chứa ký tự NUL"),
    "surrogate": (
        "'{field}' contains half a character (a lone surrogate)",
        "'{field}' chứa nửa ký tự (surrogate lẻ)",
    ),
    "not_object": ("is not a JSON object but {detail}", "không phải đối tượng JSON mà là {detail}"),
    "missing": ("'{field}' is missing or empty", "thiếu '{field}' hoặc để trống"),
    "wrong_type": ("'{field}' must be {detail}", "'{field}' phải là {detail}"),
    "not_an_address": (
        "'{field}' is not a complete http or https address",
        "'{field}' không phải địa chỉ http hoặc https đầy đủ",
    ),
    "not_a_date": (
        "'{field}' is no date that can be read in one way only; write it as 2024-05-31",
        "'{field}' không phải ngày chỉ có một cách đọc; hãy ghi như 2024-05-31",
    ),
    "same_id": (
        "the id {detail} is there already; each line needs its own",
        "id {detail} đã có rồi; mỗi dòng cần id riêng",
    ),
    "unknown_rating": (
        "'{field}' must be one of {detail}",
        "'{field}' phải là một trong {detail}",
    ),
    "withdrawn": (
        "was withdrawn by its publisher and is not taken in ({detail})",
        "đã bị nơi đăng rút lại nên không được nạp ({detail})",
    ),
    "withdrawn_elsewhere": (
        "says that a review of another site was withdrawn, which only that site can say ({detail})",
        "nói bài của trang khác đã bị rút lại; chỉ chính trang đó mới nói được điều này ({detail})",
    ),
    "no_page": (
        "'{field}' names a whole site or an account, not the page of one review",
        "'{field}' chỉ cả trang web hoặc một tài khoản, không phải trang của một bài",
    ),
    "no_review": ("holds no ClaimReview", "không có ClaimReview nào"),
}

# The words used as `detail` that a reader sees; numbers and quotations need no translation.
_DETAILS_VI = {
    "replaced characters": "có ký tự bị thay thế",
    "a number or a nesting too long to read": "con số hoặc phần lồng nhau quá dài để đọc",
    "text": "văn bản",
    "text or a number": "văn bản hoặc số",
    "an object": "một đối tượng",
    "text or an object": "văn bản hoặc đối tượng",
    "a list": "danh sách",
    "a number": "số",
    "a truth value": "giá trị đúng/sai",
    "null": "null",
    "NaN or Infinity": "NaN hoặc Infinity",
    # What Python's reader of JSON says.
    "Expecting value": "thiếu giá trị",
    "Expecting property name enclosed in double quotes": "thiếu tên khóa trong dấu ngoặc kép",
    "Expecting ':' delimiter": "thiếu dấu ':'",
    "Expecting ',' delimiter": "thiếu dấu ','",
    "Illegal trailing comma before end of object": "thừa dấu ',' ở cuối đối tượng",
    "Illegal trailing comma before end of array": "thừa dấu ',' ở cuối danh sách",
    "Extra data": "thừa dữ liệu ở cuối",
    "Unterminated string starting at": "chuỗi không có dấu kết thúc, bắt đầu",
    "Invalid control character at": "ký tự điều khiển không hợp lệ",
    "Invalid \\escape": "dấu gạch chéo ngược không hợp lệ",
    "Invalid \\uXXXX escape": "mã \\uXXXX không hợp lệ",
}
_PARTS_VI = (
    (re.compile(r"(.+), not (.+)"), "{0}, không phải {1}"),
    (re.compile(r"(.+?):? at character (\d+)"), "{0} ở ký tự {1}"),
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """One item that was not taken.

    `number` counts from 1: the line of a JSONL file, else the number of the item in the feed, list or page
    (`unit` is `line` or `item`). `code` is a key of `REASONS`, `field` the field's name or empty.

    >>> Refusal(number=3, code="missing", field="claim").reason
    "'claim' is missing or empty"
    >>> Refusal(number=3, code="missing", field="claim").text("vi")
    "thiếu 'claim' hoặc để trống"
    """

    number: int
    code: str
    field: str = ""
    detail: str = ""
    unit: str = "line"

    @property
    def reason(self) -> str:
        """The reason in English, without the place."""
        return self.text("en")

    def __str__(self) -> str:
        """Place and reason in English: "line 3: 'claim' is missing or empty"."""
        return f"{self.unit} {self.number}: {self.reason}"

    def text(self, lang: str) -> str:
        """The reason in Vietnamese (`lang` starts with "vi") or English, without the place."""
        english, vietnamese = REASONS[self.code]
        if lang.startswith("vi"):
            return vietnamese.format(field=self.field, detail=_in_vietnamese(self.detail))
        return english.format(field=self.field, detail=self.detail)


def _in_vietnamese(detail: str) -> str:
    for pattern, words in _PARTS_VI:
        if found := pattern.fullmatch(detail):
            return words.format(*map(_in_vietnamese, found.groups()))
    return _DETAILS_VI.get(detail, detail)


class RefusalError(KiemchungError):
    """Raised where an item cannot be read as a review; the reader of the file turns it into a `Refusal`."""

    def __init__(self, code: str, field: str = "", detail: str = "") -> None:
        self.code, self.field, self.detail = code, clip(field), clip(detail)
        super().__init__(self.at(0).reason, self.at(0).text("vi"))

    def at(self, number: int, unit: str = "line") -> Refusal:
        """The refusal with its place."""
        return Refusal(number, self.code, self.field, self.detail, unit)


def clip(text: str, limit: int = 200) -> str:
    """`text` fit for one line of a report: printable, at most `limit` characters."""
    shown = text[:limit].encode("utf-8", "replace").decode("utf-8")
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in shown)
    return shown if len(text) <= limit else shown[: limit - 1] + "…"
