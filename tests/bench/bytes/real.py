#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""real.py DAY_BYTES: bits per quote of real quotations, the last 20 days (or weeks) of each set in ../shared/data, one bundle each.

Without the sets one line and exit 77. Day prices of two vegetables in up to 17 Taiwan markets (low, middle, high), weekly prices
of 7 crops in 27 regions of Tanzania (one price)."""
import csv
import datetime
import glob
import os
import re
import sqlite3
import subprocess
import sys
import tempfile

OWN = 990101 * 10**9
DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "..", "shared", "data")
TABLE = """create table quote(day integer, market integer, product integer, grade integer, kind integer, low integer, mid integer,
 high integer, sources integer, currency text, period integer, status integer, contributor integer,
 primary key(day, market, product, grade, kind)) without rowid"""


def day_of(date):
    return (date - datetime.date(1970, 1, 1)).days


def taiwan(path):
    for row in csv.reader(open(path, encoding="utf-8-sig")):
        cells = [c.strip() for c in row]
        date = re.fullmatch(r"(\d{3})/(\d\d)/(\d\d)", cells[0]) if cells else None
        if not date or len(cells) < 7:
            continue
        try:
            high, mid, low = (round(float(cells[i].replace(",", "")) * 1000) for i in (3, 4, 5))
        except ValueError:
            continue
        if 0 < low <= high:
            yield day_of(datetime.date(int(date[1]) + 1911, int(date[2]), int(date[3]))), cells[1], cells[2], low, mid, high, "TWD", 0


def tanzania(path):
    for row in csv.DictReader(open(path, encoding="utf-8")):
        if row["price"]:
            yield day_of(datetime.date.fromisoformat(row["week_start"])), row["region"], row["crop"], 0, round(float(row["price"]) * 1000), 0, "TZS", 1


def write_set(path, rows):
    if os.path.exists(path):
        os.unlink(path)
    db = sqlite3.connect(path)
    db.execute("pragma synchronous=off")
    db.execute(TABLE)
    db.executemany("insert into quote values(?,?,?,0,1,?,?,?,0,?,?,0,0)", rows)
    db.commit()
    db.close()


def measure(tool, name, quotes, work):
    markets = {m: OWN + 1 + i for i, m in enumerate(sorted({q[1] for q in quotes}))}
    products = {p: OWN + 1 + i for i, p in enumerate(sorted({q[2] for q in quotes}))}
    rows = {(d, markets[m], products[p]): (d, markets[m], products[p], lo, mid, hi, cur, per) for d, m, p, lo, mid, hi, cur, per in quotes}
    days = sorted({d for d, _, _ in rows})
    folder = f"{work}/{name}"
    write_set(work + "/old.db", [r for r in rows.values() if r[0] <= days[-21]])
    subprocess.run([tool, "load", work + "/old.db", folder], check=True)
    totals = {"ours": 0, "plain": 0, "n": 0}
    for day in days[-20:]:
        write_set(work + "/new.db", [r for r in rows.values() if r[0] <= day])
        said = subprocess.run([tool, "publish", work + "/old.db", work + "/new.db", folder, work + "/b"], check=True, stdout=subprocess.PIPE).stdout.decode()
        n, plain, ours = map(int, re.search(r"rows (\d+) raw \d+ plain (\d+) bytes (\d+)", said).groups())
        totals = {"ours": totals["ours"] + ours, "plain": totals["plain"] + plain, "n": totals["n"] + n}
        subprocess.run([tool, "apply", folder, work + "/b"], check=True, stdout=subprocess.DEVNULL)
        os.replace(work + "/new.db", work + "/old.db")
    print(f"{name}: {totals['n'] / 20:.0f} quotes a day, {totals['ours'] / 20:.0f} B a day (codec 1: {totals['plain'] / 20:.0f} B), "
          f"{totals['ours'] * 8 / totals['n']:.2f} bits a quote", flush=True)


def main():
    tool = os.path.abspath(sys.argv[1])
    sets = {os.path.basename(p).split(".")[0]: list(taiwan(p)) for p in sorted(glob.glob(DATA + "/tw_amis_daily/*.csv"))}
    if os.path.exists(DATA + "/tz_weekly/prices.csv"):
        sets["tz_weekly"] = list(tanzania(DATA + "/tz_weekly/prices.csv"))
    if not any(sets.values()):
        print("no ../shared/data beside the source: skipped")
        sys.exit(77)
    with tempfile.TemporaryDirectory(prefix="cz-real-") as work:
        os.environ["CZ_BENCH_KEY"] = work + "/key"
        subprocess.run([tool, "key", work + "/key"], check=True)
        for name, quotes in sets.items():
            if quotes:
                measure(tool, name, quotes, work)


main()
