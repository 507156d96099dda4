# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of the invented county fit together and hold only invented places."""

import re
import unittest

import demo_tree  # first: it makes app/demo importable
import calendar_cn


class County(unittest.TestCase):
    def setUp(self):
        self.own = demo_tree.table("regions.csv")
        self.regions = demo_tree.table("regions-above.csv") + self.own
        self.markets = demo_tree.table("markets.csv")
        self.products = demo_tree.table("products.csv")

    def test_regions_form_a_tree_of_invented_codes(self):
        codes = {r["code"] for r in self.regions}
        self.assertEqual(len(codes), len(self.regions))
        for row in self.regions:
            self.assertRegex(row["code"], r"^(000000|99\d{4}|990101\d{6})$")
            self.assertEqual(row["parent"] == "", row["code"] == "000000", row)
            self.assertTrue(not row["parent"] or row["parent"] in codes, row)
            self.assertIn(row["level"], ("中央", "省", "市", "县", "乡镇", "村"))
        villages = [r for r in self.regions if r["level"] == "村"]
        self.assertGreaterEqual(len(villages), 12)
        self.assertGreaterEqual(len({v["parent"] for v in villages}), 4)

    def test_the_county_names_only_its_own(self):
        self.assertEqual({r["code"][:6] for r in self.own}, {"990101"})
        for row in self.markets:
            self.assertEqual(row["region"][:6], "990101")

    def test_names_are_unique(self):
        for rows in (self.regions, self.markets, self.products):
            for column in ("name", "name_en"):
                names = [r[column] for r in rows if r[column]]
                self.assertEqual(len(names), len(set(names)), column)
                self.assertEqual(len(names), len(rows), column)

    def test_every_village_knows_every_market(self):
        villages = {r["code"] for r in self.regions if r["level"] == "村"}
        pairs = {(d["village"], d["market"]): d for d in demo_tree.table("distances.csv")}
        self.assertEqual(set(pairs), {(v, m["market"]) for v in villages for m in self.markets})
        for row in pairs.values():
            self.assertTrue(100 <= int(row["metres"]) <= 80000, row)
            pace = int(row["metres"]) / int(row["minutes"])
            self.assertTrue(50 < pace < 900, row)

    def test_markets(self):
        self.assertEqual(len(self.markets), 8)
        self.assertEqual({m["kind"] for m in self.markets}, {"批发", "集市", "收购点", "超市"})
        codes = {r["code"] for r in self.regions}
        for market in self.markets:
            self.assertIn(market["region"], codes)
            self.assertTrue(0 <= int(market["fee_permille"]) <= 50)
            calendar_cn.open_rule(market["open_days"])
        with self.assertRaises(ValueError):
            calendar_cn.open_rule("有时")

    def test_products(self):
        self.assertGreaterEqual(len(self.products), 60)
        classes = [p["class"] for p in self.products]
        self.assertEqual(set(classes), {"菜", "粮", "果", "肉蛋", "农资"})
        self.assertGreaterEqual(classes.count("农资"), 10)
        for product in self.products:
            self.assertIn(product["unit"], ("斤", "公斤", "个", "只", "头", "袋", "瓶", "升"))
            if product["unit"] in ("斤", "公斤"):
                self.assertEqual(product["grams_per_unit"], {"斤": "500", "公斤": "1000"}[product["unit"]])
            self.assertTrue(calendar_cn.months_of(product["season"]) <= set(range(1, 13)))
            self.assertNotIn(product["name"], product["aliases"].split("|"))
            self.assertTrue(re.fullmatch(r"[a-z-]+\.png", product["picture"]))
        names = {p["name"] for p in self.products} | {a for p in self.products for a in p["aliases"].split("|")}
        self.assertLessEqual({"种子", "化肥", "农膜", "农药", "饲料", "尿素", "复合肥", "柴油"}, names)

    def test_levels_name_known_products_and_habits(self):
        habits = {(h["kind"], h["market"]) for h in demo_tree.table("habits.csv")}
        levels = demo_tree.table("levels.csv")
        self.assertEqual([l["product"] for l in levels], [p["product"] for p in self.products])
        for level in levels:
            for part in level["supply"].split(";"):
                kind, _, markets = part.partition(":")
                for market in markets.split():
                    self.assertIn((kind, market), habits, level)

    def test_seasons_over_new_year(self):
        self.assertEqual(calendar_cn.months_of("10-3"), {10, 11, 12, 1, 2, 3})
        self.assertEqual(calendar_cn.months_of("5-6,9"), {5, 6, 9})


if __name__ == "__main__":
    unittest.main()
