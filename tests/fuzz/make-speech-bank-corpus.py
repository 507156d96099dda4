#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""make-speech-bank-corpus.py FOLDER: small phrase banks as fuzz-speech-bank reads them."""
import math
import os
import struct
import sys

HEAD = 'cunzhan-phrase-bank 1\nspeaker: 甲\n\n'


def wav(rate_hz, seconds, amplitude=9000, form=1, junk=b''):
    n = int(rate_hz * seconds)
    samples = b''.join(struct.pack('<h', int(amplitude * math.sin(i * 0.1))) for i in range(n))
    parts = b'fmt ' + struct.pack('<IHHIIHH', 16, form, 1, rate_hz, 2 * rate_hz, 2, 16) + junk + b'data' + struct.pack('<I', len(samples)) + samples
    return b'RIFF' + struct.pack('<I', len(parts) + 4) + b'WAVE' + parts


def bank(lines, recording):
    index = (HEAD + ''.join('\t'.join(line) + '\n' for line in lines)).encode()
    return struct.pack('<H', len(index)) + index + recording


WORDS = [('a.wav', '白菜', 'bai2 cai4'), ('a.wav', '三块', 'san1 kuai4'), ('b.wav', '五', 'wu3'), ('a.wav', '花儿', 'hua1r')]
BANKS = {
    'whole': bank(WORDS, wav(22050, 0.1)),
    'slow-rate': bank(WORDS[:1], wav(8000, 0.05)),
    'fast-rate': bank(WORDS[:1], wav(48000, 0.05)),
    'other-part-first': bank(WORDS[:2], wav(16000, 0.04, junk=b'LIST\x03\0\0\0abc\0')),
    'silent': bank(WORDS[:1], wav(22050, 0.05, 0)),
    'not-pcm': bank(WORDS[:1], wav(22050, 0.02, form=3)),
    'across-words': bank([('a.wav', '块五', 'kuai4 wu3'), ('a.wav', '五花儿', 'wu3 hua1r')], wav(22050, 0.03)),
    'twice': bank(WORDS[:1] * 2, b''),
    'leads-out': bank([('../a.wav', '五', 'wu3')], b''),
    'no-recording': bank(WORDS, b''),
}


def main():
    os.makedirs(sys.argv[1], exist_ok=True)
    for name, data in BANKS.items():
        with open(os.path.join(sys.argv[1], name), 'wb') as out:
            out.write(data)


if __name__ == '__main__':
    main()
