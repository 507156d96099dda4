#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""score-characters.py FRONT TABLES PINYIN-DATA: every character of the 8,105 of 通用规范汉字表 alone, against the readings the
standard's dictionary gives it.

The readings come from kTGHZ2013 of Unihan where Debian's unicode-data is installed, else from PINYIN-DATA/pinyin.txt.
All three levels are tested; the 3,500 common ones of level 1 are among them.
"""
import bz2
import os
import subprocess
import sys
import unicodedata

UNIHAN = os.environ.get('CZ_TEST_UNIHAN', '/usr/share/unicode/Unihan_Readings.txt.bz2')
TONES = {'\u0304': '1', '\u0301': '2', '\u030c': '3', '\u0300': '4'}


def number_form(mark):
    tone, out = '5', ''
    for c in unicodedata.normalize('NFD', mark):
        if c in TONES:
            tone = TONES[c]
        elif c == '\u0308':
            out = out[:-1] + 'v'
        elif c != '\u0302':
            out += c
    return out + tone


def standard(data):
    if os.path.exists(UNIHAN):
        for line in bz2.open(UNIHAN, 'rt', encoding='utf8'):
            part = line.rstrip('\n').split('\t')
            if len(part) == 3 and part[1] == 'kTGHZ2013':
                marks = [m for item in part[2].split() for m in item.split(':')[1].split(',')]
                yield chr(int(part[0][2:], 16)), {number_form(m) for m in marks}
        return
    common = {line.split(':')[0] for line in open(data + '/kMandarin_8105.txt', encoding='utf8') if line.startswith('U+')}
    for line in open(data + '/pinyin.txt', encoding='utf8'):
        code, _, rest = line.partition(':')
        if code in common:
            yield chr(int(code[2:], 16)), {number_form(m) for m in rest.split('#')[0].strip().split(',')}


def main():
    front, tables, data = sys.argv[1:4]
    if not os.path.exists(UNIHAN) and not os.path.exists(data + '/pinyin.txt'):
        print('skipped: neither unicode-data nor the shared pinyin files are there')
        return 77
    wanted = dict(standard(data))
    text = '\n'.join(wanted) + '\n'
    got = subprocess.run([front, tables, 'readings'], input=text.encode(), stdout=subprocess.PIPE, check=True)
    wrong = [(c, r, wanted[c]) for c, r in zip(wanted, got.stdout.decode().split('\n')) if r not in wanted[c]]
    for c, r, readings in wrong:
        print(f'  {c}: {r}, not one of {" ".join(sorted(readings))}')
    print(f'characters: {len(wanted) - len(wrong)} of {len(wanted)} with a reading of the standard')
    # The shared list lacks some of the standard's own readings.
    allowed = 0 if os.path.exists(UNIHAN) else 3
    return 1 if len(wrong) > allowed or len(wanted) < 8000 else 0


if __name__ == '__main__':
    sys.exit(main())
