#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes assets/speech/hanzi.tbl, the table of characters, words and their readings.

    make-hanzi.py --words complete.json --counts dict.txt --unihan Unihan_Readings.txt[.bz2]
                  --overlay farm-overlay.tsv --collocations collocations.tsv --out ../../../assets/speech/hanzi.tbl

Only needed when the table is to change; the table itself is committed. Inputs and where they come from:

  complete.json    npm package @pinyin-pro/data 1.3.1 (ISC), json/complete.json
                   SHA-256 ede39817cbcdeb0d252fee6f5ac7b218326e5a6f3b52b9ce34c01e2c7ebe176b
  dict.txt         Debian package python3-jieba 0.42.1-3 (MIT), jieba/dict.txt: counts and word classes
                   SHA-256 7197c3211ddd98962b036cdf40324d1ea2bfaa12bd028e68faa70111a88e12a8
  Unihan_Readings  Debian package unicode-data 15.0.0-1 (Unicode licence)
                   SHA-256 216d9e19e44195522b84a05bf7308e385356615121258869faf919e96824ddd5 (.bz2)
  farm-overlay.tsv, collocations.tsv beside this script

The run is deterministic: the same inputs give the same bytes. The layout is documented in ../README.md.
"""
import argparse
import bz2
import hashlib
import json
import math
import struct
import sys
import unicodedata
import zlib

SHA256 = {
    'words': 'ede39817cbcdeb0d252fee6f5ac7b218326e5a6f3b52b9ce34c01e2c7ebe176b',
    'counts': '7197c3211ddd98962b036cdf40324d1ea2bfaa12bd028e68faa70111a88e12a8',
    'unihan': '216d9e19e44195522b84a05bf7308e385356615121258869faf919e96824ddd5',
}
MAGIC = b'CZHANZI\0'
VERSION = 1
HEADER = 96
MAX_WORD = 7
N_PATTERNS = 256
KEEP_COMMON = 112000  # words kept for segmentation; words with an unusual reading are kept on top of these
FARM = 27  # CZ_WORD_FARM
WITNESS = 23  # CZ_WORD_COLLOCATION
NO_READING = 7  # in a pattern: nothing is said of this character
NO_WORDS = {'数算', '种玉', '地种', '时间苗', '分种', '种地上'}  # chance neighbours that the counts file has as words
CLASSES = {
    'n': 1, 'ng': 1, 'g': 1, 'nz': 1, 'nr': 2, 'nrt': 2, 'nrfg': 2, 'ns': 3, 'nt': 4, 'v': 5, 'vg': 5,
    'vd': 5, 'vi': 5, 'df': 5, 'vn': 6, 'a': 7, 'ag': 7, 'ad': 7, 'an': 7, 'd': 8, 'dg': 8, 'r': 9,
    'rz': 9, 'rr': 9, 'rg': 9, 'm': 10, 'mq': 10, 'mg': 10, 'q': 11, 'vq': 11, 'p': 12, 'c': 13,
    'u': 14, 'ul': 14, 'uj': 14, 'uz': 14, 'uv': 14, 'ud': 14, 'ug': 14, 'f': 15, 's': 15, 't': 16,
    'tg': 16, 'i': 17, 'l': 17, 'j': 17, 'b': 18, 'z': 19, 'o': 19, 'zg': 20, 'y': 21, 'e': 21,
    'k': 22, 'h': 22, 'x': 0,
}
TONES = {'\u0304': '1', '\u0301': '2', '\u030c': '3', '\u0300': '4'}


def number_form(mark):
    """zhòng → zhong4, lǜ → lv4; no tone mark is the neutral tone 5."""
    tone, out = '5', []
    for c in unicodedata.normalize('NFD', mark.strip().lower()):
        if c in TONES:
            tone = TONES[c]
        elif c == '\u0308' and out and out[-1] == 'u':
            out[-1] = 'v'
        elif c == '\u0302':
            continue
        elif c == 'ɡ':
            out.append('g')
        else:
            out.append(c)
    return {'r': 'er'}.get(''.join(out), ''.join(out)) + tone  # 儿 as a mere r is the program's own business


def open_checked(path, key):
    raw = open(path, 'rb').read()
    if hashlib.sha256(raw).hexdigest() != SHA256[key]:
        sys.exit(f'{path}: not the file named in this script')
    return bz2.decompress(raw).decode() if path.endswith('.bz2') else raw.decode()


def read_unihan(path):
    fields = {}
    for line in open_checked(path, 'unihan').splitlines():
        part = line.split('\t')
        if len(part) == 3:
            fields.setdefault(part[1], {})[chr(int(part[0][2:], 16))] = part[2]
    return fields


def located(value):
    """'069.070:de 072.060:dì' → readings in the order given."""
    out = []
    for item in value.split():
        for mark in item.split(':')[1].split(','):
            if number_form(mark) not in out:
                out.append(number_form(mark))
    return out


def undo_sandhi(word, readings):
    """The dictionary writes 一 and 不 as they sound; sandhi is the program's own business."""
    return [{'一': 'yi1', '不': 'bu4'}.get(c, r) if r[:2] in ('yi', 'bu') else r
            for c, r in zip(word, readings)]


def read_words(path):
    words = {}
    for word, (marks, _) in json.loads(open_checked(path, 'words')).items():
        readings = [number_form(m) for m in marks.split()]
        if len(readings) == len(word) and all(0x3400 <= ord(c) <= 0x9fff or c == '〇' for c in word):
            words[word] = undo_sandhi(word, readings)
    return words


def read_counts(path):
    counts = {}
    for line in open_checked(path, 'counts').splitlines():
        word, count, tag = line.split()
        counts[word] = (int(count), CLASSES.get(tag, 0))
    counts['玉米'] = (counts['玉米'][0], CLASSES['n'])  # a person's name in the counts file
    return counts


def read_overlay(path):
    """word, readings, source, and where it matters a count: see the head of the file."""
    out = {}
    for number, line in enumerate(open(path, encoding='utf8'), 1):
        if line.startswith('#') or not line.strip():
            continue
        field = line.rstrip('\n').split('\t')
        readings = field[1].split()
        if len(field) < 3 or len(readings) != len(field[0]) or field[0] in out:
            sys.exit(f'{path}:{number}: word, one reading a character, source expected, each word once')
        out[field[0]] = (readings, int(field[3]) if len(field) > 3 else 0)
    return out


def read_collocations(path, chars, words):
    """Neighbourhood → pattern. One that is a word of the dictionary is left to it unless it says otherwise there."""
    out = {}
    for number, line in enumerate(open(path, encoding='utf8'), 1):
        if line.startswith('#') or not line.strip():
            continue
        c, reading, places = line.rstrip('\n').split('\t')
        if reading not in chars[c]:
            sys.exit(f'{path}:{number}: {c} has no reading {reading}')
        for place in places.split():
            if c not in place or not 2 <= len(place) <= 4:
                sys.exit(f'{path}:{number}: {place}: two to four characters with {c} expected')
            code = 0
            for k, x in enumerate(place):
                code |= (chars[c].index(reading) if x == c else NO_READING) << (3 * k)
            if place not in words and all(0x3400 <= ord(x) < 0xa000 for x in place):
                out.setdefault(place, code)
    return out


def character_readings(unihan, words, overlay):
    """For each character its readings, the default one first."""
    seen = {}
    for word, readings in words.items():
        for c, r in zip(word, readings):
            seen.setdefault(c, {}).setdefault(r, 0)
            seen[c][r] += 1
    out = {}
    for c in set(unihan['kMandarin']) | set(seen):
        order = []
        if c in words:
            order.append(words[c][0])
        pinlu = unihan['kHanyuPinlu'].get(c, '')
        order += [number_form(p.split('(')[0]) for p in pinlu.split()]
        order += located(unihan['kTGHZ2013'].get(c, ''))
        order += sorted(seen.get(c, {}), key=lambda r: (-seen[c][r], r))
        order += [number_form(m) for m in unihan['kMandarin'].get(c, '').split()]
        if c in unihan['kTGHZ2013']:
            order += located(unihan['kXHC1983'].get(c, ''))
            order += located(unihan['kHanyuPinyin'].get(c, ''))
        elif c in unihan['kMandarin']:
            order.insert(0, number_form(unihan['kMandarin'][c].split()[0]))
        out[c] = list(dict.fromkeys(order))
    for word, (readings, _) in overlay.items():
        for c, r in zip(word, readings):
            if r not in out.setdefault(c, []):
                out[c].insert(min(len(out[c]), 7), r)
        if len(word) == 1:
            out[word].remove(readings[0])
            out[word].insert(0, readings[0])
    out['〇'] = ['ling2']
    for c, readings in out.items():  # no more than eight, and a reading of the standard among them
        standard = located(unihan['kTGHZ2013'].get(c, ''))
        if standard and not set(standard) & set(readings[:8]):
            readings.insert(7, standard[0])
    return {c: r[:8] for c, r in out.items()}


def choose_words(words, counts, chars, overlay):
    """The common words, and every word whose reading the characters alone would get wrong."""
    def count(word):
        return counts.get(word, (0, 0))[0]
    multi = [w for w in words if 2 <= len(w) <= MAX_WORD]
    multi.sort(key=lambda w: (-count(w), w))
    chosen = set(multi[:KEEP_COMMON])
    for w in multi[KEEP_COMMON:]:
        if any(r != chars[c][0] for c, r in zip(w, words[w])):
            chosen.add(w)
    return (chosen - NO_WORDS) | {w for w in overlay if len(w) > 1}


def patterns_of(chosen, words, chars, witnesses):
    """A pattern packs, three bits a character, which of its readings each character takes."""
    of_word, freq = {}, {}
    for w in chosen:
        code = 0
        for k, (c, r) in enumerate(zip(w, words[w])):
            if r not in chars[c]:
                code = None
                break
            code |= chars[c].index(r) << (3 * k)
        if code is not None:
            of_word[w] = code
            freq[code] = freq.get(code, 0) + 1
    for w, code in witnesses.items():
        of_word[w] = code
        freq[code] = freq.get(code, 0) + 1
    ranked = sorted(freq, key=lambda p: (p != 0, -freq[p], p))[:N_PATTERNS]
    index = {p: i for i, p in enumerate(ranked)}
    kept = {w: index[p] for w, p in of_word.items() if p in index}
    print(f'{len(of_word) - len(kept)} words dropped for rare patterns', file=sys.stderr)
    return ranked, kept


def u16s(values):
    return struct.pack(f'<{len(values)}H', *values)


def word_sections(kept, counts, overlay, witnesses, total):
    """Sections: first characters, then for each length keys, info and (2..4) the bucket index."""
    def info(w):
        count, klass = counts.get(w, (0, 0))
        if w in overlay:
            count = max(count, overlay[w][1] or (1000 if len(w) == 2 else 300))
            klass = FARM
        if w in witnesses:
            return bytes((255, kept[w], WITNESS))
        log = math.log((count or 0.5) / total)
        return bytes((min(255, round(-log * 10)), kept[w], klass))
    by_length = {}
    for w in kept:
        by_length.setdefault(len(w), []).append(w)
    firsts = sorted({w[0] for w in kept if 2 <= len(w) <= 4})
    out = [u16s([ord(c) for c in firsts])]
    for length in range(1, MAX_WORD + 1):
        ws = sorted(by_length.get(length, []))
        bucketed = 2 <= length <= 4
        keys = b''.join(u16s([ord(c) for c in (w[1:] if bucketed else w)]) for w in ws)
        index = b''
        if bucketed:
            offsets, k = [], 0
            for f in firsts:
                offsets.append(k)
                while k < len(ws) and ws[k][0] == f:
                    k += 1
            index = struct.pack(f'<{len(firsts) + 1}I', *(offsets + [k]))
        out += [keys, b''.join(info(w) for w in ws), index]
    return out, {n: len(w) for n, w in sorted(by_length.items())}


def alone(c, readings, unihan):
    """Which of its readings a character has when it stands alone: one of the standard's."""
    standard = located(unihan['kTGHZ2013'].get(c, ''))
    return next((k for k, r in enumerate(readings) if r in standard), 0)


def character_sections(chars, wanted, unihan):
    """Syllables; lists of readings; the list of each character (direct for 3400–9FFF, sorted beyond)."""
    syllables = sorted({r for c in wanted for r in chars[c]})
    number = {s: i for i, s in enumerate(syllables)}
    lists, at, pool = {}, [], []
    def list_of(c):
        key = (alone(c, chars[c], unihan), *chars[c])
        if key not in lists:
            lists[key] = len(at)
            at.append(len(pool))
            pool.append(len(key) - 1 | key[0] << 8)
            pool.extend(number[r] for r in key[1:])
        return lists[key]
    direct = [0xffff] * (0xa000 - 0x3400)
    beyond = b''
    for c in sorted(wanted):
        if 0x3400 <= ord(c) < 0xa000:
            direct[ord(c) - 0x3400] = list_of(c)
        else:
            beyond += struct.pack('<IHH', ord(c), list_of(c), 0)
    if len(pool) > 0xffff:
        sys.exit('too many reading lists')
    names = b''.join(s.encode().ljust(8, b'\0') for s in syllables)
    return [names, u16s(at), u16s(pool), u16s(direct), beyond]


def write_table(path, sections):
    """Header: magic, version, number of sections, file size, CRC-32 of all after the header; then sections."""
    body, offsets = b'', []
    directory = 8 * len(sections)
    for s in sections:
        body += b'\0' * (-len(body) % 4)
        offsets.append((HEADER + directory + len(body), len(s)))
        body += s
    rest = b''.join(struct.pack('<II', *o) for o in offsets) + body
    head = MAGIC + struct.pack('<HHII', VERSION, len(sections), HEADER + len(rest), zlib.crc32(rest))
    with open(path, 'wb') as f:
        f.write(head.ljust(HEADER, b'\0') + rest)
    print(f'{path}: {HEADER + len(rest)} bytes', file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ('words', 'counts', 'unihan', 'overlay', 'collocations', 'out'):
        parser.add_argument('--' + name, required=True)
    args = parser.parse_args()
    unihan = read_unihan(args.unihan)
    words, counts = read_words(args.words), read_counts(args.counts)
    overlay = read_overlay(args.overlay)
    chars = character_readings(unihan, words, overlay)
    words.update({w: r for w, (r, _) in overlay.items()})
    wanted = {c for c in chars if 0x3400 <= ord(c) < 0xa000 or c in unihan['kTGHZ2013'] or c == '〇'}
    chosen = choose_words(words, counts, chars, overlay)
    singles = {c for c in chars if len(c) == 1 and c in counts and 0x3400 <= ord(c) < 0xa000}
    for c in singles:
        words[c] = [chars[c][0]]
    witnesses = read_collocations(args.collocations, chars, chosen | singles)
    ranked, kept = patterns_of(chosen | singles, words, chars, witnesses)
    total = sum(counts.get(w, (0, 0))[0] for w in kept)
    tail, lengths = word_sections(kept, counts, overlay, witnesses, total)
    patterns = struct.pack(f'<{len(ranked)}I', *ranked)
    write_table(args.out, character_sections(chars, wanted, unihan) + [patterns] + tail)
    print(f'{len(wanted)} characters, words by length {lengths}', file=sys.stderr)


if __name__ == '__main__':
    main()
