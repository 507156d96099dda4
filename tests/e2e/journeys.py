#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""journeys.py BUILD: J1 and J2 of the field study over the whole road, each in two taps, by what is seen and spoken.

A clerk types a county with random prices; hub, nginx, agent and window are the real ones. Then the price is corrected while the
kiosk stands on the page: the new figure must appear without a restart, with the old one kept by the hub.
"""
import os
import random
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import county  # noqa: E402
from rig import Failure, Rig, wait_until  # noqa: E402

BUILD = sys.argv.pop(1)
SEED = int(os.environ.get("CUNZHAN_SEED", random.SystemRandom().randrange(1 << 31)))
# Middle of the first tile, the second tile, the first cell of the grid and the first row of a list at 1280x800.
TILE_PRICES, TILE_POLICIES, FIRST_CELL, FIRST_ROW = (230, 360), (640, 360), (230, 280), (500, 280)
HOME = (130, 725)


def loudness(path):
    """Root mean square of the samples written so far; the file may still be growing behind its 44 bytes of header."""
    with open(path, "rb") as sound:
        data = sound.read()[44:]
    samples = memoryview(data[: len(data) // 2 * 2]).cast("h")
    return (sum(int(s) * s for s in samples) / len(samples)) ** 0.5 if len(samples) > 4000 else 0.0


class Journeys(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        print(f"# seed {SEED}", file=sys.stderr)
        cls.rig = Rig(BUILD).__enter__()
        cls.county = county.County(cls.rig.path("typed"), SEED)
        cls.hub = cls.rig.hub("hub")
        cls.hub.run("init", "--region", county.CODE, "--name", "试验县农业农村局", "--place", county.PLACE)
        for kind, path in cls.county.places():
            cls.hub.run("import", kind, path)
        cls.hub.run("import", "quotes", cls.county.quotes())
        cls.hub.run("import", "policies", cls.county.policy())
        cls.hub.run("publish")
        url = cls.rig.nginx(cls.hub.depot)
        cls.station = cls.rig.station("station")
        ticket = cls.rig.path("ticket")
        cls.hub.run("ticket", ticket, "--village", county.VILLAGE, "--name", "柳树村", "--depot", url)
        cls.station.run("enrol", ticket)
        cls.station.run("once", "--from", url)
        cls.bus = cls.rig.bus()
        cls.rig.agent(cls.station, cls.bus, url)
        cls.sound = cls.rig.path("sound")
        cls.window = cls.rig.kiosk(cls.station, "--sound", f"wav:{cls.sound}", "--lang", "zh_CN", bus=cls.bus)

    @classmethod
    def tearDownClass(cls):
        cls.rig.__exit__(None, None, None)

    def setUp(self):
        self.window.tap(*HOME)
        self.page("home")

    def page(self, name):
        return self.window.wait(lambda e: e["event"] == "page" and e["page"] == name, f"page {name}")

    def heard(self, text):
        """The sink's own record of text: its WAV, and that it is not silent."""
        index = os.path.join(self.sound, "index.txt")

        def look():
            if not os.path.exists(index):
                return None
            with open(index, encoding="utf-8") as lines:
                for line in lines:
                    name, _, label = line.rstrip("\n").partition("\t")
                    if label.replace(" ", "").startswith(text.replace(" ", "")[:24]):
                        return os.path.join(self.sound, name)
            return None

        path = wait_until(look, f"the sound of {text}")

        wait_until(lambda: loudness(path) > 200, f"sound in {path}")

    def test_1_price_in_two_taps(self):
        begin = time.monotonic()
        self.window.tap(*TILE_PRICES)
        self.page("prices")
        self.window.tap(*FIRST_CELL)
        self.page("product")
        said = self.window.wait(lambda e: e["event"] == "say", "the price to be said")["text"]
        today, fen = self.county.today, self.county.today_fen
        for part in ("大白菜", f"{today.month}月{today.day}日", "东关市场", f"{fen / 100:.2f}元/斤",
                     county.change_words(fen - self.county.week_ago_fen)):
            self.assertIn(part, said)
        self.window.wait(lambda e: e["event"] == "chunk", "the first chunk to be heard")
        self.assertLess(time.monotonic() - begin, 10, "the answer is heard within ten seconds")
        self.heard(said)
        spoken = self.rig.run("say", "--normalise", stdin=said + "\n").stdout
        self.assertNotRegex(spoken, "[0-9A-Za-z/]", "figures are spoken as words")
        yuan, rest = divmod(fen, 100)
        jiao, cent = divmod(rest, 10)
        if jiao or cent:
            words = county.spoken_number(yuan).replace("二", "两") if yuan == 2 else county.spoken_number(yuan)
            self.assertRegex(spoken, words + "块")

    def test_2_policy_in_two_taps(self):
        self.window.tap(*TILE_POLICIES)
        self.page("policies")
        self.window.tap(*FIRST_ROW)
        self.page("policy")
        said = self.window.wait(lambda e: e["event"] == "say", "the policy to be said")["text"]
        d = self.county.deadline
        places = [said.find(word) for word in ("谁能领", "领多少", f"每亩{self.county.amount}元", "带什么", "去哪办", "哪天截止",
                                               f"{d.year}年{d.month}月{d.day}日")]
        self.assertNotIn(-1, places)
        self.assertEqual(places, sorted(places), "the five blocks come in their order")
        self.heard(said)

    def test_3_correction_appears_without_restart(self):
        self.window.tap(*TILE_PRICES)
        self.page("prices")
        self.window.tap(*FIRST_CELL)
        self.page("product")
        corrected = self.county.today_fen + 7
        self.hub.run("correct", "quotes", f"{self.county.today},东关市场,大白菜,统货,批发", "--unit", "元/斤", "--reason", "抄错一行",
                     "--low", f"{(corrected - 10) / 100:.2f}", "--mid", f"{corrected / 100:.2f}",
                     "--high", f"{(corrected + 10) / 100:.2f}")
        self.hub.run("publish")
        before = self.station.channel(county.CODE)["seq"]
        # The agent's next poll is the publisher's matter; the operator's key asks at once.
        self.rig.run_dbus(self.bus, "SyncNow")
        self.assertEqual(before, 1)
        wait_until(lambda: self.station.channel(county.CODE)["seq"] == 2, "the corrected bundle to be applied")
        rows = self.station.channel(county.CODE)["rows"]
        self.assertEqual(rows["quote_correction"], 1, "old and new value travel with it")
        self.window.tap(640, 725)  # 再说一遍
        said = self.window.wait(lambda e: e["event"] == "say" and f"{corrected / 100:.2f}元/斤" in e["text"], "the corrected price")
        self.assertIn("大白菜", said["text"])

    def test_4_kiosk_opens_no_network(self):
        pid = self.window.process.pid
        inodes = set()
        for name in os.listdir(f"/proc/{pid}/fd"):
            try:
                target = os.readlink(f"/proc/{pid}/fd/{name}")
            except OSError:
                continue
            if target.startswith("socket:["):
                inodes.add(target[8:-1])
        for table in ("tcp", "tcp6", "udp", "udp6"):
            with open(f"/proc/{pid}/net/{table}", encoding="ascii") as lines:
                used = {line.split()[9] for line in list(lines)[1:]}
            self.assertFalse(used & inodes, f"the kiosk holds a {table} socket")


if __name__ == "__main__":
    try:
        unittest.main(verbosity=2)
    except Failure as failure:
        sys.exit(str(failure))
