# SPDX-License-Identifier: GPL-3.0-or-later
"""Days on which a market sits: weekdays, fair days, Spring Festival; months of a season."""

import bisect
import datetime
import re

# First day of the lunar year in the civil calendar at UTC+8. Outside this table no festival is made.
_SPRING = [datetime.date.fromisoformat(d).toordinal() for d in (
    "2020-01-25", "2021-02-12", "2022-02-01", "2023-01-22", "2024-02-10", "2025-01-29",
    "2026-02-17", "2027-02-06", "2028-01-26", "2029-02-13", "2030-02-03", "2031-01-23",
    "2032-02-11", "2033-01-31", "2034-02-19", "2035-02-08", "2036-01-28")]


def festival_offset(ordinal):
    """Days from the nearest Spring Festival day, negative before it; None when it is over 60 days away."""
    i = bisect.bisect_left(_SPRING, ordinal)
    near = [ordinal - s for s in _SPRING[max(0, i - 1):i + 1]]
    best = min(near, key=abs, default=None)
    return best if best is not None and abs(best) <= 60 else None


def months_of(text):
    """"9-2,5" → {9, 10, 11, 12, 1, 2, 5}."""
    months = set()
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        month, last = int(first), int(last or first)
        months.add(month)
        while month != last:
            month = month % 12 + 1
            months.add(month)
    return months


def open_rule(text):
    """The open_days column of markets.csv as a function of datetime.date."""
    if text == "每天":
        return lambda date: True
    span = re.fullmatch("周([一二三四五六日])至周([一二三四五六日])", text)
    if span:
        first, last = ("一二三四五六日".index(s) + 1 for s in span.groups())
        return lambda date: first <= date.isoweekday() <= last
    fair = re.fullmatch(r"阳历逢(\d(?:、\d)*)", text)
    if fair:
        digits = [int(d) for d in fair[1].split("、")]
        return lambda date: date.day % 10 in digits
    raise ValueError(f"open_days not understood: {text}")
