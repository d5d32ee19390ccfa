"""What programs read: feeds, data, interfaces."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import OperationalError
from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.test import Client

from kiemchung.desk import drafting, log, publishing
from kiemchung.desk.collecting import collect
from kiemchung.desk.models import Draft, Message, Review, ReviewVersion
from kiemchung.engine import types
from kiemchung.engine.formats.reading import read_reviews
from kiemchung.engine.formats.refusals import Refusal
from kiemchung.jobs import clock
from kiemchung.web.machine import feeds
from kiemchung.web.templatetags.ratings import in_words
from tests.desk.conftest import Desk
from tests.desk.newsroom import TAMARIND, ask, correct, know, publish, wording

_ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def program() -> Client:
    return Client()


@pytest.fixture
def corrected(desk: Desk) -> Review:
    claim = ask(TAMARIND).claim
    assert claim is not None
    publish(claim, desk.linh, desk.an)
    correct(claim, desk.minh, desk.binh, wording("mostly_true", title="Me & <chiều cao>"), "Nguồn \x07mới")
    return Review.objects.get()


def _text(response: Any) -> str:
    assert response.status_code == 200
    if isinstance(response, StreamingHttpResponse):
        return b"".join(response).decode()
    return str(response.content.decode())


def read_xml(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)  # noqa: S314 (our own)


def test_the_feeds_show_the_current_version_and_each_correction(corrected: Review, program: Client) -> None:
    address = publishing.review_address(corrected.slug)
    feed = read_xml(_text(program.get("/kiem-chung.atom")))
    (entry,) = feed.findall(f"{_ATOM}entry")
    assert entry.findtext(f"{_ATOM}title") == "Phần lớn đúng: Me & <chiều cao>"
    assert entry.findtext(f"{_ATOM}id") == address
    changes = read_xml(_text(program.get("/sua-sai.atom")))
    assert [one.findtext(f"{_ATOM}id") for one in changes.findall(f"{_ATOM}entry")] == [f"{address}/ban/2"]
    item = json.loads(_text(program.get("/kiem-chung.json")))["items"][0]
    assert (item["url"], "mới" in item["content_text"]) == (address, True)
    assert json.loads(_text(program.get("/sua-sai.json")))["items"][0]["id"] == f"{address}/ban/2"


def test_the_feed_of_reviews_says_when_one_was_withdrawn(corrected: Review, desk: Desk, program: Client) -> None:
    seen = Draft.objects.get(claim=corrected.claim).revision
    draft = drafting.propose_withdrawal(corrected.claim_id, "Nguồn đã rút lại.", actor=desk.linh, revision=seen)
    drafting.submit(corrected.claim_id, actor=desk.linh, revision=draft.revision)
    withdrawn = publishing.publish(corrected.claim_id, actor=desk.an, revision=draft.revision)
    feed = read_xml(_text(program.get("/kiem-chung.atom")))
    assert feed.findtext(f"{_ATOM}updated") == withdrawn.published_at.isoformat()
    data = json.loads(_text(program.get("/claimreview.json")))
    assert data["dateModified"] == withdrawn.published_at.isoformat(), "and not when it was asked for"
    item = json.loads(_text(program.get("/sua-sai.json")))["items"][0]
    assert (item["title"], item["content_text"]) == (f"Đã rút lại: {withdrawn.title}", "Nguồn đã rút lại.")
    entry = read_xml(_text(program.get("/sua-sai.atom"))).findall(f"{_ATOM}entry")[0]
    assert entry.findtext(f"{_ATOM}title") == item["title"]


def test_signs_that_xml_does_not_have_break_no_feed() -> None:
    parent = ElementTree.Element("a")
    feeds._add(parent, "title", "a\x07b\uffffc\ufffed\ud800e\U0001f600")
    assert read_xml(ElementTree.tostring(parent, encoding="unicode")).findtext("title") == "abcde\U0001f600"


@pytest.mark.parametrize("path", ["/claimreview.json", "/kiem-chung.jsonl", "/nhat-ky.jsonl"])
def test_f12_what_is_streamed_says_too_that_the_database_is_away(
    path: str, corrected: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> Any:
        raise OperationalError("the database is away")

    monkeypatch.setattr(QuerySet, "iterator", away)
    answer = Client(raise_request_exception=False).get(path)
    assert (answer.status_code, "Retry-After" in answer) == (503, True)


@pytest.mark.parametrize(
    "path", ["/kiem-chung.atom", "/kiem-chung.json", "/sua-sai.atom", "/sua-sai.json", "/sitemap.xml"]
)
def test_who_has_the_newest_feed_gets_it_again_only_when_it_changes(
    path: str, corrected: Review, desk: Desk, program: Client
) -> None:
    first = program.get(path)
    again = program.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    correct(corrected.claim, desk.linh, desk.an, wording("true", title="Mới hơn"), "Nguồn mới hơn")
    changed = program.get(path, headers={"If-None-Match": first["ETag"]})
    assert (changed.status_code, changed["Cache-Control"]) == (200, first["Cache-Control"])
    assert changed["ETag"] != first["ETag"]


def test_claims_search_finds_all_of_a_site_whatever_is_filtered(desk: Desk, program: Client) -> None:
    lines = [
        json.dumps(
            {"id": f"r{n}", "claim": f"Chuyện {n}", "url": f"https://xa.example/{n}", "lang": "en" if n < 30 else "vi"}
        ).encode()
        for n in range(150)
    ]
    collect([one for one in read_reviews(lines) if isinstance(one, types.Review)], now=clock.now())
    asked = {"reviewPublisherSiteFilter": "xa.example", "pageSize": "60"}
    english = program.get("/v1alpha1/claims:search", asked | {"languageCode": "en"}).json()
    assert (len(english["claims"]), "nextPageToken" in english) == (30, False)
    sizes, token = [], "0"
    while token:
        page = program.get("/v1alpha1/claims:search", asked | {"pageToken": token}).json()
        sizes.append(len(page["claims"]))
        token = page.get("nextPageToken", "")
    assert sizes == [60, 60, 30]


def test_feeds_of_an_empty_desk_are_valid_too(desk: Desk, program: Client) -> None:
    for path in ("/kiem-chung.atom", "/sua-sai.atom", "/sitemap.xml"):
        read_xml(_text(program.get(path)))
    assert json.loads(_text(program.get("/claimreview.json")))["dataFeedElement"] == []


def test_the_data_feed_is_read_by_our_own_import(corrected: Review, program: Client) -> None:
    data = _text(program.get("/claimreview.json"))
    assert json.loads(data)["@type"] == "DataFeed"
    (review,) = read_reviews([data.encode()])
    assert isinstance(review, types.Review)
    assert (review.claim, review.rating.mapped) == (TAMARIND, "mostly_true")
    assert review.url == publishing.review_address(corrected.slug)


def test_the_dump_is_read_by_our_own_import_as_the_same_reviews_as_the_data_feed(
    corrected: Review, program: Client
) -> None:
    (dumped,) = read_reviews([_text(program.get("/kiem-chung.jsonl")).encode()])
    (fed,) = read_reviews([_text(program.get("/claimreview.json")).encode()])
    assert isinstance(dumped, types.Review)
    assert isinstance(fed, types.Review)
    for field in ("id", "claim", "title", "url", "publisher", "date", "lang", "appearances"):
        assert getattr(dumped, field) == getattr(fed, field), field
    assert (dumped.rating.published, dumped.rating.mapped) == (fed.rating.published, fed.rating.mapped)
    assert dumped.body.startswith(fed.body)


def test_a_withdrawn_review_comes_in_from_no_dump(corrected: Review, desk: Desk, program: Client) -> None:
    seen = Draft.objects.get(claim=corrected.claim).revision
    draft = drafting.propose_withdrawal(corrected.claim_id, "Nguồn đã rút lại.", actor=desk.linh, revision=seen)
    drafting.submit(corrected.claim_id, actor=desk.linh, revision=draft.revision)
    publishing.publish(corrected.claim_id, actor=desk.an, revision=draft.revision)
    (refused,) = read_reviews([_text(program.get("/kiem-chung.jsonl")).encode()])
    assert isinstance(refused, Refusal)
    assert (refused.code, refused.number) == ("withdrawn", 3)
    assert publishing.review_address(corrected.slug) in refused.reason


def test_the_dump_holds_every_version_with_its_digest_and_no_message(corrected: Review, program: Client) -> None:
    lines = [json.loads(line) for line in _text(program.get("/kiem-chung.jsonl")).splitlines()]
    assert [(one["version"], one["kind"]) for one in lines] == [(1, "first"), (2, "correction")]
    entries = [json.loads(line) for line in log.lines()]
    logged = [one for one in entries if "digest" in json.dumps(one)]
    assert [one["digest"] in json.dumps(logged) for one in lines] == [True, True]
    assert ReviewVersion.objects.count() == 2


def test_r32_the_log_can_be_fetched_by_everybody(corrected: Review, program: Client) -> None:
    lines = _text(program.get("/nhat-ky.jsonl")).splitlines()
    assert [json.loads(line)["kind"] for line in lines if '"review"' in line] == ["published", "corrected"]
    assert _text(program.get("/nhat-ky-dau.txt"))


def test_check_answers_as_the_command_does_and_stores_nothing(desk: Desk, program: Client) -> None:
    know(("a", "Uống nước chanh nóng chữa khỏi ung thư"))
    said = {"text": "uong nuoc chanh nong chua khoi ung thu"}
    found = program.post("/api/check", said, content_type="application/json").json()
    assert (found["outcome"], found["matches"][0]["review"]["id"], found["ticket"]) == ("answer", "a", None)
    assert not Message.objects.exists()
    kept = program.post("/api/check", said | {"ask": True}, content_type="application/json").json()
    assert kept["ticket"].startswith("KC-")
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b'"a"', b'{"text": 1}', b'{"text": ""}', b'{"text": "a", "lang": "xx"}',
        b'{"text": "a", "lang": 0}', b'{"text": "a", "lang": false}',
        b'{"text": "a", "lang": []}', b'{"text": "a", "lang": {}}', b'{"text": "a", "lang": ""}',
        b'{"text": "a", "lang": null}', b'{"text": "a", "ask": 1}',
        b"\xff", b"[" * 100_000, b'{"text": "\\ud800"}',
    ],
)  # fmt: skip
def test_f30_what_is_no_question_is_refused_in_words(body: bytes, desk: Desk, program: Client) -> None:
    response = program.post("/api/check", body, content_type="application/json")
    assert response.status_code == 400
    assert response.json()["error"]["message"]


def test_claims_search_has_the_shape_of_googles_answer(corrected: Review, program: Client) -> None:
    know(("a", "Uống nước chanh nóng chữa khỏi ung thư"))
    found = program.get("/v1alpha1/claims:search", {"query": "nước chanh ung thư"}).json()
    review = found["claims"][0]["claimReview"][0]
    assert found["claims"][0]["text"] == "Uống nước chanh nóng chữa khỏi ung thư"
    assert review["publisher"] == {"name": "Báo Kiểm", "site": "kiem.example"}
    assert review["textualRating"] == "Sai"
    assert program.get("/v1alpha1/claims:search", {"query": "zzz qqq xxx"}).json() == {}
    assert program.get("/v1alpha1/claims:search").status_code == 400
    assert program.get("/v1alpha1/claims:search", {"query": "chanh", "languageCode": "en"}).json() == {}
    assert program.get("/v1alpha1/claims:search", {"reviewPublisherSiteFilter": "kiem.example"}).json()["claims"]


def test_programs_read_the_rating_of_our_own_review_in_its_language(corrected: Review, program: Client) -> None:
    found = program.get("/v1alpha1/claims:search", {"query": TAMARIND}).json()["claims"]
    assert [one["claimReview"][0]["textualRating"] for one in found] == ["Phần lớn đúng"]
    checked = program.post("/api/check", {"text": TAMARIND}, content_type="application/json").json()
    assert checked["matches"][0]["review"]["rating"] == {"published": "Phần lớn đúng", "mapped": "mostly_true"}


def test_the_word_of_another_publisher_for_a_rating_stays_as_it_is() -> None:
    theirs, ours = (types.Rating("false", types.MappedRating.FALSE, basis) for basis in ("words", "given"))
    assert (in_words(theirs, "vi").published, in_words(ours, "vi").published) == ("false", "Sai")


def test_claims_search_gives_page_after_page_and_each_review_once(desk: Desk, program: Client) -> None:
    know(*((f"r{number}", f"Nước chanh chữa bệnh số {number}") for number in range(25)))
    seen, token = [], ""
    while True:
        asked = {"query": "nước chanh chữa bệnh", "pageSize": "10"} | ({"pageToken": token} if token else {})
        found = program.get("/v1alpha1/claims:search", asked).json()
        seen += [one["claimReview"][0]["url"] for one in found["claims"]]
        token = found.get("nextPageToken", "")
        if not token:
            break
    assert len(seen) == len(set(seen)) == 25
