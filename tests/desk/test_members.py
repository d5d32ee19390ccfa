"""R18: no administrator becomes an editor without a trace that stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from kiemchung.desk import members, publishing, requests
from kiemchung.desk.errors import NotAllowedError
from kiemchung.desk.models import Member, MemberAct, MemberDeed, RequestKind, RequestOutcome, Review
from kiemchung.jobs import clock
from kiemchung.web.staff.signing_in.adapters import take_second_factors
from tests.desk.conftest import Desk
from tests.desk.newsroom import TAMARIND, ask, hand_in, publish


def test_r18_what_is_done_to_an_account_is_written_down_for_good(desk: Desk) -> None:
    new = members.invite("mai", shown_name="Mai", role="checker", actor=desk.ha)
    members.change_role(new, "editor", actor=desk.ha)
    members.switch_off(new, actor=desk.ha)
    members.switch_on(new, actor=desk.ha)
    members.take_password(new, actor=desk.ha)
    take_second_factors(new, actor=desk.ha)
    acts = MemberAct.objects.filter(member=new, actor=desk.ha).order_by("pk")
    assert [one.deed for one in acts] == MemberDeed.values
    for statement in ("DELETE FROM desk_memberact", "UPDATE desk_memberact SET actor_id = NULL"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_r18_an_account_that_somebody_else_has_reset_publishes_nothing_for_a_day(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = ask(TAMARIND).claim
    assert claim is not None
    revision = hand_in(claim, desk.ha)
    members.take_password(desk.an, actor=desk.ha)
    editor = Member.objects.get(pk=desk.an.pk)
    with pytest.raises(NotAllowedError, match="24 hours"):
        publishing.publish(claim.pk, actor=editor, revision=revision)
    later = clock.now() + timedelta(hours=25)
    monkeypatch.setattr(clock, "now", lambda: later)
    publishing.publish(claim.pk, actor=editor, revision=revision)
    assert Review.objects.count() == 1


def test_r20_an_account_that_somebody_else_has_reset_decides_no_request_for_a_day(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = ask(TAMARIND).claim
    assert claim is not None
    review = publish(claim, desk.ha, desk.an).review
    asked = requests.request_review(review, RequestKind.DISPUTE, "Bài sai rồi.", source_url="", ref="r1").request
    reasons = "Chúng tôi đã xem lại nguồn mà bạn nêu; nguồn đó đo điều khác, nên bài giữ nguyên."
    # Who wrote it is an administrator, takes over the one account that may decide, and would decide with it.
    members.take_password(desk.binh, actor=desk.ha)
    taken = Member.objects.get(pk=desk.binh.pk)
    with pytest.raises(NotAllowedError, match="24 hours"):
        requests.decide(asked.pk, RequestOutcome.UPHELD, reasons, actor=taken)
    later = clock.now() + timedelta(hours=25)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert requests.decide(asked.pk, RequestOutcome.UPHELD, reasons, actor=taken).decided_by == taken
