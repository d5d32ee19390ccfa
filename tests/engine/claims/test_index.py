"""The index gives the same answers in memory and on disk, whatever way the reviews came in."""

from __future__ import annotations

import random
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest

from kiemchung.engine.claims import overlap
from kiemchung.engine.claims.directory import Writer
from kiemchung.engine.claims.index import ClaimIndex, segments_of
from kiemchung.engine.types import Answer, Message, Review

THINGS = ("Tỏi", "Nước chanh", "Vắc xin", "Gạo nhựa", "Mạng 5G", "Mật ong", "Muối", "Trứng gà", "Hoà thượng", "Xăng")
DEEDS = ("chữa khỏi ung thư", "gây vô sinh", "tăng giá 5.000 đồng", "bị cấm ở Hà Nội", "lây bệnh cúm", "giảm 30%")
REVIEWS = [
    Review(
        id=f"r{a}-{b}", claim=f"{thing} {deed}", title=f"Không có chuyện {thing.lower()} {deed}", body=f"Bài {a} {b}"
    )
    for a, thing in enumerate(THINGS)
    for b, deed in enumerate(DEEDS)
]
MESSAGES = [Message(f"{thing} {deed} phải không mn", id=thing) for thing, deed in zip(THINGS, DEEDS * 2, strict=False)]


def assert_same_answers(one: ClaimIndex, other: ClaimIndex) -> None:
    for mine, theirs in zip(one.search_many(MESSAGES, top=8), other.search_many(MESSAGES, top=8), strict=True):
        assert [m.review_id for m in mine.matches] == [m.review_id for m in theirs.matches]
        assert [m.reasons for m in mine.matches] == [m.reasons for m in theirs.matches]
        probabilities = [m.probability for m in theirs.matches]
        assert [m.probability for m in mine.matches] == pytest.approx(probabilities, abs=1e-9)
        assert mine.outcome == theirs.outcome


def on_disk(path: Path, reviews: list[Review], removed: list[str]) -> ClaimIndex:
    """Return an index written in batches of seven, with removals between the commits."""
    known = {review.id: review for review in reviews}
    for change, begin in enumerate(range(0, len(reviews), 7), 1):
        batch = reviews[begin : begin + 7]
        with Writer(path) as writer:
            writer.remove(review.id for review in batch)
            for segment in segments_of(batch):
                writer.add(segment)
            writer.commit(change=change)
    with Writer(path) as writer:
        writer.remove(removed)
        writer.commit(change=100)
    return ClaimIndex.open(path, lookup=lambda ids: {i: known[i] for i in ids})


def test_memory_and_disk_give_the_same_answers_after_updates_and_removals(tmp_path: Path) -> None:
    changed = [Review(id=r.id, claim=r.claim + " theo tin mới", title=r.title) for r in REVIEWS[::5]]
    removed = [r.id for r in REVIEWS[3::4]]
    memory = ClaimIndex(REVIEWS)
    memory.add_many(changed)
    memory.remove_many(removed)
    disk = on_disk(tmp_path, [*REVIEWS, *changed], removed)
    assert len(memory) == len(disk) == len(REVIEWS) - len(removed)
    assert_same_answers(memory, disk)


def test_the_order_of_adding_does_not_matter() -> None:
    shuffled = random.Random(5).sample(REVIEWS, len(REVIEWS))  # noqa: S311
    other = ClaimIndex(shuffled[:10])
    for begin in range(10, len(shuffled), 9):
        other.add_many(shuffled[begin : begin + 9])
    assert_same_answers(ClaimIndex(REVIEWS), other)


def test_decomposed_text_is_answered_like_composed_text() -> None:
    index = ClaimIndex(REVIEWS)

    def answer(form: str) -> list[Answer]:
        return index.search_many([Message(unicodedata.normalize(form, m.text)) for m in MESSAGES], explain=False)  # type: ignore[arg-type]

    assert answer("NFD") == answer("NFC")


def test_an_index_without_reviews_is_the_index_of_the_others() -> None:
    index = ClaimIndex(REVIEWS)
    left_out = [r.id for r in REVIEWS[::3]]
    before = index.search_many(MESSAGES)
    assert_same_answers(index.without(left_out), ClaimIndex([r for r in REVIEWS if r.id not in left_out]))
    assert index.search_many(MESSAGES) == before


def test_probabilities_fall_with_the_rank_and_are_never_tied() -> None:
    twins = [Review(id=f"twin{n}", claim="Uống nước chanh chữa cúm") for n in range(30)]
    [answer] = ClaimIndex(twins).search_many([Message("nước chanh chữa cúm")], top=30)
    found = [m.probability for m in answer.matches]
    assert all(a > b for a, b in pairwise(found))
    assert [m.rank for m in answer.matches] == list(range(1, 31))


@pytest.mark.parametrize("text", ["", " ", "\ud800", "🙏", "\x00", "a" * 1_000_000])
def test_any_message_gets_an_answer(text: str) -> None:
    assert ClaimIndex(REVIEWS).search(Message(text)).outcome is not None


def test_an_index_that_has_just_changed_answers_like_one_that_was_asked_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overlap, "_WEIGHED_AT_ONCE", 7)
    asked_often = ClaimIndex(REVIEWS)
    asked_often.remove_many([r.id for r in REVIEWS[3::4]])
    remembered = asked_often._snapshot
    for _ in range(100):
        asked_often.search_many(MESSAGES)
        if remembered.weights and "vocabulary" in remembered.__dict__:
            break
    else:
        pytest.fail("it was not asked often enough")
    assert asked_often._snapshot is remembered
    for message in MESSAGES:
        just_changed = ClaimIndex(REVIEWS)
        just_changed.remove_many([r.id for r in REVIEWS[3::4]])
        (mine,), (theirs,) = just_changed.search_many([message]), asked_often.search_many([message])
        assert [m.probability for m in mine.matches] == [m.probability for m in theirs.matches]
        assert mine.outcome == theirs.outcome
        assert not just_changed._snapshot.weights, "one message is cheaper without all weights"
