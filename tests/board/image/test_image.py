#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_image.py SOURCE BUILD IMAGE: the image as a technician flashes it, started in QEMU's virt under UEFI: the home screen, a tap, news from
a depot on this machine, and the plug pulled at random moments. CZ_TEST_SEED repeats one; CZ_CUTS: how many cuts, 3 if not said; CZ_GUEST_CPUS: 2
if not said; 1 starts sooner where this machine has no two cores to spare.

Prints what it measured. Slow: minutes for each start."""
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

from PIL import ImageChops

SOURCE, BUILD, IMAGE = sys.argv.pop(1), sys.argv.pop(1), sys.argv.pop(1)
for folder in ("tests/support", "tests/e2e", "tests/board", "tests/board/image"):
    sys.path.insert(0, os.path.join(SOURCE, folder))
import county  # noqa: E402
from loops import need  # noqa: E402
from machine import HEIGHT, WIDTH, Machine  # noqa: E402
from rig import Rig  # noqa: E402

need("qemu-system-aarch64", "nginx", "sqlite3", "debugfs")
SEED = int(os.environ.get("CZ_TEST_SEED", random.randrange(1 << 32)))
CUTS = int(os.environ.get("CZ_CUTS", "3"))
CARD_BYTES = 3 << 29
START_LIMIT_S, NEWS_LIMIT_S = 600, 120
NEVER = r"(?!)"
GOOD = r"cunzhan: slot (\w) good, up ([\d.]+) s, memory (\d+) of (\d+) MB, failed units: ([^\r\n]*)"
FIRST_TILE, HOME = (WIDTH * 230 // 1280, HEIGHT * 360 // 800), (WIDTH * 130 // 1280, HEIGHT * 725 // 800)
HOST_AS_SEEN_FROM_THE_GUEST = "10.0.2.2"


def partition_bytes(disk, number):
    """(first byte, size) of a primary partition."""
    with open(disk, "rb") as card:
        start, count = struct.unpack_from("<II", card.read(512), 446 + 16 * (number - 1) + 8)
    return start * 512, count * 512


def is_bright(picture):
    """A page of ours has a light ground; firmware, console and the compositor alone are black."""
    grey = picture.convert("L").resize((64, 38))
    return sum(grey.getdata()) / (64 * 38) > 90


def share_that_differs(one, other):
    difference = ImageChops.difference(one, other).convert("L").point(lambda v: 255 if v > 24 else 0)
    return difference.histogram()[255] / (WIDTH * HEIGHT)


class Image(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        print(f"# seed {SEED}; load of this machine {os.getloadavg()[0]:.1f}", file=sys.stderr)
        cls.random = random.Random(SEED)
        cls.rig = Rig(BUILD).__enter__()
        cls.county = county.County(cls.rig.path("typed"), SEED)
        cls.hub = cls.rig.hub("hub")
        cls.hub.run("init", "--region", county.CODE, "--name", "试验县农业农村局", "--place", county.PLACE)
        for kind, path in cls.county.places():
            cls.hub.run("import", kind, path)
        cls.hub.run("import", "policies", cls.county.policy())
        cls.hub.run("publish")
        url = cls.rig.nginx(cls.hub.depot)
        ticket = cls.rig.path("ticket")
        cls.hub.run("ticket", ticket, "--village", county.VILLAGE, "--name", "柳树村", "--depot", url.replace("127.0.0.1", HOST_AS_SEEN_FROM_THE_GUEST))
        cls.station = cls.rig.station("station")
        cls.station.run("enrol", ticket)
        cls.station.run("once", "--from", url)
        # Newer than what the card has.
        cls.hub.run("import", "quotes", cls.county.quotes())
        cls.hub.run("publish")
        cls.disk = cls.rig.path("card.img")
        shutil.copyfile(IMAGE, cls.disk)
        os.truncate(cls.disk, CARD_BYTES)
        cls.move_in()

    @classmethod
    def tearDownClass(cls):
        cls.rig.__exit__(None, None, None)

    @classmethod
    def user_ids(cls):
        """The slot's own numbers: name → (user, group)."""
        start, _ = partition_bytes(cls.disk, 2)
        text = subprocess.run(["debugfs", "-R", "cat /etc/passwd", f"{cls.disk}?offset={start}"], check=True, capture_output=True, text=True).stdout
        return {fields[0]: (int(fields[2]), int(fields[3])) for fields in (line.split(":") for line in text.splitlines())}

    @classmethod
    def with_data(cls, use):
        """use(folder) with the data partition mounted; what it returns."""
        start, size = partition_bytes(cls.disk, 4)
        folder = tempfile.mkdtemp(dir=cls.rig.dir)
        subprocess.run(["mount", "-o", f"loop,offset={start},sizelimit={size}", cls.disk, folder], check=True)
        try:
            return use(folder)
        finally:
            subprocess.run(["umount", folder], check=True)
            os.rmdir(folder)

    @classmethod
    def move_in(cls):
        """The card belongs to a station that was enrolled and has its first news."""
        users = cls.user_ids()
        kiosk, agent = users["cunzhan"], users["cunzhan-sync"]

        def use(data):
            home = os.path.join(data, "cunzhan")
            shutil.copytree(cls.station.home, home, dirs_exist_ok=True)
            for name in os.listdir(home):
                user, group, mode = {"station": (*kiosk, 0o2770), "agent": (*agent, 0o700), "part": (*agent, 0o700), "kept": (*agent, 0o700)}.get(name, (agent[0], kiosk[1], 0o2750))
                for place, folders, files in os.walk(os.path.join(home, name)):
                    for entry in (place, *(os.path.join(place, one) for one in folders + files)):
                        os.chown(entry, user, group)
                        os.chmod(entry, mode if os.path.isdir(entry) else 0o660 if name == "station" else 0o600 if mode == 0o700 else 0o640)

        cls.with_data(use)

    def start(self):
        return Machine(self.disk, self.rig.dir)

    def good(self, machine):
        found = machine.wait_for(GOOD, START_LIMIT_S)
        self.assertTrue(found, f"no good start within {START_LIMIT_S} s; the serial port said:\n{machine.log[-3000:]}")
        print(f"# good after {machine.seconds():.0f} s (guest's own clock {found[2]} s), memory {found[3]} of {found[4]} MB", file=sys.stderr)
        self.assertEqual("none", found[5], "no unit fails")
        return found

    def check_stores(self):
        """The file system and every database on it are whole."""

        def use(data):
            stores = [os.path.join(place, name) for place, _, names in os.walk(os.path.join(data, "cunzhan")) for name in names if name.endswith(".db")]
            self.assertLess({"station.db", "trust.db"}, {os.path.basename(path) for path in stores})
            for path in stores:
                answer = subprocess.run(["sqlite3", path, "pragma integrity_check"], capture_output=True, text=True, check=False)
                self.assertEqual("ok", answer.stdout.strip(), f"{path}: {answer.stderr}")

        start, _ = partition_bytes(self.disk, 4)
        self.assertEqual(0, subprocess.run(["e2fsck", "-fy", f"{self.disk}?offset={start}"], capture_output=True, check=False).returncode & ~1)
        self.with_data(use)

    @staticmethod
    def newest_prices(data):
        """How many products of markets have a price in the store that is in force."""
        current = os.path.join(data, "cunzhan/content/current")
        return int(subprocess.run(["sqlite3", current, "select count(*) from quote_latest"], check=True, capture_output=True, text=True).stdout)

    def test_1_home_a_tap_and_news(self):
        machine = self.start()
        self.addCleanup(machine.cut)
        home, seconds = machine.wait_for_screen(is_bright, START_LIMIT_S)
        self.assertIsNotNone(seconds, f"no home screen within {START_LIMIT_S} s; the serial port said:\n{machine.log[-3000:]}")
        print(f"# first page after {seconds:.0f} s, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
        self.assertEqual("A", self.good(machine)[1])
        home = machine.screen()
        machine.touch(*FIRST_TILE)
        page, _ = machine.wait_for_screen(lambda now: share_that_differs(now, home) > 0.05, 60)
        self.assertGreater(share_that_differs(page, home), 0.05, "a tap on a tile opens its page")
        machine.touch(*HOME)
        again, _ = machine.wait_for_screen(lambda now: share_that_differs(now, page) > 0.05, 60)
        self.assertGreater(share_that_differs(again, page), 0.05, "the house in the corner leads back")
        machine.wait_for(NEVER, NEWS_LIMIT_S)
        machine.cut()
        self.check_stores()
        self.assertEqual(2, self.with_data(self.newest_prices), "the prices that the depot had and the card had not")

    def test_2_the_plug_is_pulled(self):
        for _ in range(CUTS):
            machine = self.start()
            machine.wait_for(NEVER, self.random.uniform(20, 200))
            print(f"# cut after {machine.seconds():.0f} s", file=sys.stderr)
            machine.cut()
        machine = self.start()
        self.addCleanup(machine.cut)
        self.assertRegex(self.good(machine)[1], "[AB]")
        machine.cut()
        self.check_stores()


if __name__ == "__main__":
    unittest.main()
