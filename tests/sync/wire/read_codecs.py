# SPDX-License-Identifier: GPL-3.0-or-later
"""Codec 2, by sync/wire/FORMAT-codecs.md §1 to §3 and nothing of the C code. Slow and plain: one bit at a time in Python.

A table is a list of fields {"number", "key", "int", "day", "hash", "listed"} in the order of the appendix; rows are lists of
values in that order, integers or bytes, defaults 0 and b"". held: all rows of the table before the bundle, ascending by key.
"""
import bisect
import ctypes
import ctypes.util
import math

M32 = (1 << 32) - 1
M64 = (1 << 64) - 1


class Refused(Exception):
    pass


def refuse(condition, why):
    if condition:
        raise Refused(why)


def signed(value):
    value &= M64
    return value - (1 << 64) if value >> 63 else value


def div(a, b):
    """Towards zero; b > 0."""
    return a // b if a >= 0 else -(-a // b)


def clamp(value, low, high):
    return max(low, min(high, value))


def mix(a, b):
    h = ((a ^ b * 0x9E3779B1 & M32) * 0x85EBCA6B + 0x27D4EB2F) & M32
    return h ^ h >> 15


def context(kind, a, b):
    return mix(mix((kind * 0x01000193 + 0x811C9DC5) & M32, a & M32), b & M32)


def fold(value):
    value &= M64
    return (value & M32) ^ ((value >> 32) * 31 & M32)


def check_number(check, value):
    check = (((check ^ (value & M64)) * 0x9E3779B97F4A7C15) + 0x632BE59BD9B4E019) & M64
    return check ^ check >> 29


def check_bytes(check, data):
    for i in range(0, len(data), 8):
        check = check_number(check, int.from_bytes(data[i:i + 8], "little"))
    return check


# --- §1 the coder ---

POINTS = [1, 1, 2, 2, 3, 4, 5, 6, 8, 10, 13, 17, 22, 28, 36, 47, 60, 77, 98, 126, 162, 208, 267, 342, 439, 562, 720, 922, 1179, 1506, 1921, 2446, 3108,
          3938, 4971, 6249, 7812, 9702, 11955, 14595, 17625, 21025, 24743, 28693, 32768]
POINTS += [65536 - p for p in reversed(POINTS[:-1])]


def squash(x):
    i, rest = divmod(clamp(x, -2815, 2815) + 2816, 64)
    return (POINTS[i] * (64 - rest) + POINTS[i + 1] * rest) // 64


def make_stretch():
    table, x = [], -2815
    for i in range(4096):
        while x < 2815 and squash(x) < 16 * i + 8:
            x += 1
        table.append(x)
    return table


STRETCH = make_stretch()
SQUASH = [squash(x) for x in range(-2816, 2817)]
RATES = [131072 // (2 * n + 3) for n in range(256)]


class Coder:
    """Trains until start(); then it decodes. A slot is [p, n]."""

    def __init__(self):
        self.decoding = False
        self.singles = {}
        self.groups = {}

    def start(self, data):
        self.decoding, self.data, self.at = True, data, 0
        self.low, self.high, self.code = 0, M64, 0
        for _ in range(8):
            self.code = self.code << 8 | self.next_byte()

    def next_byte(self):
        byte = self.data[self.at] if self.at < len(self.data) else 0
        self.at += 1
        refuse(self.at > len(self.data) + 8, "the stream has ended")
        return byte

    def end(self):
        refuse(self.at < len(self.data), "bytes left in the stream")

    def bit(self, p, bit):
        if not self.decoding:
            return bit
        middle = self.low + ((self.high - self.low) >> 16) * p
        bit = int(self.code <= middle)
        if bit:
            self.high = middle
        else:
            self.low = middle + 1
        while (self.low ^ self.high) >> 56 == 0:
            self.low = self.low << 8 & M64
            self.high = (self.high << 8 | 0xFF) & M64
            self.code = (self.code << 8 | self.next_byte()) & M64
        return bit

    def plain(self, bits, value=0):
        result = 0
        for i in reversed(range(bits)):
            result = result << 1 | self.bit(32768, value >> i & 1)
        return result

    def mixed(self, slots, mixer, limit, bit):
        if mixer[0] == 0:
            mixer[:] = [81920 // len(slots) if len(slots) > 2 else 32768] * 10
        inputs = [STRETCH[p >> 4] if n else 0 for p, n in slots]
        total = 0
        for i, x in enumerate(inputs):
            total += x * mixer[i]
        p = SQUASH[clamp(div(total, 65536), -2816, 2816) + 2816]
        bit = self.bit(p, int(bit))
        miss = (65536 * bit - p) * 10
        for i, x in enumerate(inputs):
            mixer[i] = clamp(mixer[i] + div(x * miss, 1 << 19), -(1 << 20), 1 << 20)
        if mixer[0] == 0:
            mixer[0] = 1
        for slot in slots:
            p, n = slot
            if bit:
                slot[0] = min(p + ((65535 - p) * RATES[n] >> 16), 65520)
            else:
                slot[0] = max(p - (p * RATES[n] >> 16), 16)
            slot[1] = n + (n < limit)
        return bit

    def single(self, h):
        """Slots of single bits: [p, n], and whose each is."""
        place, check = (h * 0x2C1B3C6D & M32) >> 3 & 0xFFFF, h >> 24
        first = self.singles.setdefault(place, [[0, 0], 0])
        other = self.singles.setdefault(place ^ 1, [[0, 0], 0])
        for found in (first, other):
            if found[0][1] > 0 and found[1] == check:
                return found[0]
        found = other if first[0][1] > other[0][1] else first
        found[0][:] = [32768, 0]
        found[1] = check
        return found[0]

    def flag(self, contexts, mixer, limit, bit):
        return self.mixed([self.single(c) for c in contexts], mixer, limit, bit)

    def group(self, h):
        """Sixteen slots; that of number 0 is the use count, and whose it is."""
        place, check = (h * 0x2C1B3C6D & M32) >> 3 & 0x7FFF, h >> 24
        empty = lambda: [[0, 0] for _ in range(16)]
        first = self.groups.get(place) or self.groups.setdefault(place, empty())
        other = self.groups.get(place ^ 1) or self.groups.setdefault(place ^ 1, empty())
        for found in (first, other):
            if found[0][0] > 0 and found[0][1] == check:
                found[0][0] = min(found[0][0] + 1, 255)
                return found
        found = other if first[0][0] > other[0][0] else first
        for slot in found:
            slot[:] = [32768, 0]
        found[0][:] = [1, check]
        return found

    def part(self, contexts, which):
        return [self.group(mix(c, which & M32)) for c in contexts]

    def tree(self, contexts, mixer, limit, bits, value):
        result = 1
        for done in range(bits):
            within = done % 4
            if within == 0:
                part = self.part(contexts, result)
            node = result & ((1 << within) - 1) | 1 << within
            result = result << 1 | self.mixed([g[node] for g in part], mixer, limit, value >> (bits - 1 - done) & 1)
        return result & ((1 << bits) - 1)

    def number(self, contexts, mixers, limit, value):
        size, part = abs(value), self.part(contexts, 1)
        coded = lambda node, mixer, bit: self.mixed([g[node] for g in part], mixers[mixer], limit, bit)
        if not coded(1, 0, value != 0):
            return 0
        negative = coded(2, 1, value < 0)
        length = 0
        while length < 63:
            if length > 0 and length % 12 == 0:
                part = self.part(contexts, 1 + length)
            if not coded(3 + length % 12, 2 + min(length, 39), size >> (length + 1) > 0):
                break
            length += 1
        result = 1
        for i in range(length):
            bit = size >> (length - 1 - i) & 1
            if i < 6:
                if i % 3 == 0:
                    part = self.part(contexts, 0x1000 + 256 * length + result)
                bit = coded(result & ((1 << i % 3) - 1) | 1 << i % 3, 42 + i, bit)
            else:
                bit = self.bit(32768, bit)
            result = result << 1 | bit
        return signed(-result if negative else result)


def mixers(n):
    return [[0] * 10 for _ in range(n)]


# --- §3 text ---


class Text:
    def __init__(self, coder):
        self.coder, self.held, self.index = coder, bytearray(1), {}
        self.match = self.match_len = self.kind = self.in_field = self.word = 0
        self.passages = [[32768, 0] for _ in range(82)]
        self.mixers = mixers(32)

    def six(self, end):
        s = self.held[end - 6:end]
        return mix(int.from_bytes(s[2:6], "big"), s[0] << 8 | s[1]) >> 15

    def hold(self, text, likely):
        begin = len(self.held)
        self.held += text + b"\0"
        for end in range(max(begin, 6), len(self.held) + 1):
            self.index[self.six(end)] = end
        self.match = begin if likely and text else 0
        self.match_len = 16 if likely and text else 0

    def follow(self):
        held, n = self.held, len(self.held)
        if self.match > 0 and held[self.match] == held[n - 1]:
            self.match += 1
            self.match_len = min(self.match_len + 1, 40)
        else:
            self.match = self.match_len = 0
        if n < 6:
            return
        place = self.six(n)
        at = self.index.get(place, 0)
        if self.match == 0 and at > 0:
            length = 0
            while length < 40 and length < at and held[at - 1 - length] == held[n - 1 - length]:
                length += 1
            if length >= 6:
                self.match, self.match_len = at, length
        self.index[place] = n

    def back(self, i):
        return self.held[-i] if i <= len(self.held) else 0

    def due(self):
        one, two = self.back(1), self.back(2)
        if self.in_field > 0 and one >= 0xC0:
            return 2 if one >= 0xE0 else 1
        return int(self.in_field > 1 and one >= 0x80 and two >= 0xE0)

    def contexts(self, due):
        b = [self.back(i) for i in range(1, 7)]
        three = b[0] << 16 | b[1] << 8 | b[2]
        six = mix(three << 8 | b[3], b[4] << 8 | b[5] if len(self.held) >= 6 else 0)
        return [mix(0x101 + self.kind, due), mix(0x201, b[0]), mix(0x301, three >> 8), mix(0x401, three), mix(0x601, six),
                mix(0x701 + self.kind, self.word), mix(0x801 + self.kind, b[0] * 64 + min(self.in_field, 63))]

    def byte(self, value):
        due, follows = self.due(), self.match > 0
        expected = self.held[self.match] if follows else 0
        bucket = sum(self.match_len >= end for end in (1, 9, 12, 16, 20, 28, 40))
        contexts, node = self.contexts(due), 1
        for i in range(8):
            wanted, within = expected >> (7 - i) & 1, i % 4
            if within == 0:
                part = self.coder.part(contexts, node)
            at = node & ((1 << within) - 1) | 1 << within
            slots = [g[at] for g in part]
            if follows:
                slots.append(self.passages[self.match_len * 2 + wanted])
            bit = self.coder.mixed(slots, self.mixers[(bucket if follows else 0) * 4 + due], 60, value >> (7 - i) & 1)
            node = node << 1 | bit
            follows = follows and bit == wanted
        value = node & 0xFF
        self.held.append(value)
        self.follow()
        self.in_field += 1
        self.word = 0 if value in b"\n " else mix(self.word + 1 & M32, value)
        return value

    def begin(self, field):
        self.kind, self.in_field, self.word = field * 0x1000, 0, 0

    def put(self, field, text):
        self.begin(field)
        for value in text + b"\0":
            self.byte(value)

    def get(self, field, most):
        self.begin(field)
        out = bytearray()
        while True:
            value = self.byte(0)
            if value == 0:
                return bytes(out)
            out.append(value)
            refuse(len(out) > most, "longer than any text")


# --- §2 codec 2 ---


class Column:
    def __init__(self, listed):
        self.known, self.listed, self.by_step, self.unit = [], listed, False, 1
        self.last = self.last_code = self.last_given = 0
        self.flags, self.place, self.number = mixers(4), [0] * 10, mixers(48)

    def judge(self, values):
        """values: as they stand in time."""
        whole = steps = whole_bits = step_bits = last = 0
        for i, value in enumerate(values):
            whole, whole_bits = math.gcd(whole, abs(value)), whole_bits + abs(value).bit_length()
            if i > 0:
                step = abs(signed(value - last))
                steps, step_bits = math.gcd(steps, step), step_bits + step.bit_length()
            last = value
        self.by_step = step_bits < whole_bits
        unit = steps if self.by_step else whole
        self.unit = unit if 1 <= unit < 1 << 31 else 1


class Columns:
    def __init__(self, fields):
        self.fields, self.n_keys = fields, sum(f["key"] for f in fields)
        self.coder = Coder()
        self.text = Text(self.coder)
        self.columns = [Column(f["listed"]) for f in fields]
        self.ranks = self.block = None
        self.block_at = self.last_rank = self.last_mask = self.row_code = self.text_bytes = self.old_check = 0
        self.holds_only = False

    # numbers

    def listed(self, f, value):
        column = self.columns[f]
        bits = 0
        while len(column.known) > 1 << bits:
            bits += 1
        place = column.known.index(value) if value in column.known else len(column.known)
        c = [context(201, f, 0), context(202, f, column.last_code), context(203, f, self.row_code)]
        if not column.known or self.coder.flag(c[:2], column.flags[0], 120, place >= len(column.known)):
            step = self.coder.number([context(204, f, 0)], column.number, 120, signed(value - column.last))
            value = signed(column.last + step)
            if len(column.known) < 2048:
                column.known.append(value)
            return value
        place = self.coder.tree([context(205, f, bits)] + c[1:], column.place, 120, bits, place)
        refuse(place >= len(column.known), "no such place")
        return column.known[place]

    def stepped(self, f, reference, value):
        column, step = self.columns[f], signed(value - reference)
        unit, code = column.unit, column.last_code
        if unit > 1 and self.coder.flag([context(211, f, 0)], column.flags[1], 120, step % unit != 0):
            unit = 1
        c = [context(214, f, unit > 1), context(212, f, code), context(213, f, self.row_code)]
        step = self.coder.number(c, column.number, 120, div(step, unit))
        column.last_code = fold(step)
        return signed(reference + step * unit)

    def number(self, f, reference, value):
        column = self.columns[f]
        if column.listed:
            value = self.listed(f, value)
            column.last_code = fold(value)
        else:
            value = self.stepped(f, reference, value)
        column.last = value
        self.row_code = fold(value)
        return value

    # texts and blobs

    def text_value(self, f, value):
        column = self.columns[f]
        if self.fields[f]["hash"]:
            length = self.coder.number([context(221, f, 0)], column.number, 120, len(value))
            refuse(not 0 <= length <= 64, "a hash of that length")
            if not self.coder.decoding:
                return value
            return bytes(self.coder.plain(8) for _ in range(length))
        if self.holds_only:
            self.text.hold(value, False)
            return value
        if self.block is not None:
            length = self.coder.number([context(231, f, 0)], column.number, 120, len(value))
            if not self.coder.decoding:
                self.text.hold(value, False)
                return value
            refuse(not 0 <= length <= len(self.block) - self.block_at, "more text than there is")
            self.block_at += length
            return bytes(self.block[self.block_at - length:self.block_at])
        if not self.coder.decoding:
            self.text.put(f, value)
            return value
        value = self.text.get(f, 262144 - self.text_bytes)
        self.text_bytes += len(value)
        return value

    # rows

    def key(self, row):
        self.row_code = 0
        if self.ranks is not None:
            step = self.coder.number([context(241, 0, 0)], self.columns[0].number, 120, 0)
            self.last_rank = signed(self.last_rank + step)
            refuse(not 0 <= self.last_rank < len(self.ranks), "no such rank")
            row[0] = self.ranks[self.last_rank]
            return
        same = True
        for f in range(self.n_keys):
            column = self.columns[f]
            if not self.fields[f]["int"]:
                row[f] = self.text_value(f, row[f])
                continue
            last = column.last
            if column.listed and not (same and f == self.n_keys - 1):
                row[f] = self.number(f, 0, row[f])
            else:
                c = [context(251, f, same), context(252, f, column.last_code)]
                step = self.coder.number(c, column.number, 120, signed(row[f] - last))
                row[f] = column.last = signed(last + step)
                column.last_code = fold(step)
            same = same and row[f] == last
            self.row_code = mix(self.row_code, fold(row[f]))

    def reference(self, f, row):
        is_day = self.fields[f]["day"]
        if is_day:
            for i in reversed(range(self.n_keys, f)):
                if self.fields[i]["day"] and row[i] != 0:
                    return row[i]
        return self.columns[f].last if self.columns[f].by_step or is_day else 0

    def changed(self, f, old, value):
        column = self.columns[f]
        c = [context(271, f, 0), context(272, f, column.last_code & 1)]
        again = self.coder.flag(c, column.flags[3], 120, value == column.last)
        if again:
            value = column.last
        elif column.listed:
            value = self.number(f, 0, value)
        else:
            value = self.stepped(f, old, value)
        column.last, column.last_code = value, again
        return value

    def values(self, row, mask, old):
        given = 0
        if old is not None:
            for value in old:
                self.old_check = check_number(self.old_check, value if isinstance(value, int) else len(value))
                if not isinstance(value, int):
                    self.old_check = check_bytes(self.old_check, value)
        for f in range(self.n_keys, len(self.fields)):
            column = self.columns[f]
            c = [context(261, f, column.last_given), context(262, f, fold(given)), context(263, f, fold(self.last_mask))]
            column.last_given = self.coder.flag(c, column.flags[2], 120, mask >> f & 1)
            if not column.last_given:
                continue
            given |= 1 << f
            if self.fields[f]["int"]:
                row[f] = self.changed(f, old[f], row[f]) if old is not None else self.number(f, self.reference(f, row), row[f])
                continue
            if old is not None and not self.fields[f]["hash"]:
                self.text.hold(old[f], True)
            row[f] = self.text_value(f, row[f])
        self.last_mask = given
        return given

    def learn(self, newest, n_learnt):
        """newest: held rows, newest first."""
        for f, field in enumerate(self.fields):
            values = [row[f] for row in reversed(newest) if field["key"] or row[f] != 0] if field["int"] else []
            is_later_day = field["day"] and any(g["day"] and not g["key"] for g in self.fields[:f])
            if field["listed"]:
                self.columns[f].known = sorted(set(values))[:2048]
            elif len(values) >= 16 and not is_later_day:
                self.columns[f].judge(values)
        for i in reversed(range(len(newest))):
            row = list(newest[i])
            self.holds_only = i >= n_learnt
            self.key(row)
            self.values(row, sum(1 << f for f in range(self.n_keys, len(row)) if row[f] not in (0, b"")), None)
        self.holds_only = False


def unzstd(data, size, prefix):
    name = ctypes.util.find_library("zstd")
    if not name:
        return None
    zstd = ctypes.CDLL(name)
    zstd.ZSTD_createDCtx.restype = zstd.ZSTD_decompressDCtx.restype = ctypes.c_void_p
    zstd.ZSTD_DCtx_refPrefix.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]
    zstd.ZSTD_decompressDCtx.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]
    zstd.ZSTD_decompressDCtx.restype = ctypes.c_size_t
    zstd.ZSTD_freeDCtx.argtypes = [ctypes.c_void_p]
    decoder = zstd.ZSTD_createDCtx()
    zstd.ZSTD_DCtx_refPrefix(decoder, prefix, len(prefix))
    out = ctypes.create_string_buffer(size)
    got = zstd.ZSTD_decompressDCtx(decoder, out, size, data, len(data))
    zstd.ZSTD_freeDCtx(decoder)
    refuse(got != size, "zstd")
    return out.raw


def unpack_columns(section, r, fields, held):
    """Rows and masks of a section of codec 2; r: a reader at its first byte. None: there is no libzstd here."""
    refuse(r.u(1) != 1, "newer")
    flags, n_held, n_learnt, check = r.u(1), r.varint(), r.varint(), r.u(8)
    n_keys = sum(f["key"] for f in fields)
    newest = held[::-1][:n_held]
    own = 0
    for row in newest:
        for value in row:
            own = check_number(own, value if isinstance(value, int) else len(value))
            own = own if isinstance(value, int) else check_bytes(own, value)
    if flags & 1:
        for row in held:
            own = check_number(own, row[0])
    refuse(flags > 3 or len(newest) != n_held or own != check, "packed against other rows")
    columns = Columns(fields)
    columns.block = b"" if flags & 2 else None
    columns.learn(newest, n_learnt)
    if flags & 1:
        columns.ranks = [row[0] for row in held]
    if flags & 2:
        packed_len, size = r.varint(), r.varint()
        columns.block = unzstd(r.take(packed_len), size, bytes(columns.text.held))
        if columns.block is None:
            return None
    columns.coder.start(r.take(len(r.data) - r.at))
    before = {tuple(row[:n_keys]): row for row in held}
    rows = []
    for _ in range(section["rows"]):
        row = [0 if f["int"] else b"" for f in fields]
        columns.key(row)
        old = before.get(tuple(row[:n_keys])) if section["op"] == 2 else None
        refuse(section["op"] == 2 and old is None, "changes a row that is not held")
        rows.append((row, columns.values(row, 0, old) if section["op"] != 3 else 0))
    refuse(columns.coder.plain(32) != columns.old_check & M32, "changes other rows")
    refuse(columns.block is not None and columns.block_at != len(columns.block), "text left over")
    columns.coder.end()
    return rows
