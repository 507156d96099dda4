# SPDX-License-Identifier: GPL-3.0-or-later
"""The station's papers onto BOOT, the card's first partition (vfat), by mtools: no mount, so nothing else sees the card change."""
import os
import subprocess
import tempfile
import zipfile

from card import CardFailed
from refusal import Refused

CONF = "cunzhan.conf"
TICKET = "cunzhan.ticket"
LARGEST = 48 << 20  # a zip's files together; BOOT has 64 MB and holds the boot files too
FAT_TYPES = (0x0B, 0x0C, 0x0E)


def unpack(path, folder):
    with zipfile.ZipFile(path) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > LARGEST:
            raise Refused(f"{path}: more than fits onto BOOT. Put the base content onto a stick instead.")
        archive.extractall(folder)  # keeps to the folder by itself


def boot_offset(card):
    """Where BOOT begins, by the card's MBR."""
    sector = card.read(0, 512)
    if len(sector) == 512 and sector[510:] == b"\x55\xaa" and sector[446 + 4] in FAT_TYPES:
        return int.from_bytes(sector[446 + 8:446 + 12], "little") * 512
    raise CardFailed("The image has no BOOT partition to put the station's papers on; it is not one of ours.")


class Parcel:
    """Raises Refused at once when the papers are not whole, so that no card is written in vain."""

    def __init__(self, source, image):
        self.holder = tempfile.TemporaryDirectory(prefix="cunzhan-papers.")
        self.folder = source
        if zipfile.is_zipfile(source):
            self.folder = self.holder.name
            unpack(source, self.folder)
        for name in (CONF, TICKET):
            if not os.path.isfile(os.path.join(self.folder, name)):
                raise Refused(f"{source}: has no {name}. cunzhan-hub enrol-station makes this folder.")

    def files(self):
        for base, _, names in sorted(os.walk(self.folder)):
            for name in sorted(names):
                yield os.path.relpath(os.path.join(base, name), self.folder)

    def put(self, card):
        """Copies everything, reads it back, and gives how many files."""
        target = f"{card.path}@@{boot_offset(card)}"
        names = list(self.files())
        tops = sorted({name.split(os.sep)[0] for name in names})
        self._mtools(["mcopy", "-s", "-o", "-Q", "-i", target] + [os.path.join(self.folder, top) for top in tops] + ["::"])
        card.flush()
        for name in names:
            with open(os.path.join(self.folder, name), "rb") as file:
                if self._mtools(["mtype", "-i", target, "::" + name]) != file.read():
                    raise CardFailed(f"{name} read back differently from BOOT. Throw the card away.")
        return len(names)

    @staticmethod
    def _mtools(command):
        done = subprocess.run(command, capture_output=True, env={**os.environ, "MTOOLS_SKIP_CHECK": "1"}, check=False)
        if done.returncode != 0:
            raise CardFailed(f"The station's papers could not be put onto BOOT ({done.stderr.decode(errors='replace').strip()}).")
        return done.stdout
