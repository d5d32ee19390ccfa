"""When a picture, sound or video that was recognised answers without a person."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kiemchung.collection.media import Found, MediaReference
from kiemchung.deciding import Seen, together
from kiemchung.engine.media.index import Described
from kiemchung.engine.media.speech import Spoken, Transcript
from kiemchung.engine.media.types import MediaKind, MediaMatch, ReadLine, Region
from kiemchung.engine.types import Answer, MappedRating, Match, Outcome, Rating, Reason, Review
from tests.engine.media.test_media_segments import file as described_file

PICTURE = described_file(0)  # 320 x 240
REVIEWS = {"bão": Review("bão", "Ảnh bão ở Huế"), "chanh": Review("chanh", "Nước chanh")}


def found(
    probability: float,
    *,
    method: str = "features",
    w: int = 320,
    of: int = 320,
    start_s: float | None = None,
    end_s: float = 0.0,
    seconds: float = 0.0,
    reviews: tuple[str, ...] = ("bão",),
) -> Found:
    """A reference, `of` points wide or `seconds` long, of which `w` points or a time are in what was sent."""
    reference = MediaReference(1, "", MediaKind.PICTURE, "a.png", 9, seconds, of, 240, "", reviews)
    if start_s is not None:
        return Found(MediaMatch("1", probability, method, start_s=start_s, end_s=end_s), reference)
    region = Region(0, 0, w, 240)
    return Found(MediaMatch("1", probability, method, region, region), reference)


def answered(
    one: Found,
    *,
    text: str | None = "",
    by_words: float = 0.0,
    file: Described = PICTURE,
    limit: float = 0.005,
    added: float = 3.0,
    heard: str | None = None,
) -> Answer:
    lines = None if text is None else ((ReadLine(text, Region(0, 0, 9, 9), 1.0),) if text else ())
    matches = (Match("bão", 1, 1.0, by_words),) if by_words else ()
    answer = Answer("", Outcome.NONE, matches)
    transcript = None if heard is None else Transcript((Spoken(heard, 0, 2),) if heard else ())
    return together(answer, Seen(file, lines, transcript, [one], lambda _: added), REVIEWS, limit=limit, top=5)


def outcome(one: Found, **more: Any) -> Outcome:
    return answered(one, **more).outcome


def test_a_sure_match_of_most_of_a_picture_without_other_words_answers() -> None:
    assert outcome(found(0.999)) is Outcome.ANSWER
    assert outcome(found(0.99)) is Outcome.SUGGEST
    assert outcome(found(0.99), limit=0.05) is Outcome.ANSWER


def test_a_match_of_a_small_part_is_for_a_person() -> None:
    assert outcome(found(0.999, w=100)) is Outcome.SUGGEST
    assert outcome(found(0.999, w=280)) is Outcome.SUGGEST  # a caption on a bar, in letters that were not read


def test_other_words_on_the_same_picture_make_another_claim() -> None:
    for text in ("Lũ lụt ở Nghệ An hôm nay", "TIN GIẢ", "Đây là ảnh 2019", "2019", "14:30 Vỡ đập", "100 %", "Xem thêm"):
        assert outcome(found(0.999), text=text) is Outcome.SUGGEST
    assert outcome(found(0.999), text="Ảnh bão ở Huế tối qua", by_words=0.8) is Outcome.SUGGEST


def test_a_picture_on_which_something_was_added_is_for_a_person_and_that_is_said() -> None:
    done = answered(found(0.999), added=40.0)
    assert done.outcome is Outcome.SUGGEST
    assert [reason.code for reason in done.matches[0].reasons] == ["same_picture", "altered"]
    assert outcome(found(0.999, method="file"), added=40.0) is Outcome.ANSWER  # the same bytes


def test_a_picture_that_cannot_be_laid_over_its_reference_is_for_a_person_and_nothing_is_said_to_be_added() -> None:
    done = answered(found(0.999), added=float("inf"))
    assert done.outcome is Outcome.SUGGEST
    assert [reason.code for reason in done.matches[0].reasons] == ["same_picture"]


def test_words_that_speak_against_the_review_are_not_outweighed_by_the_picture() -> None:
    against = Match("bão", 1, 1.0, 0.8, (Reason("different_number", ("50.000 đồng", "5.000 đồng")),))
    lines = (ReadLine("Phí 50.000 đồng mỗi tháng", Region(0, 0, 9, 9), 1.0),)
    answer = Answer("", Outcome.SUGGEST, (against,))
    done = together(answer, Seen(PICTURE, lines, None, [found(0.9999)], lambda _: 3.0), REVIEWS, limit=0.005, top=5)
    assert done.outcome is Outcome.SUGGEST
    assert done.matches[0].probability == 0.8
    assert [reason.code for reason in done.matches[0].reasons] == ["same_picture", "different_number"]


def test_words_that_nobody_has_read_may_say_anything() -> None:
    assert outcome(found(0.999), text=None) is Outcome.SUGGEST
    assert outcome(found(0.999, method="file"), text=None) is Outcome.ANSWER


def test_of_a_film_too_few_frames_are_read_to_say_that_nothing_stands_there() -> None:
    film = replace(described_file(0), kind=MediaKind.VIDEO, times=(0.0,), seconds=5.0)
    seen = found(0.999, start_s=0.0, end_s=5.0)
    assert outcome(seen, file=film) is Outcome.SUGGEST
    assert outcome(seen, file=film, text="Ảnh bão ở Huế tối qua", by_words=0.8) is Outcome.SUGGEST


def test_what_was_cut_off_may_be_what_was_false() -> None:
    assert outcome(found(0.999, of=395)) is Outcome.ANSWER  # 320 of 395 points: a tenth is gone on each side
    assert outcome(found(0.999, of=640)) is Outcome.SUGGEST  # one half of two pictures side by side


NOTE = Described(MediaKind.SOUND, "", seconds=20.0)


def heard(start_s: float, end_s: float, seconds: float) -> Found:
    return found(0.999, method="sound", start_s=start_s, end_s=end_s, seconds=seconds)


def test_of_sound_most_of_both_sides_has_to_be_the_same() -> None:
    assert outcome(heard(0.0, 20.0, 20.0), file=NOTE, heard="") is Outcome.ANSWER
    assert outcome(heard(1.0, 21.0, 24.0), file=NOTE, heard="") is Outcome.ANSWER
    assert outcome(heard(2.0, 8.0, 20.0), file=NOTE, heard="") is Outcome.SUGGEST
    assert outcome(heard(60.0, 80.0, 638.0), file=NOTE, heard="") is Outcome.SUGGEST  # another part of a programme


def test_the_same_music_under_other_words_or_under_words_that_nobody_heard_is_for_a_person() -> None:
    same = heard(0.0, 20.0, 20.0)
    assert outcome(same, file=NOTE, heard="Hôm nay trường tổ chức hội khỏe") is Outcome.SUGGEST
    assert outcome(same, file=NOTE, heard=None) is Outcome.SUGGEST
    assert outcome(replace(same, match=replace(same.match, method="file")), file=NOTE, heard=None) is Outcome.ANSWER


def test_a_still_of_a_film_is_too_little_of_it() -> None:
    assert outcome(found(0.999, start_s=5.0, end_s=5.0, seconds=30.0)) is Outcome.SUGGEST


def test_a_file_whose_reviews_rate_differently_is_for_a_person() -> None:
    for mapped, expected in ((MappedRating.FALSE, Outcome.ANSWER), (MappedRating.TRUE, Outcome.SUGGEST)):
        reviews = {
            "bão": Review("bão", "Ảnh bão ở Huế", rating=Rating("Sai", MappedRating.FALSE)),
            "chanh": Review("chanh", "Ảnh bão", rating=Rating("…", mapped)),
        }
        seen = Seen(PICTURE, (), None, [found(0.999, method="file", reviews=("bão", "chanh"))], lambda _: 3.0)
        done = together(Answer("", Outcome.NONE), seen, reviews, limit=0.005, top=5)
        assert done.outcome is expected
        assert {match.review_id for match in done.matches} == {"bão", "chanh"}


def test_two_files_of_one_picture_whose_reviews_rate_differently_are_for_a_person() -> None:
    reviews = {
        "bão": Review("bão", "Ảnh bão ở Huế", rating=Rating("Sai", MappedRating.FALSE)),
        "chanh": Review("chanh", "Ảnh bão", rating=Rating("Đúng", MappedRating.TRUE)),
    }
    for other, expected in ((0.999, Outcome.SUGGEST), (0.7, Outcome.ANSWER)):
        both = [found(0.9999), found(other, reviews=("chanh",))]
        seen = Seen(PICTURE, (), None, both, lambda _: 3.0)
        assert together(Answer("", Outcome.NONE), seen, reviews, limit=0.005, top=5).outcome is expected


def test_words_and_picture_together_are_surer_than_either() -> None:
    answer = Answer("", Outcome.SUGGEST, (Match("chanh", 1, 2.0, 0.9), Match("bão", 2, 1.0, 0.6)))
    done = together(answer, Seen(PICTURE, (), None, [found(0.9)], lambda _: 3.0), REVIEWS, limit=0.005, top=5)
    assert [match.review_id for match in done.matches] == ["bão", "chanh"]
    assert done.matches[0].probability == pytest.approx(0.96)
    assert done.matches[0].reasons[0].code == "same_picture"
