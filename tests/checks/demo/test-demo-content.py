# SPDX-License-Identifier: GPL-3.0-or-later
"""Policies and notices: five blocks, short sentences, both languages, dates that can be moved."""

import datetime
import pathlib
import re
import tempfile
import unittest

import demo_tree  # first: it makes app/demo importable
import content

BLOCKS = {"zh-CN": ["谁能领", "领多少", "带什么", "去哪办", "哪天截止"],
          "en": ["Who can get it", "How much", "What to bring", "Where to go", "Until when"]}
POLICIES = sorted((demo_tree.DEMO / "policies").glob("*.md"))
NOTICES = sorted((demo_tree.DEMO / "notices").glob("*.md"))


def day(text):
    return datetime.date.fromisoformat(text)


class Policies(unittest.TestCase):
    def setUp(self):
        self.read = {p.name: demo_tree.front_matter(p) for p in POLICIES}

    def test_twenty_in_two_languages(self):
        chinese = {n: h for n, (h, _) in self.read.items() if h["lang"] == "zh-CN"}
        self.assertGreaterEqual(len(chinese), 20)
        self.assertEqual(len({h["title"] for h in chinese.values()}), len(chinese))
        self.assertEqual(len({h["id"] for h, _ in self.read.values()}), len(self.read))
        for name, head in chinese.items():
            variant = self.read[name.removesuffix(".md") + ".en.md"][0]
            self.assertEqual((variant["lang"], variant["variant_of"], variant["issued"], variant["deadline"]),
                             ("en", head["id"], head["issued"], head["deadline"]), name)

    def test_five_blocks_none_empty(self):
        for name, (head, body) in self.read.items():
            parts = re.split(r"^## (.+)$", body, flags=re.MULTILINE)
            self.assertEqual(parts[0], "", name)
            self.assertEqual(parts[1::2], BLOCKS[head["lang"]], name)
            self.assertTrue(all(text.strip() for text in parts[2::2]), name)

    def test_summary_and_sentences_are_short(self):
        for name, (head, body) in self.read.items():
            self.assertLessEqual(len(head["summary"]), 120, name)
            if head["lang"] == "zh-CN":
                for sentence in re.split("[。\n]", head["summary"] + "\n" + body):
                    self.assertLessEqual(len(sentence), 20, (name, sentence))

    def test_deadline_in_words_agrees(self):
        passed = 0
        for name, (head, body) in self.read.items():
            last = body.split("## ")[-1]
            if head["deadline"] == "长期":
                self.assertIn({"zh-CN": "长期", "en": "No closing day"}[head["lang"]], last, name)
                continue
            end = day(head["deadline"])
            self.assertLess(day(head["issued"]), end, name)
            passed += end < datetime.date(2026, 11, 23)
            words = f"{end.year}年{end.month}月{end.day}日" if head["lang"] == "zh-CN" else f"{end:%B} {end.year}"
            self.assertIn(words, last, name)
        self.assertGreaterEqual(passed, 6)

    def test_amount_is_said_in_the_text(self):
        for name, (head, body) in self.read.items():
            if "amount" in head and head["lang"] == "zh-CN":
                number, per = re.fullmatch(r"(\d+) 元/(亩|头|户|人)", head["amount"]).groups()
                said = {number + "元", re.sub("0000$", "万", number) + "元"}
                self.assertTrue(any(s in body for s in said), (name, per))


class Notices(unittest.TestCase):
    def test_six_with_variant_and_span(self):
        read = {p.name: demo_tree.front_matter(p) for p in NOTICES}
        self.assertEqual(len(read), 12)
        codes = {r["code"] for r in demo_tree.table("regions.csv")}
        for name, (head, body) in read.items():
            self.assertTrue(body, name)
            self.assertIn(head["region"], codes)
            if head["to"] != "长期":
                self.assertLessEqual(day(head["from"]), day(head["to"]), name)


class Everywhere(unittest.TestCase):
    def test_no_telephone_but_the_public_line(self):
        for path in POLICIES + NOTICES:
            numbers = set(re.findall(r"\d{5,}", re.sub(r"^region: \d+$", "", path.read_text(encoding="utf-8"), flags=re.M)))
            self.assertLessEqual({n for n in numbers if not n.endswith("000")}, {"12316"}, path.name)


class Moved(unittest.TestCase):
    def test_years_move_to_the_latest_issue(self):
        text = "issued: 2026-11-01\ndeadline: 2027-02-28\n2027年2月28日截止。\n28 February 2027. 3000 yuan, 2000 jin"
        self.assertEqual(content.years_to_move(text, day("2026-11-01")), 0)
        self.assertEqual(content.years_to_move(text, day("2026-10-31")), -1)
        self.assertEqual(content.years_to_move(text, day("2031-05-01")), 4)
        moved = content.move_years(text, 4)
        self.assertEqual(moved, "issued: 2030-11-01\ndeadline: 2031-02-28\n2031年2月28日截止。\n"
                                "28 February 2031. 3000 yuan, 2000 jin")

    def test_whole_folder_for_a_later_year(self):
        with tempfile.TemporaryDirectory() as folder:
            demo_tree.generate("--content", "2029-06-15", "--out", folder)
            for original in POLICIES + NOTICES:
                copy = pathlib.Path(folder, original.parent.name, original.name)
                issued = day(demo_tree.front_matter(copy)[0]["issued"])
                self.assertTrue(day("2028-06-15") < issued <= day("2029-06-15"), copy.name)
                years = issued.year - day(demo_tree.front_matter(original)[0]["issued"]).year
                for year in re.findall(r"20[23]\d", original.read_text(encoding="utf-8")):
                    self.assertIn(str(int(year) + years), copy.read_text(encoding="utf-8"), copy.name)


if __name__ == "__main__":
    unittest.main()
