#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_boot_block.py SOURCE: what RAUC calls as grub-editenv, on a file system of its own, ended at every call that writes."""
import os
import subprocess
import sys
import tempfile
import unittest

SOURCE = sys.argv.pop(1)
sys.path.insert(0, os.path.join(SOURCE, "tests/board"))
from loops import need, run  # noqa: E402

need("grub-editenv", "strace")
WRAPPER = os.path.join(SOURCE, "board/image/overlay/usr/lib/cunzhan/grub-editenv")
BLOCK_BYTES, CALLS_MAX = 1024, 20


class BootBlock(unittest.TestCase):
    def setUp(self):
        self.boot = tempfile.mkdtemp(prefix="cunzhan-boot.")
        self.addCleanup(os.rmdir, self.boot)
        self.assertEqual(0, run("mount", "-t", "tmpfs", "tmpfs", self.boot).returncode)
        self.addCleanup(run, "umount", self.boot)
        self.block = os.path.join(self.boot, "grubenv")
        subprocess.run(["grub-editenv", self.block, "create"], check=True)
        subprocess.run(["grub-editenv", self.block, "set", "ORDER=B A", "A_OK=1", "A_TRY=1", "B_OK=1", "B_TRY=2"], check=True)
        self.lock()

    def lock(self):
        run("mount", "-o", "remount,ro", self.boot)

    def unlocked(self, use):
        run("mount", "-o", "remount,rw", self.boot)
        use()
        self.lock()

    def overwrite(self, data):
        def use():
            with open(self.block, "wb") as file:
                file.write(data)
        self.unlocked(use)

    def wrapper(self, *arguments, ahead=()):
        return run(*ahead, WRAPPER, self.block, *arguments, env={**os.environ, "CUNZHAN_EDITENV": "/usr/bin/grub-editenv", "CUNZHAN_BOOT": self.boot})

    def values(self):
        done = subprocess.run(["grub-editenv", self.block, "list"], capture_output=True, text=True, check=True)
        self.assertEqual(BLOCK_BYTES, os.path.getsize(self.block))
        return dict(line.split("=", 1) for line in done.stdout.splitlines())

    def is_read_only(self):
        return bool(os.statvfs(self.boot).f_flag & os.ST_RDONLY)

    def test_one_value_changes_and_the_rest_stays(self):
        done = self.wrapper("set", "B_TRY=0")
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual({"ORDER": "B A", "A_OK": "1", "A_TRY": "1", "B_OK": "1", "B_TRY": "0"}, self.values())
        self.assertTrue(self.is_read_only())
        self.assertIn("ORDER=B A", self.wrapper("list").stdout)

    def test_ended_at_every_call_that_writes_the_block_is_the_old_or_the_new_one(self):
        old, new = {"B_TRY": "2", "ORDER": "B A"}, {"B_TRY": "0", "ORDER": "B A"}
        for number in range(1, CALLS_MAX):
            self.assertEqual(0, self.wrapper("set", "B_TRY=2").returncode)
            done = self.wrapper("set", "B_TRY=0", ahead=("strace", "-f", "-qq", "-o", "/dev/null", "-P", self.block, "-e", "trace=write,pwrite64,ftruncate,fallocate,fsync,fdatasync",
                                "-e", f"inject=write,pwrite64,ftruncate,fallocate,fsync,fdatasync:signal=SIGKILL:when={number}"))
            values = self.values()
            self.assertIn({name: values[name] for name in old}, (old, new), f"call {number}")
            self.lock()
            if done.returncode == 0:
                self.assertGreater(number, 1, "no call was ended")
                return
        self.fail("more calls than can be")

    def test_never_emptied(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        log = os.path.join(folder.name, "log")
        self.wrapper("set", "B_TRY=0", ahead=("strace", "-f", "-qq", "-o", log, "-P", self.block, "-e", "trace=openat,ftruncate,fallocate,rename,unlink,unlinkat,write"))
        with open(log, encoding="utf-8") as file:
            calls = file.read()
        self.assertNotIn("O_TRUNC", calls)
        self.assertNotIn("truncate", calls)
        self.assertEqual(1, calls.count(" write("), calls)
        self.assertIn(f"= {BLOCK_BYTES}\n", calls)

    def test_a_block_that_nobody_can_read_is_made_anew(self):
        for wreck in (b"", b"\0" * BLOCK_BYTES, b"# GRUB Environment Block\n" * 3):
            self.overwrite(wreck)
            done = self.wrapper("set", "A_OK=1", "A_TRY=0")
            self.assertEqual(0, done.returncode, done.stderr)
            self.assertEqual({"ORDER": "A B", "A_OK": "1", "A_TRY": "0", "B_OK": "0", "B_TRY": "0"}, self.values(), wreck)
        self.unlocked(lambda: os.unlink(self.block))
        self.assertEqual(0, self.wrapper("set", "A_TRY=0").returncode)
        self.assertEqual("A B", self.values()["ORDER"])


if __name__ == "__main__":
    unittest.main()
