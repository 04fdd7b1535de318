"""Calendar months for the model, counted one by one as a person would on paper.

Knows no rule. Invariant: a day that a month does not have becomes that month's last day (§3, §6.2).
"""

from datetime import date, datetime, timedelta
from functools import cache


@cache
def day_months_after(day: date, months: int) -> date:
    """The same day of the month so many months later."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    first_of_next = date(year + 1, 1, 1) if month == 12 else date(year, month + 1, 1)
    last = (first_of_next - timedelta(days=1)).day
    return date(year, month, min(day.day, last))


def months_after(moment: datetime, months: int) -> datetime:
    """The same time of day so many months later."""
    day = day_months_after(moment.date(), months)
    return moment.replace(year=day.year, month=day.month, day=day.day)
