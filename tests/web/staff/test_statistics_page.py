"""The numbers of the desk, drawn, as tables, and as files that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.test import Client

from kiemchung.desk.models import Answer, Claim, Unhelpful
from kiemchung.desk.statistics import statistics
from kiemchung.web.staff.charts import ticks_to
from kiemchung.web.staff.statistics import harmless
from tests.desk.conftest import Desk, Hands, hands
from tests.desk.newsroom import TAMARIND, ask, correct, publish, wording
from tests.web.staff.conftest import Browser
from tests.web.staff.pages import elements_of, text_of

__all__ = ["hands"]


def _rows(browser: Client, address: str) -> list[list[str]]:
    response = browser.get(address)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith("attachment")
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_times_shares_and_reports_are_counted(hands: Hands, desk: Desk) -> None:
    first = ask(TAMARIND)
    assert first.claim is not None
    for hours in (2, 4, 6, 8):
        hands.forward(hours=hours)
        ask(TAMARIND)
    hands.forward(hours=10)
    publish(first.claim, desk.linh, desk.an)
    later = ask(TAMARIND)
    assert later.answers.get().kind == "matched"
    Answer.objects.filter(message=later).update(is_helpful=False, unhelpful_reason=Unhelpful.UNCLEAR)
    correct(first.claim, desk.linh, desk.binh, wording("mixed"), "Có nghiên cứu mới.")
    ask("Cầu Long Biên sẽ bị dỡ bỏ trong tháng này")
    found = statistics(30)
    assert (found.asked, found.answered, found.automatic, found.waiting) == (7, 6, 1, 1)
    assert found.share_automatic == 1 / 6
    waited = sorted(timedelta(hours=hours) for hours in (30, 28, 24, 18, 10))
    assert (found.desk_waits.answers, found.desk_waits.median, found.desk_waits.p90) == (5, waited[2], waited[4])
    assert (found.all_waits.answers, found.all_waits.median) == (6, waited[1])
    assert dict(found.reports.unhelpful)[Unhelpful.UNCLEAR] == 1
    assert (found.reviews.published, found.reviews.corrected, found.reviews.withdrawn) == (1, 1, 0)
    assert [one.asked for one in found.top] == [6, 1]
    assert sum(day.asked for day in found.days) == 7
    assert len(found.days) == 30


def test_questions_count_for_the_day_in_viet_nam(hands: Hands, desk: Desk) -> None:
    hands.time = datetime(2026, 3, 2, 16, 30, tzinfo=UTC)  # half past eleven in the evening
    ask(TAMARIND)
    hands.forward(hours=1)
    ask(TAMARIND)
    assert [day.asked for day in statistics(30).days[-2:]] == [1, 1]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_desk_without_a_question_has_its_page(desk: Desk, at: Browser) -> None:
    page = at(desk.linh).get("/desk/statistics")
    assert page.status_code == 200
    assert "Trong thời gian này chưa ai hỏi." in text_of(page)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("query", "days"), [("", 30), ("?days=90", 90), ("?days=5000", 30), ("?days=x", 30)])
def test_the_chart_has_a_column_and_the_table_a_row_for_each_day(
    query: str, days: int, desk: Desk, at: Browser, claim: Claim
) -> None:
    page = at(desk.linh).get(f"/desk/statistics{query}")
    assert len([one for one in elements_of(page, "rect") if one.get("class") == "part"]) == days
    assert len([one for one in elements_of(page, "th") if one.get("scope") == "row"]) == days + 4 + 1


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_files_hold_what_the_tables_hold_and_nothing_that_is_run(desk: Desk, at: Browser, claim: Claim) -> None:
    Claim.objects.update(statement='=HYPERLINK("https://xau.example","xem")')
    browser = at(desk.linh)
    assert _rows(browser, "/desk/statistics/claims.csv") == [
        ["Số", "Nhận định", "Câu hỏi"],
        [str(claim.pk), '\'=HYPERLINK("https://xau.example","xem")', "3"],
    ]
    days = _rows(browser, "/desk/statistics/days.csv?days=90")
    assert (len(days), days[-1][1:]) == (91, ["3", "0"])
    assert browser.get("/desk/statistics/members.csv").status_code == 404


@pytest.mark.parametrize("most", [*range(40), 99, 100, 101, 12_345])
def test_an_axis_has_few_whole_ticks_evenly_apart_and_reaches_over_the_largest_count(most: int) -> None:
    ticks = ticks_to(most)
    assert ticks[0] >= most
    assert ticks[-1] == 0
    assert 2 <= len(ticks) <= 5
    assert len({high - low for high, low in pairwise(ticks)}) == 1
    assert ticks[0] == 1 or ticks[1] < most  # no empty space above


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "＝1"])
def test_cells_that_begin_like_a_formula_are_text(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


def test_numbers_stay_numbers() -> None:
    assert [harmless(one) for one in (-3, 0, 2.5)] == ["-3", "0", "2.5"]
