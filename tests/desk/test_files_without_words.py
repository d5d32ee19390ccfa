"""A picture, sound or video without words: its claim has no statement until a person writes one."""

from __future__ import annotations

import io
import random
from importlib import import_module

import pytest
from django.apps import apps
from django.db import transaction
from PIL import Image

from kiemchung.desk import claims, erasing, grouping, intake, record
from kiemchung.desk.dossier import dossier_of
from kiemchung.desk.drafting import draft_of
from kiemchung.desk.matching import indexes
from kiemchung.desk.models import Claim, ClaimDeed, ClaimEvent, Declining, Draft, Message, MessageState, Shelf, Shelved
from kiemchung.engine import types
from tests.desk.conftest import Desk
from tests.desk.newsroom import TAMARIND, ask, hand_in, publish, wording, work
from tests.desk.test_minimisation import rows

pytestmark = pytest.mark.slow  # files are decoded

SENTENCE = "Tệp không có chữ / a file without words: 0fa461206159"
migration = import_module("kiemchung.desk.migrations.0018_files_without_words")


def sent(content: bytes = b"a film", ref: str = "file-1") -> Claim:
    """Return the claim of a file as it is grouped when nothing was read in it."""
    asked = intake.ask("", channel="test", ref=ref, file=content)
    message = Message.objects.get(pk=asked.message_id)
    with transaction.atomic():
        claim = grouping.claim_of(message)
        said = {"claim": claim, "state": MessageState.OPEN, "content_key": grouping.key_of(message)}
        Message.objects.filter(pk=message.pk).update(**said)
    return claim


def test_the_database_keeps_no_sentence_about_it_in_any_language(desk: Desk) -> None:
    claim = sent()
    assert claim.statement == ""
    assert sent(ref="file-2") == claim, "the same bytes are one claim"
    assert sent(b"another film", ref="file-3") != claim
    assert "without words" not in rows()
    assert draft_of(claim).claim_reviewed == "", "a draft begins with what the claim says"


def test_nothing_is_grouped_under_it_by_words_before_a_person_writes_them(desk: Desk) -> None:
    claim = sent()
    claims.undo(claims.dismiss([claim.pk], actor=desk.linh), actor=desk.linh)
    assert list(record.ShelfRecord(Shelf.CLAIMS).get_many([str(claim.pk)])) == []
    assert ask("tệp không có chữ, a file without words").claim != claim
    claims.restate(claim.pk, TAMARIND, actor=desk.linh)
    assert ask(TAMARIND).claim == claim


def test_the_same_file_that_was_put_aside_before_is_counted_and_open_again(desk: Desk) -> None:
    claims.dismiss([sent().pk], actor=desk.linh)
    again = sent(ref="file-2")
    assert again.state == "open"
    put_aside = dossier_of(again.pk).put_aside
    assert put_aside is not None
    assert put_aside.times == 1
    assert dossier_of(sent(b"another film", ref="file-3").pk).put_aside is None


def photo(seed: int) -> bytes:
    content = io.BytesIO()
    pixels = random.Random(seed).randbytes(320 * 240 * 3)  # noqa: S311 - repeatable, not secret
    Image.frombytes("RGB", (320, 240), pixels).save(content, "PNG")
    return content.getvalue()


def asked_with(content: bytes, ref: str) -> Message:
    """Ask with a picture and let a worker answer."""
    asked = intake.ask("", channel="test", ref=ref, file=content)
    work()
    return Message.objects.get(pk=asked.message_id)


def test_whoever_sends_the_same_picture_later_gets_the_review_at_once(desk: Desk) -> None:
    first = asked_with(photo(7), "photo-1")
    assert first.claim is not None
    assert first.claim.statement == ""
    claims.restate(first.claim.pk, TAMARIND, actor=desk.linh)
    review = publish(first.claim, desk.linh, desk.an).review
    again, other = asked_with(photo(7), "photo-2"), asked_with(photo(8), "photo-3")
    assert (again.state, [one.review_ref for one in again.answers.all()]) == ("answered", [review.ref])
    assert other.state == "open"


def test_whoever_sends_a_declined_picture_again_reads_why(desk: Desk) -> None:
    first = asked_with(photo(9), "photo-1")
    assert first.claim is not None
    claims.decline(first.claim.pk, Declining.OPINION, actor=desk.linh)
    assert asked_with(photo(9), "photo-2").claim == first.claim
    assert asked_with(photo(8), "photo-3").claim != first.claim


def test_the_same_file_after_a_merge_counts_for_the_claim_that_is_open(desk: Desk) -> None:
    first, second = sent(b"one", "file-1"), sent(b"two", "file-2")
    claims.merge(second.pk, first.pk, actor=desk.linh)
    assert sent(b"two", "file-3") == first
    assert sent(b"one", "file-4") == first


def test_a_file_without_words_that_was_merged_by_mistake_gets_a_claim_of_its_own(desk: Desk) -> None:
    first, second = sent(b"one", "file-1"), sent(b"two", "file-2")
    claims.merge(second.pk, first.pk, actor=desk.linh)
    moved = first.messages.order_by("-pk").values_list("pk", flat=True)[:1]
    new = claims.split(first.pk, list(moved), actor=desk.linh)
    assert (new.statement, new.messages.count(), first.messages.count()) == ("", 1, 1)
    assert sent(b"two", "file-3") == new
    assert sent(b"one", "file-4") == first


def test_r25_what_a_member_wrote_about_it_stays_in_the_history_when_the_file_is_erased(desk: Desk) -> None:
    claim = sent()
    claims.restate(claim.pk, TAMARIND, actor=desk.linh)
    ask(TAMARIND)
    first = claim.messages.order_by("pk").first()
    assert first is not None
    erasing.erase(first.pk)
    restated = ClaimEvent.objects.get(claim=claim, deed=ClaimDeed.RESTATED)
    assert restated.detail == {"from": "", "to": TAMARIND}


def test_the_migration_takes_the_sentence_from_claims_history_and_shelf(desk: Desk) -> None:
    claim, other = sent(), ask(TAMARIND).claim
    assert other is not None
    claims.restate(claim.pk, "Người trong phim là diễn viên", actor=desk.linh)
    ClaimEvent.objects.update(detail={"from": SENTENCE, "to": "Người trong phim là diễn viên"})
    Claim.objects.filter(pk=claim.pk).update(statement=SENTENCE)
    record.put(Shelf.CLAIMS, [types.Review(id=str(claim.pk), claim=SENTENCE, body="một tin gộp vào")])
    (before,) = indexes().claims_index().search_many([_asked()], top=1)
    assert before.matches[0].review_id == str(claim.pk)
    for _ in range(2):  # a migration that was killed runs again
        with transaction.atomic():
            migration.forget_the_sentence(apps, None)
    assert "without words" not in rows()
    claim.refresh_from_db()
    other.refresh_from_db()
    assert (claim.statement, other.statement) == ("", TAMARIND)
    (after,) = indexes().claims_index().search_many([_asked()], top=2)
    assert str(claim.pk) not in [one.review_id for one in after.matches]
    assert Shelved.objects.get(shelf=Shelf.CLAIMS, ref=str(other.pk)).claim == TAMARIND


def test_the_migration_takes_the_sentence_from_a_draft_and_leaves_what_a_member_wrote_after_it(desk: Desk) -> None:
    for number, rest in enumerate(("", " Phim này là dàn dựng")):
        claim = sent(b"film %d" % number, f"file-{number}")
        hand_in(claim, desk.linh, wording(claim_reviewed=SENTENCE + rest))
    for _ in range(2):
        migration.forget_the_sentence(apps, None)
    drafts = Draft.objects.order_by("pk").values_list("claim_reviewed", "state")
    assert list(drafts) == [("", "writing"), ("Phim này là dàn dựng", "writing")]


def test_the_migration_lets_a_file_that_was_sent_before_it_be_known_again(desk: Desk) -> None:
    first, second = sent(b"one", "file-1"), sent(b"two", "file-2")
    worded = ask(TAMARIND)
    claims.merge(second.pk, first.pk, actor=desk.linh)
    keys = list(Message.objects.order_by("pk").values_list("content_key", flat=True))
    Message.objects.exclude(pk=worded.pk).update(content_key="")
    migration.know_files_again(apps, None)
    assert list(Message.objects.order_by("pk").values_list("content_key", flat=True)) == keys
    assert sent(b"two", "file-3") == first


def _asked() -> types.Message:
    return types.Message("Tệp không có chữ")
