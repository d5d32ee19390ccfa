"""Two people, evidence, one path for every rating, and versions that nobody overwrites."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from kiemchung.desk import drafting, publishing
from kiemchung.desk.errors import ConflictError, NotAllowedError, NotReadyError
from kiemchung.desk.models import Claim, ClaimState, PageKind, ReviewVersion, VersionKind
from kiemchung.engine.types import MappedRating
from kiemchung.jobs import clock
from tests.desk.conftest import Desk, write_pages
from tests.desk.newsroom import TAMARIND, ask, correct, hand_in, publish, wording, work


@pytest.fixture
def claim(desk: Desk) -> Claim:
    message = ask(TAMARIND)
    assert message.claim is not None
    return message.claim


_TOPICS = (
    TAMARIND,
    "Cầu Long Biên sẽ bị dỡ bỏ trong tháng này",
    "Tiêm vắc xin cúm làm người già mất trí nhớ",
    "Ngân hàng tặng xe máy cho khách đổi mật khẩu",
    "Bão số năm mạnh nhất một trăm năm qua đổ vào Đà Nẵng",
    "Học sinh lớp một phải thi chứng chỉ tiếng Anh",
    "Gạo xuất khẩu bị trả về vì nhiễm chì",
    "Xăng pha nước được bán ở cây xăng ven quốc lộ",
)


def _trace(desk: Desk, rating: MappedRating, topic: str) -> dict[str, Any]:
    """All that publishing a review with this rating asks for and does."""
    message = ask(topic)
    claim = message.claim
    assert claim is not None
    lacking = set(drafting.missing(drafting.draft_of(claim)))
    version = publish(claim, desk.linh, desk.an, wording(rating, claim_reviewed=topic))
    claim.refresh_from_db()
    return {
        "missing": lacking,
        "state": claim.state,
        "kind": version.kind,
        "answers": message.answers.count(),
        "fields": {one.name for one in version._meta.fields if getattr(version, one.name) not in ("", None, [])},
    }


def test_r1_every_rating_takes_the_same_steps_and_has_the_same_effects(desk: Desk) -> None:
    traces = [_trace(desk, rating, topic) for rating, topic in zip(MappedRating, _TOPICS, strict=True)]
    assert len(traces) == 8
    assert all(trace == traces[0] for trace in traces)
    assert traces[0]["state"] == ClaimState.PUBLISHED


@pytest.mark.parametrize("rating", [one for one in MappedRating if one is not MappedRating.UNPROVEN])
def test_r2_without_two_sources_one_of_them_primary_nothing_is_published(
    rating: MappedRating, desk: Desk, claim: Claim
) -> None:
    drafting.add_evidence(claim.pk, drafting.Source("Báo", "https://bao.example"), actor=desk.linh)
    drafting.add_evidence(claim.pk, drafting.Source("Báo khác", "https://khac.example"), actor=desk.linh)
    draft = drafting.save(claim.pk, wording(rating), actor=desk.linh, revision=drafting.draft_of(claim).revision)
    with pytest.raises(NotReadyError) as refused:
        drafting.submit(claim.pk, actor=desk.linh, revision=draft.revision)
    assert "evidence" in refused.value.missing


def test_r2_unproven_needs_the_search_described_instead(desk: Desk, claim: Claim) -> None:
    draft = drafting.save(claim.pk, wording("unproven", search_described=""), actor=desk.linh, revision=0)
    assert "evidence" in drafting.missing(draft)
    draft = drafting.save(claim.pk, wording("unproven"), actor=desk.linh, revision=draft.revision)
    assert "evidence" not in drafting.missing(draft)


@pytest.mark.parametrize("kind", list(PageKind))
def test_r7_without_each_page_about_the_desk_nothing_is_published(kind: PageKind, new_desk: Desk) -> None:
    write_pages(new_desk.ha, [one for one in PageKind if one != kind])
    message = ask(TAMARIND)
    assert message.claim is not None
    with pytest.raises(NotReadyError) as refused:
        hand_in(message.claim, new_desk.linh)
    assert refused.value.missing == (f"page_{kind}",)


def test_r9_a_published_version_cannot_be_changed_or_deleted_even_by_the_database(desk: Desk, claim: Claim) -> None:
    version = publish(claim, desk.linh, desk.an)
    for change in (
        lambda: ReviewVersion.objects.filter(pk=version.pk).update(rating="true"),
        lambda: ReviewVersion.objects.filter(pk=version.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert ReviewVersion.objects.get().rating == "false"


def test_r9_a_correction_is_a_new_version_with_a_reason(desk: Desk, claim: Claim) -> None:
    publish(claim, desk.linh, desk.an)
    claim.refresh_from_db()
    with pytest.raises(NotReadyError) as refused:
        hand_in(claim, desk.minh, wording("true"))
    assert refused.value.missing == ("correction_reason",)
    version = correct(claim, desk.minh, desk.binh, wording("true"), "Nghiên cứu mới")
    assert (version.number, version.kind, version.reason) == (2, VersionKind.CORRECTION, "Nghiên cứu mới")
    assert [one.rating for one in version.review.versions.all()] == ["false", "true"]


def test_r18_nobody_publishes_what_they_wrote(desk: Desk, claim: Claim) -> None:
    revision = hand_in(claim, desk.an)
    with pytest.raises(NotAllowedError):
        publishing.publish(claim.pk, actor=desk.an, revision=revision)
    publishing.publish(claim.pk, actor=desk.binh, revision=revision)


def test_r18_whoever_changed_a_source_has_written_too(desk: Desk, claim: Claim) -> None:
    hand_in(claim, desk.linh)
    drafting.add_evidence(claim.pk, drafting.Source("Thêm", "https://them.example"), actor=desk.an)
    draft = drafting.draft_of(claim)
    drafting.submit(claim.pk, actor=desk.linh, revision=draft.revision)
    with pytest.raises(NotAllowedError):
        publishing.publish(claim.pk, actor=desk.an, revision=draft.revision)


def test_r18_a_checker_does_not_publish(desk: Desk, claim: Claim) -> None:
    revision = hand_in(claim, desk.linh)
    with pytest.raises(NotAllowedError):
        publishing.publish(claim.pk, actor=desk.minh, revision=revision)


def test_r18_the_database_refuses_one_person_as_both(desk: Desk, claim: Claim) -> None:
    version = publish(claim, desk.linh, desk.an)
    version.pk, version.number, version.published_by = None, 2, version.written_by
    with pytest.raises(IntegrityError), transaction.atomic():
        version.save(force_insert=True)


def test_what_was_changed_after_reading_is_not_published(desk: Desk, claim: Claim) -> None:
    revision = hand_in(claim, desk.linh)
    drafting.save(claim.pk, wording("true"), actor=desk.linh, revision=revision)
    with pytest.raises(ConflictError):
        publishing.publish(claim.pk, actor=desk.an, revision=revision)
    drafting.submit(claim.pk, actor=desk.linh, revision=revision + 1)
    with pytest.raises(ConflictError):
        publishing.publish(claim.pk, actor=desk.an, revision=revision)


def test_two_who_save_the_same_draft_do_not_overwrite_each_other(desk: Desk, claim: Claim) -> None:
    drafting.save(claim.pk, wording(), actor=desk.linh, revision=0)
    with pytest.raises(ConflictError):
        drafting.save(claim.pk, wording("true"), actor=desk.minh, revision=0)


def test_a_withdrawn_review_answers_nobody_any_more_and_says_why(desk: Desk, claim: Claim) -> None:
    publish(claim, desk.linh, desk.an)
    claim.refresh_from_db()
    draft = drafting.propose_withdrawal(
        claim.pk, "Nguồn chính đã bị rút.", actor=desk.minh, revision=drafting.draft_of(claim).revision
    )
    drafting.submit(claim.pk, actor=desk.minh, revision=draft.revision)
    version = publishing.publish(claim.pk, actor=desk.an, revision=draft.revision)
    work()
    assert version.kind == VersionKind.WITHDRAWAL
    assert ask("an me chua truoc khi ngu giup cao them 2 cm").state == "open"


def test_titles_of_the_same_words_have_addresses_of_their_own(desk: Desk) -> None:
    slugs = []
    for number in ("một", "hai"):
        message = ask(f"Chuyện thứ {number}: ông {number} bán {number} con gà")
        assert message.claim is not None
        slugs.append(publish(message.claim, desk.linh, desk.an).review.slug)
    assert slugs == ["an-me-khong-lam-cao-them", "an-me-khong-lam-cao-them-2"]


@pytest.mark.parametrize("field", ["claim_reviewed", "title", "summary"])
@pytest.mark.parametrize("number", ["0912 345 678", "a.nguyen@vien.example"])
def test_nobodys_number_is_published_where_it_goes_everywhere(field: str, number: str, desk: Desk) -> None:
    claim = ask(TAMARIND).claim
    assert claim is not None
    said = wording(**{field: f"Gọi {number} để biết thêm"})
    with pytest.raises(NotReadyError) as refused:
        hand_in(claim, desk.linh, said)
    assert refused.value.missing == ("no_personal_data",)
    assert publish(claim, desk.linh, desk.an, wording(**{field: "Gọi 1900 9095 để biết thêm"})).number == 1


def test_a_source_that_will_be_read_in_the_future_is_none(desk: Desk) -> None:
    claim = ask(TAMARIND).claim
    assert claim is not None
    source = drafting.Source("Viện", "https://vien.example", accessed_on=clock.now().date() + timedelta(days=2))
    with pytest.raises(NotReadyError) as refused:
        drafting.add_evidence(claim.pk, source, actor=desk.linh)
    assert refused.value.missing == ("accessed_on",)


@pytest.mark.parametrize(
    ("one", "other", "is_enough"),
    [
        (drafting.Source("a", "https://x.example/a"), drafting.Source("b", "https://X.example/a"), False),
        (drafting.Source("a", file=b"the same"), drafting.Source("b", "https://x.example/b", file=b"the same"), False),
        (drafting.Source("a", quotation="Thông cáo"), drafting.Source("b", quotation=" thông  cáo"), False),
        (drafting.Source("a", "https://x.example/a"), drafting.Source("b", "https://x.example/b"), True),
        (drafting.Source("a", quotation="Thông cáo"), drafting.Source("b", quotation="Công văn"), True),
    ],
)
@pytest.mark.parametrize("withheld", ["", "Nguồn xin giấu tên."])
def test_r2_the_same_page_or_file_twice_is_one_source(
    desk: Desk, claim: Claim, one: drafting.Source, other: drafting.Source, is_enough: bool, withheld: str
) -> None:
    drafting.add_evidence(claim.pk, replace(one, is_primary=True, withheld_because=withheld), actor=desk.linh)
    drafting.add_evidence(claim.pk, other, actor=desk.linh)
    assert ("evidence" not in drafting.missing(drafting.draft_of(claim))) == is_enough


def test_who_was_shown_a_review_as_a_possibility_hears_of_its_changes_and_still_waits(desk: Desk, claim: Claim) -> None:
    version = publish(claim, desk.linh, desk.an)
    other = ask("Cầu Ánh Dương ở xã Hoa Mai sắp bị dỡ bỏ")
    other.suggestions.create(review_ref=version.review.ref, rank=1, probability=0.6)
    correct(claim, desk.linh, desk.an, wording(summary="Viết lại cho rõ hơn một chút."), "Viết lại.")
    other.refresh_from_db()
    assert (other.state, [one.version for one in other.answers.all()]) == ("open", [2])
