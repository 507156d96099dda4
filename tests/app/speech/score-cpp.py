#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""score-cpp.py FRONT TABLES SENT LB [GATE]: share of marked polyphones read exactly right, tone included.

SENT marks one character a line with U+2581 on both sides, LB has its reading. When they are absent the test skips.
The polyphone model was trained on the development part: a score on that part says that the tables load and are
used, not how good they are; cross-validation figures are printed by the trainer (see app/speech/tables/README.md).
"""
import os
import subprocess
import sys

MARK = '\u2581'


def is_hanzi(c):
    o = ord(c)
    return 0x3400 <= o <= 0x4dbf or 0x4e00 <= o <= 0x9fff or 0xf900 <= o <= 0xfaff or 0x20000 <= o <= 0x3ffff or o == 0x3007


def main():
    front, tables, sent, lb = sys.argv[1:5]
    gate = float(sys.argv[5]) if len(sys.argv) > 5 else 0
    if not os.path.exists(sent):
        print(f'skipped: {sent} is not there')
        return 77
    lines = open(sent, encoding='utf8').read().splitlines()
    labels = [x.replace('u:', 'v') for x in open(lb, encoding='utf8').read().split()]
    plain = '\n'.join(l.replace(MARK, '') for l in lines) + '\n'
    got = subprocess.run([front, tables, 'readings'], input=plain.encode(), stdout=subprocess.PIPE, check=True)
    right, wrong = 0, {}
    answers = got.stdout.decode().split('\n')
    for line, label, answer in zip(lines, labels, answers):
        at = line.index(MARK)
        reading = answer.split(' ')[sum(map(is_hanzi, line[:at]))]
        right += reading == label
        if reading != label:
            key = f'{line[at + 1]} {label} read {reading}'
            wrong[key] = wrong.get(key, 0) + 1
    share = 100 * right / len(labels)
    print(f'CPP: {right} of {len(labels)} = {share:.2f} %')
    if '-v' in sys.argv:
        for key, n in sorted(wrong.items(), key=lambda x: -x[1])[:60]:
            print(f'  {n} {key}')
    return 0 if share >= gate else 1


if __name__ == '__main__':
    sys.exit(main())
