# SPDX-License-Identifier: GPL-3.0-or-later
"""What a card must be at whatever moment the plug is pulled: its boot loader starts a system that is whole, its data partition is, every database is, and
nothing is gone that was there before. Looked at on this machine, so that a moment costs seconds; some of them are started too (test_image.py)."""
import configparser
import glob
import hashlib
import os
import subprocess

from loops import run
from systems import partition_bytes

BLOCK_BYTES = 1024
PIECE = 4 << 20


class Broken(Exception):
    """The card would not have survived this moment."""


def copy_range(source, start, size, target):
    with open(source, "rb") as one, open(target, "wb") as other:
        one.seek(start)
        left = size
        while left:
            piece = one.read(min(left, PIECE))
            left -= len(piece)
            if piece.count(0) == len(piece):
                other.seek(len(piece), os.SEEK_CUR)
            else:
                other.write(piece)
        other.truncate(size)


def hash_of(path, start, size):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        file.seek(start)
        left = size
        while left:
            piece = file.read(min(left, PIECE))
            left -= len(piece)
            digest.update(piece)
    return digest.hexdigest()


def first_slot(said):
    """What grub.cfg starts."""
    for slot in said["ORDER"].split():
        if said[slot + "_OK"] == "1" and said[slot + "_TRY"] != "3":
            return slot
    return None


class Looker:
    """systems: {slot: the hashes of the systems that may lie in it when it is started}; folder: room for copies."""

    def __init__(self, folder, systems):
        self.folder, self.systems = folder, systems

    def path(self, name):
        return os.path.join(self.folder, name)

    def boot_loader(self, card):
        start, _ = partition_bytes(card, 1)
        block = self.path("grubenv")
        done = run("mcopy", "-o", "-i", f"{card}@@{start}", "::/grub/grubenv", block)
        if done.returncode != 0 or os.path.getsize(block) != BLOCK_BYTES:
            raise Broken(f"the boot loader's block cannot be read: {done.stderr}")
        listed = run("grub-editenv", block, "list")
        said = dict(line.split("=", 1) for line in listed.stdout.splitlines())
        if listed.returncode != 0 or not said:
            raise Broken(f"the boot loader's block is damaged: {listed.stderr}")
        return said

    def system(self, card):
        """The slot that would start, whole."""
        slot = first_slot(self.boot_loader(card))
        if slot is None:
            raise Broken("no slot would start")
        if hash_of(card, *partition_bytes(card, {"A": 2, "B": 3}[slot])) not in self.systems[slot]:
            raise Broken(f"slot {slot} would start and is not whole")
        return slot

    def stores(self, home):
        """What is in them, as counts that only grow; {} before there are any."""
        found = {}
        for place, _, names in os.walk(home):
            for name in names:
                if not name.endswith(".db"):
                    continue
                path = os.path.join(place, name)
                if os.path.getsize(path) == 0:
                    continue
                answer = run("sqlite3", path, "pragma integrity_check")
                if answer.stdout.strip() != "ok":
                    raise Broken(f"{os.path.relpath(path, home)}: {answer.stdout}{answer.stderr}")
        for what, path, question in (("pins", "station/station.db", "select count(*) from setting where key in ('pin.technician', 'pin.operator')"),
                                     ("prices", "content/current", "select count(*) from quote_latest")):
            for store in glob.glob(os.path.join(home, path)):
                answer = run("sqlite3", store, question)
                if answer.returncode == 0:
                    found[what] = int(answer.stdout)
        found["key"] = self.key(os.path.join(home, "first-boot/state"))
        return found

    @staticmethod
    def key(record):
        """The eight characters once they were shown, else ""."""
        state = configparser.ConfigParser(interpolation=None)
        state.read(record, encoding="utf-8")
        done = state.has_section("key") and state["key"].get("state") == "done"
        return state["key"].get("detail", "") if done else ""

    def data(self, card):
        start, size = partition_bytes(card, 4)
        image, folder = self.path("data.ext4"), self.path("data")
        copy_range(card, start, min(size, os.path.getsize(card) - start), image)
        done = run("e2fsck", "-fy", image)
        # 1: something was put right, as after any cut.
        if done.returncode not in (0, 1):
            raise Broken(f"e2fsck {done.returncode}: {done.stdout}{done.stderr}")
        os.makedirs(folder, exist_ok=True)
        subprocess.run(["mount", "-o", "loop", image, folder], check=True)
        try:
            return self.stores(os.path.join(folder, "cunzhan"))
        finally:
            subprocess.run(["umount", folder], check=True)

    def look(self, card):
        """(slot, what is in the stores); Broken where the station would be."""
        return self.system(card), self.data(card)


def lost(before, after):
    """What was there before and is not any more."""
    return [f"{what}: {value} before, {after.get(what)} now" for what, value in before.items()
            if (value and after.get(what) != value if what == "key" else after.get(what, 0) < value)]
