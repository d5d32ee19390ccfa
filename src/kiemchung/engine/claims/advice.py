"""Says whether a message warns of what a claim promises, or calls it false: then the claim's rating is not its own.

"Bôi kem đánh răng lên vết bỏng giúp mau lành" is rated false; "đừng bôi kem đánh răng lên vết bỏng" is good advice
about the same words. Such a message is shown the review, but never answered by itself.
"""

from __future__ import annotations

import re

from kiemchung.engine.claims.denials import asks
from kiemchung.engine.text.marks import listed, one_of, with_unmarked

_BEGIN, _END = r"(?<![^\W_])(?:", r")(?![^\W_])"


def _any(vietnamese: str, english: str) -> re.Pattern[str]:
    return re.compile(_BEGIN + one_of(with_unmarked(listed(vietnamese, "|")) + listed(english, "|")) + _END)


# What somebody is told not to do, and what is said to do harm.
_WARNS = _any(
    "đừng|!chớ|không nên|chẳng nên|không được|tuyệt đối không|không bao giờ|nên tránh|!tránh|có hại|gây hại|nguy hiểm|"
    "nhiễm trùng|hại thêm|nặng thêm|phản tác dụng|chống chỉ định",
    "do not|don't|dont|never|avoid|stop|should not|shouldnt|harmful|dangerous|makes it worse",
)
# Words around a forwarded claim that warn of nothing in it: "chia sẻ để cùng phòng tránh", "đừng giữ cho riêng mình".
_FORWARDING = _any(
    "phòng tránh|đừng chủ quan|đừng giữ|đừng bỏ qua|đừng quên|đừng lướt qua|đừng ngại|đừng im lặng|đừng để ai",
    "don't forget|dont forget|don't ignore|dont ignore|don't keep|dont keep|do not ignore|do not keep",
)
# What a claim promises or allows.
_PROMISES = _any(
    "giúp|!chữa|chữa khỏi|!trị|!diệt|tiêu diệt|hiệu quả|mau lành|khỏi bệnh|ngừa|phòng được|tốt cho|an toàn|tăng cường|"
    "hết đau|hạ sốt|giải độc|thải độc|làm sạch|giảm đau|nên dùng|nên uống|nên bôi",
    "cures|cure|heals|heal|helps|help|treats|treat|prevents|prevent|kills|safe|good for|effective|protects|boosts",
)
_SAFE = _any("an toàn|vô hại|không sao|không hề gì|không có gì nguy hiểm", "safe|harmless|fine|no danger")
# What a claim says has happened or will.
_HARMS = _any(
    "gây|!vỡ|bị vỡ|!chết|tử vong|ngộ độc|ung thư|nguy hiểm|!sập|!độc|sinh chất|nhiễm|phát nổ|cháy|hỏng",
    "causes|cause|kills|deadly|toxic|poison|collapsed|broke|dangerous|explode",
)
_NOT = r"(?<![^\W_])(?:không|khong|ko|chẳng|chưa|not|never|no|doesnt|dont|cannot|cant)(?: [^\W_]+){0,2}? "
# "không trị được", "không bị vỡ"; unmarked "chua khoi" is rather "chữa khỏi" than "chưa khỏi", and a "giá trị" no cure.
_DOES_NOT_HELP = re.compile(
    f"{_NOT}(?:(?<!giá )trị|(?<!gia )tri|chữa|chua|khỏi|khoi|giúp|giup|diệt|diet|hiệu quả|hieu qua|tác dụng|tac dung|"
    "cure|heal|help|treat|prevent|kill|work)(?![^\\W_])"
)
_NO_HARM = re.compile(f"{_NOT}(?={_HARMS.pattern})(?:[^\\W_]+)")
# Who denies it. "Tin giả: …" before a claim only says what its rating says too.
_REFUTES = _any(
    "bác bỏ|bác tin|bác thông tin|phủ nhận|đính chính|không có chuyện",
    "denies|denied|refutes|refuted|debunked",
)
# Who calls it false after it: "… làm tan sỏi thận là sai, bác sĩ khuyên không làm theo"; but not "là sai luật".
_CALLED_FALSE = re.compile(
    _any("là|đều là|toàn là", "is|was|are|were").pattern
    + r"(?: (?:tin|thông tin|thong tin|a|an|all|hoàn toàn|hoan toan|completely|totally))*? (?:"
    + one_of(
        with_unmarked(
            listed("sai sự thật|sai hoàn toàn|sai|tin giả|giả|bịa đặt|tin đồn|không đúng|không có thật|tin vịt", "|")
        )
        + listed("false|fake|fake news|a hoax|hoax|untrue|not true|a lie", "|")
    )
    + r")(?: (?:nhé|nhe|nha|đó|do|rồi|roi))?(?=[ ]*(?:[.,;!)\n”\"']|$))"
)
# "đúng hay fake news vậy": asked, not said.
_ASKS_WHICH = re.compile(r"(?<![^\W_])(?:hay|or)(?![^\W_])[^.!?]{0,12}(?:giả|gia|sai|fake|hoax|false|lừa|lua)")


def warns_against(message: str, claim: str) -> bool:
    """Return whether a comparable message warns of what the claim promises, calms where it alarms, or calls it false.

    A question does none of it. Cost: some 20 µs.

    >>> warns_against("đừng bôi kem đánh răng lên vết bỏng", "bôi kem đánh răng lên vết bỏng giúp mau lành")
    True
    >>> warns_against("đừng uống nước lạnh sau bữa ăn", "uống nước lạnh sau bữa ăn gây ung thư")
    False
    >>> warns_against("uống mật ong giúp giảm ho, đừng giữ cho riêng mình", "uống mật ong giúp giảm ho")
    False
    """
    if asks(message) or _ASKS_WHICH.search(message):
        return False
    message = _FORWARDING.sub(" ", message)
    if any(said.search(message) and not said.search(claim) for said in (_REFUTES, _CALLED_FALSE)):
        return True
    if (_WARNS.search(message) or _DOES_NOT_HELP.search(message)) and _PROMISES.search(claim):
        return not (_WARNS.search(claim) or _HARMS.search(claim) or _DOES_NOT_HELP.search(claim))
    alarms = _HARMS.search(claim) and not _HARMS.search(_NO_HARM.sub(" ", message))
    return bool(alarms and _SAFE.search(message)) and not _SAFE.search(claim)
