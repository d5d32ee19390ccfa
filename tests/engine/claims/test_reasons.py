"""Reasons: every published code is given where it should be, and can be read in both languages."""

from __future__ import annotations

import string
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiemchung.engine.claims.reasons import SENTENCES, reasons, reasons_many, sentence, speaks_against
from kiemchung.engine.types import Reason, Review
from tests.engine.claims.cast import MESSAGES, some_reviews
from training.corpus import starter

GIVEN: dict[str, tuple[tuple[str, str], ...]] = {
    "same_text": (("an toi chua cum", "Ăn tỏi chữa cúm"), ("Tỏi chữa được cúm!!!", "Tỏi chữa được cúm")),
    "same_words": (("nghe nói tỏi chữa cúm đó mọi người", "Ăn tỏi sống chữa khỏi cúm mùa"),),
    "same_meaning": (("điện thoại bị khoá", "Your phone is locked"),),
    "few_words": (("con mèo", "Giá xăng tăng"),),
    "same_number": (("mất 500k", "Mất 500.000 đồng khi quét mã"), ("5tr", "Phạt 5 triệu đồng")),
    "different_number": (
        ("phạt 6 triệu đồng", "Vượt đèn đỏ bị phạt 2 triệu đồng"),
        ("phat 6tr", "Vượt đèn đỏ bị phạt 2.000.000đ"),
    ),
    "same_date": (("họp ngày 5/6/2024", "Cuộc họp ngày 5 tháng 6 năm 2024"),),
    "different_date": (("hop ngay 5/6/2024", "Họp ngày 7/6/2024"),),
    "same_place": (("bao vao ha noi", "Bão đổ bộ vào Hà Nội"),),
    "different_place": (("Bão đổ bộ vào Hà Nội tối nay", "Bão đổ bộ vào Huế tối nay"),),
    "same_organisation": (("Bộ Y tế nói tỏi tốt", "Bộ Y tế khuyên ăn tỏi"),),
    "different_organisation": (("Bộ Y tế nói tỏi tốt", "Bộ Công an nói tỏi tốt"),),
    "different_thing": (
        ("xe dap vuot den do bi phat ha", "Người đi xe máy vượt đèn đỏ bị phạt"),
        ("bananas injected with blood", "Oranges are injected with blood"),
    ),
    "opposite_direction": (("giá xăng tăng", "Giá xăng giảm"),),
    "negated": (("tỏi ko chữa được cúm", "Tỏi chữa được cúm"), ("garlic cures flu", "Garlic does not cure flu")),
}
# Given where addresses are looked up (tests/test_checking_links.py), not from words.
BY_ADDRESS = {"same_address", "same_appearance"}
# Given of files (tests/test_examining.py).
BY_FILE = {"altered", "same_file", "same_picture", "same_sound", "same_video"}
NOT_OF_WORDS = BY_ADDRESS | BY_FILE
FACTS = sorted(set(SENTENCES) - NOT_OF_WORDS - {"same_text", "same_words", "same_meaning", "few_words"})


def codes(message: str, claim: str, title: str = "") -> list[str]:
    return [reason.code for reason in reasons(message, Review(id="1", claim=claim, title=title))]


def test_every_published_code_has_an_example_here() -> None:
    assert set(GIVEN) == set(SENTENCES) - NOT_OF_WORDS


@pytest.mark.parametrize(("code", "message", "claim"), [(c, *pair) for c, pairs in GIVEN.items() for pair in pairs])
def test_the_code_is_given_where_it_should_be(code: str, message: str, claim: str) -> None:
    assert code in codes(message, claim)
    assert code in codes(unicodedata.normalize("NFD", message), unicodedata.normalize("NFD", claim))


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_a_code_can_be_read_in_both_languages_with_the_same_values(code: str) -> None:
    vietnamese, english = SENTENCES[code]
    places = [
        [name for _, name, _, _ in string.Formatter().parse(text) if name is not None] for text in SENTENCES[code]
    ]
    assert sorted(places[0]) == sorted(places[1])
    assert vietnamese != english
    assert vietnamese.strip()
    assert not vietnamese.isascii()
    assert english.isascii()
    reason = Reason(code, tuple(f"<{number}>" for number in range(len(places[0]))))
    for lang in ("vi", "en"):
        assert all(value in sentence(reason, lang) for value in reason.values)


@pytest.mark.parametrize(("code", "message", "claim"), [(c, *pairs[0]) for c, pairs in GIVEN.items()])
def test_the_values_fill_the_sentence(code: str, message: str, claim: str) -> None:
    (reason,) = (one for one in reasons(message, Review(id="1", claim=claim)) if one.code == code)
    for lang in ("vi", "en"):
        text = sentence(reason, lang)
        assert all(value and value in text for value in reason.values)
        assert "{" not in text


def test_a_value_with_braces_is_shown_as_it_is() -> None:
    assert sentence(Reason("same_words", ("{0} {x}",)), "en") == "both mention: {0} {x}"


def test_what_speaks_against_comes_first() -> None:
    found = codes("Bộ Y tế: bão vào Hà Nội, mất 500k", "Bộ Y tế: bão vào Huế, mất 200k")
    against = [code.startswith(("different", "opposite", "negated")) for code in found]
    assert against == sorted(against, reverse=True)
    assert {"different_place", "different_number", "same_organisation"} <= set(found)


def test_the_values_of_a_difference_are_what_each_side_says() -> None:
    (reason,) = (r for r in reasons("phạt 6 triệu", Review("1", "Phạt 2 triệu đồng")) if r.code == "different_number")
    assert reason.values == ("6 triệu", "2 triệu đồng")
    (reason,) = (r for r in reasons("giá vàng tăng lên", Review("1", "Giá vàng giảm")) if r.code.startswith("opp"))
    assert reason.values[0].startswith("tăng")
    assert reason.values[1] == "giảm"


def values_of(code: str, message: str, claim: str) -> list[str]:
    found = [reason for reason in reasons(message, Review(id="1", claim=claim)) if reason.code == code]
    return found[0].values[0].split(", ") if found else []


@pytest.mark.parametrize(
    ("message", "claim", "phrases"),
    [
        ("sac qua dem chai pin co phai k mn oi", "Cắm sạc điện thoại qua đêm làm hỏng pin", ["sac qua dem"]),
        ("bao hiem toi da 125tr thoi", "Tiền gửi được bảo hiểm tối đa 125 triệu đồng", ["bao hiem"]),
        ("cả nhà ơi tỏi chữa cúm được không", "Tỏi có chữa cúm được không, cả nhà", ["tỏi chữa cúm"]),
        ("mn ơi, ăn tỏi sống có chữa cúm ko", "Mọi người nói ăn tỏi sống chữa được cúm", ["ăn tỏi sống", "chữa cúm"]),
        (
            "một gà, hai vịt con, ba ngỗng, bốn chó mực già, năm mèo mun",
            "Gà và vịt con và ngỗng và chó mực già và mèo mun",
            ["vịt con", "ngỗng", "chó mực già", "mèo mun"],
        ),
    ],
)
def test_shared_words_are_whole_few_and_in_order(message: str, claim: str, phrases: list[str]) -> None:
    assert values_of("same_words", message, claim) == phrases


@pytest.mark.parametrize(
    ("message", "claim"),
    [
        ("đúng 100% luôn", "Điều này hoàn toàn đúng"),
        ("bên kia ok rồi", "Bên kia chịu rồi"),
        ("mất 5 tr", "Mất tiền triệu"),
        ("chờ 48 h", "Chờ 48 giờ"),
        ("cat dien ca ngay", "Con mèo kêu cả ngày"),
    ],
)
def test_numbers_units_and_related_words_are_not_the_same_meaning(message: str, claim: str) -> None:
    assert values_of("same_meaning", message, claim) == []


@pytest.mark.parametrize(
    ("message", "claim", "values"),
    [
        ("phạt 8 triệu đồng", "Phạt 18–20 triệu đồng", ("8 triệu đồng", "18–20 triệu đồng")),
        ("phạt từ 18 đến 20 triệu", "Phạt 8.000.000 đồng", ("18 đến 20 triệu", "8.000.000 đồng")),
        ("mất 500.000Đ", "Mất 10.000 đồng", ("500.000Đ", "10.000 đồng")),
        ("10,000 people", "2,000 people", ("10,000", "2,000")),
        ("uống 10-15mg/kg", "Uống 40 mg/kg", ("10-15mg/kg", "40 mg/kg")),
        ("mất 500\u00a0000 đồng", "Mất 200 000 đồng", ("500 000 đồng", "200 000 đồng")),
        ("xăng 20.000 đồng/lít", "Xăng 25.000 đồng/lít", ("20.000 đồng/lít", "25.000 đồng/lít")),
    ],
)
def test_a_number_is_shown_as_it_was_written(message: str, claim: str, values: tuple[str, str]) -> None:
    for form in ("NFC", "NFD"):
        text = unicodedata.normalize(form, message)
        (reason,) = (r for r in reasons(text, Review("1", claim)) if r.code == "different_number")
        assert reason.values == values


@pytest.mark.parametrize(
    ("message", "claim"),
    [
        ("xe trên 50 phân khối không cần bằng lái", "Xe dưới 50 phân khối không cần bằng lái"),
        ("xe tren 50 phan khoi khoi can bang lai", "Xe không quá 50 phân khối không cần bằng lái"),
        ("nước tối thiểu 2 lít mỗi ngày", "Nước tối đa 2 lít mỗi ngày"),
        ("nhiệt độ thấp nhất ở Việt Nam", "Nhiệt độ cao nhất ở Việt Nam"),
    ],
)
def test_the_other_way_round_is_said(message: str, claim: str) -> None:
    assert "opposite_direction" in codes(message, claim)


@pytest.mark.parametrize(
    ("message", "claim", "title"),
    [
        ("em nhận tin nhắn phạt nguội", "Cảnh sát gửi tin nhắn phạt nguội", ""),
        ("mua vé tàu Tết giảm 50%", "Trang Đường sắt bán vé tàu Tết giảm 50%", ""),
        ("tin BIDV thật không", "BIDV nhắn tin bấm link", "Tin BIDV giả mạo"),
        ("lãi tối đa 20% một năm", "Lãi không được vượt quá 20% một năm", ""),
        ("mặc áo ấm khi đi máy bay", "Uống trà lạnh gây đau bụng", ""),
    ],
)
def test_two_sides_of_one_event_are_not_the_other_way_round(message: str, claim: str, title: str) -> None:
    assert "opposite_direction" not in codes(message, claim, title)


@pytest.mark.parametrize(("message", "claim"), [("50cc", "50 phân khối"), ("50 cm3", "50 phân khối")])
def test_an_engine_is_measured_in_volume(message: str, claim: str) -> None:
    found = codes(f"xe máy {message} không cần bằng lái", f"Xe máy {claim} không cần bằng lái")
    assert "same_number" in found
    assert "different_number" not in found


@pytest.mark.parametrize("text", ["phạt 5 triệu ở Huế ngày 5/6/2024", "tỏi không chữa được cúm", "giá xăng tăng", "5G"])
def test_nothing_speaks_against_a_text_and_itself(text: str) -> None:
    assert not [code for code in codes(text, text) if code.startswith(("different", "opposite", "negated"))]


def test_different_and_same_are_not_said_of_one_date() -> None:
    found = codes("họp ngày 5/6/2024", "Họp ngày 7/6/2024")
    assert "different_date" in found
    assert "same_date" not in found


def test_the_title_of_a_review_denies_and_is_no_reason_against() -> None:
    assert "negated" not in codes("tỏi chữa được cúm không", "Tỏi chữa được cúm", "Không, tỏi không chữa được cúm")
    assert "negated" in codes("tỏi không chữa được cúm", "Tỏi chữa được cúm", "Tỏi không chữa được cúm")


def test_a_question_is_no_denial() -> None:
    for question in ("tỏi có chữa được cúm không?", "toi chua duoc cum khong", "tỏi chữa được cúm ko v mn"):
        assert "negated" not in codes(question, "Tỏi chữa được cúm")


def test_many_are_explained_like_each_alone() -> None:
    reviews = some_reviews(40)
    for message in MESSAGES:
        assert reasons_many(message, reviews) == [reasons(message, review) for review in reviews]


TEXTS = st.text(alphabet=st.characters(), max_size=60) | st.sampled_from(
    [*MESSAGES, *(p[0] for v in GIVEN.values() for p in v)]
)


@settings(max_examples=150)
@given(message=TEXTS, claim=TEXTS, title=TEXTS)
def test_any_two_texts_have_a_reason_that_can_be_read(message: str, claim: str, title: str) -> None:
    found = reasons(message, Review(id="1", claim=claim, title=title))
    assert found
    for reason in found:
        assert sentence(reason, "vi")
        assert sentence(reason, "en")
    assert len({reason.code for reason in found}) == len(found)


STARTER = {review.id: review for review in starter().reviews}

# (message, words of the claim of a starter review, the code that has to be among the reasons)
ANOTHER_CLAIM = (
    ("cccd gan chip van dung duoc sau 1/1/2025", "gắn chip hết giá trị", "opposite_direction"),
    ("sac du phong dc xach tay len may bay", "sạc dự phòng vào hành lý", "different_thing"),
    ("khoai tây mọc mầm ăn được không sao", "Khoai tây mọc mầm", "opposite_direction"),
    ("Khoai lang mọc mầm vẫn ăn được", "Khoai lang mọc mầm", "opposite_direction"),
    ("học sinh trường tư được miễn học phí", "học sinh phổ thông trường công lập", "different_thing"),
    ("Fansipan la ngon nui cao nhat chau A", "cao nhất Đông Nam Á", "different_place"),
    ("Tiêm vaccine 5 trong 1 bị tự kỷ", "(MMR) làm trẻ", "different_thing"),
    ("chay mau cam cui dau ra truoc", "Chảy máu cam", "opposite_direction"),
)
# (message, words of the claim, what no reason may say)
NOT_SAID = (
    ("con tôi 6 tháng bị ho cho uống mật ong đc ko", "Trẻ 6 tháng tuổi bị ho", "khác con số"),
    ("con toi 2 tuoi bi ho uong mat ong dc ko", "Trẻ trên 1 tuổi bị ho", "khác con số"),
    ("hs cấp 3 công lập miễn học phí năm học 25-26", "học sinh phổ thông trường công lập", "mầm non"),
    ("ca cúm A/H9N2 đầu tiên ở Long An", "cúm A/H9N2", "nói Việt Nam"),
    ("bị mèo cắn rửa xà phòng 15p", "Bị chó cắn cần rửa", "mèo cào"),
    ("theo mình thì phở Hà Nội ngon hơn phở Sài Gòn", "Hà Nội công bố dịch sởi", "phở"),
    ("cccd gan chip van dung duoc", "gắn chip hết giá trị", "nhắc đến: cd"),
    ("cup A/H5N1 o Tien Giang", "cúm A/H9N2", "khác con số"),
    ("cup A/H5N1 o Tien Giang", "cúm A/H9N2", "h, n"),
    ("Vietnam Airlines tặng mỗi người 2 vé", "Vietnam Airlines tặng", "địa danh: Việt Nam"),
    ("goi khan cap bao con bi tai nan", "Người xưng giáo viên", "cấp cứu"),
)


def _with_claim(words: str) -> Review:
    return next(review for review in STARTER.values() if words in review.claim)


@pytest.mark.parametrize(("message", "words", "code"), ANOTHER_CLAIM)
def test_a_claim_that_differs_in_one_point_is_told_from_the_one_that_was_checked(
    message: str, words: str, code: str
) -> None:
    assert code in [reason.code for reason in reasons(message, _with_claim(words))]


@pytest.mark.parametrize(("message", "words", "untrue"), NOT_SAID)
def test_no_reason_says_what_is_not_so(message: str, words: str, untrue: str) -> None:
    assert not [text for r in reasons(message, _with_claim(words)) if untrue in (text := sentence(r, "vi"))]


def test_a_place_is_set_against_the_place_and_not_against_the_country_it_lies_in() -> None:
    found = reasons("ca cúm A/H9N2 đầu tiên ở Long An", _with_claim("cúm A/H9N2"))
    assert "khác địa danh: tin nói Long An, bài kiểm chứng nói Tiền Giang" in [sentence(r, "vi") for r in found]


@pytest.mark.slow
def test_what_people_write_about_a_claim_seldom_seems_to_differ_from_it() -> None:
    pairs = [(message, STARTER[message.review_id]) for message in starter().messages if message.review_id]
    differing = [
        message.text
        for message, review in pairs
        if any(speaks_against(reason) and reason.code != "few_words" for reason in reasons(message.text, review))
    ]
    assert len(differing) <= 0.08 * len(pairs)
