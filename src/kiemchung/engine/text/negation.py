"""Finds what a text denies: cues of negation and refutation with their scope, but no tag questions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .marks import LONGEST, has_marks, listed, one_of, unmarked, with_unmarked
from .pieces import Signs


@dataclass(frozen=True, slots=True)
class Negation:
    """A `cue` as written, up to four content words after it, `kind` (`negation`, `refutation`), its span."""

    cue: str
    scope_words: tuple[str, ...]
    kind: str
    span: tuple[int, int]


# (text, the cues)
EXAMPLES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("nước chanh không chữa được ung thư", ("không",)),
    ("nuoc chanh khong chua duoc ung thu", ("khong",)),
    ("ko nên uống", ("ko nên",)),
    ("vắc xin k gây vô sinh", ("k",)),
    ("hok có chuyện đó", ("hok có",)),
    ("đây không phải là thuốc", ("không phải",)),
    ("trẻ em không được uống", ("không được",)),
    ("chưa từng có tiền lệ", ("chưa từng",)),
    ("chua bao gio xay ra", ("chua bao gio",)),
    ("đừng bấm vào liên kết", ("đừng",)),
    ("chẳng có gì lạ", ("chẳng có",)),
    ("bộ y tế bác bỏ tin này", ("bác bỏ",)),
    ("tin đó sai sự thật", ("sai sự thật",)),
    ("đúng không?", ()),
    ("tin này có phải không", ()),
    ("uống nước chanh có trị ung thư không", ()),
    ("uong nuoc chanh co tri ung thu khong a", ()),
    ("có thật không vậy mọi người", ()),
    ("được không ạ", ()),
    ("đã hết dịch chưa?", ()),
    ("có đúng hay không việc này", ()),
    ("hàng không việt nam", ()),
    ("ô nhiễm không khí", ()),
    ("không chỉ người già", ()),
    ("không biết có thật không", ()),
    ("nước chua", ()),
    ("chữa hết ung thư", ()),
    ("5k và 10k", ()),
    ("vaccines do not cause autism", ("not",)),
    ("it doesn't cure cancer", ("doesn't",)),
    ("there is no evidence of that", ("no evidence",)),
    ("lemon water cant cure cancer", ("cant",)),
    ("never drink bleach", ("never",)),
    ("don't drink bleach", ("don't",)),
    ("it cures cancer, doesn't it?", ()),
    ("isn't it dangerous?", ()),
    ("this is true, right?", ()),
    ("is it true or not", ()),
    ("not only old people", ()),
    ("no, it is true", ()),
    ("ngan hang no xau", ()),
)

_EXTENSIONS = one_of(with_unmarked(listed("phải|được|nên|thể|có|hề|bao giờ|cần|còn|từng|hẳn|đúng|có thể", "|")))
_VIETNAMESE = (
    "không|khong|chẳng|chả|chưa|đừng|chớ|ko|k|hok|khum|hổng|khg"
    r"|chua(?=[ ](?:co|bao|tung|ai|phai|the|biet|xac|he|xay|den|duoc[ ](?:phep|kiem|cong|cap|xac))\b)"
    r"|chang(?=[ ](?:phai|co|ai|can|the|bao|biet)\b)"
    r"|dung(?=[ ](?:tin|nghe|chia|bam|mo|tuong|quen|bao|co|de|lo|so|vao)\b)"
)
_CONTRACTED = listed("is are was were do does did has have had can could would should will must need")
_ENGLISH = (
    rf"(?:{'|'.join(_CONTRACTED)})n[’']t|can['’]t|won['’]t|ain['’]t|can(?:no|’|')?t(?=[ ])|wont|"
    rf"(?:is|are|was|were|do|does|did|has|have|could|would|should)nt"
    r"|no[ ](?:evidence|longer|proof|basis)|not|never|no|without|none|neither|nobody"
)
_REFUTATIONS = with_unmarked(
    listed(
        "sai sự thật|bịa đặt|tin giả|tin đồn|bác bỏ|phủ nhận|thất thiệt|xuyên tạc|hoang đường|vô căn cứ|đồn thổi", "|"
    )
) + listed("false fake hoax debunked misleading denied denies refuted refutes untrue baseless fabricated disproved")
_REFUTING = one_of(_REFUTATIONS)
_CUE = re.compile(
    rf"\b(?:({_VIETNAMESE})(?:[ ]({_EXTENSIONS})(?![^\W_]))?|({_ENGLISH})|({_REFUTING}))"
    r"(?![^\W_])(?!['’][^\W\d_])"
)
_FIRST_WORDS = (
    *listed("không khong chẳng chả chưa đừng chớ ko k hok khum hổng khg chua chang dung"),
    *(f"{verb}n" for verb in _CONTRACTED),
    *(f"{verb}nt" for verb in _CONTRACTED),
    *listed("can won ain cant cannot wont no not never without none neither nobody"),
    *(form.split()[0] for form in _REFUTATIONS),
)
_SIGNS = Signs(rf"\b(?:{one_of(_FIRST_WORDS)})(?![^\W_])", words=_FIRST_WORDS)

_END = r"[ ]*(?:$|[?.!,;:)\]\"”…\n\0])"
_PARTICLES = one_of(
    with_unmarked(
        listed(
            "ạ|nhỉ|vậy|hả|thế|ta|mọi người|mn|bác|các bác|anh|chị|ad|admin|bạn|các bạn|hay|"
            "hoặc|đó|nha|trời|ha|hở|ơi|em|cả nhà|và|nữa",
            "|",
        )
    )
)
_QUESTION = re.compile(rf"{_END}|[ ](?:{_PARTICLES})(?![^\W_])")
_CONTINUED = re.compile(r"[ ][^\W_]")
_BARE_END = re.compile(_END)
_NOT_DENIED = re.compile(
    r"[ ](?:"
    + one_of(
        with_unmarked(
            listed(
                "khí|gian|quân|trung|lưu|phận|tưởng|những|chỉ|riêng|ít|may|ngờ|ngừng|biết|rõ|hiểu|ngớt|độ|giờ|kích",
                "|",
            )
        )
    )
    + r")(?![^\W_])"
)
_ZERO = tuple(f"{word} " for word in with_unmarked(listed("hàng|trên|số|khoảng|phòng|chân|hay|hoặc|không|ko|có", "|")))
_DOUBTFUL = frozenset({"chua", "chang", "dung"})  # after a negation: chữa, chàng, dùng
_TAG = re.compile(rf"[ ](?:it|they|you|he|she|we|i|there|this|that)(?:{_END})")
_SUBJECT = re.compile(r"[ ](?:it|they|you|he|she|we|i|there|this|that|the|vaccines?)\b")
_NO_IS_A_WORD = re.compile(
    r"[ ](?:la|co|se|thi|nay|khong|bi|da|cho|xau|tien|ve|lai|o|duoc|cung|con|dang|vay|mot|cua|den|roi|\d)\b"
    r"|[ ]?[.,!?:]|$"
)
_WORD_OR_STOP = re.compile(r"([^\W\d_]+)|[.!?;\n\0]")
_FUNCTION_WORDS = frozenset(
    with_unmarked(
        listed(
            "là|có|và|của|cho|được|bị|thì|mà|các|những|một|với|để|khi|này|đó|nào|gì|ai|"
            "phải|nên|thể|hề|cần|còn|rằng|do|vì|ở|tại|trong|ra|vào|đã|sẽ|đang|cũng|rất|quá",
            "|",
        )
    )
) | frozenset(
    listed(
        "a an the of to is are was were be been it that this to in on at for with and "
        "or any have has had will would by as from there do does did"
    )
)

POLARITY_WORDS: frozenset[str] = frozenset(
    with_unmarked(listed("không|chẳng|đừng|chớ|phủ nhận|bác bỏ|bịa đặt", "|"))
) | frozenset(listed("chưa chả ko hok khum not never no without none cannot false fake hoax untrue debunked denied"))
"""Words and phrases that turn a statement round: never to be dropped as stop words."""


def negations(text: str) -> tuple[Negation, ...]:
    """Return the negations and refutations in `text` (lower-case, NFC), in order; never raises.

    A "không" or "chưa" that only asks ("… không?", "phải không ạ"), one that is part of another word
    ("không khí"), "không chỉ" and English tags ("isn't it?") are no negations. Costs about 10 µs for 30
    words.

    >>> negations("nước chanh không chữa được ung thư phải không?")[0].scope_words
    ('chữa', 'ung', 'thư', 'không')
    """
    found = []
    for match in _SIGNS.finditer(_CUE, text[:LONGEST]):
        vietnamese, extension, english, _ = match.groups()
        if vietnamese and not _denies(text, match, extension):
            continue
        if english and not _denies_in_english(text, match, english):
            continue
        kind = "negation" if vietnamese or english else "refutation"
        found.append(Negation(match[0], _scope(text, match.end()), kind, match.span()))
    return tuple(found)


def polarity_words(text: str) -> frozenset[str]:
    """Return the words of `text` (lower-case, NFC) that stand under a negation or refutation; never raises.

    >>> sorted(polarity_words("trà gừng không chữa covid"))
    ['chữa', 'covid']
    """
    return frozenset(word for negation in negations(text) for word in negation.scope_words)


def _denies(text: str, match: re.Match[str], extension: str | None) -> bool:
    start, end = match.span(1)
    goes_on = extension is not None and _CONTINUED.match(text, match.end()) is not None
    if not goes_on and (_QUESTION.match(text, end) or (extension and _asks_at_end(text, match, extension))):
        return False
    before = text[max(0, start - 8) : start]
    if _NOT_DENIED.match(text, end) or (match[1] in _DOUBTFUL and before.endswith(_ZERO)):
        return False
    if before.endswith(_ZERO) and match[1] in {"không", "khong", "ko", "k", "chưa", "chua"}:
        return bool(extension) and before.endswith(("có ", "co ", "không ", "khong ", "ko "))
    return True


def _asks_at_end(text: str, match: re.Match[str], extension: str) -> bool:
    """Say whether "… không có?" and the like end a question; "… là không được." forbids."""
    return unmarked(extension) in {"co", "dung", "hay"} and _BARE_END.match(text, match.end()) is not None


def _denies_in_english(text: str, match: re.Match[str], cue: str) -> bool:
    end = match.end()
    if cue == "no":
        return not has_marks(text) and _NO_IS_A_WORD.match(text, end) is None
    if cue == "not":
        before = text[max(0, match.start() - 4) : match.start()]
        return not (text.startswith(" only", end) or before.endswith(("or ", "why ")) or _BARE_END.match(text, end))
    if "n" in cue and cue.endswith("t"):
        if _TAG.match(text, end):
            return False
        at_start = text[: match.start()].rstrip(" \"'“(")[-1:] in {"", ".", "!", "?", ",", ":", "\n"}
        return not (at_start and not cue.startswith(("don", "dont")) and _SUBJECT.match(text, end))
    return True


def _scope(text: str, start: int) -> tuple[str, ...]:
    words: list[str] = []
    for match in _WORD_OR_STOP.finditer(text, start, start + 60):
        if match[1] is None or len(words) == 4:
            break
        if match[1] not in _FUNCTION_WORDS:
            words.append(match[1])
    return tuple(words)
