# SPDX-License-Identifier: GPL-3.0-or-later
"""Policies and notices with their dates moved by whole years, so that a later demo is not all past deadlines."""

import datetime
import re

_ISSUED = re.compile(r"^issued: (\d{4})-(\d{2}-\d{2})$", re.MULTILINE)
_YEAR = re.compile(r"\b(20\d{2})(?=-\d{2}-\d{2}\b)|(?<!\d)(20\d{2})(?=年)"
                   r"|(?<=[A-Z][a-z]{2} )(20\d{2})\b|(?<=[a-z] )(20\d{2})\b")


def years_to_move(text, day):
    """Whole years to add so that `issued` is the latest such date on or before day."""
    found = _ISSUED.search(text)
    if not found:
        raise ValueError("front matter has no line 'issued: YYYY-MM-DD'")
    move = day.year - int(found[1])
    return move if day.isoformat()[5:] >= found[2] else move - 1


def move_years(text, years):
    def moved(match):
        return str(int(match[0]) + years)
    return _YEAR.sub(moved, text)


def write(folder, day_text, out):
    """Copies folder/policies and folder/notices into out; returns the number of files."""
    day = datetime.date.fromisoformat(day_text)
    count = 0
    for kind in ("policies", "notices"):
        (out / kind).mkdir(parents=True, exist_ok=True)
        for path in sorted((folder / kind).glob("*.md")):
            text = path.read_text(encoding="utf-8")
            moved = move_years(text, years_to_move(text, day))
            (out / kind / path.name).write_text(moved, encoding="utf-8")
            count += 1
    return count
