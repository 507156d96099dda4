#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_flash.py SOURCE FAULTY-DISK: board/flash on loop devices, good ones and such as lie, fail and rot."""
import contextlib
import hashlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import zipfile

SOURCE, FAULTY = sys.argv.pop(1), sys.argv.pop(1)
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from loops import BOOT_AT, IMAGE_SIZE, MIB, loop, make_image, need, run  # noqa: E402

CARD_SIZE = 96 * MIB
need("losetup", "bmaptool", "mkfs.ext4", "mkfs.vfat", "mcopy", "zstd", "lsblk")


class Flash(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        seed = random.randrange(1 << 32)
        print(f"seed {seed}")
        cls.rng = random.Random(seed)
        cls.holder = tempfile.TemporaryDirectory(prefix="cunzhan-flash.")
        cls.folder = cls.holder.name
        cls.image = make_image(cls.folder, cls.rng)

    @classmethod
    def tearDownClass(cls):
        cls.holder.cleanup()

    def path(self, name):
        return os.path.join(self.folder, name)

    @contextlib.contextmanager
    def card(self, size=CARD_SIZE):
        backing = self.path("card")
        with open(backing, "wb") as file:
            file.truncate(size)
        with loop(backing) as device:
            yield device, backing

    @contextlib.contextmanager
    def faulty(self, fault, at, size=CARD_SIZE):
        if not os.path.exists("/dev/fuse") or not os.path.exists(FAULTY):
            self.skipTest("no FUSE here")
        backing, folder = self.path("memory"), self.path("fuse")
        os.makedirs(folder, exist_ok=True)
        with open(backing, "wb") as file:
            file.truncate(size)
        with subprocess.Popen([FAULTY, backing, str(size), fault, str(at), folder]) as process:
            try:
                end = time.monotonic() + 10
                while not os.path.exists(os.path.join(folder, "disk")) and process.poll() is None and time.monotonic() < end:
                    time.sleep(0.02)
                if not os.path.exists(os.path.join(folder, "disk")):
                    self.skipTest("FUSE cannot be mounted here")
                with loop(os.path.join(folder, "disk")) as device:
                    yield device
            finally:
                run("fusermount3", "-u", "-z", folder)

    def flash(self, device, *more, image=None):
        return run(os.path.join(SOURCE, "board/flash"), image or self.image + ".zst", device, "--loop", "--yes", *more)

    def mapped_is_written(self, backing):
        with open(backing, "rb") as card, open(self.image, "rb") as image:
            for begin, size in ((0, 512), (20 * MIB, 8 * MIB)):
                card.seek(begin)
                image.seek(begin)
                self.assertEqual(card.read(size), image.read(size))

    def papers(self):
        folder = self.path("papers")
        os.makedirs(os.path.join(folder, "depot"), exist_ok=True)
        for name, text in (("cunzhan.conf", "[station]\n"), ("cunzhan.ticket", "x\n" * 3000), ("depot/head", "h")):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text)
        return folder

    def test_writes_compares_and_prints_a_receipt(self):
        with self.card() as (device, backing):
            done = self.flash(device)
            self.assertEqual(0, done.returncode, done.stdout + done.stderr)
            os.sync()
            self.mapped_is_written(backing)
        with open(self.image + ".zst", "rb") as file:
            self.assertIn(hashlib.sha256(file.read()).hexdigest(), done.stdout)
        self.assertIn("合格 GOOD", done.stdout)
        self.assertIn(f"{CARD_SIZE} bytes", done.stdout)
        self.assertIn("read-back errors: 0", done.stdout)

    def test_puts_the_papers_onto_boot(self):
        folder = self.papers()
        zipped = self.path("papers.zip")
        with zipfile.ZipFile(zipped, "w") as archive:
            for name in ("cunzhan.conf", "cunzhan.ticket", "depot/head"):
                archive.write(os.path.join(folder, name), name)
        for source in (folder, zipped):
            with self.card() as (device, backing):
                done = self.flash(device, "--provision", source)
                self.assertEqual(0, done.returncode, done.stdout + done.stderr)
                self.assertIn("station's papers: 3", done.stdout)
                os.sync()
                for name in ("cunzhan.ticket", "depot/head"):
                    read = run("mtype", "-i", f"{backing}@@{BOOT_AT}", "::" + name).stdout
                    with open(os.path.join(folder, name), encoding="utf-8") as file:
                        self.assertEqual(file.read(), read)

    def test_refuses_papers_that_are_not_whole_before_writing(self):
        with self.card() as (device, backing):
            done = self.flash(device, "--provision", self.folder)
            self.assertEqual(1, done.returncode)
            self.assertIn("cunzhan.conf", done.stderr)
            with open(backing, "rb") as file:
                self.assertFalse(any(file.read(MIB)))

    def test_refuses_a_small_card(self):
        with self.card(IMAGE_SIZE - MIB) as (device, _):
            done = self.flash(device)
            self.assertEqual(1, done.returncode)
            self.assertIn("larger card", done.stderr)

    def test_refuses_a_mounted_card(self):
        with self.card() as (device, _):
            place = self.path("mounted")
            os.makedirs(place, exist_ok=True)
            subprocess.run(["mkfs.ext4", "-q", device], check=True, capture_output=True)
            if run("mount", device, place).returncode != 0:
                self.skipTest("ext4 cannot be mounted here")
            try:
                done = self.flash(device)
                self.assertEqual(1, done.returncode)
                self.assertIn(place, done.stderr)
            finally:
                run("umount", place)

    def test_refuses_a_card_another_program_holds(self):
        with self.card() as (device, _):
            held = os.open(device, os.O_RDONLY | os.O_EXCL)
            try:
                done = self.flash(device)
            finally:
                os.close(held)
            self.assertEqual(1, done.returncode)
            self.assertIn("another program", done.stdout)

    def test_refuses_a_loop_device_without_being_told(self):
        with self.card() as (device, _):
            done = run(os.path.join(SOURCE, "board/flash"), self.image + ".zst", device, "--yes")
            self.assertEqual(1, done.returncode)
            self.assertIn("cannot be taken out", done.stderr)

    def test_refuses_a_card_that_lies(self):
        for fault, at in (("wrap", 32 * MIB), ("wrap", 64 * MIB), ("drop", 48 * MIB), ("drop", 90 * MIB)):
            with self.subTest(fault=fault, at=at), self.faulty(fault, at) as device:
                done = self.flash(device)
                self.assertEqual(1, done.returncode, done.stdout + done.stderr)
                self.assertIn("fake", done.stdout)
                self.assertIn("不合格 FAILED", done.stdout)
                self.assertNotIn("writing", done.stderr)

    def test_finds_a_card_that_fails_half_way(self):
        with self.faulty("fail", 6 * MIB) as device:
            done = self.flash(device)
            self.assertEqual(3, done.returncode, done.stdout + done.stderr)
            self.assertIn("2/4 writing", done.stderr)
            self.assertIn("The card failed while it was written", done.stdout)
            self.assertIn("不合格 FAILED", done.stdout)

    def test_finds_what_reads_back_differently(self):
        with self.faulty("rot", 22 * MIB + 4321) as device:
            done = self.flash(device)
            self.assertEqual(3, done.returncode, done.stdout + done.stderr)
            self.assertIn("read-back errors: 1", done.stdout)

    def test_finds_a_full_disk_under_the_card(self):
        place = self.path("small")
        os.makedirs(place, exist_ok=True)
        if run("mount", "-t", "tmpfs", "-o", f"size={20 * MIB}", "tmpfs", place).returncode != 0:
            self.skipTest("tmpfs cannot be mounted here")
        try:
            with open(os.path.join(place, "card"), "wb") as file:
                file.truncate(CARD_SIZE)
            with loop(os.path.join(place, "card")) as device:
                done = self.flash(device)
            self.assertEqual(3, done.returncode, done.stdout + done.stderr)
            self.assertIn("2/4 writing", done.stderr)
            self.assertIn("The card failed while it was written", done.stdout)
        finally:
            run("umount", "-l", place)

    def test_refuses_an_image_without_a_map_and_a_damaged_one(self):
        lonely = self.path("lonely.img.zst")
        shutil.copy(self.image + ".zst", lonely)
        with self.card() as (device, _):
            done = self.flash(device, image=lonely)
            self.assertEqual(1, done.returncode)
            self.assertIn(".bmap", done.stderr)
            damaged = self.path("damaged.img")
            shutil.copy(self.image, damaged)
            shutil.copy(self.image + ".bmap", damaged + ".bmap")
            with open(damaged, "r+b") as file:
                file.seek(21 * MIB)
                file.write(b"not what it was")
            done = self.flash(device, image=damaged)
            self.assertEqual(3, done.returncode)
            self.assertIn("image itself is damaged", done.stdout)
            with open(damaged + ".sha256", "w", encoding="utf-8") as file:
                file.write("0" * 64 + "  damaged.img\n")
            done = self.flash(device, image=damaged)
            self.assertEqual(1, done.returncode)
            self.assertIn(".sha256", done.stderr)


if __name__ == "__main__":
    unittest.main()
