"""A denial is found where one text denies what the other says, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiemchung.engine.claims.denials import asks, denies
from kiemchung.engine.claims.query import spelled_out
from kiemchung.engine.claims.reasons import reasons
from kiemchung.engine.text.marks import unmarked
from kiemchung.engine.text.tokens import comparable
from kiemchung.engine.types import Review
from tests.engine.claims.negated import affirmed_vietnamese, negated_english, negated_vietnamese
from training.corpus import starter

# (message, claim): one says so, the other that it is not so.
OPPOSED: tuple[tuple[str, str], ...] = (
    ("tỏi không chữa được cúm", "Tỏi chữa được cúm"),
    ("tỏi chữa được cúm đó bà con", "Tỏi không chữa được cúm"),
    ("toi khong chua duoc cum", "Tỏi chữa được cúm"),
    ("tỏi k chữa đc cúm đâu mn", "Tỏi chữa được cúm"),
    ("tỏi hok chữa được cúm nha", "Tỏi chữa được cúm"),
    ("thật ra nước chanh không trị được ung thư", "Nước chanh trị được ung thư"),
    ("nuoc chanh ko tri dc ung thu", "Nước chanh trị được ung thư"),
    ("sầu riêng chẳng gây ung thư", "Sầu riêng gây ung thư"),
    ("sầu riêng gây ung thư", "Sầu riêng không gây ung thư"),
    ("giáo viên không gọi điện báo học sinh cấp cứu", "Giáo viên gọi điện báo học sinh cấp cứu, đòi chuyển tiền"),
    ("co giao khong goi bao con cap cuu", "Cô giáo gọi báo con cấp cứu và đòi tiền viện phí"),
    ("ngân hàng ko yêu cầu khách đọc mã OTP", "Ngân hàng yêu cầu khách đọc mã OTP"),
    ("ngân hàng yêu cầu khách đọc mã OTP qua điện thoại", "Ngân hàng không yêu cầu khách đọc mã OTP qua điện thoại"),
    ("sóng 5G không làm lây bệnh", "Sóng 5G làm lây bệnh"),
    ("song 5G khong lam lay virus", "Sóng 5G làm lây virus"),
    ("vắc xin hpv không gây vô sinh", "Vắc xin HPV gây vô sinh"),
    ("vac xin hpv ko gay vo sinh nha cac me", "Vắc xin HPV gây vô sinh"),
    ("bột ngọt không gây ung thư", "Bột ngọt gây ung thư"),
    ("lò vi sóng không làm mất chất dinh dưỡng", "Lò vi sóng làm mất chất dinh dưỡng"),
    ("ăn trứng mỗi ngày không làm tăng mỡ máu", "Ăn trứng mỗi ngày làm tăng mỡ máu"),
    ("zalo không thu phí người dùng", "Zalo thu phí người dùng"),
    ("zalo sẽ thu phí người dùng từ tháng sau", "Zalo không thu phí người dùng"),
    ("dơi không bị mù", "Dơi bị mù"),
    ("cá vàng không nhớ được quá 3 giây", "Cá vàng nhớ được nhiều tháng"),
    ("sét không đánh hai lần một chỗ", "Sét đánh hai lần vào một chỗ"),
    ("bảo hiểm xã hội không trả lương hưu qua thẻ", "Bảo hiểm xã hội trả lương hưu qua thẻ"),
    ("uống nước đá sau ăn không gây đau dạ dày", "Uống nước đá sau khi ăn gây đau dạ dày"),
    ("người già chưa được tăng lương hưu từ tháng 7", "Người già được tăng lương hưu từ tháng 7"),
    ("vắc xin không gây tự kỷ, đúng không?", "Vắc xin gây tự kỷ"),
    ("bà bầu không được tiêm vắc xin cúm", "Bà bầu được tiêm vắc xin cúm"),
    ("trẻ em ko nên uống sữa tươi trước khi ngủ", "Trẻ em nên uống sữa tươi trước khi ngủ"),
    ("sugar does not make children hyperactive", "Sugar makes children hyperactive"),
    ("sugar makes kids hyperactive", "Sugar does not make kids hyperactive"),
    ("vaccines don't cause autism", "Vaccines cause autism"),
    ("garlic cant cure the flu", "Garlic can cure the flu"),
    ("garlic cures flu", "Garlic does not cure flu"),
    ("lightning never strikes the same place twice", "Lightning strikes the same place twice"),
    ("the phone company won't charge you for callbacks", "The phone company will charge you for callbacks"),
    ("Facebook isn't deleting inactive accounts this week", "Facebook is deleting inactive accounts this week"),
    ("bats are not blind animals", "Bats are blind animals"),
    ("cold weather doesn't give you a cold", "Cold weather gives you a cold"),
    ("cracking your knuckles doesnt cause arthritis", "Cracking your knuckles causes arthritis"),
    ("Không nên bôi kem đánh răng lên vết bỏng", "Bôi kem đánh răng lên vết bỏng giúp dịu đau và không để lại sẹo."),
    ("Uống kháng sinh không giúp khỏi cảm lạnh", "Uống kháng sinh giúp khỏi cảm lạnh nhanh hơn."),
    (
        "Hà Nội không có động đất 8 độ trong 48 giờ tới",
        "Hà Nội sẽ có động đất 8 độ trong 48 giờ tới, mọi người cần ra khỏi nhà cao tầng.",
    ),
    (
        "rơi vào nước bỏ vào thùng gạo không hút hết nước",
        "Điện thoại rơi vào nước thì bỏ vào thùng gạo sẽ hút hết nước",
    ),
)
# (message, claim): both say the same, or one only asks, warns or tells what happens otherwise.
NOT_OPPOSED: tuple[tuple[str, str], ...] = (
    ("rắn cắn mà hok cột garo thiệt chặt là nọc chạy zô tim", "Rắn cắn phải garô thật chặt để nọc không chạy về tim"),
    ("bôi kem đánh răng khỏi sẹo", "Bôi kem đánh răng lên vết bỏng không để lại sẹo"),
    ("boi mat ong la het seo", "Bôi mật ong không để lại sẹo"),
    ("bôi nghệ tránh sẹo", "Bôi nghệ thì không bị sẹo"),
    ("uống lá này tan sỏi thận", "Uống lá này không còn sỏi thận"),
    ("bay trong nước khỏi mang căn cước", "Bay trong nước không cần mang căn cước"),
    ("bay trong nuoc khoi can mang cccd", "Bay trong nước không cần mang căn cước công dân"),
    ("trẻ dưới 6 tuổi miễn mua vé", "Trẻ dưới 6 tuổi không phải mua vé"),
    ("từ 2026 bỏ thuế khoán", "Từ 2026 không còn nộp thuế khoán"),
    ("cmnd hết giá trị từ 2025", "Chứng minh nhân dân không còn giá trị từ 2025"),
    ("ngân hàng nhắn cập nhật sinh trắc học kẻo khóa tài khoản", "Ngân hàng nhắn cập nhật nếu không tài khoản bị khóa"),
    ("cập nhật ngay không thì tài khoản bị khóa", "Cập nhật sinh trắc học để tài khoản khỏi bị khóa"),
    ("neu khong cap nhat tai khoan se bi khoa", "Phải cập nhật, tài khoản sẽ bị khóa trong 24 giờ"),
    ("không cập nhật là khóa tài khoản đó", "Ngân hàng nhắn cập nhật, khóa tài khoản trong 24 giờ"),
    ("nếu ko gửi cho 10 người thì mất nick", "Gửi cho 10 người để giữ nick"),
    ("không gửi tin này thì zalo thu phí", "Gửi tin này thì Zalo không thu phí"),
    ("tỏi có chữa được cúm không", "Tỏi chữa được cúm"),
    ("toi co chua duoc cum khong", "Tỏi chữa được cúm"),
    ("tỏi chữa được cúm hok", "Tỏi chữa được cúm"),
    ("tỏi chữa được cúm hông mấy chế", "Tỏi chữa được cúm"),
    ("tỏi chữa được cúm phải không ạ", "Tỏi chữa được cúm"),
    ("toi chua duoc cum dung k z", "Tỏi chữa được cúm"),
    ("có đúng là tỏi chữa được cúm không vì em mới bị", "Tỏi chữa được cúm"),
    ("tỏi có chữa được cúm không?", "Tỏi không chữa được cúm"),
    ("toi chua duoc cum phai ko", "Tỏi không chữa được cúm"),
    ("có phải tỏi chữa được cúm", "Tỏi không chữa được cúm"),
    ("nước chanh trị ung thư thật hả bác", "Nước chanh không trị được ung thư"),
    ("ai biết zalo thu phí người dùng chưa", "Zalo thu phí người dùng"),
    ("đừng trộn giấm với nước tẩy", "Trộn giấm với nước tẩy sinh khí độc"),
    ("TUYỆT ĐỐI KHÔNG trộn giấm với nước tẩy nha", "Trộn giấm với nước tẩy sinh khí độc"),
    ("cam sac cong usb san bay la mat du lieu, dung cam", "Cắm sạc cổng USB sân bay bị hút dữ liệu"),
    ("không nên ăn khoai tây mọc mầm", "Ăn khoai tây mọc mầm bị ngộ độc"),
    ("người lớn ăn chưa tới 5 gam muối", "Người lớn ăn dưới 5 gam muối mỗi ngày"),
    ("lãi suất tối đa 20% một năm", "Lãi suất không được vượt quá 20% một năm"),
    ("không phân loại rác là phạt 500k", "Hộ gia đình không phân loại rác bị phạt 500.000 đồng"),
    ("nhà nào phân loại rác sai bị phạt", "Hộ không phân loại rác bị phạt"),
    ("hàng không Việt Nam tăng giá vé", "Hãng hàng không tăng giá vé"),
    ("ô nhiễm không khí gây ung thư phổi", "Ô nhiễm không khí gây ung thư phổi"),
    ("không chỉ tỏi mà gừng cũng chữa cúm", "Tỏi và gừng chữa cúm"),
    ("tỏi không chữa được cúm", "Tỏi không chữa được cúm"),
    ("tỏi ko chữa dc cúm", "Tỏi chẳng chữa được cúm"),
    ("tin giả: tỏi chữa được cúm", "Tỏi chữa được cúm"),
    ("if you don't call, they charge $399", "An invoice says they charge $399 unless you call"),
    ("update now, if not your account is locked", "A message says your account is locked unless you update now"),
    ("update or otherwise the account is not safe", "Update or the account is locked"),
    ("is it true that sugar does not make kids hyper", "Sugar makes kids hyper"),
    ("does sugar make kids hyperactive?", "Sugar does not make kids hyperactive"),
    ("sugar makes kids hyperactive, doesn't it?", "Sugar makes kids hyperactive"),
    ("isn't sugar what makes kids hyperactive", "Sugar makes kids hyperactive"),
    ("no way garlic cures flu lol", "Garlic cures flu"),
    ("garlic cures flu or not", "Garlic cures flu"),
    ("never mix bleach and vinegar, it makes chlorine gas", "Mixing bleach and vinegar makes chlorine gas"),
    ("PLEASE don't leave lilies near cats", "Leaving lilies near cats can kill them"),
    ("power banks are banned in checked bags", "Power banks may not be packed in checked bags"),
    ("they stopped making us take off shoes at the airport", "You no longer have to take off shoes at the airport"),
    ("not only garlic but ginger cures flu", "Garlic and ginger cure flu"),
)


@pytest.mark.parametrize(("message", "claim"), OPPOSED)
def test_a_denial_is_said_on_either_side(message: str, claim: str) -> None:
    assert "negated" in codes(message, claim)


@pytest.mark.parametrize(("message", "claim"), NOT_OPPOSED)
def test_the_same_said_asked_warned_or_made_a_condition_is_no_denial(message: str, claim: str) -> None:
    assert "negated" not in codes(message, claim)


def codes(message: str, claim: str) -> set[str]:
    return {reason.code for reason in reasons(message, Review(id="1", claim=claim))}


# Questions as people type them, each with the claim it is about: to ask is to deny nothing.
TOOTHPASTE = "Bôi kem đánh răng lên vết bỏng giúp dịu đau và không để lại sẹo."
ANTIBIOTICS = "Uống kháng sinh giúp khỏi cảm lạnh nhanh hơn."
EARTHQUAKE = "Hà Nội sẽ có động đất 8 độ Richter trong 48 giờ tới, mọi người cần ra khỏi nhà cao tầng."
VACCINE = "Tiêm vaccine sởi–quai bị–rubella (MMR) làm trẻ bị tự kỷ."
POWER_BANK = "Đi máy bay được bỏ sạc dự phòng vào hành lý ký gửi miễn là tắt nguồn."
ZALO = "Từ tháng 1/2026, Zalo thu phí 5.000 đồng một tháng với mọi người dùng, gửi tin này cho 10 người thì được miễn."
FEES = "Từ năm học 2025-2026, học sinh phổ thông trường công lập được miễn học phí."
HONEY = "Trẻ trên 1 tuổi bị ho có thể uống một ít mật ong để giảm ho."
QUESTIONS: tuple[tuple[str, str], ...] = (
    ("Bỏng mà bôi kem đánh răng có đỡ không ạ", TOOTHPASTE),
    ("có nên bôi kem đánh răng lên vết bỏng không mn", TOOTHPASTE),
    ("bôi kem đánh răng vết bỏng được không", TOOTHPASTE),
    ("boi kem danh rang len vet bong co het dau ko", TOOTHPASTE),
    ("vết bỏng bôi kem đánh răng có để lại sẹo không vậy cả nhà", TOOTHPASTE),
    ("uống kháng sinh có khỏi cảm lạnh không", ANTIBIOTICS),
    ("cảm lạnh uống kháng sinh nhanh khỏi đúng ko", ANTIBIOTICS),
    ("uong khang sinh co giup khoi cam lanh k a", ANTIBIOTICS),
    ("bị cảm lạnh thì có cần uống kháng sinh không bác sĩ", ANTIBIOTICS),
    ("kháng sinh có trị cảm lạnh không mấy chế", ANTIBIOTICS),
    ("Hà Nội có động đất 8 độ trong 48 giờ tới không", EARTHQUAKE),
    ("hà nội sắp động đất 8 độ phải không mọi người", EARTHQUAKE),
    ("ha noi co dong dat 8 do that khong", EARTHQUAKE),
    ("động đất 8 độ ở Hà Nội là thật hay không", EARTHQUAKE),
    ("Hà Nội đã có động đất chưa ạ", EARTHQUAKE),
    ("tiêm MMR có làm trẻ bị tự kỷ không", VACCINE),
    ("tiem vaccine soi quai bi rubella co bi tu ky ko", VACCINE),
    ("vaccine MMR gây tự kỷ có đúng không vậy", VACCINE),
    ("có phải tiêm vaccine sởi làm trẻ tự kỷ không", VACCINE),
    ("tiêm mmr con có sao không, nghe nói bị tự kỷ", VACCINE),
    ("sạc dự phòng có được bỏ hành lý ký gửi không", POWER_BANK),
    ("sac du phong bo hanh ly ky gui dc ko", POWER_BANK),
    ("đi máy bay bỏ sạc dự phòng vào ký gửi được không ạ", POWER_BANK),
    ("di may bay co duoc mang sac du phong khong", POWER_BANK),
    ("tắt nguồn thì sạc dự phòng có bỏ ký gửi được không", POWER_BANK),
    ("zalo thu phí 5k một tháng có thật không", ZALO),
    ("zalo sap thu phi phai ko", ZALO),
    ("Zalo có thu phí người dùng không mọi người ơi", ZALO),
    ("zalo đã thu phí 5000 đồng chưa", ZALO),
    ("từ tháng 1 zalo thu phí thiệt hông", ZALO),
    ("học sinh công lập có được miễn học phí không", FEES),
    ("hs pho thong cong lap duoc mien hoc phi chua", FEES),
    ("năm học tới học sinh phổ thông miễn học phí đúng không", FEES),
    ("hoc sinh truong cong co mien hoc phi ko ad", FEES),
    ("miễn học phí cho học sinh phổ thông hả, có thật không", FEES),
    ("trẻ trên 1 tuổi bị ho uống mật ong được không", HONEY),
    ("be 2 tuoi bi ho uong mat ong dc ko", HONEY),
    ("bé bị ho có nên uống mật ong không các mẹ", HONEY),
    ("tre bi ho uong mat ong co giam ho khong", HONEY),
    ("cho trẻ uống một ít mật ong để giảm ho có sao không", HONEY),
)


@pytest.mark.parametrize(("message", "claim"), QUESTIONS)
def test_a_question_denies_nothing_with_or_without_marks(message: str, claim: str) -> None:
    assert "negated" not in codes(message, claim)
    assert "negated" not in codes(unmarked(message), claim)


@pytest.mark.slow
def test_nearly_every_claim_of_the_starter_collection_is_heard_when_it_is_denied() -> None:
    pairs = []
    for review in starter().reviews:
        ways = (negated_vietnamese, affirmed_vietnamese) if review.lang == "vi" else (negated_english,)
        pairs += [(text, review.claim) for way in ways for text in way(review.claim)]
    missed = [text for text, claim in pairs if not denies(spelled(text), spelled(claim))]
    assert len(pairs) > 900
    assert len(missed) <= 0.03 * len(pairs), missed


@pytest.mark.slow
def test_what_people_write_about_a_claim_of_the_starter_collection_seldom_seems_to_deny_it() -> None:
    claims = {review.id: review.claim for review in starter().reviews}
    pairs = [(message.text, claims[message.review_id]) for message in starter().messages if message.review_id]
    wrong = [text for text, claim in pairs if denies(spelled(text), spelled(claim))]
    assert len(pairs) > 2000
    assert len(wrong) <= 2, wrong


def spelled(text: str) -> str:
    return spelled_out(comparable(text))


@pytest.mark.parametrize("pair", [*OPPOSED, *NOT_OPPOSED])
def test_no_text_denies_itself(pair: tuple[str, str]) -> None:
    for text in map(comparable, pair):
        assert not denies(text, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tỏi chữa cúm không", True),
        ("toi chua cum ko", True),
        ("tỏi chữa cúm thật hả", True),
        ("is this true", True),
        ("does it work?", True),
        ("tỏi không chữa cúm", False),
        ("khí độc lên tức ngực", False),
        ("it does not work", False),
    ],
)
def test_questions_are_told_from_statements(text: str, expected: bool) -> None:
    assert asks(text) is expected


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_two_texts_can_be_compared(message: str, claim: str) -> None:
    assert denies(message, claim) in {True, False}
