"""Why one item of a file was refused, in plain words, while the rest of the file goes in."""

from __future__ import annotations

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
    "unknown_rating": (
        "'{field}' must be one of {detail}",
        "'{field}' phải là một trong {detail}",
    ),
    "no_review": ("holds no ClaimReview", "không có ClaimReview nào"),
}

# The words used as `detail` that a reader sees; numbers and quotations need no translation.
_DETAILS_VI = {
    "text": "văn bản",
    "text or a number": "văn bản hoặc số",
    "an object": "một đối tượng",
    "text or an object": "văn bản hoặc đối tượng",
    "a list": "danh sách",
    "a number": "số",
    "a truth value": "giá trị đúng/sai",
    "null": "null",
    "NaN or Infinity": "NaN hoặc Infinity",
}


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
            return vietnamese.format(field=self.field, detail=_DETAILS_VI.get(self.detail, self.detail))
        return english.format(field=self.field, detail=self.detail)


class RefusalError(KiemchungError):
    """Raised where an item cannot be read as a review; the reader of the file turns it into a `Refusal`."""

    def __init__(self, code: str, field: str = "", detail: str = "") -> None:
        self.code, self.field, self.detail = code, clip(field), clip(detail)
        super().__init__(self.at(0).reason)

    def at(self, number: int, unit: str = "line") -> Refusal:
        """The refusal with its place."""
        return Refusal(number, self.code, self.field, self.detail, unit)


def clip(text: str, limit: int = 200) -> str:
    """`text` fit for one line of a report: printable, at most `limit` characters."""
    shown = text[:limit].encode("utf-8", "replace").decode("utf-8")
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in shown)
    return shown if len(text) <= limit else shown[: limit - 1] + "…"
