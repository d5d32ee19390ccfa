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
    ("ngân hàng không gọi cho ai", ("không",)),
    ("ô nhiễm không khí", ()),
    ("không chỉ người già", ()),
    ("không biết có thật không", ()),
    ("nước chua", ()),
    ("khỏi sẹo", ("khỏi",)),
    ("bay nội địa khỏi cần căn cước", ("khỏi cần",)),
    ("mau khỏi bệnh, ra khỏi nhà", ()),
    ("nếu không tài khoản sẽ bị khóa", ()),
    ("neu ko gui tin nay thi mat nick", ()),
    ("đeo kính vào không thì mù mắt", ()),
    ("cài sớm kẻo lúc cần lại không chuyển được", ()),
    ("không xác thực thì bị khóa", ()),
    ("không phân loại rác bị phạt", ()),
    ("chuyển khoản ngay không sẽ cắt điện", ()),
    ("ăn chưa tới 5 gam muối", ()),
    ("bôi vào có để sẹo ko zậy", ()),
    ("có lên máy bay được không vì em quên căn cước", ()),
    ("làm theo có sao không mấy anh", ()),
    ("là tin thật hok", ()),
    ("có bệnh nhân không chữa được", ("không",)),
    ("if you do not pay, call", ()),
    ("if not, your account is locked", ()),
    ("no way it cures cancer", ()),
    ("is it true that sugar does not harm", ()),
    ("chữa hết ung thư", ()),
    ("kiến ba khoang không gây bỏng", ("không",)),
    ("chac chan khong phai la hang viet", ("khong phai",)),
    ("không phải là môn bắt buộc trong kỳ thi", ("không phải",)),
    ("bo y te khong ho tro tien", ("khong",)),
    ("khong anh huong suc khoe", ("khong",)),
    ("tắm đêm không hề là nguyên nhân", ("không hề",)),
    ("chua gay thiet hai", ("chua",)),
    ("không lưu lại trang web", ("không",)),
    ("no real id = no driving", ()),
    ("rắn cắn mà không buộc chặt là chết", ()),
    ("5k và 10k", ()),
    ("vaccines do not cause autism", ("not",)),
    ("it doesn't cure cancer", ("doesn't",)),
    ("there is no evidence of that", ("no evidence",)),
    ("lemon water cant cure cancer", ("cant",)),
    ("never drink bleach", ("never",)),
    ("don't drink bleach", ("don't",)),
    ("it cures cancer, doesn't it?", ()),
    ("isn't it dangerous?", ()),
    ("isn't sugar what makes them wild", ()),
    ("this is true, right?", ()),
    ("is it true or not", ()),
    ("not only old people", ()),
    ("no, it is true", ()),
    ("ngan hang no xau", ()),
)

_EXTENSIONS = one_of(with_unmarked(listed("phải|được|nên|thể|có|hề|bao giờ|cần|còn|từng|hẳn|đúng|có thể", "|")))
_VIETNAMESE = (
    "không|khong|chẳng|chả|chưa|đừng|chớ|ko|k|hok|hog|hơm|kô|khum|hổng|khg|khỏi"
    r"|khoi(?=[ ](?:can|phai|mang|lo|thi|nop|dong|mat|de|so|bi)\b)"
    r"|chua(?=[ ](?:co|bao|tung|ai|phai|the|biet|xac|he|xay|den|bi|gay|giup|lam|vo|ton|xep|cong[ ]bo|yeu[ ]cau"
    r"|chuyen|thu[ ]phi|duoc[ ](?:phep|kiem|cong|cap|xac))\b)"
    r"|chang(?=[ ](?:phai|co|ai|can|the|bao|biet|nen|duoc|gay|giup|lam|chua|tri|bi|vo|ton|hut|goi|nhan|thu|mat)\b)"
    r"|dung(?=[ ](?:tin|nghe|chia|bam|mo|tuong|quen|bao|co|de|lo|so|vao)\b)"
)
_CONTRACTED = listed("is are was were do does did has have had can could would should will must need")
_ENGLISH = (
    rf"(?:{'|'.join(_CONTRACTED)})n[’']t|can['’]t|won['’]t|ain['’]t|can(?:no|’|')?t(?=[ ])|wont|"
    rf"(?:is|are|was|were|do|does|did|has|have|could|would|should|must|need)nt"
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
    *listed("không khong chẳng chả chưa đừng chớ ko k hok hog hơm kô khum hổng khg khỏi khoi chua chang dung"),
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
# Typed without marks, a verb may look like a particle: "khong anh huong", "khong ho tro", "khong ban ve".
_VERBS = r"anh huong|ho tro|ban (?:ve|tai|qua|le|hang|dat|nha|xe|vang|thuoc|ra)|ha (?:sot|nhiet|duong|huyet|gia)"
_QUESTION = re.compile(rf"{_END}|[ ](?!{_VERBS})(?:{_PARTICLES})(?![^\W_])")
# Who is asked, at the end: "… không mấy chị ơi", "… chưa con".
_ASKED = one_of(
    with_unmarked(
        listed(
            "mấy|quý|mí|con|cháu|cô|chú|bà|ông|mẹ|má|bố|thầy|dì|cậu|ngoại|nội|ae|mng|bro|sếp|chế|z|zậy|zay|dz|v|"
            "nhé|nghen|hen|luôn|lun|thế|trời|à|chị|anh|bác",
            "|",
        )
    )
)
_ASKED_AT_END = re.compile(rf"[ ](?!{_VERBS})(?:{_ASKED})(?:[ ][^\W_]+){{0,4}}{_END}")
# "có … không vì …", "có đúng không mà …": after "có", "đúng" or "được" the question may go on.
_GOES_ON_ASKING = re.compile(
    rf"[ ](?:{_ASKED}|{one_of(with_unmarked(listed('vì|mà|chứ|nhưng|tại|xin|giúp|giùm|để|rồi|hay|nghe|ta', '|')))})"
    r"(?![^\W_])"
)
_BEGINS_QUESTION = re.compile(r"(?<![^\W_])(?:có|co|đã|da|đúng|phải|phai|thật|that|thiệt|thiet|được|duoc|đc|dc)[ ]")
_OPENS_CONDITION = re.compile(
    r"(?<![^\W_])(?:nếu|neu|hễ|lỡ|nhỡ|kẻo|keo|trừ khi|tru khi|trường hợp|ai mà|if|unless|whether|otherwise|or else)"
    r"(?![^\W_])"
)
# "không thì mất", "không xác thực là bị khóa", "không phân loại bị phạt": what happens otherwise.
_IS_CONDITION = re.compile(
    r"[ ](?:thì|thi|là|la|sẽ|se)(?![^\W_])"
    r"|(?:[ ](?!báo|bao|nói|noi|rằng|rang)[^\W_]+){1,9}?[ ]"
    r"(?:thì|(?<!kỳ )(?<!kì )(?<!ky )(?<!ki )(?<!cận )(?<!can )thi(?=[ ][^\W_])|là bị|la bi|là mất"
    r"|la mat|là hết|sẽ bị|se bi|bị phạt|bi phat|bị khóa|bi khoa"
    r"|là phạt|la phat|phạt(?=[ ]\d)|phat(?=[ ]\d)|cũng như không|cx như k|cung nhu khong)(?![^\W_])"
    r"|[ ](?!phải|phai|hề|he)[^\W_]+(?:[ ][^\W_]+){0,2}?[ ]là[ ]"
    r"(?!đúng|sai|tin|do|vì|sự|có|người|thật|một|cái|loại|giả|bình|chuyện|điều|ai|gì)"
)
_THEN = re.compile(r"(?:[ ][^\W_]+){1,9}?[ ](?:là|la)[ ]")  # "bị cắn mà không buộc là chết"
_ASKS_IF_TRUE = re.compile(r"\bis (?:it|this|that) (?:really |actually )?(?:true|correct|so) ")
_RECOVERED = tuple(
    f"{word} "
    for word in with_unmarked(
        listed("chữa|trị|mau|nhanh|đã|tự|sẽ|được|ra|thoát|rời|bay|biến|lấy|xóa|loại|tách|đuổi|rút|gỡ|vượt|bệnh", "|")
    )
)
_CLAUSE_END = re.compile(r"[.!?;,:\n\0]")
_LONGEST_CLAUSE = 70
_CONTINUED = re.compile(r"[ ][^\W_]")
_BARE_END = re.compile(_END)
_NOT_DENIED = re.compile(
    r"[ ](?:(?:tới|toi|đến|den|quá|qua|đầy|day)(?=[ ]\d)|(?:lưu|luu)(?![ ](?:lại|lai|giữ|giu|trữ|tru))|"
    + one_of(
        with_unmarked(
            listed(
                "khí|gian|quân|trung|phận|tưởng|những|chỉ|riêng|ít|may|ngờ|ngừng|biết|rõ|hiểu|ngớt|độ|giờ|kích",
                "|",
            )
        )
    )
    + r")(?![^\W_])"
)
_ZERO = tuple(f"{word} " for word in with_unmarked(listed("hàng|trên|số|khoảng|phòng|chân|hay|hoặc|không|ko|có", "|")))
_GOODS = tuple(  # "ngân hàng không gọi" is no airline
    f"{word} "
    for word in with_unmarked(
        listed("ngân hàng|khách hàng|cửa hàng|nhà hàng|bán hàng|đơn hàng|giao hàng|mua hàng|nhận hàng", "|")
    )
)
_NO_ZERO = ("chắc chắn ", "chac chan ", "ba khoang ")  # no "chân không", no "khoảng không"
_DOUBTFUL = frozenset({"chua", "chang", "dung"})  # after a negation: chữa, chàng, dùng
_TAG = re.compile(rf"[ ](?:it|they|you|he|she|we|i|there|this|that)(?:{_END})")
_SUBJECT = re.compile(r"[ ](?:it|they|you|he|she|we|i|there|this|that|the|vaccines?)\b")
_NO_IS_A_WORD = re.compile(
    r"[ ](?:way|la|co|se|thi|nay|khong|bi|da|cho|xau|tien|ve|lai|o|duoc|cung|con|dang|vay|mot|cua|den|roi|\d)\b"
    r"|[ ]?[.,!?:]|$"
)
_NO_MEANS_NO = re.compile(r"[^.!?\n=]{1,24}=")  # "no ID = no flight": a condition
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
    ("không khí"), "không chỉ" and English tags ("isn't it?") are no negations, nor is what stands in a condition
    ("nếu không … thì", "if not"). Costs about 10 µs for 30
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
    clause = _clause_before(text, start)
    if _OPENS_CONDITION.search(clause) or _IS_CONDITION.match(text, end):
        return False
    if clause.endswith(("mà ", "ma ")) and _THEN.match(text, end):
        return False
    if match[1] in {"khỏi", "khoi"}:
        return not text[max(0, start - 8) : start].endswith(_RECOVERED) and _CONTINUED.match(text, end) is not None
    if not extension and (
        _ASKED_AT_END.match(text, end) or (_GOES_ON_ASKING.match(text, end) and _BEGINS_QUESTION.search(clause))
    ):
        return False
    goes_on = extension is not None and _CONTINUED.match(text, match.end()) is not None
    if not goes_on and (_QUESTION.match(text, end) or (extension and _asks_at_end(text, match, extension))):
        return False
    before = text[max(0, start - 11) : start]
    if before.endswith((*_GOODS, *_NO_ZERO)):
        return True
    if _NOT_DENIED.match(text, end) or (match[1] in _DOUBTFUL and before.endswith(_ZERO)):
        return False
    if before.endswith(_ZERO) and match[1] in {"không", "khong", "ko", "k", "chưa", "chua"}:
        return bool(extension) and before.endswith(("có ", "co ", "không ", "khong ", "ko "))
    return True


def _clause_before(text: str, start: int) -> str:
    return _CLAUSE_END.split(text[max(0, start - _LONGEST_CLAUSE) : start])[-1]


def _asks_at_end(text: str, match: re.Match[str], extension: str) -> bool:
    """Say whether "… không có?" and the like end a question; "… là không được." forbids."""
    return unmarked(extension) in {"co", "dung", "hay"} and _BARE_END.match(text, match.end()) is not None


def _denies_in_english(text: str, match: re.Match[str], cue: str) -> bool:
    end = match.end()
    clause = _clause_before(text, match.start())
    if _OPENS_CONDITION.search(clause) or _ASKS_IF_TRUE.search(clause):
        return False
    if cue == "no":
        return not has_marks(text) and not (
            _NO_IS_A_WORD.match(text, end) or _NO_MEANS_NO.match(text, end) or clause.rstrip().endswith("=")
        )
    if cue == "not":
        before = text[max(0, match.start() - 4) : match.start()]
        return not (text.startswith(" only", end) or before.endswith(("or ", "why ")) or _BARE_END.match(text, end))
    if "n" in cue and cue.endswith("t"):
        if _TAG.match(text, end):
            return False
        at_start = text[: match.start()].rstrip(" \"'“(")[-1:] in {"", ".", "!", "?", ",", ":", "\n"}
        asks = cue.startswith(("is", "are", "was", "were")) or _SUBJECT.match(text, end)
        return not (at_start and not cue.startswith("don") and asks)
    return True


def _scope(text: str, start: int) -> tuple[str, ...]:
    words: list[str] = []
    for match in _WORD_OR_STOP.finditer(text, start, start + 60):
        if match[1] is None or len(words) == 4:
            break
        if match[1] not in _FUNCTION_WORDS:
            words.append(match[1])
    return tuple(words)
