"""How the desk's pages show codes, times and lines of growth."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django import template
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiemchung.jobs import clock
from kiemchung.web.staff import terms
from kiemchung.web.staff.charts import Columns, Spark, columns_of, spark_of

register = template.Library()
register.filter(terms.stated)
_TABLES: dict[str, terms.Words] = {
    "state": terms.STATES,
    "pile": terms.PILES,
    "selection": terms.SELECTIONS,
    "declining": terms.DECLININGS,
    "deed": terms.DEEDS,
    "kind": terms.MESSAGE_KINDS,
    "version": terms.VERSIONS,
    "unhelpful": terms.UNHELPFUL,
    "request": terms.REQUESTS,
    "outcome": terms.OUTCOMES,
    "page": terms.PAGES,
    "about_page": terms.ABOUT_PAGES,
    "role": terms.ROLES,
    "speaker": terms.SPEAKERS,
    "field": terms.FIELDS,
    "missing": terms.MISSING,
    "personal": terms.PERSONAL,
}


@register.filter
def called(code: str, table: str) -> str | Promise:
    """Return the word for a code; a code without one is shown as it is."""
    return _TABLES[table].get(str(code), str(code))


@register.filter
def moment(time: datetime | None) -> SafeString | str:
    """Return a time as people here write it, and as machines read it."""
    if time is None:
        return ""
    shown = date_format(localtime(time), "SHORT_DATETIME_FORMAT")
    return format_html('<time datetime="{}">{}</time>', time.isoformat(), shown)


@register.filter
def duration(span: timedelta | None) -> str:
    """Return a span in its largest unit, and the next one where that says something."""
    if span is None:
        return "–"
    seconds = int(span.total_seconds())
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86_400
    if days >= 2:
        return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
    if hours:
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes % 60}
    if minutes:
        return _("%(minutes)s min") % {"minutes": minutes}
    return _("%(seconds)s s") % {"seconds": seconds}


@register.filter
def left(time: datetime) -> str:
    """Return how long it is until a time that is still to come."""
    return duration(max(time - clock.now(), timedelta()))


@register.filter
def percent(share: float | None) -> str:
    """Return a share as a percentage without decimals."""
    return "–" if share is None else f"{100 * share:.0f} %"


@register.inclusion_tag("desk/spark.html")
def spark(days: Sequence[int]) -> dict[str, Spark]:
    """Draw a line of how many asked each day."""
    return {"spark": spark_of(days)}


@register.inclusion_tag("desk/growth.html")
def growth(days: Sequence[int]) -> dict[str, Columns]:
    """Draw a column for each day."""
    return {"chart": columns_of([("", asked, 0) for asked in days])}
