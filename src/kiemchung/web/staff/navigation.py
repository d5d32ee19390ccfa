"""The entries of the desk's menu: route, word, and who sees it. A new page adds a row."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kiemchung.desk.access import may_administer, may_look_after_members, may_work
from kiemchung.desk.models import Member

ENTRIES: list[tuple[str, str | Promise, Callable[[Member], bool]]] = [
    ("desk", _("Queue"), may_work),
    ("review_requests", _("Requests"), may_work),
    ("desk_statistics", _("Statistics"), may_work),
    ("desk_pages", _("Pages"), may_administer),
    ("members", _("Members"), may_look_after_members),
    ("mfa_index", _("My account"), may_work),
]
