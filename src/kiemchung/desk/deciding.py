"""Who at the desk may decide a reader's request, and why no other editor may (R20)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kiemchung.desk.access import Part, parts_in, was_reset
from kiemchung.desk.models import Member, ReviewRequest, Role


class Barrier(StrEnum):
    """Why an editor does not decide a request."""

    WROTE = "wrote"
    PUBLISHED = "published"
    RESET = "reset"
    NOT_JOINED = "not_joined"  # has no password: the link of the invitation was not used


@dataclass(frozen=True)
class Barred:
    """An editor who may not decide, and why."""

    member: Member
    because: Barrier


@dataclass(frozen=True)
class Deciders:
    """All editors of the desk: those who may decide a request, and those who may not."""

    able: tuple[Member, ...]
    barred: tuple[Barred, ...]


def deciders_of(requests: Sequence[ReviewRequest]) -> dict[int, Deciders]:
    """Return for each request, by its number, who may decide it; one query a request, and one an editor."""
    found = Member.objects.filter(is_active=True, role__in=(Role.EDITOR, Role.ADMINISTRATOR)).order_by("shown_name")
    editors = [(one, _barrier_of_account(one)) for one in found] if requests else []
    return {request.pk: _deciders(editors, parts_in(request)) for request in requests}


def _deciders(editors: Iterable[tuple[Member, Barrier | None]], parts: dict[int, Part]) -> Deciders:
    able, barred = [], []
    for member, of_account in editors:
        part = parts.get(member.pk)
        because = Barrier(part.value) if part else of_account
        if because is None:
            able.append(member)
        else:
            barred.append(Barred(member, because))
    return Deciders(tuple(able), tuple(barred))


def _barrier_of_account(member: Member) -> Barrier | None:
    if was_reset(member):
        return Barrier.RESET
    return None if member.has_usable_password() else Barrier.NOT_JOINED
