# SPDX-License-Identifier: GPL-3.0-or-later
"""Benches of invented villages: reproducible, unlike real codes, with faults of every kind."""

import csv
import pathlib
import tempfile
import unittest

import demo_tree  # first: it makes app/demo importable
import bench


def read(path):
    with open(path, encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def tree(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in pathlib.Path(folder).rglob("*.csv")}


class Bench(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.out = pathlib.Path(cls.folder.name)
        demo_tree.generate("--counties", 3, "--villages", 250, "--seed", "9", "--out", cls.out)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_same_seed_same_files(self):
        with tempfile.TemporaryDirectory() as other:
            demo_tree.generate("--counties", 3, "--villages", 250, "--seed", "9", "--out", other)
            self.assertEqual(tree(other), tree(self.out))
            demo_tree.generate("--counties", 3, "--villages", 250, "--seed", "10", "--out", other)
            self.assertNotEqual(tree(other), tree(self.out))

    def test_codes_and_names(self):
        seen = set()
        above = {r["code"] for r in read(self.out / "regions-above.csv")}
        self.assertEqual(above, {"000000", "990000", "990200"})
        for county in ("990201", "990202", "990203"):
            regions = read(self.out / county / "regions.csv")
            codes = {r["code"] for r in regions}
            villages = [r for r in regions if r["level"] == "村"]
            self.assertEqual(len(villages), 250)
            for row in regions:
                self.assertTrue(row["code"].startswith(county), row)
                self.assertIn(row["parent"], codes | above, row)
            self.assertEqual(len({v["name"] for v in villages}), 250)
            self.assertFalse(seen & {v["code"] for v in villages})
            seen |= {v["code"] for v in villages}
        codes = [bench.county_code(i) for i in range(bench.MAX_COUNTIES)]
        self.assertEqual(len(set(codes)), bench.MAX_COUNTIES)
        self.assertNotIn("990101", codes)
        self.assertTrue(all(len(c) == 6 for c in codes))

    def test_every_village_has_distances_and_one_fault_row(self):
        for county in ("990201", "990203"):
            villages = {r["code"] for r in read(self.out / county / "regions.csv") if r["level"] == "村"}
            pairs = {(d["village"], d["market"]) for d in read(self.out / county / "distances.csv")}
            self.assertEqual(len(pairs), 250 * 8)
            faults = read(self.out / county / "faults.csv")
            self.assertEqual({f["village"] for f in faults}, villages)
            self.assertEqual(len(faults), 250)

    def test_faults_of_every_kind_in_bounds(self):
        faults = [f for c in ("990201", "990202", "990203") for f in read(self.out / c / "faults.csv")]
        self.assertEqual({f["clock"] for f in faults}, {"ok", "battery", "epoch", "ahead", "drift"})
        self.assertEqual({f["link"] for f in faults}, {"net", "slow", "broken", "stick"})
        for fault in faults:
            last = -1
            for span in fault["down_days"].split():
                first, _, end = span.partition("-")
                self.assertTrue(last < int(first) <= int(end or first) < 60, fault)
                last = int(end or first)
            if fault["clock"] == "battery":
                self.assertLess(int(fault["clock_shift_s"]), 0)
            if fault["clock"] == "drift":
                self.assertGreaterEqual(abs(int(fault["clock_ppm"])), 100)
            self.assertEqual(fault["link"] == "stick", fault["bytes_per_second"] == "0")
            self.assertTrue(0 <= int(fault["loss_permille"]) <= 250)
        for sign in (1, -1):
            self.assertTrue(any(int(f["clock_ppm"]) * sign > 99 for f in faults))

    def test_bench_with_quotes_differs_by_county(self):
        with tempfile.TemporaryDirectory() as folder:
            demo_tree.generate("--counties", 2, "--villages", 2, "--from", "2026-05-01", "--to", "2026-05-02",
                               "--out", folder)
            one, two = (pathlib.Path(folder, c, "quotes-2026-05.csv").read_text() for c in ("990201", "990202"))
        self.assertGreater(one.count("\n"), 100)
        self.assertNotEqual(one, two)

    def test_too_many_counties_are_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            done = demo_tree.generate("--counties", bench.MAX_COUNTIES + 1, "--out", folder, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn(f"1 to {bench.MAX_COUNTIES}", done.stderr)


if __name__ == "__main__":
    unittest.main()
