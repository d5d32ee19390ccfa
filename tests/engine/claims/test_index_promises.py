"""What the claim index promises beyond equal answers: numbers of matches, limits, recovery, any message."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from kiemchung.collection.searchable import SearchableCollection
from kiemchung.engine.claims.directory import Writer
from kiemchung.engine.claims.index import CANDIDATES, ClaimIndex, segments_of
from kiemchung.engine.errors import InputError
from kiemchung.engine.text import lexicon
from kiemchung.engine.types import Message, Outcome, Review
from kiemchung.starter import starter_reviews
from tests.engine.claims.cast import MESSAGES, answers, assert_same, some_reviews

REVIEWS = some_reviews(200)
NOW = datetime(2024, 5, 31, tzinfo=UTC)


@pytest.fixture(scope="module")
def whole() -> ClaimIndex:
    """All reviews, for tests that only search."""
    return ClaimIndex(REVIEWS)


@pytest.fixture(scope="module")
def starter() -> ClaimIndex:
    """The starter collection, for tests that only search."""
    return ClaimIndex(starter_reviews())


@pytest.mark.slow
def test_a_collection_answers_like_an_index_in_memory_through_all_its_changes(tmp_path: Path) -> None:
    updated = [replace(review, title="Cập nhật", date="2024-06-01") for review in REVIEWS[:30]]
    with SearchableCollection.open(tmp_path) as collection:
        for batch in (REVIEWS[:100], REVIEWS[90:], updated):
            collection.import_reviews(batch, now=NOW)
        for review in REVIEWS[150:170]:
            collection.record.remove(review.id)
        index = collection.index()
        assert index.change == collection.record.last_change()
        assert_same(answers(index), answers(ClaimIndex(updated + REVIEWS[30:150] + REVIEWS[170:])))


def test_an_index_that_was_lost_or_damaged_is_built_anew(tmp_path: Path) -> None:
    with SearchableCollection.open(tmp_path) as collection:
        collection.import_reviews(REVIEWS[:60], now=NOW)
        expected = answers(collection.index())
        for damage in (b"{", b'{"format": 99}', b""):
            (tmp_path / "claims" / "manifest.json").write_bytes(damage)
            assert_same(answers(collection.index()), expected)
        (tmp_path / "claims" / "manifest.json").unlink()
        assert_same(answers(collection.index()), expected)
        next((tmp_path / "claims").glob("*.segment")).write_bytes(b"?")
        assert_same(answers(collection.index()), expected)


def test_the_index_follows_a_record_that_began_anew(tmp_path: Path) -> None:
    with SearchableCollection.open(tmp_path) as collection:
        collection.import_reviews(REVIEWS, now=NOW)
    for file in tmp_path.glob("reviews.sqlite*"):
        file.unlink()
    with SearchableCollection.open(tmp_path) as collection:
        assert len(collection.index()) == 0
        collection.import_reviews(REVIEWS[:3], now=NOW)
        assert len(collection.index()) == 3


def test_the_order_of_adding_does_not_matter_however_it_is_cut(whole: ClaimIndex) -> None:
    expected = answers(whole)
    for seed in range(2):
        shuffled = random.Random(seed).sample(REVIEWS, len(REVIEWS))  # noqa: S311
        in_parts = ClaimIndex()
        for begin in range(0, len(shuffled), 17):
            in_parts.add_many(shuffled[begin : begin + 17])
        assert_same(answers(in_parts), expected)


@pytest.mark.slow
def test_reviews_of_equal_score_come_in_the_order_of_their_ids_whatever_the_order_of_adding() -> None:
    """The same claim checked by several publishers: equal scores, and probabilities that still fall with the rank."""
    same = [replace(review, id=f"{review.id}-{number}") for review in REVIEWS[:20] for number in range(4)]
    expected = answers(ClaimIndex(same))
    for seed in range(3):
        shuffled = random.Random(seed).sample(same, len(same))  # noqa: S311
        assert_same(answers(ClaimIndex(shuffled)), expected)
    for answer in expected:
        assert (np.diff([match.probability for match in answer.matches]) < 0).all()
        keys = [(-match.score, match.review_id) for match in answer.matches]
        assert keys == sorted(keys)


@pytest.mark.slow
def test_more_equal_reviews_than_are_looked_at_do_not_make_the_answer_depend_on_their_order() -> None:
    same = [Review(id=f"r-{number:03d}", claim="Uống nước chanh chữa khỏi ung thư") for number in range(CANDIDATES * 2)]
    expected = answers(ClaimIndex(same + REVIEWS))
    assert_same(answers(ClaimIndex(REVIEWS + same[::-1])), expected)
    for seed in range(3):
        shuffled = random.Random(seed).sample(same + REVIEWS, len(same) + len(REVIEWS))  # noqa: S311
        in_parts = ClaimIndex()
        for begin in range(0, len(shuffled), 61):
            in_parts.add_many(shuffled[begin : begin + 61])
        assert_same(answers(in_parts), expected)


def test_the_claim_itself_is_found_first(whole: ClaimIndex) -> None:
    asked = REVIEWS[::4]
    found = answers(whole, texts=[review.claim for review in asked], top=1)
    right = [answer.matches[0].review_id == review.id for answer, review in zip(found, asked, strict=True)]
    assert sum(right) >= 0.98 * len(right)


def test_each_message_is_answered_as_if_it_were_alone(whole: ClaimIndex) -> None:
    alone = [whole.search(Message(text, id=str(n)), top=10) for n, text in enumerate(MESSAGES)]
    assert_same(answers(whole), alone)


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 3, 9, 70])
@pytest.mark.parametrize("cut", [9, 200])
def test_as_many_matches_as_asked_for_while_there_are_reviews(count: int, cut: int) -> None:
    """`match` lists N candidates for every query, fewer only when the collection is smaller, whatever the outcome."""
    for answer in answers(ClaimIndex(REVIEWS[:cut]), top=count, texts=[*MESSAGES, "zzzz", "🙏", ""]):
        assert len(answer.matches) == min(count, cut)
        assert [match.rank for match in answer.matches] == list(range(1, len(answer.matches) + 1))
        assert len({match.review_id for match in answer.matches}) == len(answer.matches)
        probabilities = [match.probability for match in answer.matches]
        assert all(0 < value < 1 for value in probabilities)
        assert (np.diff(probabilities) < 0).all()
        assert (np.diff([match.score for match in answer.matches]) <= 0).all()


@pytest.mark.slow
@pytest.mark.parametrize("top", [1, 5, 150])
def test_ranking_many_gives_what_searching_many_gives(top: int, whole: ClaimIndex) -> None:
    messages = [Message(text) for text in [*MESSAGES, "zzzz", ""]]
    for ranked, answer in zip(whole.rank_many(messages, top=top), whole.search_many(messages, top=top), strict=True):
        assert list(ranked.review_ids) == [match.review_id for match in answer.matches]
        assert list(ranked.scores) == [match.score for match in answer.matches]
        assert list(ranked.probabilities) == [match.probability for match in answer.matches]
        assert ranked.can_answer or answer.outcome is not Outcome.ANSWER


def test_removed_reviews_do_not_fill_the_list() -> None:
    index = ClaimIndex(REVIEWS[:9])
    assert len(index.search(Message("zzzz"), top=9).matches) == 9
    index.remove_many([REVIEWS[0].id])
    assert {m.review_id for m in index.search(Message("zzzz"), top=9).matches} == {r.id for r in REVIEWS[1:9]}


@pytest.mark.parametrize("text", ["", " \n", "!!! ???", "🙏🙏", "\ud800", "https://t.co/x", "\0", "a@b.vn"], ids=ascii)
def test_a_message_without_words_is_answered_by_none(text: str, whole: ClaimIndex) -> None:
    answer = whole.search(Message(text, id="m"))
    assert (answer.message_id, answer.outcome) == ("m", Outcome.NONE)


@pytest.mark.parametrize(
    "text",
    ["a" * 1_000_000, "từ " * 300_000, "疫" * 300_000, "1" * 1_000_000, "a.b" * 300_000, "\ud800a" * 300_000],
    ids=["letter", "words", "chinese", "digits", "dots", "surrogates"],
)
def test_a_huge_message_is_answered(text: str) -> None:
    assert ClaimIndex(REVIEWS[:50]).search(Message(text)).outcome in set(Outcome)


def test_an_empty_index_says_none() -> None:
    assert [answer.outcome for answer in answers(ClaimIndex())] == [Outcome.NONE] * len(MESSAGES)
    index = ClaimIndex(REVIEWS[:2])
    index.remove_many([review.id for review in REVIEWS])
    assert len(index) == 0
    assert [answer.matches for answer in answers(index)] == [()] * len(MESSAGES)
    assert ClaimIndex(REVIEWS).search_many([]) == []


def test_the_last_of_one_id_in_a_batch_counts() -> None:
    index = ClaimIndex([Review("a", "Gạo làm từ nhựa"), Review("b", "Giá xăng tăng"), Review("a", "Ăn tỏi chữa cúm")])
    assert len(index) == 2
    assert index.search(Message("ăn tỏi chữa cúm")).matches[0].review_id == "a"
    assert index.search(Message("gạo làm từ nhựa"), top=1).outcome is not Outcome.ANSWER


@pytest.mark.parametrize("limit", [-0.1, 1.1, float("nan"), float("inf")])
def test_a_limit_that_is_no_share_is_refused(limit: float) -> None:
    with pytest.raises(InputError, match="share"):
        ClaimIndex(REVIEWS[:3]).search(Message("x"), limit=limit)


def test_a_stricter_limit_never_answers_more(whole: ClaimIndex) -> None:
    messages = [Message(review.claim) for review in REVIEWS[:20]] + [Message(text) for text in MESSAGES]
    counts = [
        sum(answer.outcome is Outcome.ANSWER for answer in whole.search_many(messages, limit=limit, explain=False))
        for limit in (0, 0.001, 0.005, 0.01, 0.05, 0.2, 1)
    ]
    assert counts == sorted(counts)
    assert counts[0] == 0


def test_searching_writes_nothing(tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        for segment in segments_of(REVIEWS[:20]):
            writer.add(segment)
        writer.commit(change=1)
    opened = ClaimIndex.open(tmp_path, lookup=lambda _ids: {})
    before = {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()}
    answers(opened)
    opened.without([REVIEWS[0].id])
    assert {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()} == before


@pytest.mark.parametrize("table", [lexicon.organisations, lexicon.places, lexicon.things])
def test_a_name_by_itself_is_hardly_ever_answered(table: Callable[[], lexicon.Names], starter: ClaimIndex) -> None:
    names = table().shown[::9]
    found = answers(starter, texts=names, top=1)
    answered = [name for name, answer in zip(names, found, strict=True) if answer.outcome is Outcome.ANSWER]
    assert len(answered) <= 0.02 * len(names), answered


@pytest.mark.parametrize(
    "greeting",
    ["covid", "chúc cả nhà ngày mới vui vẻ", "em bé ngủ chưa", "alo em ơi tối nay ăn gì", "good morning all"],
)
def test_a_greeting_or_a_word_is_not_even_suggested(greeting: str, starter: ClaimIndex) -> None:
    (answer,) = answers(starter, texts=[greeting], top=1)
    assert answer.outcome is Outcome.NONE


@pytest.mark.parametrize(
    "message",
    [
        "ô tô vượt đèn đỏ phạt 18-20 triệu",
        "người đủ 16 tuổi được đi xe trên 50 phân khối không cần bằng",
        "uống nước chanh lạnh diệt tế bào ung thư",
        "xe dap vuot den do bi phat tu 4 den 6 trieu dong",
    ],
)
def test_a_review_that_differs_in_a_fact_is_never_the_answer(message: str, starter: ClaimIndex) -> None:
    (answer,) = answers(starter, texts=[message], top=1)
    assert answer.outcome is not Outcome.ANSWER


@pytest.mark.parametrize("explain", [True, False])
@pytest.mark.parametrize(
    "message",
    [
        "đập Thác Bà không vỡ",
        "bị hóc xương thì KHÔNG nuốt cơm",
        "nước chanh nóng không diệt được tế bào ung thư",
        "chay mau cam cui dau ra truoc",  # the false review says: backwards
    ],
)
def test_who_says_the_opposite_of_a_claim_is_never_answered_with_its_rating(
    message: str, explain: bool, starter: ClaimIndex
) -> None:
    answer = starter.search_many([Message(message)], limit=1.0, explain=explain)[0]
    assert answer.outcome is Outcome.SUGGEST
    assert answer.matches[0].probability > 0.9  # the features alone would have answered


@pytest.mark.parametrize("wrong", [Review("", "Chanh"), Review("a", " "), "Chanh"], ids=["id", "claim", "text"])
def test_what_is_no_review_or_a_nameless_one_is_refused_before_anything_is_added(wrong: Review) -> None:
    index = ClaimIndex(REVIEWS[:2])
    with pytest.raises(InputError, match=r"^(Review|Item) 2 "):
        index.add_many([REVIEWS[3], wrong])
    assert len(index) == 2


def test_a_search_for_a_bare_text_says_what_it_takes() -> None:
    index = ClaimIndex(REVIEWS[:2])
    with pytest.raises(InputError, match="Message"):
        index.search("chanh")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="Message"):
        index.search_many("chanh")  # type: ignore[arg-type]
