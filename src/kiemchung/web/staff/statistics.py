"""What people want to know about the desk's work, drawn, as tables and as files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from kiemchung.desk.statistics import Day, Statistics, statistics
from kiemchung.web.staff.charts import columns_of, shares_of
from kiemchung.web.staff.deeds import number_in
from kiemchung.web.staff.terms import UNHELPFUL, stated

SPANS = (30, 90)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_BYTE_ORDER_MARK = "\ufeff"  # without it, spreadsheets take Vietnamese for something else


@require_safe
def desk_statistics(request: HttpRequest) -> HttpResponse:
    """Show them."""
    span = _span(request)
    found = statistics(span)
    shares = shares_of([times for _reason, times in found.reports.unhelpful])
    shown = {
        "span": span,
        "spans": SPANS,
        "found": found,
        "chart": columns_of([(_label(day), day.asked, day.automatic) for day in found.days]),
        "first": found.days[0].day,
        "middle": found.days[len(found.days) // 2].day,
        "last": found.days[-1].day,
        "unhelpful": [
            (UNHELPFUL[reason], times, share)
            for (reason, times), share in zip(found.reports.unhelpful, shares, strict=True)
        ],
        "top": list(zip(found.top, shares_of([one.asked for one in found.top]), strict=True)),
    }
    return render(request, "desk/statistics.html", shown)


@require_safe
def statistics_file(request: HttpRequest, table: str) -> HttpResponse:
    """Give one of the tables as CSV."""
    if table not in _TABLES:
        raise Http404
    rows = _TABLES[table](statistics(_span(request)))
    text = io.StringIO()
    csv.writer(text).writerows([[harmless(cell) for cell in row] for row in rows])
    response = HttpResponse(_BYTE_ORDER_MARK + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="kiemchung-{table}.csv"'
    return response


def harmless(cell: object) -> str:
    """Return a cell that no spreadsheet takes for a formula.

    >>> harmless("=1+1"), harmless(-3), harmless("tin")
    ("'=1+1", '-3', 'tin')
    """
    text = str(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(_FORMULA) else text


def _span(request: HttpRequest) -> int:
    span = number_in(request, "days", SPANS[0])
    return span if span in SPANS else SPANS[0]


def _label(one: Day) -> str:
    words = ngettext(
        "%(day)s: %(count)s question, %(automatic)s answered at once",
        "%(day)s: %(count)s questions, %(automatic)s answered at once",
        one.asked,
    )
    return words % {"day": date_format(one.day, "j/n"), "count": one.asked, "automatic": one.automatic}


def _days(found: Statistics) -> Iterable[Sequence[object]]:
    yield (_("Day"), _("Questions"), _("Answered at once"))
    for one in found.days:
        yield (one.day.isoformat(), one.asked, one.automatic)


def _claims(found: Statistics) -> Iterable[Sequence[object]]:
    yield (_("Number"), _("Claim"), _("Questions"))
    for one in found.top:
        yield (one.claim.pk, stated(one.claim), one.asked)


_TABLES = {"days": _days, "claims": _claims}
