"""Languages of reviews, as BCP-47 tags."""

from __future__ import annotations

import re

_TAG = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")

# Names that publishers write where a tag belongs.
_NAMES = {
    "arabic": "ar", "bengali": "bn", "chinese": "zh", "czech": "cs", "dutch": "nl", "english": "en",
    "filipino": "fil", "french": "fr", "german": "de", "greek": "el", "hindi": "hi", "indonesian": "id",
    "italian": "it", "japanese": "ja", "korean": "ko", "malay": "ms", "polish": "pl", "portuguese":
    "pt", "russian": "ru", "spanish": "es", "tamil": "ta", "thai": "th", "turkish": "tr", "ukrainian":
    "uk", "urdu": "ur", "vietnamese": "vi", "tiếng việt": "vi", "tiếng anh": "en", "español": "es",
    "français": "fr", "deutsch": "de", "português": "pt", "bahasa indonesia": "id",
}  # fmt: skip


def language_tag(text: str) -> str:
    """The BCP-47 tag in its usual capitals, from a tag or a language's name; "" for what is neither.

    >>> language_tag("vi_vn"), language_tag("Vietnamese"), language_tag("zh-hant-TW"), language_tag("???")
    ('vi-VN', 'vi', 'zh-Hant-TW', '')
    """
    text = text.strip()
    if text.casefold() in _NAMES:
        return _NAMES[text.casefold()]
    if len(text) > 35 or not _TAG.fullmatch(text):
        return ""
    first, *rest = text.replace("_", "-").split("-")
    return "-".join([first.lower(), *map(_subtag, rest)])


def _subtag(part: str) -> str:
    if len(part) == 2:
        return part.upper()
    return part.title() if len(part) == 4 and part.isalpha() else part.lower()
