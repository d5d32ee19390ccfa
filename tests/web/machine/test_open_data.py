"""The dump and the data feed: fetched again only when something was published, and honest about what was withdrawn."""

from __future__ import annotations

import json
from unittest.mock import patch

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from kiemchung.desk import publishing
from kiemchung.desk.models import Claim
from kiemchung.engine.formats.reading import read_reviews
from kiemchung.engine.formats.withdrawals import Withdrawal
from kiemchung.web.machine import data
from tests.desk.conftest import Desk
from tests.desk.newsroom import TAMARIND, ask, correct, publish, wording
from tests.desk.test_withdrawn import withdraw

OPEN_DATA = ("/kiem-chung.jsonl", "/claimreview.json")


@pytest.fixture
def claim(desk: Desk) -> Claim:
    found = ask(TAMARIND).claim
    assert found is not None
    publish(found, desk.linh, desk.an)
    return found


@pytest.fixture
def program() -> Client:
    return Client(SERVER_NAME="localhost")


def mark_of(program: Client, path: str, known: str = "") -> str:
    """The ETag of what is answered, which is read to its end: else a cursor of PostgreSQL stays open."""
    answer = program.get(path, headers={"If-None-Match": known})
    assert (answer.status_code, bool(answer.getvalue())) == (200, True)
    return str(answer["ETag"])


@pytest.mark.parametrize("path", OPEN_DATA)
def test_who_has_the_newest_data_is_told_so_by_one_query_and_without_a_body(
    path: str, claim: Claim, program: Client
) -> None:
    first = mark_of(program, path)
    with (
        patch.object(data, "_dumped", side_effect=AssertionError("no body is made")),
        patch.object(data, "_feed", side_effect=AssertionError("no body is made")),
        CaptureQueriesContext(connection) as asked,
    ):
        again = program.get(path, headers={"If-None-Match": first})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first)
    assert len([one for one in asked if "review" in one["sql"]]) == 1


@pytest.mark.parametrize("path", OPEN_DATA)
def test_a_correction_and_a_withdrawal_make_new_data(path: str, claim: Claim, desk: Desk, program: Client) -> None:
    seen = [mark_of(program, path)]
    correct(claim, desk.linh, desk.an, wording("true", title="Mới hơn"), "Nguồn mới hơn")
    seen.append(mark_of(program, path, seen[-1]))
    withdraw(desk, claim)
    seen.append(mark_of(program, path, seen[-1]))
    assert len({*seen}) == 3


@pytest.mark.parametrize("path", OPEN_DATA)
def test_data_under_another_name_is_other_data(path: str, claim: Claim, program: Client) -> None:
    first = mark_of(program, path)
    with override_settings(DESK_NAME="Tên khác"):
        assert mark_of(program, path) != first


@pytest.mark.parametrize("path", OPEN_DATA)
def test_data_of_another_release_or_at_another_address_is_other_data(path: str, claim: Claim, program: Client) -> None:
    first = mark_of(program, path)
    with patch.object(data, "VERSION", "99.0"):
        assert mark_of(program, path, first) != first
    with patch.object(publishing, "origin", return_value="https://khac.example"):
        assert mark_of(program, path, first) != first


def test_a_withdrawn_review_is_a_deleted_item_without_claim_and_rating_in_feed_and_page(
    claim: Claim, desk: Desk, program: Client
) -> None:
    version = withdraw(desk, claim)
    feed = json.loads(program.get("/claimreview.json").getvalue())
    (item,) = feed["dataFeedElement"]
    assert (item["@type"], item["dateDeleted"]) == ("DataFeedItem", version.published_at.isoformat())
    assert (item["description"], item["item"]) == (version.reason, [])
    assert not {"claimReviewed", "reviewRating", "headline"} & item.keys()
    page = program.get(f"/kiem-chung/{version.review.slug}").content
    assert b"ClaimReview" not in page.split(b"</head>")[0]
    (found,) = read_reviews([page])
    assert isinstance(found, Withdrawal)
    assert found.date == version.published_at.isoformat()
