"""A message that is only a picture of a forwarded text is answered with the review of that text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

pytest.importorskip("av", reason="the extra 'media' is not installed")

from kiemchung import Answer, Outcome, SearchableCollection
from kiemchung.checking import check
from kiemchung.decoding import Decoder, reader_missing
from kiemchung.engine.media.reading import message_text
from kiemchung.starter import starter_reviews
from tests.decoders import safety
from tests.decoding import samples
from tests.decoding.drawing import screenshot

pytestmark = pytest.mark.slow  # files are decoded

# Forwarded messages of the starter collection, with the reviews that answer them.
ASKED = {
    "kc-sv-054": "Mẹo CỨU MẠNG: bị cướp ép rút tiền thì bấm mã PIN NGƯỢC LẠI, ví dụ 1234 bấm 4321. Máy vẫn nhả tiền "
    "nhưng tự động báo công an tới. Rất ít người biết, hãy chia sẻ!",
    "kc-dv-014": "CẢNH BÁO: một người vừa nghe di động vừa bơm xăng, cuộc gọi đến phát tia lửa và cả cây xăng nổ tung. "
    "Điện thoại là bom nổ chậm ở trạm xăng! Hãy để máy trong cốp, tuyệt đối không bắt máy. Gửi cho người bạn yêu quý.",
    "kc-hv-009": "Sai lầm chết người: ĂN NHẠT! Theo chuyên gia của WHO, cơ thể người lớn cần TỐI THIỂU 10 GAM MUỐI một "
    "ngày, thiếu là yếu cơ, chuột rút, hạ natri, lú lẫn. Chia sẻ để cứu người thân!",
}


@pytest.fixture(scope="module")
def reader() -> Iterator[Decoder]:
    if not (report := safety()):
        pytest.skip(str(report.error))
    with Decoder(reading=True) as ready:
        if not ready.reads:
            pytest.skip(str(reader_missing()))
        yield ready


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("collection")
    with SearchableCollection.open(folder) as collection:
        collection.import_reviews(starter_reviews(), now=datetime(2026, 1, 2, tzinfo=UTC))
    return folder


def checked(reader: Decoder, home: Path, content: bytes) -> Answer:
    return check(message_text(reader.decode(content).lines or ()), home=home)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("review", ASKED)
def test_a_screenshot_of_a_forwarded_message_gets_the_review_of_its_words(
    reader: Decoder, home: Path, review: str, dark: bool
) -> None:
    answer = checked(reader, home, samples.encoded(screenshot(ASKED[review], dark=dark), "PNG"))
    assert (answer.matches[0].review_id, answer.outcome) == (review, Outcome.ANSWER)


@pytest.mark.parametrize("review", ASKED)
def test_a_screenshot_that_was_sent_on_in_poor_quality_does_too(reader: Decoder, home: Path, review: str) -> None:
    content = samples.encoded(screenshot(ASKED[review], size=20, width=540), "JPEG", quality=40)
    assert checked(reader, home, content).matches[0].review_id == review


def test_a_screenshot_of_another_matter_is_not_answered(reader: Decoder, home: Path) -> None:
    message = "Chiều nay cả nhà mình đi ăn bún chả ở đầu ngõ nhé, bà ngoại bảo mang thêm ít rau thơm và quả chanh"
    assert checked(reader, home, samples.encoded(screenshot(message), "PNG")).outcome is not Outcome.ANSWER


def test_a_picture_without_words_is_no_message(reader: Decoder) -> None:
    assert message_text(reader.decode(samples.picture("PNG", 400, 300)).lines or ()) == ""
