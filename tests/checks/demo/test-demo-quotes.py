# SPDX-License-Identifier: GPL-3.0-or-later
"""The quotes generator: the same seed gives the same rows however the days are cut, and the rows are believable."""

import csv
import datetime
import hashlib
import pathlib
import resource
import tempfile
import unittest

import demo_tree
import quotes

HEADER = "day,market,product,grade,kind,low,mid,high,unit,sources"


def rows_of(folder):
    """All rows of a folder's quotes files, in order of file name."""
    rows = []
    for path in sorted(pathlib.Path(folder).glob("quotes*.csv")):
        lines = path.read_text(encoding="utf-8").splitlines()
        if lines[0] != HEADER:
            raise AssertionError(f"{path.name}: header is {lines[0]}")
        rows += lines[1:]
    return rows


def run(first, last, seed="1", by="month"):
    with tempfile.TemporaryDirectory() as folder:
        demo_tree.generate("--from", first, "--to", last, "--seed", seed, "--by", by, "--out", folder)
        return rows_of(folder)


class Ranges(unittest.TestCase):
    def test_same_seed_same_bytes(self):
        digests = set()
        for _ in range(2):
            digests.add(hashlib.sha256("\n".join(run("2026-01-20", "2026-03-05")).encode()).hexdigest())
        self.assertEqual(len(digests), 1)

    def test_other_seed_other_prices(self):
        one, two = run("2026-06-01", "2026-06-03", "1"), run("2026-06-01", "2026-06-03", "2")
        self.assertNotEqual(one, two)

    def test_split_ranges_equal_the_whole(self):
        # Over new year and Spring Festival, cut at places that are no month ends.
        whole = run("2025-12-15", "2026-03-10")
        parts = (run("2025-12-15", "2025-12-31") + run("2026-01-01", "2026-02-16", by="day")
                 + run("2026-02-17", "2026-02-17", by="all") + run("2026-02-18", "2026-03-10"))
        self.assertEqual(whole, parts)

    def test_ends_at_the_day_given(self):
        county = quotes.County(demo_tree.DEMO, "1")
        first = datetime.date(2026, 1, 1).toordinal()
        for day in range(first, first + 400):
            rows = list(county.rows(day))
            self.assertGreater(len(rows), 10, datetime.date.fromordinal(day))
            self.assertEqual({r[0] for r in rows}, {datetime.date.fromordinal(day).isoformat()})

    def test_bad_range_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            done = demo_tree.generate("--from", "2026-02-02", "--to", "2026-02-01", "--out", folder, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("--from 2026-02-02 is after --to 2026-02-01", done.stderr)


class Believable(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        cls.rows = list(csv.DictReader([HEADER] + run("2025-10-20", "2026-11-23")))
        cls.seconds = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
        cls.products = {p["product"]: p for p in demo_tree.table("products.csv")}
        cls.markets = {m["market"]: m for m in demo_tree.table("markets.csv")}
        cls.levels = {l["product"]: l for l in demo_tree.table("levels.csv")}

    def test_four_hundred_days_in_five_seconds(self):
        self.assertGreater(len(self.rows), 60000)
        self.assertLess(self.seconds, 5.0)

    def test_no_step_above_forty_per_cent(self):
        last, steps = {}, 0
        for row in self.rows:
            key = (row["market"], row["product"], row["grade"], row["kind"])
            mid = float(row["mid"])
            if key in last:
                steps += 1
                self.assertLessEqual(abs(mid / last[key] - 1), 0.40, row)
            last[key] = mid
        self.assertGreater(steps, 50000)

    def test_many_steps_are_zero_but_prices_move(self):
        last, zero, steps = {}, 0, 0
        for row in self.rows:
            key = (row["market"], row["product"], row["grade"], row["kind"])
            if key in last:
                steps += 1
                zero += row["mid"] == last[key]
            last[key] = row["mid"]
        self.assertTrue(0.4 < zero / steps < 0.9, zero / steps)

    def test_numbers_in_order_and_near_their_level(self):
        for row in self.rows:
            low, mid, high = float(row["low"]), float(row["mid"]), float(row["high"])
            self.assertTrue(0 < low <= mid <= high, row)
            base = float(self.levels[row["product"]]["base"])
            if row["unit"] == "元/公斤" and self.products[row["product"]]["unit"] == "斤":
                base *= 2
            self.assertTrue(0.3 < mid / base < 4.5, row)
            self.assertGreaterEqual(int(row["sources"]), 1)

    def test_units_and_grades_are_the_shared_words(self):
        for row in self.rows:
            self.assertIn(row["unit"], {"元/斤", "元/公斤", "元/个", "元/袋", "元/头", "元/只", "元/瓶", "元/升"})
            self.assertIn(row["grade"], {"统货", "一级", "二级", "三级"})
            self.assertIn(row["kind"], {"收购", "批发", "零售", "农资"})

    def test_every_product_and_market_is_quoted(self):
        self.assertEqual({r["product"] for r in self.rows}, set(self.products))
        self.assertEqual({r["market"] for r in self.rows}, set(self.markets))

    def test_closed_days_have_no_rows(self):
        for row in self.rows:
            date = datetime.date.fromisoformat(row["day"])
            if row["market"] == "4":
                self.assertIn(date.day % 10, (2, 7), row)
            if row["market"] == "3":
                self.assertNotEqual(date.isoweekday(), 1, row)
            if row["market"] == "1":  # new year's day of 2026 is 17 February
                self.assertFalse(datetime.date(2026, 2, 16) <= date <= datetime.date(2026, 2, 22), row)

    def test_daily_markets_have_gaps(self):
        days = {r["day"] for r in self.rows if r["market"] == "1"}
        self.assertTrue(360 < len(days) < 395, len(days))


if __name__ == "__main__":
    unittest.main()
