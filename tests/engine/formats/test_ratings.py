"""Ratings: published words are kept, and mean the same whoever wrote them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiemchung.engine.formats import ratings
from kiemchung.engine.formats.ratings import EXAMPLES, map_scale, map_words, rate, rating_table
from kiemchung.engine.types import MappedRating

TRUE, MOSTLY_TRUE, MIXED = MappedRating.TRUE, MappedRating.MOSTLY_TRUE, MappedRating.MIXED
CONTEXT, FALSE, SCAM = MappedRating.MISSING_CONTEXT, MappedRating.FALSE, MappedRating.SCAM
SATIRE, UNPROVEN = MappedRating.SATIRE, MappedRating.UNPROVEN


@pytest.mark.parametrize(("words", "expected"), EXAMPLES)
def test_examples_of_the_module_hold(words: str, expected: MappedRating | None) -> None:
    assert map_words(words) is expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        # the scales of well-known publishers, in full
        *[("True", TRUE), ("Mostly True", MOSTLY_TRUE), ("Half True", MIXED), ("Mostly False", FALSE)],
        *[("False", FALSE), ("Pants on Fire", FALSE), ("Mixture", MIXED), ("Unproven", UNPROVEN)],
        *[("Outdated", CONTEXT), ("Miscaptioned", CONTEXT), ("Misattributed", FALSE), ("Scam", SCAM)],
        *[("Correct Attribution", TRUE), ("Legend", UNPROVEN), ("Originated as Satire", SATIRE)],
        *[("Altered", FALSE), ("Missing Context", CONTEXT), ("Four Pinocchios", FALSE), ("Fake", FALSE)],
        *[("Distorts the Facts", CONTEXT), ("No Evidence", UNPROVEN), ("Altered photo", FALSE)],
        # Vietnamese
        *[
            ("Đúng", TRUE),
            ("ĐÚNG SỰ THẬT", TRUE),
            ("Tin giả", FALSE),
            ("Sai", FALSE),
            ("sai ngữ cảnh", CONTEXT),
        ],
        *[("Giả mạo", FALSE), ("Chưa được kiểm chứng", UNPROVEN), ("Châm biếm", SATIRE), ("Lừa đảo", SCAM)],
        *[("Gây hiểu lầm", CONTEXT), ("Không có căn cứ", UNPROVEN), ("Nửa đúng nửa sai", MIXED)],
        *[("Đây là thông tin sai sự thật", FALSE), ("Không phải là sự thật", FALSE), ("Lua dao", SCAM)],
        # other languages
        *[("Falsch", FALSE), ("Teilweise falsch", MIXED), ("Faux", FALSE), ("C'est faux", FALSE)],
        *[
            ("Trompeur", CONTEXT),
            ("Falso", FALSE),
            ("Bulo", FALSE),
            ("No es verdad", FALSE),
            ("Boato", FALSE),
        ],
        *[("Fuori contesto", CONTEXT), ("Fałsz", FALSE), ("Hoaks", FALSE), ("Sebagian benar", MIXED)],
        *[("झूठ", FALSE), ("भ्रामक", CONTEXT), ("زائف", FALSE), ("مضلل", CONTEXT), ("Yanlış", FALSE)],
        *[
            ("เท็จ", FALSE),
            ("ไม่จริง", FALSE),
            ("จริง", TRUE),
            ("错误", FALSE),
            ("事實釐清", CONTEXT),
            ("诈骗", SCAM),
        ],
        # sentences, negation, several words at once
        *[("False. The video is from 2015.", FALSE), ("Not true", FALSE), ("This isn't true", FALSE)],
        *[("True, but misleading", CONTEXT), ("No, this is fake", FALSE), ("Rating: False", FALSE)],
        *[("False / Scam", SCAM), ("mostly_true", MOSTLY_TRUE), ("ＦＡＬＳＥ", FALSE), ("❌ Sai", FALSE)],
    ],
)
def test_words_are_recognised_in_many_languages(words: str, expected: MappedRating) -> None:
    assert map_words(words) is expected


def test_a_long_text_that_takes_back_what_it_begins_with_is_not_called_true() -> None:
    """Found in the table that an import shows."""
    assert map_words("Đúng nhưng thiếu bối cảnh quan trọng và còn nhiều điều phải nói thêm nữa") is None
    assert map_words("Đúng nhưng thiếu bối cảnh") is CONTEXT


@pytest.mark.parametrize("words", ["", "  ", "?", "3", "Stufe 5", "not false", "Xem bài", "unlabeled", "\x00"])
def test_unknown_words_stay_unknown(words: str) -> None:
    assert map_words(words) is None
    assert rate(words).basis == "none"
    assert rate(words).published == words


@pytest.mark.parametrize(
    ("value", "worst", "best", "expected"),
    [
        *[(1, 1, 5, FALSE), (2, 1, 5, FALSE), (3, 1, 5, MIXED), (4, 1, 5, MOSTLY_TRUE), (5, 1, 5, TRUE)],
        *[("1", "0", "10", FALSE), (5, 5, 1, FALSE), (1, 5, 1, TRUE), (0, 0, 1, FALSE), (1, 0, 1, TRUE)],
        *[(-1, -1, -1, None), (7, 1, 5, None), (True, 1, 5, None), (None, 1, 5, None), ("x", 1, 5, None)],
        (3, None, None, MIXED),
    ],
)
def test_a_number_is_read_on_its_own_scale(
    value: object, worst: object, best: object, expected: MappedRating | None
) -> None:
    assert map_scale(value, worst, best) is expected


def test_words_come_before_the_number() -> None:
    assert rate("Fake", 5, 1, 5).mapped is FALSE
    assert rate("Loại 2", 5, 1, 5).basis == "scale"


def test_no_phrase_of_the_table_stands_for_two_ratings_in_one_language() -> None:
    seen: dict[tuple[str, str], MappedRating] = {}
    for rating, lang, phrases in rating_table():
        for phrase in phrases:
            assert seen.setdefault((lang, phrase), rating) is rating, phrase


def test_every_phrase_of_the_table_is_recognised() -> None:
    for rating, lang, phrases in rating_table():
        for phrase in phrases:
            assert map_words(phrase) is rating, (lang, phrase)


def test_every_rating_has_vietnamese_and_english_words() -> None:
    named = {(rating, lang) for rating, lang, _ in rating_table()}
    assert {(rating, lang) for rating in MappedRating for lang in ("vi", "en")} <= named


@given(st.text(max_size=60))
def test_any_text_is_kept_and_never_fails(words: str) -> None:
    assert rate(words, words, words, words).published == words


def test_marks_may_be_left_out_only_where_that_leaves_one_meaning() -> None:
    folded = ratings._folded_phrases()
    assert folded["sai su that"] is FALSE
    assert map_words("dung su that") is TRUE
