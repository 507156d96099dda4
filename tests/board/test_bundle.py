#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_bundle.py SOURCE: board/bundle --small out of a small image into a depot, again over what an interrupted one left there, and a next system."""
import hashlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import unittest

from pieces import kind_of, unpacked

SOURCE = sys.argv.pop(1)
os.environ["PATH"] += ":/usr/sbin:/sbin"
for tool in ("rauc", "casync", "mksquashfs", "debugfs", "mkfs.ext4", "sfdisk", "openssl"):
    if not shutil.which(tool):
        print(f"SKIP: {tool} is not installed")
        sys.exit(77)
MIB = 1 << 20
SLOT_AT, SLOT_SIZE = 2 * MIB, 52 * MIB # RAUC takes no list shorter than a page


def say(*command, **more):
    done = subprocess.run(command, capture_output=True, text=True, check=False, **more)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]}: {done.stdout}{done.stderr}")


class Bundle(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.seed = int(os.environ.get("CZ_TEST_SEED", random.randrange(1 << 32)))
        print(f"seed {self.seed}")
        say(os.path.join(SOURCE, "board/update-keys"), self.path("keys"), "a test")
        self.pieces = self.path("depot", "system", "arm64.castr")

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def image(self, program=b"first"):
        rng = random.Random(self.seed)
        tree = self.path("tree")
        for name, data in {"etc/cunzhan-release": b"0.1\n", "etc/cunzhan-build": b"12\n", "etc/rauc/system.conf": b"compatible=cunzhan-arm64\n",
                           "etc/rauc/keyring.pem": b"certificate\n", "noise": rng.randbytes(40 * MIB), "program": b"".join(b"%s %d\n" % (program, rng.getrandbits(24)) for _ in range(20000))}.items():
            os.makedirs(os.path.dirname(os.path.join(tree, name)), exist_ok=True)
            with open(os.path.join(tree, name), "wb") as file:
                file.write(data)
        slot, image = self.path("slot"), self.path("image")
        say("mkfs.ext4", "-q", "-U", "6f0e0000-0000-4000-8000-000000000001", "-d", tree, slot, f"{SLOT_SIZE // 1024}k")
        with open(slot, "rb") as file, open(image, "wb") as card:
            card.truncate(SLOT_AT + SLOT_SIZE)
            card.seek(SLOT_AT)
            card.write(file.read())
        say("sfdisk", "-q", image, input=f"label: dos\n2048,2048,c\n{SLOT_AT // 512},{SLOT_SIZE // 512},83\n")
        return image

    def bundle(self, image):
        say(os.path.join(SOURCE, "board/bundle"), "--cert", self.path("keys/update-cert.pem"), "--key", self.path("keys/update-key.pem"), "--small", image, self.path("depot"))

    def paths(self):
        return {name: os.path.join(place, name) for place, _, names in os.walk(self.pieces) for name in names}

    def pieces_there(self, read=lambda piece: piece):
        found = {}
        for name, path in self.paths().items():
            with open(path, "rb") as file:
                data = read(file.read())
            found[name] = (len(data), hashlib.sha256(data).hexdigest())
        return found

    def test_an_interrupted_one_does_no_lasting_harm(self):
        image = self.image()
        self.bundle(image)
        whole = self.pieces_there(unpacked)
        self.assertGreater(len(whole), 3)
        # Half of a piece under its own name, as earlier versions left it, any one and those of more than noise; and one of an older system.
        paths = self.paths()
        packed = {name for name in paths if os.path.getsize(paths[name]) < 0.9 * whole[name][0]}
        self.assertTrue(packed)
        for broken in (paths[name] for name in packed | {random.Random(self.seed).choice(sorted(paths))}):
            os.truncate(broken, os.path.getsize(broken) // 2)
        with open(os.path.join(self.pieces, "older"), "wb") as file:
            file.write(b"older")
        expected = {**whole, "older": self.pieces_there()["older"]}
        self.assertNotEqual(expected, self.pieces_there(unpacked))
        self.bundle(image)
        # Not byte by byte: what is made anew is packed the smaller way.
        self.assertEqual(expected, self.pieces_there(unpacked))
        self.assertEqual(0o644, os.stat(broken).st_mode & 0o777, "a web server may read it")
        self.assertEqual(["arm64.castr", "arm64.raucb"], sorted(os.listdir(self.path("depot/system"))), "nothing else stays")

    def test_the_next_system_is_made_of_the_one_before_and_of_few_small_pieces(self):
        self.bundle(self.image())
        before, seed = self.pieces_there(), self.path("before")
        shutil.copyfile(self.path("slot"), seed)
        image = self.image(b"second")
        self.bundle(image)
        after = self.pieces_there()
        self.assertEqual(before, {name: after[name] for name in before}, "what is there stays as it is")
        fresh = sorted(set(after) - set(before))
        self.assertTrue(0 < len(fresh) < len(after) / 2, f"{len(fresh)} of {len(after)}")
        paths, kinds = self.paths(), set()
        for name in fresh:
            with open(paths[name], "rb") as file:
                kinds.add(kind_of(file.read()))
        self.assertIn("xz", kinds, "the smaller way")
        # As RAUC does on a station.
        os.mkdir(self.path("list"))
        say("unsquashfs", "-f", "-d", self.path("list"), self.path("depot/system/arm64.raucb"))
        made = self.path("made")
        say("casync", "extract", f"--store={self.pieces}", f"--seed={seed}", self.path("list/rootfs.img.caibx"), made)
        with open(made, "rb") as one, open(self.path("slot"), "rb") as other:
            self.assertEqual(hashlib.sha256(other.read()).digest(), hashlib.sha256(one.read()).digest())
        self.bundle(image)
        self.assertEqual(after, self.pieces_there(), "made again, nothing changes")


if __name__ == "__main__":
    unittest.main()
