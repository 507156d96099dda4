#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""score-farm.py FRONT TABLES SENTENCES [GATE]: our own sentences, normalised and read; syllables right in percent.

A sentence whose spoken form differs counts all its syllables as wrong. Prints every difference."""
import subprocess
import sys


def run(front, tables, mode, lines):
    text = '\n'.join(lines) + '\n'
    out = subprocess.run([front, tables, mode], input=text.encode(), stdout=subprocess.PIPE, check=True)
    return out.stdout.decode().split('\n')[:len(lines)]


def main():
    front, tables, path = sys.argv[1:4]
    gate = float(sys.argv[4]) if len(sys.argv) > 4 else 0
    rows = [l.rstrip('\n').split('\t') for l in open(path, encoding='utf8') if not l.startswith('#')]
    spoken = run(front, tables, 'normalise', [r[0] for r in rows])
    readings = run(front, tables, 'readings', spoken)
    total = right = 0
    for row, said, read in zip(rows, spoken, readings):
        want, got = row[2].split(' '), read.split(' ')
        total += len(want)
        if said != row[1]:
            print(f'  {row[0]}: said {said}, not {row[1]}')
            continue
        right += sum(a == b for a, b in zip(want, got))
        if want != got:
            print(f'  {said}: ' + ', '.join(f'{b} not {a}' for a, b in zip(want, got) if a != b))
    share = 100 * right / total
    print(f'farm: {len(rows)} sentences, {right} of {total} syllables = {share:.2f} %')
    return 0 if share >= gate else 1


if __name__ == '__main__':
    sys.exit(main())
