"""Turns claims into what denies them, by rule: statements that `denies` has to find."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kiemchung.engine.text.marks import unmarked

WORDS = ("không", "chẳng", "ko", "k", "chưa", "không hề")
# Verbs that "không" may stand before; after `|` the words that must follow, so that it is the verb that is meant.
_VERBS = (
    "gây gây_ra giúp được có_thể nên cần phải chữa diệt chứa sinh_(?=ra|nit) tạo hút_hết "
    "tặng hỗ_trợ xếp khuyên khuyến_nghị "
    "gọi_(?=điện|báo) "
    "nhắn_tin tuyển chuyển_sang dùng_được hết_giá_trị thu_phí cấm ngừng công_bố làm bán_(?!lẻ) tốn mọc chỉ_sống "
    "bị_(?!(?:sốt|bỏng|chó|rắn|đột|hóc|sứa|ho_|cướp|nghe|đục|bệnh|nhồi|lợi|tai)) tăng_(?=\\d) nổ vỡ "
    "cung_cấp hướng_dẫn yêu_cầu lưu_lại vi_phạm nhận_lấy tuyển_gấp dập có_(?=động|nhật|chất)"
).split()
_BEFORE = r"(?<![^\W_])(?<!không )(?<!chỉ )(?<!mới )(?<!nếu )(?<!thì )(?<!khi )(?<!dám )(?<!để )(?<!cần )(?<!phải )"
_RULES = (
    *(
        (re.compile(_BEFORE + f"({verb.replace('_', ' ')})" + ("" if verb.endswith(")") else r"(?![^\W_])")), r"{0} \1")
        for verb in _VERBS
    ),
    (
        re.compile(
            r"(?<![^\W_])(?<!miễn )(?<!ngơi )là "
            r"(?!cứu|tự|biết|dập|đủ|bay|được|phải|tỉnh|mất|tranh|tiền)(?=[^\W_]+ [^\W_]+)"
        ),
        "{0} phải là ",
    ),
    (re.compile(r"(?<![^\W_])(sẽ) "), r"\1 {0} "),
    (re.compile(r"(?<![^\W_])(thì) (?=phải|rạch|cứ|ngửa|nuốt|tiểu|chườm)"), r"\1 {0} nên "),
)
_ENGLISH_WORDS = ("not", "never")
_MODALS = re.compile(r"(?<!whether it )\b(is|are|can|may|must|will|should|was|were|has|have)(?= (?!a memory)\w)")
_PLAIN = re.compile(
    r"\b(shows?|gives?|cures?|releases|reaches|protects|holds?|creates?|die|says|asks|connects|makes?"
    r"|originally contained|contained|stops|alerts|shorten|cause|use|bought|harvesting|need|held)\b"
)
_BARE = {"shows": "show", "gives": "give", "releases": "release", "reaches": "reach", "protects": "protect",
         "creates": "create", "says": "say", "asks": "ask", "connects": "connect", "makes": "make", "stops": "stop",
         "alerts": "alert", "cures": "cure"}  # fmt: skip
_NEGATIVE = re.compile(r"(?<![^\W_])(?:không|chưa|ngừng|khỏi|nếu|no|not|never|unless|cannot)(?![^\W_])", re.IGNORECASE)


def negated_vietnamese(claim: str) -> Iterator[str]:
    """Yield the claim with "không", or another word for it, before each of its verbs in turn."""
    if _NEGATIVE.search(claim):
        return
    for number, (pattern, denied) in enumerate(_RULES):
        if pattern.search(claim):
            word = WORDS[number % len(WORDS)]
            for chosen in dict.fromkeys(("không", word)):
                text = pattern.sub(denied.format(chosen).replace("không hề phải là", "không hề là"), claim, count=1)
                yield text
                yield unmarked(text)


def affirmed_vietnamese(claim: str) -> Iterator[str]:
    """Yield a claim that says "không" once, without it."""
    found = re.findall(r"(?<![^\W_])[Kk]hông (?=được|còn|cần|gây|để lại|chữa|thấy|có|lưu|dám)", claim)
    if len(found) == 1 and not re.search(r"(?<![^\W_])(?:nếu|mà|vừa)(?![^\W_])", claim):
        text = claim.replace(found[0], "", 1)
        yield text
        yield unmarked(text)


def negated_english(claim: str) -> Iterator[str]:
    """Yield the claim with "not", "never" or "n't" at its first verb."""
    if _NEGATIVE.search(claim):
        return
    if modal := _MODALS.search(claim):
        for word in _ENGLISH_WORDS:
            yield f"{claim[: modal.end()]} {word}{claim[modal.end() :]}"
        if modal[1] not in {"may", "will", "can"}:
            yield f"{claim[: modal.end()]}n't{claim[modal.end() :]}"
    elif verb := _PLAIN.search(claim):
        bare = _BARE.get(verb[1], verb[1])
        helper = "does" if bare != verb[1] else "did" if verb[1].endswith(("ed", "bought", "held")) else "do"
        bare = {"contained": "contain", "bought": "buy", "held": "hold"}.get(bare, bare)
        for denial in (f"{helper} not {bare}", f"{helper}n't {bare}", f"never {verb[1]}"):
            yield claim[: verb.start()] + denial + claim[verb.end() :]
