#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_cards.py SOURCE: which disks board/flash takes, and where its capacity marks stand."""
import os
import random
import sys
import unittest

sys.path.insert(0, os.path.join(sys.argv.pop(1), "board", "flasher"))
sys.dont_write_bytecode = True
import cards  # noqa: E402
import probe  # noqa: E402
from refusal import Refused  # noqa: E402

GB = 10**9


def node(**more):
    return {"path": "/dev/sdz", "size": 16 * GB, "rm": False, "hotplug": False, "tran": None, "vendor": "Maker ", "model": "Card", "serial": "123",
            "type": "disk", "mountpoints": [None], "ro": False, **more}


class Cards(unittest.TestCase):
    def refusal(self, image_size=GB, loop=False, **more):
        with self.assertRaises(Refused) as caught:
            cards.refuse_unfit(cards.choose("/dev/sdz", loop, [cards.disk_of(node(**more))]), image_size)
        return str(caught.exception)

    def test_takes_what_can_be_taken_out(self):
        for more in ({"rm": True}, {"hotplug": True}, {"tran": "usb"}):
            disk = cards.disk_of(node(**more))
            self.assertEqual([disk], cards.removable([disk]))
            cards.refuse_unfit(cards.choose("/dev/sdz", False, [disk]), GB)

    def test_lists_no_fixed_disk_partition_or_empty_reader(self):
        for more in ({}, {"rm": True, "type": "loop"}, {"rm": True, "size": 0}):
            self.assertEqual([], cards.removable([cards.disk_of(node(**more))]))

    def test_refuses_a_fixed_disk(self):
        self.assertIn("cannot be taken out", self.refusal())

    def test_refuses_a_loop_device_unless_asked(self):
        self.assertIn("cannot be taken out", self.refusal(type="loop", rm=True))

    def test_refuses_a_path_that_is_no_whole_disk(self):
        for path in ("/dev/sdz1", "/nowhere", "relative"):
            with self.assertRaisesRegex(Refused, "not a whole disk"):
                cards.choose(path, False, [cards.disk_of(node(rm=True))])

    def test_refuses_what_is_mounted_however_deep(self):
        self.assertIn("/media", self.refusal(rm=True, children=[node(path="/dev/sdz1", type="part", mountpoints=["/media"])]))
        crypt = node(path="/dev/mapper/home", type="crypt", mountpoints=["/home"])
        self.assertIn("/home", self.refusal(rm=True, children=[node(path="/dev/sdz1", type="part", children=[crypt])]))
        closed = node(path="/dev/mapper/home", type="crypt")
        self.assertIn("crypt /dev/mapper/home", self.refusal(rm=True, children=[node(path="/dev/sdz1", type="part", children=[closed])]))
        self.assertIn("SWAP", self.refusal(rm=True, mountpoints=["[SWAP]"]))

    def test_refuses_write_protected_empty_and_small(self):
        self.assertIn("write-protected", self.refusal(rm=True, ro=True))
        self.assertIn("no card", self.refusal(rm=True, size=0))
        self.assertIn("larger card", self.refusal(rm=True, image_size=16 * GB + 1))


class Marks(unittest.TestCase):
    def test_lie_inside_and_touch_both_ends(self):
        for size in (2 << 20, 7_969_177_600, 31_914_983_424, 1 << 40):
            places = probe.offsets(size)
            self.assertTrue(all(place % probe.MARK == 0 and 0 <= place <= size - probe.MARK for place in places))
            self.assertEqual((size // probe.MARK - 1) * probe.MARK, places[-1])
            self.assertLess(len(places), 120)

    def test_two_fall_together_when_upper_bits_are_ignored(self):
        seed = random.randrange(1 << 32)
        print(f"seed {seed}")
        rng = random.Random(seed)
        for _ in range(200):
            size = rng.randrange(64 << 20, 1 << 40) // 512 * 512
            real = 1 << rng.randrange(25, size.bit_length() - 1)
            places = probe.offsets(size)
            self.assertLess(len({place % real for place in places}), len(places), (size, real))


if __name__ == "__main__":
    unittest.main()
