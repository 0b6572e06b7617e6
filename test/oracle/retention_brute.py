"""What is kept, computed straight from the words of docs/plan.md ("What is kept"), for test/oracle/retention-brute.test.ts.

Reads a JSON list of cases from standard input and writes, for each, every point's reasons. Nothing is walked or counted
down here: each reason is a sentence about one point and all others, asked of every pair. Slow, and meant to be.
"""

import calendar
import json
import sys
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTE = 60_000
DAY = 24 * 60 * MINUTE
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
RULES = ("last", "hourly", "daily", "weekly", "monthly", "yearly")


def clock(zone, instant):
    """What the zone's clocks show, and how far they are ahead of UTC."""
    shown = (EPOCH + timedelta(milliseconds=instant)).astimezone(ZoneInfo(zone))
    return shown.replace(tzinfo=None), shown.utcoffset()


@lru_cache(maxsize=None)
def first_showing(zone, wanted):
    """The first instant at which the clocks show a time, or a later one where they skip it."""
    millisecond, quarter = timedelta(milliseconds=1), 15 * MINUTE
    guess = (wanted - datetime(1970, 1, 1)) // millisecond
    # The offset of half a day later or earlier may be wrong by an hour, and no more.
    probe = (guess - clock(zone, guess)[1] // millisecond) // quarter * quarter - 5 * quarter
    while clock(zone, probe + quarter - 1)[0] < wanted:
        probe += quarter
    # Clocks are changed at quarters of an hour, so within this one they only go on. It may begin with the end of a gap.
    return max(probe, probe + (wanted - clock(zone, probe)[0]) // millisecond)


@lru_cache(maxsize=None)
def day_of(zone, starts, instant):
    """The last date whose day has begun."""
    latest = clock(zone, instant)[0].date() + timedelta(days=1)
    begins = time(*divmod(starts // MINUTE, 60))
    while first_showing(zone, datetime.combine(latest, begins)) > instant:
        latest -= timedelta(days=1)
    return latest


def week_of(day, first):
    if first == "monday":
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02}"
    sunday = max(day - timedelta(days=back) for back in range(7) if (day - timedelta(days=back)).weekday() == 6)
    return f"from {sunday.isoformat()}"


def period(rule, case, instant):
    zone, retention = case["timeZone"], case["retention"]
    if rule == "last":
        return str(instant)
    if rule == "hourly":
        shown, offset = clock(zone, instant)
        sign = "-" if offset < timedelta(0) else "+"
        hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
        return f"{shown:%Y-%m-%dT%H}{sign}{hours:02}:{minutes:02}"
    day = day_of(zone, retention.get("dayStartsAtMs", 0), instant)
    if rule == "weekly":
        return week_of(day, retention.get("weekStartsOn", "monday"))
    return day.isoformat()[: {"daily": 10, "monthly": 7, "yearly": 4}[rule]]


def by_rule(rule, case, candidates):
    """For each point that the rule keeps: which period, the how manieth, and whether only for being the oldest."""
    wanted = case["retention"].get(rule)
    if wanted is None:
        return {}
    name = {due: period(rule, case, due) for due in candidates}
    room = len(candidates) if wanted == "all" else wanted
    kept = {}
    for due in candidates:
        newer = [other for other in candidates if other > due]
        nth = len({name[other] for other in newer} | {name[due]})
        if all(name[other] != name[due] for other in newer) and nth <= room:
            kept[due] = f"{rule} {name[due]} {nth}"
        elif due == min(candidates) and (wanted == "all" or len(set(name.values())) < wanted):
            kept[due] = f"{rule} oldest"
    return kept


def back(case, instant):
    """Where the span of `within` ends that begins at an instant."""
    months, rest = case["retention"].get("withinMonths", 0), case["retention"].get("withinMs", 0)
    if months == 0:
        return instant - rest
    shown = clock(case["timeZone"], instant)[0]
    year, month = shown.year, shown.month
    for _ in range(months):
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
    last = calendar.monthrange(year, month)[1]
    wanted = datetime.combine(date(year, month, min(shown.day, last)), shown.time())
    return first_showing(case["timeZone"], wanted) - rest


def reasons(case):
    now, points = case["now"], case["points"]
    present = [it for it in points if it["due"] <= now + 5 * MINUTE]
    complete = [it["due"] for it in present if it["complete"]]
    verified = [it["due"] for it in present if it["complete"] and it["verified"]]
    said = {it["due"]: [] for it in points}

    for rule in RULES:
        for due, text in by_rule(rule, case, complete).items():
            said[due].append(text)
    spans = "withinMonths" in case["retention"] or "withinMs" in case["retention"]
    for due in complete:
        if spans and due > back(case, max(complete)):
            said[due].append("within")
    if not spans and not any(rule in case["retention"] for rule in RULES):
        for due in said:
            said[due].append("no-rules")

    for it in points:
        due = it["due"]
        if it not in present:
            said[due].append("future")
        elif not it["complete"]:
            if all(due > other for other in complete):
                said[due].append("newest-data")
            elif now - due < 7 * DAY:
                said[due].append("incomplete-grace")
    for due in complete:
        if all(due > other for other in verified):
            said[due].append("none-newer-verified")
    proven = [it for it in present if it["due"] in verified]
    newest(said, "newest-verified", proven)
    newest(said, "newest-verified-inside", [it for it in proven if it.get("inside") is True])
    newest(said, "newest-verified-outside", [it for it in proven if it.get("inside") is False])
    newest(said, "newest-unverified-inside", [it for it in present if it.get("inside") is True and it not in proven])

    held = {due for due in complete if said[due]}
    spare = sorted(set(complete) - held, reverse=True)
    for due in spare[: max(0, case["minPoints"] - len(held))]:
        said[due].append("min-points")
    return {str(due): sorted(texts) for due, texts in said.items()}


def newest(said, reason, among):
    if among:
        said[max(it["due"] for it in among)].append(reason)


json.dump([reasons(case) for case in json.load(sys.stdin)], sys.stdout)
