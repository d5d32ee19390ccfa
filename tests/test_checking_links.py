"""A link that is exactly a review's own address, or an appearance of its claim, brings the review out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from kiemchung import Answer, ClaimIndex, Message, Outcome, Review, SearchableCollection, check, check_many, sentence
from kiemchung.checking import lookalikes_in
from tests.cli.command import kiemchung, lines_of
from tests.engine.claims.cast import some_reviews

NOW = datetime(2026, 1, 2, tzinfo=UTC)
OWN = "https://tinthat.example/kiem-chung/2024/05/91827"
SEEN = "https://www.facebook.com/groups/55/posts/991"
SHARED = "https://bao.example/tong-hop-tin-don.html"
GARLIC = Review(id="toi", claim="Ăn tỏi sống chữa khỏi cúm", url=OWN, appearances=(SEEN, SHARED))
RICE = Review(id="gao", claim="Gạo bán ở chợ làm từ nhựa", url=f"{OWN}7", appearances=(SHARED,))
REVIEWS = [GARLIC, RICE, *some_reviews(40)]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("links")
    with SearchableCollection.open(home) as collection:
        collection.import_reviews(REVIEWS, now=NOW)
    return home


def well_formed(answer: Answer) -> None:
    probabilities = [match.probability for match in answer.matches]
    assert all(0 < value < 1 for value in probabilities)
    assert all(after < before for before, after in pairwise(probabilities))
    scores = [match.score for match in answer.matches]
    assert scores == sorted(scores, reverse=True)
    assert [match.rank for match in answer.matches] == list(range(1, len(scores) + 1))
    assert len({match.review_id for match in answer.matches}) == len(scores)


@pytest.mark.parametrize(
    ("message", "code", "outcome"),
    [
        (OWN, "same_address", Outcome.ANSWER),
        (
            "  http://www.tinthat.example/kiem-chung/2024/05/91827/?utm_source=zalo&fbclid=x#top\n",
            "same_address",
            Outcome.ANSWER,
        ),
        ("mọi người ơi xem này tinthat.example/kiem-chung/2024/05/91827.", "same_address", Outcome.SUGGEST),
        (SEEN, "same_appearance", Outcome.SUGGEST),
        ("thật không ạ? https://m.facebook.com/groups/55/posts/991/?ref_src=share", "same_appearance", Outcome.SUGGEST),
    ],
)
def test_the_review_at_the_address_comes_first_and_answers_when_nothing_else_is_said(
    home: Path, message: str, code: str, outcome: Outcome
) -> None:
    answer = check(message, home=home)
    assert (answer.outcome, answer.matches[0].review_id) == (outcome, "toi")
    assert answer.matches[0].reasons[0].code == code
    assert "few_words" not in [reason.code for reason in answer.matches[0].reasons]
    assert len(answer.matches) == 5
    well_formed(answer)


def test_a_link_that_came_beside_the_text_counts_too(home: Path) -> None:
    (answer,) = check_many([Message("thật không ạ", id="m", links=(SEEN,))], home=home, top=1)
    assert (answer.message_id, [match.review_id for match in answer.matches]) == ("m", ["toi"])


def test_reviews_that_share_an_address_are_shown_and_not_answered_by_themselves(home: Path) -> None:
    answer = check(SHARED, home=home)
    assert answer.outcome is Outcome.SUGGEST
    assert {match.review_id for match in answer.matches[:2]} == {"toi", "gao"}
    well_formed(answer)
    told = check(f"gạo bán ở chợ làm từ nhựa {SHARED}", home=home)
    assert (told.outcome, told.matches[0].review_id) == (Outcome.ANSWER, "gao")
    well_formed(told)


def test_words_and_address_together_are_surer_than_either(home: Path) -> None:
    words, both = "an toi song chua cum", f"an toi song chua cum {OWN}"
    assert check(both, home=home).matches[0].probability > check(words, home=home).matches[0].probability
    assert {"same_address", "same_text"} & {reason.code for reason in check(both, home=home).matches[0].reasons}


def test_no_limit_at_all_answers_nothing_by_itself(home: Path) -> None:
    assert check(OWN, home=home, limit=0).outcome is Outcome.SUGGEST


@pytest.mark.parametrize(
    "message",
    [
        "an toi song chua cum",
        "an toi song chua cum https://tinthat.example/kiem-chung/2024/05/1",
        "gạo nhựa https://bao.example/",
        "xem https://www.facebook.com/groups/55",
        "24/7 1/2 km/h",
    ],
)
def test_a_message_without_a_known_link_is_answered_as_by_the_index_alone(home: Path, message: str) -> None:
    answer = replace(check(message, home=home), official=())
    assert answer == ClaimIndex(REVIEWS).search(Message(message))


def test_an_address_nobody_knows_is_searched_by_its_words(home: Path) -> None:
    answer = check("https://khac.example/an-toi-song-chua-khoi-cum", home=home)
    assert answer.matches[0].review_id == "toi"
    assert "same_address" not in [reason.code for reason in answer.matches[0].reasons]


@pytest.mark.parametrize("top", [1, 2, 42])
def test_as_many_matches_as_asked_for(home: Path, top: int) -> None:
    for message in (OWN, SHARED):
        answer = check(message, home=home, top=top)
        assert len(answer.matches) == top
        well_formed(answer)


def test_the_command_finds_the_review_and_says_why_in_both_languages(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"id": "toi", "claim": GARLIC.claim, "rating": "Sai", "url": OWN, "appearances": [SEEN]},
        {"id": "gao", "claim": RICE.claim, "rating": "Sai"},
    ]
    kiemchung(tmp_path, "import", "--json", "-", given=lines_of(rows))
    (row,) = kiemchung(tmp_path, "check", "--json", SEEN).rows
    assert (row["outcome"], row["matches"][0]["review"]["id"]) == ("suggest", "toi")
    assert row["matches"][0]["reasons"][0]["code"] == "same_appearance"
    shown = kiemchung(tmp_path, "check", "--lang", "vi", f"có thật không {OWN}", COLUMNS="200")
    assert "tin dẫn đến chính bài kiểm chứng này" in shown.out
    assert "links to this very review" in kiemchung(tmp_path, "check", OWN, COLUMNS="200").out
    assert f"Message: {OWN}" in kiemchung(tmp_path, "check", OWN, COLUMNS="200").out
    for reason in check(OWN, home=tmp_path).matches[0].reasons:
        assert sentence(reason, "vi") != sentence(reason, "en")


@pytest.mark.parametrize("name", ["CSKH VlETCOMBANK", "  CSKH VlETCOMBANK \n"])
def test_a_message_that_is_nothing_but_a_name_is_judged_as_one(name: str) -> None:
    assert [one.organisation_id for one in lookalikes_in(name)] == ["vietcombank"]


@pytest.mark.parametrize(
    "message",
    [
        "CSKH VlETCOMBANK\nchào bạn",  # more than a name
        "Sáng nay có người xưng CSKH VlETCOMBANK gọi cho mẹ tôi",
        "Vietcombank bị phạt vì chậm trả lãi?",
        "uong nuoc chanh nong chua ung thu",
        "Ngân hàng Vietcombank có tuyển nhân viên không",
        "CSKH Vietcombank co goi dien ko mn",
        "Vietcombank CSKH 1900 54 54 13",
        "tong dai viettel 198",
        "bao hiem xa hoi viet nam cap nhat vssid",
    ],
)
def test_a_message_that_says_something_is_judged_as_no_name(message: str) -> None:
    assert lookalikes_in(message) == ()
