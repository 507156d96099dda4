#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""score-corpus.py FRONT TABLES SOURCE: the demo county's texts and, where they are, the 67 laws of ../shared, all read.

No digit may be left unread, no Latin letter may stand outside a chunk marked English, no character be without a reading;
what remains is listed."""
import glob
import re
import subprocess
import sys

SYLLABLE = re.compile(r'[a-z]+[1-5]r?')


def texts(source):
    names = glob.glob(source + '/assets/demo/**/*.csv', recursive=True)
    names += [n for n in glob.glob(source + '/assets/demo/**/*.md', recursive=True) if '.en.' not in n and 'README' not in n]
    names += glob.glob(source + '/../shared/data/cn_policy_laws/*/*.md')
    for name in sorted(names):
        yield name, open(name, encoding='utf8').read().replace('<!-- INFO END -->', '')


def main():
    front, tables, source = sys.argv[1:4]
    found, faults, without, foreign = 0, [], {}, {}
    everything = list(texts(source))
    if not everything:
        print('skipped: no texts')
        return 77
    for name, text in everything:
        got = subprocess.run([front, tables, 'chunks'], input=text.encode(), stdout=subprocess.PIPE, check=True)
        for line in got.stdout.decode().split('\n'):
            field = line.split('\t')
            if len(field) < 5:
                continue
            found += 1
            if field[1] == 'en':
                foreign[field[3]] = foreign.get(field[3], 0) + 1
                continue
            rest = SYLLABLE.sub('', field[4])
            for c in rest:
                if c in ' ,':
                    continue
                if ord(c) >= 0x3400:
                    without[c] = without.get(c, 0) + 1
                else:
                    faults.append(f'{name}: {c!r} left in {field[4]!r}')
    print('\n'.join(faults[:40]))
    print('characters without a reading: ' + (' '.join(f'{c}×{n}' for c, n in without.items()) or 'none'))
    print('read as English: ' + ', '.join(sorted(foreign)[:60]))
    print(f'corpus: {len(everything)} texts, {found} chunks, {len(faults)} faults')
    return 1 if faults or without else 0


if __name__ == '__main__':
    sys.exit(main())
