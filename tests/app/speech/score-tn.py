#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""score-tn.py FRONT TABLES PAIRS [EQUIVALENT STRICT]: written form to spoken form, scored two ways.

Strict: the same string. Equivalent: the same after the canonical form that the data's own description gives, since
its two sources contradict each other (200 二百 or 两百). Rows that state an engine's habit and no reading are left
out by name. Prints the misses; returns 1 below the gates, 77 when the data is absent.
"""
import os
import re
import subprocess
import sys
import unicodedata

HABITS = {'呃这个呃啊我不知道', '这儿有只鸟儿', '我儿子喜欢这地儿', '儿', '03:04:05am', '10:04am', '13:10pm', '5点差4分am'}


def canonical(text):
    text = unicodedata.normalize('NFKC', text).lower()
    text = ''.join(c for c in text if not c.isspace() and not unicodedata.category(c).startswith('P'))
    text = text.replace('两', '二').replace('号', '日').replace('人民币', '元')
    return re.sub('(?<=[点时])零(?=[一二三四五六七八九]分)', '', text)


def main():
    front, tables, pairs = sys.argv[1:4]
    gates = [float(x) for x in sys.argv[4:6]] or [0, 0]
    if not os.path.exists(pairs):
        print(f'skipped: {pairs} is not there')
        return 77
    rows = [l.rstrip('\n').split('\t') for l in open(pairs, encoding='utf8') if not l.startswith('#')]
    left_out = [r for r in rows if r[2] in HABITS]
    rows = [r for r in rows if r[2] not in HABITS]
    written = '\n'.join(r[2] for r in rows) + '\n'
    got = subprocess.run([front, tables, 'normalise'], input=written.encode(), stdout=subprocess.PIPE, check=True)
    strict = equivalent = 0
    for row, answer in zip(rows, got.stdout.decode().split('\n')):
        strict += answer == row[3]
        same = canonical(answer) == canonical(row[3])
        equivalent += same
        if not same or '-v' in sys.argv and answer != row[3]:
            print(f'  {"strict " if same else "MISS "}{row[0]} {row[1]}: {row[2]} → {answer}, not {row[3]}')
    share = [100 * equivalent / len(rows), 100 * strict / len(rows)]
    print(f'TN: {len(rows)} pairs, {len(left_out)} left out; equivalent {share[0]:.2f} %, strict {share[1]:.2f} %')
    return 0 if share[0] >= gates[0] and share[1] >= gates[1] else 1


if __name__ == '__main__':
    sys.exit(main())
