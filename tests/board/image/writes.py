# SPDX-License-Identifier: GPL-3.0-or-later
"""What a machine wrote onto its card, one write after the other, as QEMU's blklogwrites notes it (the form of the kernel's dm-log-writes): a card as it
was at any moment of one run, without running it again."""
import bisect
import os
import struct

SECTOR = 512
SUPER = struct.Struct("<QQQI")
ENTRY = struct.Struct("<QQQQ")
MAGIC = 0x6A736677736872
FLUSH, DISCARD = 1, 4


def note_onto(disk, log):
    """QEMU's arguments for a card whose writes are noted in log, which begins empty."""
    with open(log, "wb"):
        pass
    return ["-blockdev", f"driver=blklogwrites,node-name=card,file.driver=raw,file.file.driver=file,file.file.filename={disk},"
                         f"log.driver=raw,log.file.driver=file,log.file.filename={log}"]


class Writes:
    """The log of a run that has ended. A moment is how many of its entries were done: 0 … count."""

    def __init__(self, log):
        self.log = log
        self.entries = [] # (first sector, sectors, flags, where the data lies)
        size = os.path.getsize(log)
        with open(log, "rb") as file:
            magic, version, _, sector = SUPER.unpack(file.read(SUPER.size))
            if (magic, version, sector) != (MAGIC, 1, SECTOR):
                raise RuntimeError(f"{log}: not a log of writes")
            at = SECTOR
            while at + SECTOR <= size:
                file.seek(at)
                first, count, flags, _ = ENTRY.unpack(file.read(ENTRY.size))
                length = 0 if flags & DISCARD else count * SECTOR
                if at + SECTOR + length > size:
                    break
                self.entries.append((first, count, flags, at + SECTOR))
                at += SECTOR + length

    @property
    def count(self):
        return len(self.entries)

    def moment(self, log_bytes):
        """How many entries were noted when the log had that size."""
        return bisect.bisect_right([at for _, _, _, at in self.entries], log_bytes)

    def touching(self, first_byte, size):
        """The moments right before and right after a write into that range."""
        found = set()
        for number, (first, count, flags, _) in enumerate(self.entries):
            if count and not flags & DISCARD and first * SECTOR < first_byte + size and (first + count) * SECTOR > first_byte:
                found |= {number, number + 1}
        return sorted(found)

    def last_flush(self, moment):
        while moment > 0 and not self.entries[moment - 1][2] & FLUSH:
            moment -= 1
        return moment

    def play(self, card, begin, end, keeps=lambda: True):
        """Entries begin … end-1 onto the open file card; those that keeps() refuses never reached it."""
        with open(self.log, "rb") as file:
            for first, count, flags, at in self.entries[begin:end]:
                if count and not flags & DISCARD and keeps():
                    file.seek(at)
                    card.seek(first * SECTOR)
                    card.write(file.read(count * SECTOR))
