"""Who may do what. Every deed asks here; pages only show what these functions allow."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from kiemchung.desk.errors import NotAllowedError
from kiemchung.desk.models import Draft, Member, MemberAct, MemberDeed, ReviewRequest, Role
from kiemchung.jobs import clock

_AFTER_RESET = timedelta(days=1)


class Part(StrEnum):
    """What a member did for a published version."""

    WROTE = "wrote"
    PUBLISHED = "published"


def may_work(member: Member) -> bool:
    """Whether the member sees messages and claims, and drafts reviews."""
    return member.is_active and member.role in Role.values


def may_edit(member: Member) -> bool:
    """Whether the member may publish, correct and withdraw what others have written."""
    return may_work(member) and member.is_editor


def was_reset(member: Member) -> bool:
    """Whether somebody else has taken the member's password or second factors within a day."""
    deeds = (MemberDeed.PASSWORD_TAKEN, MemberDeed.FACTORS_TAKEN)
    recent = MemberAct.objects.filter(member=member, deed__in=deeds, happened_at__gt=clock.now() - _AFTER_RESET)
    return recent.exclude(actor=member).exists()


def may_publish(member: Member, draft: Draft) -> bool:
    """Whether the member may publish the draft: an editor who wrote none of it (R18), and whose account nobody else
    has reset within a day."""
    return may_edit(member) and not was_reset(member) and not draft.writers.filter(pk=member.pk).exists()


def may_decide(member: Member, request: ReviewRequest) -> bool:
    """Whether the member may decide a reader's request: an editor who had no part in the review (R20), and whose
    account nobody else, who may have had one, has reset within a day."""
    return may_edit(member) and not was_reset(member) and member.pk not in parts_in(request)


def parts_in(request: ReviewRequest) -> dict[int, Part]:
    """Return which members, by number, wrote or published the version that the request is about, or one that it goes
    on from; of who did both, that they wrote."""
    until = request.review.versions.filter(number__lte=request.version)
    parts: dict[int, Part] = {}
    for writer, handed_in_by, publisher in until.values_list("writers", "written_by", "published_by"):
        parts.setdefault(publisher, Part.PUBLISHED)
        parts |= {one: Part.WROTE for one in (writer, handed_in_by) if one is not None}
    return parts


def may_administer(member: Member) -> bool:
    """Whether the member looks after members and pages."""
    return may_work(member) and member.is_administrator


def may_look_after_members(member: Member) -> bool:
    """Whether the member may invite, change roles and switch off."""
    return may_administer(member)


def require_work(member: Member) -> None:
    """Raise `NotAllowedError` unless the member may work."""
    if not may_work(member):
        raise NotAllowedError(
            "This account is switched off. Ask an administrator of the desk.",
            "Tài khoản này đã bị tắt. Hãy hỏi quản trị viên.",
        )


def require_editing(member: Member) -> None:
    """Raise `NotAllowedError` unless the member is an editor."""
    if not may_edit(member):
        raise NotAllowedError("Only an editor may do this.", "Chỉ biên tập viên mới được làm việc này.")


def require_publishing(member: Member, draft: Draft) -> None:
    """Raise `NotAllowedError` unless the member may publish the draft."""
    if was_reset(member):
        raise NotAllowedError(
            "This account was reset within the last 24 hours. Until they are over another editor publishes.",
            "Tài khoản này vừa được đặt lại trong 24 giờ qua. Trước khi hết hạn, biên tập viên khác đăng bài.",
        )
    if not may_publish(member, draft):
        raise NotAllowedError(
            "A review is published by an editor who wrote none of it. Ask a second editor.",
            "Bài kiểm chứng phải do một biên tập viên không tham gia viết đăng. Hãy nhờ biên tập viên khác.",
        )


def require_decision(member: Member, request: ReviewRequest) -> None:
    """Raise `NotAllowedError` unless the member may decide the request."""
    if was_reset(member):
        raise NotAllowedError(
            "This account was reset within the last 24 hours. Until they are over another editor decides.",
            "Tài khoản này vừa được đặt lại trong 24 giờ qua. Trước khi hết hạn, biên tập viên khác quyết định.",
        )
    if not may_decide(member, request):
        raise NotAllowedError(
            "A request is decided by an editor who neither wrote nor published the review. Ask another editor.",
            "Yêu cầu phải do một biên tập viên không viết và không đăng bài này quyết định. Hãy nhờ người khác.",
        )


def require_administration(member: Member) -> None:
    """Raise `NotAllowedError` unless the member may administer."""
    if not may_administer(member):
        raise NotAllowedError("Only an administrator may do this.", "Chỉ quản trị viên mới được làm việc này.")
