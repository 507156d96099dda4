# SPDX-License-Identifier: GPL-3.0-or-later
"""One card, held alone."""
import errno
import fcntl
import os

from refusal import Refused

BLKFLSBUF = 0x1261  # linux/fs.h: write back and forget what is held in memory of this disk


class CardFailed(Exception):
    """One sentence for the technician; the card must not be used."""


class Card:
    """Opened with O_EXCL: the kernel then refuses to mount any part of it until it is closed. Raises Refused, CardFailed."""

    def __init__(self, path):
        self.path = path
        try:
            self.file = open(path, "r+b", opener=lambda name, flags: os.open(name, flags | os.O_EXCL))
        except OSError as error:
            if error.errno == errno.EBUSY:
                raise Refused(f"{path} is in use by another program. Close it, or eject the card, and try again.") from error
            if error.errno in (errno.EACCES, errno.EPERM):
                raise Refused(f"{path} may not be written by you. Try again with sudo.") from error
            raise Refused(f"{path}: {error.strerror}") from error
        self.fd = self.file.fileno()
        self.size = os.lseek(self.fd, 0, os.SEEK_END)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.file.close()
        except OSError:
            pass  # the failure that matters was seen at flush

    def write(self, offset, data):
        try:
            if os.pwrite(self.fd, data, offset) != len(data):
                raise CardFailed(f"The card took only a part of what was written at byte {offset}. Throw it away.")
        except OSError as error:
            raise CardFailed(f"The card failed while writing at byte {offset} ({error.strerror}). Throw it away.") from error

    def flush(self):
        """What was written is on the card, and what is read next comes from there."""
        try:
            os.fsync(self.fd)
            fcntl.ioctl(self.fd, BLKFLSBUF, 0)
        except OSError as error:
            raise CardFailed(f"The card failed while it was written ({error.strerror}). Throw it away.") from error

    def read(self, offset, size):
        """b'' when the card gives nothing: the caller counts that as a difference."""
        try:
            return os.pread(self.fd, size, offset)
        except OSError:
            return b""
