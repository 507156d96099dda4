#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""make-speech-table-corpus.py FOLDER: small sound tables as fuzz-speech-table reads them."""
import os
import struct
import sys


def u16(*values):
    return b''.join(struct.pack('<H', v) for v in values)


def u32(*values):
    return b''.join(struct.pack('<I', v) for v in values)


def name(text):
    return text.encode().ljust(8, b'\0')


def pack(kind, sections):
    return bytes([kind]) + b''.join(u16(len(s)) + s for s in sections)


def hanzi():
    syllables = ['chong2', 'hang2', 'xing2', 'yin2', 'zhong4']
    places = b''.join(u16(ord(c) - 0x3400, k) for k, c in enumerate('重银行'))
    head = [b''.join(name(s) for s in syllables), u16(0, 3, 5), u16(2, 0, 4, 1, 3, 0x102, 1, 2), places,
            u32(0x3007) + u16(1, 0), u32(0, 0x11), u16(ord('银'))]
    words = [[u16(ord('行')), bytes([50, 0, 0]), b''], [u16(ord('行')), bytes([40, 1, 0]), u32(0, 1)], [b'', b'', u32(0, 0)],
             [b'', b'', u32(0, 0)], [b''] * 3, [b''] * 3, [b''] * 3]
    return pack(0, head + [s for w in words for s in w])


def polyphone():
    characters = u16(ord('得'), 0, ord('长'), 2, 0xffff, 4)
    candidates = b''.join(name(s) for s in ('de5', 'dei3', 'chang2', 'zhang3'))
    return pack(1, [characters, candidates, bytes(range(256))])


def main():
    for label, data in (('hanzi-small', hanzi()), ('polyphone-small', polyphone())):
        with open(os.path.join(sys.argv[1], label), 'wb') as out:
            out.write(data)


if __name__ == '__main__':
    main()
