"""What a review would make public of a person is published only when whoever publishes says that it may be."""

from __future__ import annotations

from datetime import date

import pytest

from kiemchung.desk import drafting, publishing
from kiemchung.desk.disclosing import Disclosed, disclosed
from kiemchung.desk.errors import NotReadyError
from kiemchung.desk.models import Claim, Draft, ReviewVersion
from kiemchung.engine.text.personal_data import Kind
from tests.desk.conftest import Desk
from tests.desk.newsroom import TAMARIND, ask, hand_in, wording

_HOTLINE = "Gọi đường dây nóng 0912 345 678, hoặc viết cho hoi@vien.example. Gọi lại 0912 345 678."


@pytest.fixture
def claim(desk: Desk) -> Claim:
    asked = ask(TAMARIND).claim
    assert asked is not None
    return asked


def test_each_find_is_named_once_with_its_field_and_kind(desk: Desk, claim: Claim) -> None:
    hand_in(claim, desk.linh, wording(body=_HOTLINE, search_described="Hỏi qua số 0987.654.321; gọi 1900 1234."))
    assert disclosed(Draft.objects.get()) == (
        Disclosed("body", Kind.PHONE, "0912 345 678"),
        Disclosed("body", Kind.EMAIL, "hoi@vien.example"),
        Disclosed("search_described", Kind.PHONE, "0987.654.321"),
    )


def test_a_text_with_personal_data_is_published_only_when_that_is_meant(desk: Desk, claim: Claim) -> None:
    revision = hand_in(claim, desk.linh, wording(body=_HOTLINE))
    with pytest.raises(NotReadyError) as refused:
        publishing.publish(claim.pk, actor=desk.an, revision=revision)
    assert refused.value.missing == ("disclosure",)
    assert "dữ liệu cá nhân" in refused.value.text("vi")
    assert not ReviewVersion.objects.exists()
    version = publishing.publish(claim.pk, actor=desk.an, revision=revision, is_disclosure_meant=True)
    assert version.body == _HOTLINE


def test_what_a_public_source_says_is_asked_about_too(desk: Desk, claim: Claim) -> None:
    for because in ("", "Người gửi bị đe dọa."):
        said = "Nguyễn Văn A kể; LH 0912345678" if not because else "Số 0987654321"
        source = drafting.Source("Lời kể", quotation=said, accessed_on=date(2026, 3, 1), withheld_because=because)
        drafting.add_evidence(claim.pk, source, actor=desk.linh)
    hand_in(claim, desk.linh)
    assert disclosed(Draft.objects.get()) == (Disclosed("evidence", Kind.PHONE, "0912345678"),)


def test_lines_are_kept_as_lines_whatever_the_form_sends(desk: Desk, claim: Claim) -> None:
    hand_in(claim, desk.linh, wording(body="Một.\r\n\r\nHai."))
    assert Draft.objects.get().body == "Một.\n\nHai."


def test_the_next_version_is_asked_about_anew(desk: Desk, claim: Claim) -> None:
    revision = hand_in(claim, desk.linh, wording(body=_HOTLINE))
    publishing.publish(claim.pk, actor=desk.an, revision=revision, is_disclosure_meant=True)
    claim.refresh_from_db()
    again = hand_in(claim, desk.linh, wording(body=_HOTLINE, rating="true"), "Có số liệu mới.")
    with pytest.raises(NotReadyError):
        publishing.publish(claim.pk, actor=desk.an, revision=again)


@pytest.mark.parametrize("field", ["claim_reviewed", "title", "summary"])
def test_in_claim_title_and_summary_nothing_of_a_person_is_handed_in_and_the_find_is_named(
    field: str, desk: Desk, claim: Claim
) -> None:
    with pytest.raises(NotReadyError) as refused:
        hand_in(claim, desk.linh, wording(**{field: "Gọi 0912 345 678 là bị trừ tiền"}))
    assert refused.value.missing == ("no_personal_data",)
    assert disclosed(Draft.objects.get()) == (Disclosed(field, Kind.PHONE, "0912 345 678"),)


def test_a_text_without_personal_data_needs_no_word_about_it(desk: Desk, claim: Claim) -> None:
    revision = hand_in(claim, desk.linh)
    assert disclosed(drafting.draft_of(claim)) == ()
    assert publishing.publish(claim.pk, actor=desk.an, revision=revision)
