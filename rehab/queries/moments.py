"""How a moment is said to somebody at the clinic, in a given zone. Never more exact than is of use."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

FEW_HOURS = timedelta(hours=6)


def ago(at: datetime | None, now: datetime, zone: ZoneInfo) -> str:
    """ "38 min ago", "Today 07:12", "Yesterday", "16 Nov"; "Nothing yet" for None."""
    if at is None:
        return "Nothing yet"
    passed = now - at
    if passed < timedelta(minutes=1):
        return "Just now"
    if passed < timedelta(hours=1):
        return f"{passed // timedelta(minutes=1)} min ago"
    if passed < FEW_HOURS:
        return f"{passed // timedelta(hours=1)} h ago"
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    if local.date() == today:
        return f"Today {local:%H:%M}"
    if local.date() == today - timedelta(days=1):
        return "Yesterday"
    return day(local.date(), today)


def clock(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """ "14:02" today, "20 Nov, 14:02" on another day."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    return f"{local:%H:%M}" if local.date() == today else f"{day(local.date(), today)}, {local:%H:%M}"


def day(one: date, today: date) -> str:
    """ "16 Nov", with the year when it is not this one."""
    return f"{one.day} {one:%b}" if one.year == today.year else f"{one.day} {one:%b %Y}"


def weekday(one: date, today: date) -> str:
    """ "Fri 20 Nov"."""
    return f"{one:%a} {day(one, today)}"
