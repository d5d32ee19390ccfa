"""Working days in Vietnam: Monday to Friday without public holidays, in the time of Ho Chi Minh City.

The holidays are those of the Labour Code (article 112), with Tết and the Hùng Kings' day by the Vietnamese lunar
calendar, days in lieu, and the days that the government exchanged in the years that it has announced (package
`holidays`). A Saturday that is worked in exchange counts as free: nothing falls due on a day on which some are away.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from holidays import country_holidays

from kiemchung.engine.errors import InputError

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_DAY = timedelta(days=1)
_SATURDAY = 5
_LAST_MOMENT = time(23, 59, 59, 999999)


def is_working_day(day: date) -> bool:
    """Whether offices in Vietnam are open on that day."""
    return day.weekday() < _SATURDAY and day not in _holidays(day.year)


def due_after(start: datetime, working_days: int = 7) -> datetime:
    """Return the end of the last of so many working days after that of `start`, in UTC.

    The day of `start` does not count. `start` is aware and `working_days` at least 1; otherwise `InputError`.

    >>> due_after(datetime(2026, 2, 12, 3, tzinfo=UTC), 2).astimezone(ZONE).date()  # Tết lies between
    datetime.date(2026, 2, 23)
    """
    if working_days < 1:
        raise InputError(
            "A deadline is at least one working day away.", "Thời hạn phải cách ít nhất một ngày làm việc."
        )
    day = _day_of(start)
    for _ in range(working_days):
        day += _DAY
        while not is_working_day(day):
            day += _DAY
    return datetime.combine(day, _LAST_MOMENT, ZONE).astimezone(UTC)


def remaining(due: datetime, now: datetime) -> int:
    """Return how many working days begin after today until `due`: 0 on the last one, negative when it has passed.

    >>> remaining(due_after(datetime(2026, 3, 2, 3, tzinfo=UTC), 7), datetime(2026, 3, 2, 3, tzinfo=UTC))
    7
    """
    today, last = _day_of(now), _day_of(due)
    if today > last:
        return -max(1, _count(last, today))
    return _count(today, last)


def _count(after: date, until: date) -> int:
    return sum(is_working_day(after + n * _DAY) for n in range(1, (until - after).days + 1))


def _day_of(moment: datetime) -> date:
    if moment.tzinfo is None:
        raise InputError(
            f"{moment.isoformat()}: this time has no time zone. Give an aware time, for example in UTC.",
            f"{moment.isoformat()}: thời điểm này không có múi giờ. Hãy đưa thời điểm có múi giờ, ví dụ UTC.",
        )
    return moment.astimezone(ZONE).date()


@lru_cache(maxsize=16)
def _holidays(year: int) -> frozenset[date]:
    # Made whole and never added to, so that threads may share it.
    return frozenset(country_holidays("VN", years=year, expand=False))
