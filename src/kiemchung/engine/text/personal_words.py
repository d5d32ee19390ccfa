"""The words before and after a number that say whose it is; as they look without marks (`seen`)."""

from __future__ import annotations

import re

# What a number is called; the names of the groups are those of `personal_numbers`.
_CALLED = {
    "identity": (
        "cccd|cmnd|cmtnd|cmt|cm nd|can cuoc cong dan|can cuoc|cc cong dan|chung minh nhan dan|chung minh thu|"
        "chung minh|so dinh danh ca nhan|so dinh danh|ma dinh danh|dinh danh|identity card|id card|id number|id no|"
        "citizen id|national id|identity number"
    ),
    "passport": "ho chieu|passport|hc so|so hc",
    "card": (
        "so the|the atm|the visa|the mastercard|the master|the tin dung|the ghi no|the jcb|the napas|the ngan hang|"
        "card number|card no|card|visa|mastercard|napas|atm"
    ),
    "account": (
        "stk|s.t.k|so tk|sotk|so tai khoan|sotaikhoan|so t.k|account number|account num|account no|acc number|acc no|"
        "acct|a/c no|a/c|bank account|iban"
    ),
    "payee": (
        "tai khoan|tk|account|acc|chuyen khoan|ck|vietcombank|vcb|techcombank|tcb|bidv|agribank|acb|vpbank|tpbank|"
        "sacombank|vietinbank|ctg|mbbank|mb bank|mb|vib|hdbank|shb|ocb|msb|seabank|scb|eximbank|lpbank|"
        "lienvietpostbank|abbank|namabank|bac a bank|pvcombank|kienlongbank|cake|timo|nguoi thu huong|nguoi nhan"
    ),
    "tax": "mst|ma so thue|ms thue|tax code|tax id|tax number|tin",
    "insurance": (
        "bh y te|bh xa hoi|so bh|the bh|so bhxh|ma so bhxh|ma bhxh|bhxh|bao hiem xa hoi|bhyt|the bhyt|bao hiem y te|"
        "ma so bao hiem|so so bao hiem|ma the bao hiem|social insurance|health insurance"
    ),
    # public by law, and of a firm
    "company": "ma so doanh nghiep|ma doanh nghiep|ma so dn|so dkkd|dang ky kinh doanh|dang ky doanh nghiep|gpkd",
    "phone": (
        "sdt|s.d.t|so dt|dt|d.t|dtdd|dien thoai|so may|zalo|viber|whatsapp|telegram|momo|goi|alo|lh|l.h|lien he|"
        "lien lac|hotline|phone|tel|mobile|mob|call|text|nhan tin|ib|inbox|sms|so cua|cell"
    ),
}
_BANKS = (
    "vietcombank|vcb|techcombank|tcb|bidv|agribank|acb|vpbank|tpbank|sacombank|vietinbank|mbbank|mb|vib|hdbank|shb|ocb|"
    "msb|seabank|scb|eximbank|lpbank|abbank|pvcombank"
)


def _either(words: str) -> str:
    return "|".join(re.escape(word) for word in sorted(words.split("|"), key=len, reverse=True))


CUES = re.compile(
    r"(?<![a-z0-9])(?:" + "|".join(f"(?P<{name}>{_either(words)})" for name, words in _CALLED.items()) + r")(?![a-z])"
)
# A bank directly after a number, perhaps in brackets.
BANK_AFTER = re.compile(rf"[ \-:,(/\n]{{1,3}}(?:ngan hang |nh |bank )?(?:{_either(_BANKS)})(?![a-z])")
# What is counted or paid stands after its number.
UNIT_AFTER = re.compile(
    r"[ ]?(?:d|dong|vnd|usd|eur|euro|k|trieu|tr|ty|ti|nghin|ngan|xu|nguoi|ca(?! nhan)|luot|view|like|share|follow|kg|"
    r"tan|km|m2|ha|phut|giay|gio|ngay|thang|nam|usdt|btc|co phieu|diem|phieu|suat|lit|chai|lan|vu|con|cai|chiec|"
    r"people|times|[%$€₫])"
    r"(?![a-z0-9])"
)
# Between "tài khoản" and a number: then the number is what was moved.
MOVED_MONEY = re.compile(
    r"(?<![a-z])(?:bi tru|tru|cong|nhan|mat|nap|rut|so du|so tien|hon|khoang|gan|them|con|thu|phi|gia|giam|tang|thuong|"
    r"no|vay|len toi|toi|den|duoc|tien|ma|otp)(?![a-z])|[+=]"
)
