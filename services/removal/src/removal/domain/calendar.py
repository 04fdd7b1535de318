"""Calendar months in UTC (domain §3, TOO_SOON)."""

import calendar
from datetime import UTC, datetime


def months_after(moment: datetime, months: int) -> datetime:
    """The same UTC time of day `months` later, the day clamped to its month's end: 31 August + 3 → 30 November."""
    moment = moment.astimezone(UTC)
    years, month = divmod(moment.month - 1 + months, 12)
    year, month = moment.year + years, month + 1
    return moment.replace(year=year, month=month, day=min(moment.day, calendar.monthrange(year, month)[1]))
