"""Reviews and messages that look like life, with near misses and words in common, for the tests of the index."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np

from kiemchung.engine.claims.index import ClaimIndex
from kiemchung.engine.types import Answer, Message, Review

SUBJECTS = (
    "Uống nước chanh",
    "Ăn tỏi sống",
    "Giá xăng",
    "Bão số 5",
    "Sạc điện thoại",
    "Lemon water",
    "Thuốc lá",
    "疫苗",
)
DEEDS = ("chữa khỏi", "phòng được", "tăng thêm", "gây ra", "làm giảm", "không gây", "cures", "đổ bộ vào")
THINGS = ("ung thư", "cúm mùa", "500 đồng", "5 triệu đồng", "Huế", "Hà Nội", "cancer", "điện giật", "有效", "mất ngủ")
ENDS = ("", "từ ngày mai", "theo Bộ Y tế", "trong 3 ngày", "ở trẻ em", "tối nay")

MESSAGES = (
    "uong nuoc chanh chua khoi ung thu khong moi nguoi",
    "Nghe nói giá xăng tăng thêm 500 đồng từ ngày mai",
    "Bão số 5 đổ bộ vào Huế tối nay",
    "lemon water cures cancer??",
    "疫苗有效",
    "Ăn tỏi sống phòng được cúm mùa ở trẻ em, theo Bộ Y tế",
)


def some_reviews(count: int, *, seed: int = 1) -> list[Review]:
    """Different claims over few words, so that every word is common and every claim has neighbours."""
    chance = random.Random(seed)  # noqa: S311
    claims: dict[str, None] = {}
    while len(claims) < count:
        words = [chance.choice(part) for part in (SUBJECTS, DEEDS, THINGS, ENDS)]
        number = chance.choice(("", f"{chance.randint(1, 999)} lần", f"mã {chance.randint(1, 99)}"))
        claims[" ".join(filter(None, (*words, number)))] = None
    return [
        Review(
            id=f"r-{number:04d}",
            claim=claim,
            title=f"Sự thật về {claim[:20]}" if number % 3 == 0 else "",
            body=f"Không có bằng chứng cho điều này, {chance.choice(THINGS)}." if number % 4 == 0 else "",
        )
        for number, claim in enumerate(claims)
    ]


def answers(index: ClaimIndex, *, top: int = 10, texts: Sequence[str] = MESSAGES) -> list[Answer]:
    """The answers to some messages."""
    return index.search_many([Message(text, id=str(n)) for n, text in enumerate(texts)], top=top)


def assert_same(ours: Sequence[Answer], theirs: Sequence[Answer]) -> None:
    """Same outcomes, same reviews in the same order, same probabilities and reasons."""
    assert len(ours) == len(theirs)
    for one, other in zip(ours, theirs, strict=True):
        assert one.outcome == other.outcome
        assert [m.review_id for m in one.matches] == [m.review_id for m in other.matches]
        np.testing.assert_allclose(
            [m.probability for m in one.matches], [m.probability for m in other.matches], rtol=0, atol=1e-9
        )
        assert [m.reasons for m in one.matches] == [m.reasons for m in other.matches]
