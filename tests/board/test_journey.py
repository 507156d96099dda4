#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_journey.py SOURCE BUILD: from the office's zip over a flashed card to a station with content, all but the boot itself."""
import grp
import os
import random
import subprocess
import sys
import unittest

SOURCE, BUILD = sys.argv.pop(1), sys.argv.pop(1)
sys.path.insert(0, os.path.join(SOURCE, "tests/support"))
sys.path.insert(0, os.path.join(SOURCE, "tests/board"))
from loops import BOOT_AT, MIB, loop, make_image, need, run  # noqa: E402
from rig import Rig  # noqa: E402

need("losetup", "bmaptool", "mkfs.vfat", "mcopy", "zstd")
QUOTES = "day,market,product,grade,kind,low,mid,high,unit\n2026-11-20,东关市场,白菜,统货,批发,0.40,0.45,0.50,元/斤\n"


class Journey(unittest.TestCase):
    def setUp(self):
        self.rig = Rig(BUILD)
        self.addCleanup(self.rig.__exit__, None, None, None)

    def write(self, name, text):
        with open(self.rig.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        return self.rig.path(name)

    def office(self):
        hub = self.rig.hub("county")
        hub.run("init", "--region", "990101", "--name", "示例县")
        for kind, text in (("regions", "code,name,parent,level\n990101,示例县,,县\n"), ("markets", "market,region,name,kind\nM1,990101,东关市场,批发\n"),
                           ("products", "product,class,name,unit\nP1,菜,白菜,公斤\n"), ("quotes", QUOTES)):
            hub.run("import", kind, self.write(kind + ".csv", text), expect=None)
        hub.run("publish")
        hub.run("enrol-station", "--village", "990101001201", "--name", "柳河村站", "--depot", "http://127.0.0.1:9/", "--wifi-name", "村部",
                "--wifi-password-file", self.write("password", "12345678\n"), "--rotation", "90", "--content", "--zip", self.rig.path("papers.zip"))

    def flash(self):
        """BOOT of the card, as the board finds it."""
        seed = random.randrange(1 << 32)
        print(f"seed {seed}")
        image, card, boot = make_image(self.rig.dir, random.Random(seed)), self.rig.path("card"), self.rig.path("boot")
        with open(card, "wb") as file:
            file.truncate(64 * MIB)
        with loop(card) as device:
            done = run(os.path.join(SOURCE, "board/flash"), image + ".zst", device, "--loop", "--yes", "--provision", self.rig.path("papers.zip"))
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        os.mkdir(boot)
        subprocess.run(["mcopy", "-s", "-n", "-i", f"{card}@@{BOOT_AT}", "::*", boot], check=True)
        return boot

    def first_boot(self, board, boot):
        """One board: root's part below its own folder, then the agent's. Gives the fingerprint."""
        root = self.rig.path(board)
        environment = {**os.environ, "CUNZHAN_CONF": os.path.join(BUILD, "sync/provision/cunzhan-conf"), "CUNZHAN_AGENT": grp.getgrgid(os.getgid()).gr_name}
        subprocess.run([os.path.join(SOURCE, "board/provision/set-up"), "--root", root, boot], env=environment, check=True)
        out = os.path.join(root, "run/cunzhan-set-up")
        station = self.rig.station(board + "/var/lib/cunzhan")
        ticks = [line.split() for line in station.run("--set-up", out, "first-boot", os.path.join(out, "papers")).stdout.splitlines()]
        self.assertEqual(["done"] * 6, [tick[1] for tick in ticks], ticks)
        self.assertTrue(os.path.exists(os.path.join(root, "etc/NetworkManager/system-connections/cunzhan-wifi.nmconnection")))
        self.assertEqual(1, station.channel("990101")["rows"]["quote"])
        return ticks[2][2]

    def test_from_the_office_to_the_first_picture_and_to_the_board_that_replaces_it(self):
        self.office()
        boot = self.flash()
        first = self.first_boot("board", boot)
        self.assertEqual(first, self.first_boot("board", boot))
        self.assertNotEqual(first, self.first_boot("replacement", boot))


if __name__ == "__main__":
    unittest.main()
