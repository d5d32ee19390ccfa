"""What is not kept, what goes when its time is over, and what a list of everything held says (R24, R25, R29)."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection

from kiemchung.desk import drafting, erasing, holdings, intake, log, requests
from kiemchung.desk.backups import archive, making
from kiemchung.desk.errors import RefusedMessageError
from kiemchung.desk.log import checking, signing, stored
from kiemchung.desk.models import (
    Declining,
    LogKind,
    Message,
    MessageState,
    RequestKind,
    RequestOutcome,
    ReviewRequest,
    Selection,
)
from kiemchung.jobs import clock
from kiemchung.jobs.queue import enqueue
from kiemchung.web.machine import description
from tests.desk.calling import call
from tests.desk.conftest import Desk, Hands
from tests.desk.dying import serving
from tests.desk.newsroom import TAMARIND, ask, know, publish, work

ROOT = Path(__file__).parent.parent.parent
CANARIES = ("kanarienvogel", "vang-anh-hot")
TOLD = "Kanarienvogel: uống nước lá đu đủ mỗi sáng là khỏi tiểu đường, xem https://vang-anh-hot.example/la-du-du"


def rows() -> str:
    """Return everything in all tables."""
    parts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - our own tables
            parts += [table, repr(cursor.fetchall())]
    return "\n".join(parts)


def dumped(backup: Path, folder: Path) -> str:
    """Return a fresh backup as text."""
    archive.unpack(backup, folder)
    database = folder / archive.DATABASE
    if connection.vendor == "postgresql":
        done = subprocess.run(["pg_restore", "--file=-", str(database)], capture_output=True, check=True)
        return done.stdout.decode()
    return database.read_bytes().decode("utf-8", errors="replace")


def test_r25_after_its_time_nothing_of_a_message_is_left_in_tables_files_or_a_fresh_backup(
    desk: Desk, tmp_path: Path, hands: Hands
) -> None:
    know(("a", "Uống nước chanh nóng chữa khỏi ung thư"))
    refs = [f"{canary}-ref-{number}" for number, canary in enumerate(CANARIES)]
    for number, ref in enumerate(refs):
        intake.ask(f"{TOLD} {number}", channel="web", ref=ref)
    answered = intake.ask("Kanarienvogel: uống nước chanh nóng chữa khỏi ung thư", channel="web", ref="answered")
    work()
    ticket = intake.ask(TOLD, channel="web", ref=refs[0]).ticket
    assert all(one in rows().lower() for one in CANARIES), "the scan finds what is there"
    assert ticket not in rows(), "a ticket is kept nowhere"

    hands.forward(days=intake.KEPT.days, minutes=-1)
    assert erasing.erase_expired() == 0
    hands.forward(minutes=2)
    work()  # the periodic job
    erasing.erase_expired()

    assert Message.objects.get(pk=answered.message_id).state == MessageState.DELETED
    left = rows().lower()
    assert [one for one in (*CANARIES, ticket.lower()) if one in left] == []
    connection.close()
    files = [path for path in desk.home.rglob("*") if path.is_file()]
    assert [
        path.name for path in files if any(one in path.read_bytes().lower().decode("latin1") for one in CANARIES)
    ] == []
    making.make(tmp_path / "fresh")
    fresh = dumped(tmp_path / "fresh", tmp_path / "unpacked").lower()
    assert "desk_message" in fresh
    assert [one for one in CANARIES if one in fresh] == []


def test_r25_what_a_reader_wrote_in_a_request_goes_after_the_decision_and_the_log_stays_whole(
    desk: Desk, tmp_path: Path, hands: Hands
) -> None:
    claim = ask(TAMARIND).claim
    assert claim is not None
    review = publish(claim, desk.linh, desk.an).review
    words = "Kanarienvogel: nguồn thứ hai nói khác"
    asked = requests.request_review(
        review, RequestKind.CORRECTION, words, source_url="https://vang-anh-hot.example/x", ref="r"
    )
    entry = asked.request.entry
    assert entry is not None
    assert log.is_sealed_text(entry, "text", words)
    assert all(one in rows().lower() for one in CANARIES), "the scan finds what is there"
    hands.forward(days=400)
    assert requests.erase_expired() == 0, "an open request is not forgotten"
    reasons = "Nguồn này không nói điều đó, xem phần nguồn số hai."
    requests.decide(asked.request.pk, RequestOutcome.UPHELD, reasons, actor=desk.binh)
    hands.forward(days=180, minutes=-1)
    assert requests.erase_expired() == 0
    hands.forward(minutes=2)
    work()  # the periodic job
    requests.erase_expired()

    assert [one for one in CANARIES if one in rows().lower()] == []
    assert not log.is_sealed_text(entry, "text", words)
    found = requests.request_for(asked.ticket)
    assert found is not None
    assert (found.text, found.source_url, found.reply) == ("", "", reasons)
    signing.sign(clock.now())
    assert not checking.check(stored.rows(), signing.heads()).findings
    making.make(tmp_path / "fresh")
    fresh = dumped(tmp_path / "fresh", tmp_path / "unpacked").lower()
    assert [one for one in CANARIES if one in fresh] == []


@pytest.mark.parametrize(
    "address",
    [
        "https://zalo.me/0912345678",
        "https://vi.example/?goi=%2B84912345678",
        "https://vi.example/hoi?mail=ba.tu%40vi.example&x=1",
        "https://ba.tu:x@vi.example/",
    ],
)
def test_r25_an_address_that_holds_what_belongs_to_a_person_is_refused_kindly(desk: Desk, address: str) -> None:
    claim = ask(TAMARIND).claim
    assert claim is not None
    review = publish(claim, desk.linh, desk.an).review
    with pytest.raises(RefusedMessageError, match="leave it out") as refused:
        requests.request_review(review, RequestKind.CORRECTION, "Chỗ một sai.", source_url=address, ref="r")
    assert "giúp nhé" in refused.value.text("vi")
    assert not ReviewRequest.objects.exists()
    page = "https://bao.example/suc-khoe/me-chua-khong-lam-cao-20240912093456789.htm?so=12#dau"
    requests.request_review(review, RequestKind.CORRECTION, "Chỗ một sai.", source_url=page, ref="r")
    assert ReviewRequest.objects.get().source_url == page


def test_r25_numbers_of_persons_in_a_request_are_masked_before_it_is_stored(desk: Desk) -> None:
    claim = ask(TAMARIND).claim
    assert claim is not None
    review = publish(claim, desk.linh, desk.an).review
    told = "Chỗ một sai. Gọi tôi: 0912 345 678, ba.tu@vi.example, CCCD 001099012345. Đường dây 1900 6035 thì đúng."
    requests.request_review(review, RequestKind.CORRECTION, told, source_url="", ref="r")
    (stored_text,) = ReviewRequest.objects.values_list("text", flat=True)
    assert stored_text == "Chỗ một sai. Gọi tôi: [☎ •••], [✉ •••], CCCD [🆔 •••]. Đường dây 1900 6035 thì đúng."
    assert [one for one in ("345 678", "ba.tu", "001099012345") if one in rows()] == []


def test_r25_an_erased_message_that_is_delivered_again_stays_erased(desk: Desk) -> None:
    first = ask(TOLD, ref="once")
    erasing.erase(first.pk)
    again = intake.ask(TOLD, channel="test", ref="once")
    assert (again.message_id, again.job_id) == (first.pk, None)
    assert Message.objects.get().text == ""


# Words for who somebody is, and for what somebody is or thinks. Accounts of members are the one stated exception.
DENIED = re.compile(
    r"author|handle|phone|(?:^|_)ips?(?:$|_)|ip_?addr|remote|user_?agent|device|browser|fingerprint|geo|latitude|party"
    r"|partisan|stance|ideolog|religio|sentiment|ethnic|gender|birth|sender|submitter|asker|nickname|avatar|e?mail"
)
ACCOUNTS = {"Member", "EmailAddress", "EmailConfirmation", "Authenticator"}


def test_r25_no_table_has_a_place_for_who_asked_or_what_somebody_is() -> None:
    found = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        if model.__name__ not in ACCOUNTS
        for field in model._meta.get_fields()
        for name in (field.name, getattr(field, "column", "") or "")
        if DENIED.search(name.lower())
    ]
    assert found == []


def test_r25_no_migration_has_made_such_a_place() -> None:
    named = re.compile(r"""(?:name=["']|\(\s*["'])(\w+)["'],?""")
    found = []
    for path in sorted(ROOT.glob("src/kiemchung/*/migrations/*.py")):
        text = path.read_text(encoding="utf-8")
        found += [f"{path.name}: {name}" for name in named.findall(text) if DENIED.search(name.lower())]
    assert [one for one in found if not one.endswith(": email")] == []  # of members


def test_r25_programs_are_told_nothing_of_the_kind(desk: Desk) -> None:
    def names(part: Any) -> list[str]:
        if isinstance(part, dict):
            return [*part.get("properties", {}), *(name for one in part.values() for name in names(one))]
        return [name for one in part for name in names(one)] if isinstance(part, list) else []

    said = json.loads(description.openapi(_get()).content)
    # `author` of ClaimReview is the desk that publishes, `itemReviewed.author` a body that speaks in office (R13).
    assert [name for name in names(said) if DENIED.search(name.lower())] in ([], ["author"], ["author", "author"])
    assert names(said)


def _get() -> Any:
    from django.test import RequestFactory

    return RequestFactory().get("/openapi.json")


def test_r3_why_a_claim_is_checked_or_not_is_said_in_these_words_alone() -> None:
    assert [one.value for one in Selection] == ["harm", "reach", "requests", "checkability"]
    assert [one.value for one in Declining] == [
        "opinion",
        "not_checkable",
        "no_evidence_reachable",
        "private_matter",
        "too_small",
    ]


def test_r24_what_the_public_log_says_of_a_verdict_is_never_that_it_was_automated(desk: Desk) -> None:
    claim = ask(TAMARIND).claim
    assert claim is not None
    version = publish(claim, desk.linh, desk.an)
    asked = requests.request_review(version.review, "correction", "Nguồn khác.", source_url="", ref="r")  # type: ignore[arg-type]
    requests.decide(asked.request.pk, "upheld", "Nguồn này không nói điều đó, xem phần nguồn số hai.", actor=desk.binh)  # type: ignore[arg-type]
    said = {one["kind"]: one["facts"].get("automation") for one in map(json.loads, log.lines())}
    assert (said[LogKind.PUBLISHED], said[LogKind.DECIDED]) == ("not_automated", "not_automated")
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "src/kiemchung/desk").rglob("*.py")]
    assert not [text for text in sources if re.search(r"fully_?automated|[\"']fully[\"']", text)]


def test_r29_the_list_of_what_is_held_has_counts_and_ages_and_needs_no_network(
    desk: Desk, hands: Hands, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(TAMARIND)
    erasing.erase(ask(TOLD).pk)
    hands.forward(days=3)
    connection.ensure_connection()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: pytest.fail("it has asked for an address"))
    call_command("data-held", "--json")
    found = {one.pop("name"): one for one in json.loads(capsys.readouterr().out)}
    assert found["messages"] == {"count": 1, "oldest_days": 3.0, "newest_days": 3.0, "until": "90_days"}
    assert found["emptied_messages"]["count"] == found["notes_of_erasure"]["count"] == 1
    assert found["members"]["count"] == 5
    call_command("data-held", "--lang", "en")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == ("messages of readers, personal data masked: 1, oldest 3.0 days, newest 3.0 days (90 days)")
    assert len(lines) == len(found)


def test_r29_files_of_sources_stay_and_files_of_messages_go_with_them(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    claim = ask(TAMARIND).claim
    assert claim is not None
    intake.ask("", channel="test", ref="file", file=b"a film")
    drafting.add_evidence(claim.pk, drafting.Source("Viện", "https://vien.example/", file=b"text"), actor=desk.linh)
    found = {one.name: (one.count, one.until) for one in holdings.held()}
    assert found["stored_files_of_messages"] == (1, "message")
    assert found["stored_files_of_sources"] == (1, "for_ever")
    assert found["claims"] == (1, "message_or_kept")
    for lang, said in (("vi", "nếu thành viên đã xử lý"), ("en", "or kept when worked on")):
        call_command("data-held", "--lang", lang)
        assert said in capsys.readouterr().out


# Tables that hold nothing about anybody: numbers and marks of the machinery.
MACHINERY = {
    *("contenttypes.ContentType", "auth.Permission", "auth.Group", "jobs.Schedule", "desk.ShelfState"),
    *("desk.ShelfCommit", "desk.ShelvedAddress", "desk.LogHead", "account.EmailConfirmation"),
}


def test_r29_every_table_is_in_the_list_or_named_as_machinery() -> None:
    tables = {model._meta.label for model in apps.get_models()}
    assert tables - MACHINERY - {one.model for one in holdings.CLASSES.values()} == set()


assert timedelta(days=90) == intake.KEPT, "the list of what is held says 90 days"


def test_r26_whoever_asks_the_running_site_leaves_no_address_and_no_machine_behind(
    empty_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(empty_sqlite, tmp_path)
    monkeypatch.setenv("KIEMCHUNG_PROXIES", "127.0.0.0/8")  # so that the address is believed, and counted
    who = {
        "User-Agent": "CanaryAgent/7",
        "X-Forwarded-For": "203.0.113.99",
        "Forwarded": "for=203.0.113.99",
        "Referer": "https://canary-page.example/",
        "Cookie": "visitor=canary-cookie",
        "Content-Type": "application/json",
    }
    with serving(tmp_path) as (_, address):
        for body in ('{"text": "Ăn gừng chữa cúm?", "ask": true}', "{", '{"text": 1}'):
            call(address, "POST", "/api/check", body, who)
        for path in ("/", "/kiem-chung", "/tra-cuu/KC-0000-0000-0000-0000", "/nothing"):
            call(address, "GET", path, headers=who)
    kept = {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert {"desk.sqlite", "serve.log", "secret-key"} <= set(kept)
    assert "chữa cúm".encode() in b"".join(kept.values()), "the message itself was stored"
    canaries = (b"203.0.113.99", b"CanaryAgent", b"canary-page", b"canary-cookie")
    assert [(name, one) for name, content in kept.items() for one in canaries if one in content] == []


def test_r25_a_sign_in_whose_time_is_over_is_deleted_and_no_other(desk: Desk) -> None:
    for key, hours in (("over", -1), ("open", 1)):
        Session.objects.create(session_key=key, session_data="x", expire_date=clock.now() + timedelta(hours=hours))
    enqueue("desk.erase_expired", {}, key="test")
    work()
    assert [one.session_key for one in Session.objects.all()] == ["open"]
