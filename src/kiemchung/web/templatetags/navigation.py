"""The menu of the desk, as the member may see it."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.functional import Promise

from kiemchung.desk.models import Member
from kiemchung.web.staff.navigation import ENTRIES

register = template.Library()


@register.simple_tag
def entries_for(member: Any) -> list[tuple[str, str | Promise]]:
    """Return route and word of each entry."""
    return [(route, word) for route, word, may in ENTRIES if isinstance(member, Member) and may(member)]
