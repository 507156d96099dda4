#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_slot.py SOURCE: board/image/ext4 with a folder of ours behind one of Debian's: same bytes, everything as it was, and what a change of ours moves."""
import os
import random
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest

SOURCE = sys.argv.pop(1)
os.environ["PATH"] += ":/usr/sbin:/sbin"
for tool in ("mke2fs", "debugfs", "dumpe2fs", "e2fsck"):
    if not shutil.which(tool):
        print(f"SKIP: {tool} is not installed")
        sys.exit(77)
BLOCK = 4096
RECIPE_TIME = 1764201600
OPTIONS = ["-O", "^has_journal,^sparse_super,sparse_super2", "-b", str(BLOCK), "-N", "1024"]


class Slot(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        seed = random.randrange(1 << 32)
        print(f"seed {seed}")
        self.rng = random.Random(seed)
        self.debian = {f"usr/{'lib' if number % 2 else 'bin'}/d{number:03}": self.rng.randbytes(self.rng.randrange(1, 40000)) for number in range(200)}
        self.own = {"usr/bin/ours": self.rng.randbytes(200000), "usr/lib/cunzhan/script": b"#!/bin/sh\n", "usr/lib/cunzhan/empty": b"", "etc/release": b"1\n"}

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def write(self, tree, files):
        shutil.rmtree(self.path(tree), ignore_errors=True)
        for name, data in files.items():
            place = self.path(tree, name)
            os.makedirs(os.path.dirname(place), exist_ok=True)
            with open(place, "wb") as file:
                file.write(data)
            os.chmod(place, 0o755 if "/bin/" in name else 0o640)
        for place, folders, names in os.walk(self.path(tree)):
            for name in folders + names:
                os.utime(os.path.join(place, name), (RECIPE_TIME, RECIPE_TIME))
        os.utime(self.path(tree), (RECIPE_TIME, RECIPE_TIME))

    def make(self, name):
        """The file system's bytes."""
        self.write("debian", self.debian)
        self.write("own", self.own)
        os.symlink("../lib/cunzhan/script", self.path("own/usr/bin/link"))
        os.utime(self.path("own/usr/bin/link"), (RECIPE_TIME, RECIPE_TIME), follow_symlinks=False)
        # As slot gives them: folders that Debian has not, each before what is in it.
        paths = ["etc", "usr/lib/cunzhan", *sorted([*self.own, "usr/bin/link"])]
        with open(self.path("own.paths"), "w", encoding="utf-8") as file:
            file.write("\n".join(paths) + "\n")
        out = self.path(name)
        subprocess.run([os.path.join(SOURCE, "board/image/ext4"), self.path("debian"), out, "16", "slot", "6f0e0000-0000-4000-8000-000000000001", *OPTIONS],
                       env={**os.environ, "AFTER": self.path("own"), "EXTENDED": "num_backup_sb=0"}, check=True)
        with open(out, "rb") as file:
            return file.read()

    def ask(self, name, request):
        return subprocess.run(["debugfs", "-R", request, self.path(name)], check=True, capture_output=True).stdout

    def test_all_is_there_and_twice_the_same(self):
        first = self.make("first")
        self.assertEqual(first, self.make("second"))
        for files in (self.debian, self.own):
            for name, data in files.items():
                self.assertEqual(data, self.ask("first", f"cat /{name}"), name)
        self.assertIn(b"../lib/cunzhan/script", self.ask("first", "stat /usr/bin/link"))
        tree = "own"
        for name in self.own:
            told = self.ask("first", f"stat /{name}").decode()
            mode = stat.S_IMODE(os.stat(self.path(tree, name)).st_mode)
            self.assertIn(f"Mode:  0{mode:o}", told, name)
            self.assertRegex(told, rf"User: +{os.getuid()} +Group: +{os.getgid()} ", name)
            for what in ("ctime", "atime", "mtime", "crtime"):
                self.assertRegex(told, rf"(?m)^ *{what}: 0x{RECIPE_TIME:08x}", f"{name} {what}")

    def test_a_change_of_ours_moves_nothing_of_debians(self):
        before = self.make("before")
        self.own["usr/bin/ours"] = self.rng.randbytes(300000)
        after = self.make("after")
        end = max(int(block) for name in self.debian for block in self.ask("before", f"blocks /{name}").split())
        changed = [at // BLOCK for at in range(0, len(before), BLOCK) if before[at:at + BLOCK] != after[at:at + BLOCK]]
        table = [int(part) for line in subprocess.run(["dumpe2fs", self.path("before")], check=True, capture_output=True, text=True).stdout.splitlines()
                 if "Inode table at" in line for part in line.split()[3].split("-")]
        among_debians = [block for block in changed if max(table) < block <= end]
        self.assertEqual([], among_debians, "no block of Debian's")
        # Superblock, bitmaps and the few blocks of inodes that are ours.
        self.assertLessEqual(len([block for block in changed if block <= max(table)]), 8)
        self.assertTrue(any(block > end for block in changed))

    def test_a_name_that_cannot_be_written_is_said(self):
        self.own["etc/two words"] = b"x"
        with self.assertRaises(subprocess.CalledProcessError):
            self.make("first")


if __name__ == "__main__":
    unittest.main()
