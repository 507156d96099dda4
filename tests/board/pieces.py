# SPDX-License-Identifier: GPL-3.0-or-later
"""The pieces of a small update, as board/bundle lays them into a depot."""
import subprocess

MAGIC = {b"\xfd7zXZ": "xz", b"\x28\xb5\x2f\xfd": "zstd"}


def kind_of(piece):
    """By its first bytes; None when it is no piece."""
    return next((kind for magic, kind in MAGIC.items() if piece.startswith(magic)), None)


def unpacked(piece):
    """Of either kind, as far as it can be unpacked; what is neither, as it is."""
    kind = kind_of(piece)
    return subprocess.run([kind, "-dcq"], input=piece, capture_output=True, check=False).stdout if kind else piece
