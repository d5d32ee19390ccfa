"""What a file says about itself: claims of the file, not findings; and how that is put to people."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Known(StrEnum):
    """Yes, no, or nothing is known. A file without a signed note of its origin is `unknown`, never suspicious."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the file says it was made: degrees north and east."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What the file says about itself; anybody can write anything there, and most applications remove it.

    `taken_at` is the time as the camera wrote it, without a zone where it wrote none. `place` is read only when asked
    for, and must not be stored. `is_intact` and `is_trusted` are two facts about the signed note of origin (C2PA): that
    it holds, so that nothing was changed since it was signed; that its signer is on the list of trusted ones that was
    given to the decoder (unknown without a list). `signer` is the organisation named by the certificate.
    `is_generated` is yes where that note says that a program made the picture.
    """

    format: str
    size: int
    taken_at: str | None = None
    camera: str | None = None
    software: str | None = None
    place: Place | None = None
    is_intact: Known = Known.UNKNOWN
    is_trusted: Known = Known.UNKNOWN
    signer: str | None = None
    is_generated: Known = Known.UNKNOWN


# code -> (English, Vietnamese). They say "the file says": nothing here is checked but the signature.
SENTENCES: dict[str, tuple[str, str]] = {
    "taken_at": ("The file says it was made at {0}.", "Tệp tự ghi là được tạo lúc {0}."),
    "camera": ("The file says it was taken with {0}.", "Tệp tự ghi là được chụp bằng {0}."),
    "software": ("The file says it was saved by {0}.", "Tệp tự ghi là được lưu bằng {0}."),
    "place": (
        "The file says it was made at latitude {0}, longitude {1}.",
        "Tệp tự ghi là được tạo ở vĩ độ {0}, kinh độ {1}.",
    ),
    "no_note": (
        "It has no signed note of origin (C2PA). Most files have none: that says nothing for or against it.",
        "Tệp không có ghi chú nguồn gốc được ký (C2PA). Phần lớn tệp không có: điều đó không nói lên thật hay giả.",
    ),
    "intact": (
        "Its signed note of origin (C2PA) is intact: nothing was changed since {0} signed it.",
        "Ghi chú nguồn gốc được ký (C2PA) còn nguyên: không có gì thay đổi từ khi {0} ký.",
    ),
    "broken": (
        "Its signed note of origin (C2PA) does not hold: the file or the note was changed after signing, or the note "
        "is not as the standard asks. It proves nothing.",
        "Ghi chú nguồn gốc được ký (C2PA) không còn giá trị: tệp hoặc ghi chú đã bị đổi sau khi ký, hoặc ghi chú không "
        "đúng chuẩn. Ghi chú này không chứng minh được gì.",
    ),
    "trusted": ("The signer is on your list of trusted ones.", "Bên ký có trong danh sách tin cậy của bạn."),
    "untrusted": (
        "The signer is not on your list of trusted ones: anybody can sign.",
        "Bên ký không có trong danh sách tin cậy của bạn: ai cũng có thể ký.",
    ),
    "trust_unknown": (
        "Whether the signer can be trusted is not known: anybody can sign.",
        "Chưa biết bên ký có đáng tin không: ai cũng có thể ký.",
    ),
    "generated": (
        "The note says that the picture was made or changed by an image generator.",
        "Ghi chú nói rằng ảnh được tạo hoặc sửa bằng chương trình sinh ảnh.",
    ),
}
_SOMEBODY = ("somebody", "ai đó")


def describe(facts: FileFacts, lang: str) -> tuple[str, ...]:
    """`facts` as sentences in Vietnamese (`lang` starts with "vi") or English.

    >>> describe(FileFacts("JPEG", 1024, camera="Nokia 3310"), "en")[0]
    'The file says it was taken with Nokia 3310.'
    """
    index = 1 if lang.startswith("vi") else 0
    said: list[tuple[str, tuple[object, ...]]] = [
        (code, (value,))
        for code, value in (("taken_at", facts.taken_at), ("camera", facts.camera), ("software", facts.software))
        if value
    ]
    if facts.place:
        said.append(("place", (f"{facts.place.latitude:.4f}", f"{facts.place.longitude:.4f}")))
    said += [(code, (facts.signer or _SOMEBODY[index],)) for code in _about_note(facts)]
    return tuple(SENTENCES[code][index].format(*values) for code, values in said)


def _about_note(facts: FileFacts) -> list[str]:
    if facts.is_intact is Known.UNKNOWN:
        return ["no_note"]
    if facts.is_intact is Known.NO:
        return ["broken"]
    trust = {Known.YES: "trusted", Known.NO: "untrusted", Known.UNKNOWN: "trust_unknown"}[facts.is_trusted]
    return ["intact", trust, *(["generated"] if facts.is_generated is Known.YES else [])]
