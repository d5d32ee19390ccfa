"""Who may do what at the desk. Everything that asks, asks here; a member who is switched off may nothing."""

from __future__ import annotations

from kiemchung.desk.models import Member, Role


def may_work(member: Member) -> bool:
    """Whether the member may see the desk at all: read the queue, take a claim, draft."""
    return member.is_active and member.role in Role.values


def may_edit(member: Member) -> bool:
    """Whether the member may publish, correct and withdraw what others have written."""
    return may_work(member) and member.role in (Role.EDITOR, Role.ADMINISTRATOR)


def may_look_after_members(member: Member) -> bool:
    """Whether the member may invite, change roles and switch off, and change the desk's own pages."""
    return may_work(member) and member.role == Role.ADMINISTRATOR
