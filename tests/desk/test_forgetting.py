"""R25: words of an erased message stay nowhere: not in its claim, the shelf, the history, nor claims that it left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation

from kiemchung.desk import answering, claims, drafting, erasing, grouping, record
from kiemchung.desk.collecting import collect
from kiemchung.desk.dossier import dossier_of
from kiemchung.desk.matching import indexes
from kiemchung.desk.models import Claim, ClaimState, Declining, Message, Selection, Shelf
from kiemchung.desk.queue import queue
from kiemchung.web.staff.terms import stated
from tests.desk.conftest import Desk
from tests.desk.newsroom import TAMARIND, ask, know, publish, wording, work
from tests.desk.test_catching_up import FOREIGN, LEMON, NOW
from tests.desk.test_files_without_words import sent
from tests.desk.test_minimisation import rows

CANARY = "Kanarienvogel"
BRIDGE = "Cầu Ánh Sao sẽ thu phí người đi bộ từ tháng sau"


def secret(text: str = TAMARIND) -> Message:
    message = ask(f"{text}. {CANARY}")
    assert message.claim is not None
    return message


def other(text: str = BRIDGE) -> Message:
    message = ask(text)
    assert message.claim is not None
    return message


def grouped(desk: Desk) -> Message:
    message = secret()
    assert ask(TAMARIND + " đó nha").claim == message.claim
    return message


def chosen(desk: Desk) -> Message:
    message = secret(f"{CANARY} nói " + (TAMARIND + ", ai cũng nói vậy trong nhóm. ") * 12)
    claims.select(message.claim.pk, Selection.REQUESTS, actor=desk.linh)  # type: ignore[union-attr]
    return message


def restated(desk: Desk) -> Message:
    message = secret()
    claims.restate(message.claim.pk, BRIDGE, actor=desk.linh)  # type: ignore[union-attr]
    claims.restate(message.claim.pk, TAMARIND, actor=desk.linh)  # type: ignore[union-attr]
    claims.select(message.claim.pk, Selection.REQUESTS, actor=desk.linh)  # type: ignore[union-attr]
    return message


def restated_and_grouped(desk: Desk) -> Message:
    message = grouped(desk)
    claims.restate(message.claim.pk, BRIDGE, actor=desk.linh)  # type: ignore[union-attr]
    return message


def merged(desk: Desk) -> Message:
    message = secret()
    claims.merge(message.claim.pk, other().claim.pk, actor=desk.linh)  # type: ignore[union-attr]
    return message


def merged_with_another(desk: Desk) -> Message:
    message = grouped(desk)
    claims.merge(message.claim.pk, other().claim.pk, actor=desk.linh)  # type: ignore[union-attr]
    return message


def merged_into_published(desk: Desk) -> Message:
    message, there = secret(BRIDGE), other(TAMARIND)
    publish(there.claim, desk.linh, desk.an)  # type: ignore[arg-type]
    claims.merge(message.claim.pk, there.claim.pk, actor=desk.linh)  # type: ignore[union-attr]
    work()
    return message


def split(desk: Desk) -> Message:
    message = merged(desk)
    message.refresh_from_db()
    claims.split(message.claim.pk, [message.pk], actor=desk.linh)  # type: ignore[union-attr]
    return message


def split_from(desk: Desk) -> Message:
    message = grouped(desk)
    (rest,) = Message.objects.exclude(pk=message.pk)
    claims.split(message.claim.pk, [rest.pk], actor=desk.linh)  # type: ignore[union-attr]
    return message


def put_aside(desk: Desk) -> Message:
    message = secret()
    claims.dismiss([message.claim.pk], actor=desk.linh)  # type: ignore[union-attr]
    return message


def brought_back_to_a_twin(desk: Desk) -> Message:
    message = secret()
    batch = claims.dismiss([message.claim.pk], actor=desk.linh)  # type: ignore[union-attr]
    twin = secret()
    claims.undo(batch, actor=desk.linh)
    work()
    erasing.erase(twin.pk)
    return message


def answered_later(desk: Desk) -> Message:
    message = secret(LEMON)
    collect([FOREIGN], now=NOW)
    work()
    return message


def answered_by_a_publication(desk: Desk) -> Message:
    message, there = secret(BRIDGE), other(TAMARIND)
    version = publish(there.claim, desk.linh, desk.an)  # type: ignore[arg-type]
    answering.answer_with(message.claim.pk, version.review.ref, actor=desk.binh)  # type: ignore[union-attr]
    return message


def answered_by_an_editor(desk: Desk) -> Message:
    know(("a", LEMON))
    message = secret(BRIDGE)
    answering.answer_with(message.claim.pk, "a", actor=desk.binh)  # type: ignore[union-attr]
    return message


def declined(desk: Desk) -> Message:
    message = secret()
    claims.decline(message.claim.pk, Declining.OPINION, actor=desk.linh)  # type: ignore[union-attr]
    return message


def chosen_and_put_aside(desk: Desk) -> Message:
    message = chosen(desk)
    claims.dismiss([message.claim.pk], actor=desk.linh)  # type: ignore[union-attr]
    return message


def chosen_and_answered_by_an_editor(desk: Desk) -> Message:
    know(("a", LEMON))
    message = chosen(desk)
    answering.answer_with(message.claim.pk, "a", actor=desk.binh)  # type: ignore[union-attr]
    return message


def published(desk: Desk) -> Message:
    message = secret()
    publish(message.claim, desk.linh, desk.an)  # type: ignore[arg-type]
    return message


def merged_with_a_file(desk: Desk) -> Message:
    message = secret()
    claims.merge(sent().pk, message.claim.pk, actor=desk.linh)  # type: ignore[union-attr]
    return message


WAYS = [
    *(grouped, chosen, restated, restated_and_grouped, merged, merged_with_another, merged_into_published, split),
    *(split_from, put_aside, brought_back_to_a_twin, answered_later, answered_by_a_publication, answered_by_an_editor),
    *(declined, chosen_and_put_aside, chosen_and_answered_by_an_editor, published, merged_with_a_file),
]


@pytest.mark.parametrize("way", WAYS)
def test_r25_whatever_was_done_to_its_claim_nothing_of_an_erased_message_is_left(
    desk: Desk, way: Callable[[Desk], Message]
) -> None:
    message = way(desk)
    key = grouping.content_key(message.text)
    assert CANARY in rows(), "the scan finds what is there"
    assert key in rows()
    erasing.erase(message.pk)
    work()
    assert CANARY not in rows()
    assert key not in rows(), "nor a digest of its words"
    for claim in Claim.objects.filter(state=ClaimState.OPEN):
        assert dossier_of(claim.pk)


def test_r25_a_chosen_claim_that_has_lost_its_words_says_so_and_groups_nothing(desk: Desk) -> None:
    message, second = chosen(desk), other()
    claims.select(second.claim.pk, Selection.REQUESTS, actor=desk.linh)  # type: ignore[union-attr]
    for one in (message, second):
        erasing.erase(one.pk)
    first, last = Claim.objects.filter(state=ClaimState.OPEN).order_by("pk")
    assert (first.statement, last.statement) == ("", "")
    assert list(record.ShelfRecord(Shelf.CLAIMS).get_many([str(first.pk), str(last.pk)])) == []
    with translation.override("en"):
        assert "its messages were deleted" in stated(first)
    with translation.override("vi"):
        assert "các tin đã được xóa" in stated(first)
    assert ask(message.text).claim not in (first, last)


@pytest.mark.parametrize("way", [declined, sent])
def test_r25_the_digest_of_a_file_goes_with_it(desk: Desk, way: Callable[..., Any]) -> None:
    claim = sent()
    if way is declined:
        claims.decline(claim.pk, Declining.OPINION, actor=desk.linh)
    else:
        claims.restate(claim.pk, TAMARIND, actor=desk.linh)
        claims.select(claim.pk, Selection.REQUESTS, actor=desk.linh)
    digest = claim.content_key
    assert digest in rows()
    erasing.erase(claim.messages.get().pk)
    assert digest not in rows()
    claim.refresh_from_db()
    assert claim.statement == ("" if way is declined else TAMARIND)


def test_words_that_a_member_wrote_or_put_into_a_draft_stay_when_nobody_asks_any_more(desk: Desk) -> None:
    first, second = secret(), other()
    claims.restate(first.claim.pk, LEMON, actor=desk.linh)  # type: ignore[union-attr]
    claims.select(first.claim.pk, Selection.REQUESTS, actor=desk.linh)  # type: ignore[union-attr]
    said = wording(claim_reviewed=TAMARIND)
    drafting.save(second.claim.pk, said, actor=desk.linh, revision=0)  # type: ignore[union-attr]
    for message in (first, second, ask(LEMON)):
        erasing.erase(message.pk)
    assert [claim.statement for claim in Claim.objects.order_by("pk")] == [LEMON, TAMARIND]


@pytest.mark.parametrize(("way", "words"), [(grouped, TAMARIND + " đó nha"), (restated_and_grouped, BRIDGE)])
def test_what_is_left_of_a_claim_is_found_by_its_words_again(
    desk: Desk, way: Callable[[Desk], Message], words: str
) -> None:
    message = way(desk)
    claim = message.claim
    assert claim is not None
    erasing.erase(message.pk)
    assert ask(words).claim == claim
    assert indexes().claims_index().change == record.ShelfRecord(Shelf.CLAIMS).last_change()


def test_r25_a_claim_that_others_were_merged_into_goes_with_its_last_message_and_leaves_the_queue(desk: Desk) -> None:
    first, second = secret(), other()
    claims.merge(second.claim.pk, first.claim.pk, actor=desk.linh)  # type: ignore[union-attr]
    claims.select(first.claim.pk, Selection.REQUESTS, actor=desk.linh)  # type: ignore[union-attr]
    claims.merge(first.claim.pk, other(LEMON).claim.pk, actor=desk.linh)  # type: ignore[union-attr]
    for message in Message.objects.order_by("pk"):
        assert Claim.objects.exists()
        erasing.erase(message.pk)
    assert not Claim.objects.exists()
    assert not queue().total


def test_r25_words_that_somebody_else_has_sent_too_stay_theirs(desk: Desk) -> None:
    message, same = secret(), secret()
    claims.merge(message.claim.pk, other().claim.pk, actor=desk.linh)  # type: ignore[union-attr]
    erasing.erase(message.pk)
    assert Claim.objects.filter(statement=same.text, state=ClaimState.MERGED).exists()
    erasing.erase(same.pk)
    assert CANARY not in rows()
