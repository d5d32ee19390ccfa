"""A file that was sent: references, words that are read and heard, and when they answer without a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont, ImageOps

from kiemchung.collection.media import MediaCollection, MediaWriter
from kiemchung.collection.searchable import SearchableCollection
from kiemchung.decoding import Decoder
from kiemchung.engine.media.speech import Spoken, Transcript
from kiemchung.engine.media.types import Sound
from kiemchung.engine.types import Outcome, Review
from kiemchung.examining import Examiner
from kiemchung.recognising import describe, looks_like_media, previews
from tests.cli.test_media import scene, tune, write_sound
from tests.decoders import needs_decoder, safety

pytestmark = pytest.mark.slow
NOW = datetime(2026, 1, 1, tzinfo=UTC)
FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")


def reads() -> bool:
    """Whether words in pictures are read on this machine."""
    if not safety() or not FONT.exists():
        return False
    with Decoder(reading=True) as decoder:
        return decoder.reads


class Listener:
    """Hears what it was told to hear."""

    def transcribe(self, _: Sound) -> Transcript:
        return Transcript((Spoken("uống nước chanh nóng", 0, 2), Spoken("chữa khỏi ung thư", 2, 4)), "vi")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Two reviews; a picture belongs to the second."""
    home = tmp_path / "home"
    reviews = [Review("chanh", "Uống nước chanh nóng chữa khỏi ung thư"), Review("bão", "Ảnh bão ở Huế")]
    with SearchableCollection.open(home) as collection:
        collection.import_reviews(reviews, now=NOW)
    if safety():
        scene(1).save(tmp_path / "storm.png")
        with Decoder() as decoder, MediaCollection.open(home) as media, MediaWriter(media) as writer:
            decoded = decoder.decode(tmp_path / "storm.png")
            writer.add(
                describe(decoded),
                name="storm.png",
                size=9,
                reviews=["bão"],
                previews=previews(decoded),
                now=NOW,
            )
            writer.commit()
    return home


@pytest.fixture
def examiner(home: Path) -> Iterator[Examiner]:
    with (
        SearchableCollection.open(home, read_only=True) as collection,
        Examiner(home, collection, collection.index(), transcriber=Listener()) as examiner,
    ):
        yield examiner


@needs_decoder
def test_the_same_file_is_answered_with_the_review_of_the_reference(examiner: Examiner, tmp_path: Path) -> None:
    done = examiner.examine(tmp_path / "storm.png")
    assert done.answer.outcome is Outcome.ANSWER
    best = done.answer.matches[0]
    assert (best.review_id, best.reasons[0].code, best.reasons[0].values) == ("bão", "same_file", ("storm.png",))
    assert done.reviews["bão"].claim == "Ảnh bão ở Huế"


@needs_decoder
def test_a_part_of_it_is_found_with_its_place_and_shown_to_a_person(examiner: Examiner, tmp_path: Path) -> None:
    scene(1).crop((100, 60, 580, 420)).save(tmp_path / "crop.jpg", quality=70)
    done = examiner.examine(tmp_path / "crop.jpg")
    assert done.answer.outcome is not Outcome.NONE
    assert done.answer.matches[0].reasons[0].code == "same_picture"
    [found] = done.found
    region = found.match.reference_region
    assert region is not None
    assert max(abs(a - b) for a, b in zip(region, (100, 60, 480, 360), strict=True)) <= 12


@pytest.mark.skipif(not reads(), reason="no Tesseract with Vietnamese, or no font")
def test_a_picture_answers_encoded_anew_and_mirrored_but_not_under_a_caption_whether_it_is_read_or_not(
    examiner: Examiner, tmp_path: Path
) -> None:
    picture = scene(1).convert("RGB")
    ImageOps.mirror(picture).resize((480, 360)).save(tmp_path / "sent.jpg", quality=60)
    assert examiner.examine(tmp_path / "sent.jpg").answer.outcome is Outcome.ANSWER
    for text in ("Lễ hội khai mạc sáng nay", "ᚠᚢᚦᚨᚱᚲ", "~ ~ ~ ~"):
        written = picture.copy()
        at, font = (60, 40), ImageFont.truetype(str(FONT), 24)
        ImageDraw.Draw(written).text(at, text, fill="white", font=font, stroke_width=2, stroke_fill="black")
        written.save(tmp_path / "sent.jpg", quality=80)
        done = examiner.examine(tmp_path / "sent.jpg")
        assert done.answer.outcome is Outcome.SUGGEST
        assert "altered" in [reason.code for reason in done.answer.matches[0].reasons]


@needs_decoder
def test_a_small_copy_that_is_damaged_leaves_the_answer_to_a_person(
    home: Path, examiner: Examiner, tmp_path: Path
) -> None:
    with MediaCollection.open(home) as media:
        media.connection.execute("UPDATE previews SET jpeg = x'ffd8ffe0'")
    scene(1).convert("RGB").save(tmp_path / "sent.jpg", quality=60)
    assert examiner.examine(tmp_path / "sent.jpg").answer.outcome is Outcome.SUGGEST


@needs_decoder
def test_a_stranger_was_not_checked_yet(examiner: Examiner, tmp_path: Path) -> None:
    scene(55).save(tmp_path / "stranger.png")
    done = examiner.examine(tmp_path / "stranger.png")
    assert (done.answer.outcome, done.answer.matches, done.found) == (Outcome.NONE, (), ())


@needs_decoder
def test_what_is_said_is_matched_with_claims(examiner: Examiner, tmp_path: Path) -> None:
    write_sound(tmp_path / "note.wav", tune(5, 6))
    done = examiner.examine(tmp_path / "note.wav")
    assert done.transcript is not None
    assert done.answer.outcome is not Outcome.NONE
    assert done.answer.matches[0].review_id == "chanh"


@needs_decoder
def test_without_a_model_nothing_is_said_to_have_been_heard(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KIEMCHUNG_SPEECH", raising=False)
    write_sound(tmp_path / "note.wav", tune(5, 6))
    with Examiner(home) as examiner:
        assert examiner.examine(tmp_path / "note.wav").transcript is None


@needs_decoder
def test_a_model_that_is_not_there_is_told_and_all_the_rest_works(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIEMCHUNG_SPEECH", str(tmp_path / "nowhere"))
    write_sound(tmp_path / "note.wav", tune(5, 6))
    scene(55).save(tmp_path / "picture.png")
    with Examiner(home) as examiner:
        for _ in range(2):
            heard = examiner.examine(tmp_path / "note.wav")
            assert heard.transcript is None
            assert "nowhere is no folder" in str(heard.speech_error)
        assert examiner.examine(tmp_path / "picture.png").speech_error is None


def written(path: Path, lines: Sequence[str]) -> None:
    picture = Image.new("RGB", (900, 420), "white")
    pen = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        pen.text((40, 40 + 60 * number), line, fill="black", font=ImageFont.truetype(str(FONT), 34))
    picture.save(path)


@pytest.mark.skipif(not reads(), reason="no Tesseract with Vietnamese, or no font")
def test_a_screenshot_of_a_text_is_answered_by_its_words_and_warns_of_its_links(
    examiner: Examiner, tmp_path: Path
) -> None:
    written(tmp_path / "text.png", ["Uống nước chanh nóng chữa khỏi ung thư", "nhận quà: vietcombank-qua.top"])
    done = examiner.examine(tmp_path / "text.png")
    assert done.answer.matches[0].review_id == "chanh"
    assert [one.organisation_id for one in done.answer.lookalikes] == ["vietcombank"]


@pytest.mark.parametrize(
    ("head", "is_media"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", True),
        (b"ID3\x03\0\0\0", True),
        ("ID3 là gì vậy mọi người?".encode(), False),
        (b"GIF89a trong tin nhan", False),
        ("RIFF, WAVE … ".encode() * 60, False),
        (b"\0\0\0\x18ftypheic", True),
        (b"%PDF-1.7\n\xe2\xe3", False),
        (b"", False),
    ],
)
def test_a_text_that_begins_like_a_picture_stays_a_text(tmp_path: Path, head: bytes, is_media: bool) -> None:
    (tmp_path / "x").write_bytes(head)
    assert looks_like_media(tmp_path / "x") is is_media
