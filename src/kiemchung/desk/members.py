"""Members come, change their role, and leave. Nobody signs up; at least one administrator is always left."""

from __future__ import annotations

import re

from django.db import transaction
from django.db.models import QuerySet

from kiemchung.desk.access import may_look_after_members
from kiemchung.desk.models import Member, MemberAct, MemberDeed, Role
from kiemchung.engine.errors import InputError

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,58}[a-z0-9]")


class NotAllowedError(InputError):
    """The member who asked may not do this."""


def invite(username: str, *, shown_name: str, role: str, actor: Member | None) -> Member:
    """Make an account that nobody can sign in with until its owner has chosen a password.

    `actor` is None for the first administrator alone, whom the operator makes at the machine. Raises `InputError`.
    """
    _require(actor)
    name = username.strip().lower()
    if not _NAME.fullmatch(name):
        raise InputError(
            "A user name has 3 to 60 letters a-z, digits, dots, hyphens or underscores.",
            "Tên đăng nhập gồm 3 đến 60 chữ a-z không dấu, số, dấu chấm, gạch nối hoặc gạch dưới.",
        )
    with transaction.atomic():
        if Member.objects.filter(username=name).exists():
            raise InputError(
                f"There is a member {name} already. Choose another name.",
                f"Đã có thành viên {name}. Hãy chọn tên khác.",
            )
        member = Member.objects.create_user(name, shown_name=shown_name.strip() or name, role=Role(role))
        write_down(member, MemberDeed.INVITED, actor, role)
        return member


def change_role(member: Member, role: str, *, actor: Member) -> None:
    """Give the member another role."""
    _require(actor)
    with transaction.atomic():
        kept = Member.objects.select_for_update().get(pk=member.pk)
        kept.role = Role(role)
        kept.save(update_fields=("role",))
        write_down(kept, MemberDeed.ROLE, actor, role)
        _require_an_administrator()


def switch_off(member: Member, *, actor: Member) -> None:
    """Let the member not in any more; sessions end with the next request."""
    _require(actor)
    with transaction.atomic():
        Member.objects.filter(pk=member.pk).update(is_active=False)
        write_down(member, MemberDeed.SWITCHED_OFF, actor)
        _require_an_administrator()


def switch_on(member: Member, *, actor: Member) -> None:
    """Let the member in again."""
    _require(actor)
    with transaction.atomic():
        Member.objects.filter(pk=member.pk).update(is_active=True)
        write_down(member, MemberDeed.SWITCHED_ON, actor)


def take_password(member: Member, *, actor: Member | None) -> None:
    """Leave the member without a password, so that only a new link lets in; older links and sessions end."""
    _require(actor)
    with transaction.atomic():
        member.set_unusable_password()
        member.save(update_fields=("password",))
        write_down(member, MemberDeed.PASSWORD_TAKEN, actor)


def write_down(member: Member, deed: MemberDeed, actor: Member | None, role: str = "") -> None:
    """Add to what was done to members, for good; `actor` is None for the operator at the machine."""
    MemberAct.objects.create(member=member, deed=deed, actor=actor, role=role)


def acts() -> QuerySet[MemberAct]:
    """Return what was done to the accounts of members, the newest first, with both members of each."""
    return MemberAct.objects.select_related("member", "actor").order_by("-pk")


def has_administrator() -> bool:
    """Whether somebody can look after the members: an active administrator who has chosen a password."""
    administrators = Member.objects.filter(role=Role.ADMINISTRATOR, is_active=True)
    return any(one.has_usable_password() for one in administrators)


def _require(actor: Member | None) -> None:
    if actor is not None and not may_look_after_members(actor):
        raise NotAllowedError(
            "Only an administrator looks after members. Ask one.",
            "Chỉ quản trị viên quản lý thành viên. Hãy nhờ quản trị viên.",
        )


def _require_an_administrator() -> None:
    if not Member.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exists():
        raise InputError(
            "Nobody would be left to look after the desk. Make another member administrator first.",
            "Sẽ không còn ai quản trị. Trước hết hãy trao vai trò quản trị viên cho thành viên khác.",
        )
