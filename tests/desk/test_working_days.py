"""R10, F24: deadlines in working days, over weekends, Tết, leap days, the end of the year and midnight in Vietnam."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiemchung.desk.working_days import ZONE, due_after, is_working_day, remaining
from kiemchung.engine.errors import InputError

# The first day of Tết and the Hùng Kings' day, as Vietnamese calendars have them (not always the Chinese ones: 2030).
LUNAR = (
    ("2026-02-17", "2026-04-26"),
    ("2027-02-06", "2027-04-16"),
    ("2028-01-26", "2028-04-04"),
    ("2029-02-13", "2029-04-23"),
    ("2030-02-02", "2030-04-12"),
)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2030, 12, 1), timezones=st.just(UTC))


def at(text: str) -> datetime:
    """A time in Vietnam."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def due(text: str, working_days: int = 7) -> str:
    return due_after(at(text), working_days).astimezone(ZONE).date().isoformat()


@pytest.mark.parametrize("year", range(2026, 2031))
def test_fixed_holidays_are_free_in_every_year(year: int) -> None:
    fixed = ((1, 1), (4, 30), (5, 1), (9, 2))
    assert not any(is_working_day(date(year, month, day)) for month, day in fixed)
    assert not (is_working_day(date(year, 9, 1)) and is_working_day(date(year, 9, 3))), "National Day is two days"


@pytest.mark.parametrize(("tet", "kings"), LUNAR)
def test_lunar_holidays_are_where_the_vietnamese_calendar_has_them(tet: str, kings: str) -> None:
    first = date.fromisoformat(tet)
    assert not any(is_working_day(first + timedelta(days=n)) for n in range(-1, 4))
    assert not is_working_day(date.fromisoformat(kings))
    free = [n for n in range(-5, 9) if not is_working_day(first + timedelta(days=n))]
    assert len(free) >= 7, "five days, and the weekends around them"


@pytest.mark.parametrize(
    ("start", "last"),
    [
        ("2026-03-02T09:00", "2026-03-11"),  # Monday; one weekend
        ("2026-03-06T17:00", "2026-03-17"),  # Friday evening
        ("2026-03-07T10:00", "2026-03-17"),  # Saturday: Monday is the first day
        ("2026-03-08T23:59", "2026-03-17"),  # Sunday night
        ("2026-02-12T09:00", "2026-03-02"),  # over Tết, 16 to 20 February
        ("2026-04-22T09:00", "2026-05-06"),  # Hùng Kings' day in lieu, 30 April, 1 May
        ("2026-08-26T09:00", "2026-09-09"),  # National Day, with 31 August exchanged
        ("2026-12-24T09:00", "2027-01-05"),  # the end of the year
        ("2028-02-24T09:00", "2028-03-06"),  # 29 February is a Tuesday
        ("2027-02-24T09:00", "2027-03-05"),  # no 29 February
    ],
)
def test_r10_seven_working_days_end_when_they_should(start: str, last: str) -> None:
    assert due(start) == last


def test_a_day_begins_at_midnight_in_vietnam_and_not_in_greenwich() -> None:
    before, after = datetime(2026, 3, 2, 16, 59, tzinfo=UTC), datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
    assert due_after(before, 1) == datetime(2026, 3, 3, 16, 59, 59, 999999, tzinfo=UTC)
    assert due_after(after, 1) == datetime(2026, 3, 4, 16, 59, 59, 999999, tzinfo=UTC)


def test_r10_what_is_left_counts_down_over_a_weekend_and_goes_below_nothing() -> None:
    last = due_after(at("2026-03-02T09:00"), 7)
    days = {day: remaining(last, at(f"2026-03-{day:02}T12:00")) for day in (2, 3, 6, 7, 8, 9, 10, 11, 12, 14, 16)}
    assert days == {2: 7, 3: 6, 6: 3, 7: 3, 8: 3, 9: 2, 10: 1, 11: 0, 12: -1, 14: -2, 16: -3}
    friday = due_after(at("2026-03-05T09:00"), 1)
    assert remaining(friday, at("2026-03-07T09:00")) == -1, "late is late, also on a Saturday"


def test_r10_a_clock_set_back_or_forward_only_changes_what_is_left() -> None:
    last = due_after(at("2026-03-02T09:00"), 7)
    assert remaining(last, at("2026-03-01T09:00")) == 8
    assert remaining(last, at("2026-03-03T09:00")) == 6


@given(moments, st.integers(1, 30))
def test_a_deadline_is_the_end_of_a_working_day_and_so_many_of_them_away(start: datetime, days: int) -> None:
    last = due_after(start, days)
    local = last.astimezone(ZONE)
    assert is_working_day(local.date())
    assert (local + timedelta(microseconds=1)).time().isoformat() == "00:00:00"
    assert remaining(last, start) == days
    assert last > start
    assert due_after(start, days + 1) > last


@given(moments, st.timedeltas(timedelta(0), timedelta(days=20)))
def test_who_comes_later_is_not_due_earlier(start: datetime, later: timedelta) -> None:
    assert due_after(start) <= due_after(start + later)


def test_a_time_without_zone_and_a_deadline_of_no_days_are_refused() -> None:
    with pytest.raises(InputError, match="time zone"):
        due_after(datetime(2026, 3, 2))
    with pytest.raises(InputError, match="at least one"):
        due_after(at("2026-03-02T09:00"), 0)
