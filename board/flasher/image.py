# SPDX-License-Identifier: GPL-3.0-or-later
"""An image with its bmap: writing it, and comparing what a card gives back."""
import hashlib
import os

from bmaptools import BmapCopy, TransRead

from card import CardFailed
from refusal import Refused

PIECE = 1 << 20


def bmap_beside(path):
    """x.img.zst → x.img.bmap or x.bmap."""
    stem = path
    while True:
        if os.path.exists(stem + ".bmap"):
            return stem + ".bmap"
        shorter, extension = os.path.splitext(stem)
        if extension not in (".zst", ".xz", ".gz", ".img"):
            raise Refused(f"{path}: there is no .bmap beside it. Copy the image together with its .bmap.")
        stem = shorter


class Percent:
    """bmap-tools writes its progress as text into a file object; this is one that hands the number on."""

    def __init__(self, progress):
        self.progress = progress

    def write(self, text):
        digits = "".join(c for c in text if c.isdigit())
        if digits:
            self.progress.percent(int(digits), 100)

    def flush(self):
        pass

    def isatty(self):
        return True


class Image:
    """Raises Refused when image or bmap cannot be read or do not belong together."""

    def __init__(self, path):
        self.path = path
        if not os.path.isfile(path):
            raise Refused(f"{path}: no such image.")
        self.bmap_path = bmap_beside(path)
        try:
            with open(os.devnull, "r+b", buffering=0) as nowhere, open(self.bmap_path, "rb") as bmap, open(path, "rb") as image:
                map_ = BmapCopy.BmapCopy(image, nowhere, bmap)
                self.ranges = list(map_._get_block_ranges())  # 3.6 gives the ranges to nobody; parsing them again would be a copy
                self.checksum_type = map_._cs_type
        except (BmapCopy.Error, AttributeError, ValueError) as error:
            raise Refused(f"{self.bmap_path}: cannot be used ({error}). Copy the image and its .bmap again.") from error
        self.size = map_.image_size
        self.block = map_.block_size
        self.mapped_bytes = map_.mapped_cnt * map_.block_size
        if any(checksum is None for _, _, checksum in self.ranges):
            raise Refused(f"{self.bmap_path}: has no checksums, so nothing could be compared. Make it anew with bmaptool create.")
        self.sha256 = self._sha256()
        self._compare_with_list()

    def _sha256(self):
        digest = hashlib.sha256()
        with open(self.path, "rb") as file:
            while piece := file.read(PIECE):
                digest.update(piece)
        return digest.hexdigest()

    def _compare_with_list(self):
        """IMAGE.sha256, as sha256sum writes it, when it lies beside."""
        if not os.path.exists(self.path + ".sha256"):
            return
        with open(self.path + ".sha256", encoding="utf-8", errors="replace") as file:
            if not any(line.split()[:1] == [self.sha256] for line in file):
                raise Refused(f"{self.path}: is not what its .sha256 says. Copy or download it again.")

    def is_mapped(self, offset, size):
        return any(offset < (last + 1) * self.block and first * self.block < offset + size for first, last, _ in self.ranges)

    def write(self, card, progress):
        try:
            with open(self.bmap_path, "rb") as bmap:
                source = TransRead.TransRead(self.path)
                try:
                    writer = BmapCopy.BmapBdevCopy(source, card.file, bmap)
                    writer.set_progress_indicator(Percent(progress), "%d")
                    writer.copy(sync=True, verify=True)
                finally:
                    source.close()
        except (BmapCopy.Error, TransRead.Error, OSError) as error:
            if "hecksum mismatch" in str(error):
                raise CardFailed(f"The image itself is damaged ({error}). Copy or download it again and write the card anew.") from error
            raise CardFailed(f"The card failed while it was written ({error}). Throw it away.") from error
        card.flush()

    def compare(self, card, progress):
        """Offsets of the ranges that the card does not give back as they are in the image."""
        bad = []
        done = 0
        for first, last, checksum in self.ranges:
            digest = hashlib.new(self.checksum_type)
            offset = first * self.block
            end = min((last + 1) * self.block, self.size)
            while offset < end:
                piece = card.read(offset, min(PIECE, end - offset))
                if not piece:
                    break
                digest.update(piece)
                offset += len(piece)
                done += len(piece)
                progress.percent(done, self.mapped_bytes)
            if offset < end or digest.hexdigest() != checksum:
                bad.append(first * self.block)
        return bad
