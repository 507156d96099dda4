# SPDX-License-Identifier: GPL-3.0-or-later
"""Codec 3, by sync/wire/FORMAT-codecs.md §4 and nothing of the C code."""
import math

from read_codecs import M32, Coder, check_bytes, check_number, clamp, context, div, fold, mixers, refuse, signed

ONE = 65536
LOW, HIGH, MID, MID_LOW, MID_HIGH, OTHER, KEY, DAY = range(8)


def nearest(a, b):
    return (a + b // 2) // b


def moved(value, move):
    return value + div(value * clamp(move, -ONE // 2, ONE // 2), ONE)


def scaled(a, b, c):
    return a if c <= 0 or (b > 0 and a > (2**63 - 1) // b) else a * b // c


def reference_price(q):
    return q["mid"] if q["mid"] > 0 else q["low"] + q["high"]


def shape_of(q):
    return (q["low"] != 0) | (q["mid"] != 0) << 1 | (q["high"] != 0) << 2


def key_of(q):
    return q["market"], q["product"], q["grade"], q["kind"]


REST = ("sources", "period", "status", "contributor", "currency")


class Product:
    def __init__(self):
        self.cum = self.moves = self.n = 0
        self.season, self.season_n = [0] * 7, [0] * 7


class Market:
    def __init__(self):
        self.unit = 0
        self.open()

    def open(self):
        self.moves = self.n_moves = self.due = self.here = self.n_same = self.n_quotes = 0


class Series:
    def __init__(self, key, product, market):
        self.key, self.product, self.market = key, product, market
        self.last = {"low": 0, "mid": 0, "high": 0, "sources": 0, "period": 0, "status": 0, "contributor": 0, "currency": b""}
        self.last.update(zip(("market", "product", "grade", "kind"), key))
        self.id = context(key[2] << 8 | key[3], fold(key[0]), fold(key[1]))
        self.last_day = None
        self.unit = self.mid_unit = self.cum = self.low_ratio = self.high_ratio = self.volatility = self.same = self.centred = 0
        self.seen = self.history = self.unchanged = self.ratio_n = 0
        self.is_new, self.moved_today = True, False

    def middle(self, low, high):
        unit = max(self.mid_unit, 1)
        return (low + high) // 2 // unit * unit


class Residual:
    def __init__(self):
        self.coder = Coder()
        self.present, self.same, self.flags, self.shape = mixers(10), mixers(16), mixers(6), [0] * 10
        self.numbers = [mixers(48) for _ in range(8)]
        self.series, self.products, self.markets = [], {}, {}
        self.product_list, self.market_list = [], []
        self.day = None

    def number(self, which, contexts, value):
        return self.coder.number(contexts, self.numbers[which], 30 if which == KEY else 120, value)

    def flag(self, s, kind, a, value):
        c = [context(kind, a, 0), context(kind + 1, s.market, a), context(kind + 2, s.id, a)]
        return self.coder.flag(c, self.flags[{64: 0, 72: 2, 76: 3, 80: 4, 84: 5}[kind]], 200, value)

    def place(self, known, listed, name, make):
        if name not in known:
            known[name] = len(listed)
            listed.append(make())
        return known[name]

    def new_series(self, key):
        product = self.place(self.products, self.product_list, key[1], Product)
        return Series(key, product, self.place(self.markets, self.market_list, key[0], Market))

    def todays_move(self, product):
        w = self.day % 7
        return div(product.moves + (product.season[w] if product.season_n[w] > 1 else 0), product.n + 1)

    # learning

    def learn_move(self, s, q):
        product, market = self.product_list[s.product], self.market_list[s.market]
        now, before = reference_price(q), reference_price(s.last)
        move = clamp(div((now - before) * ONE, before), -ONE // 2, ONE // 2) if before > 0 else 0
        today, expected = move - (product.cum - s.cum), self.todays_move(product)
        s.volatility += div(abs(today - expected) - s.volatility, 8)
        if abs(today) < ONE // 3:
            market.moves += today - expected
            market.n_moves += 1
            product.moves += today
            product.n += 1

    def learn(self, s, q):
        market = self.market_list[s.market]
        same = s.seen > 0 and all(q[k] == s.last[k] for k in ("low", "mid", "high"))
        market.n_quotes += 1
        market.n_same += same
        if s.seen > 0:
            s.same += div((4096 if same else 0) - s.same, 16)
        s.unchanged = (s.unchanged << 1 | same) & M32
        if s.seen > 0 and not same:
            self.learn_move(s, q)
        if not same:
            s.unit = math.gcd(s.unit, q["low"], q["high"])
            s.mid_unit = math.gcd(s.mid_unit, q["mid"], s.unit)
            market.unit = math.gcd(market.unit, q["low"], q["high"])
            s.centred += div((4096 if q["mid"] == s.middle(q["low"], q["high"]) else 0) - s.centred, min(s.seen + 1, 8))
            if q["mid"] > 0:
                s.ratio_n = min(s.ratio_n + 1, 4)
                s.low_ratio += div(min(q["low"] * ONE // q["mid"], 4 * ONE) - s.low_ratio, s.ratio_n)
                s.high_ratio += div(min(q["high"] * ONE // q["mid"], 4 * ONE) - s.high_ratio, s.ratio_n)
            s.moved_today = True
        s.last, s.last_day = dict(q), self.day
        s.seen += 1

    # one quote

    def code_present(self, s, value):
        market = self.market_list[s.market]
        share, w = 9 if market.due < 3 else market.here * 8 // market.due, self.day % 7
        c = [context(1, s.history & 15, share), context(2, s.market, share), context(3, s.id, s.history & 1), context(4, s.market, w * 16 + share),
             context(5, s.product, s.history & 3), context(6, s.history & 0x7F, share // 2)]
        return self.coder.flag(c, self.present[share], 200, value)

    def code_same(self, s, value):
        market = self.market_list[s.market]
        level, run = s.same * 8 // 4097, s.unchanged & 7
        share = 7 if market.n_quotes < 4 else market.n_same * 6 // market.n_quotes
        coarse = min((s.volatility * s.last["low"] // (max(s.unit, 1) * 1024)).bit_length(), 12)
        c = [context(11, run * 8 + level, share), context(12, s.market, level), context(13, s.product, run & 1), context(14, s.id, 0),
             context(15, coarse, level), context(16, s.market, 8 + share)]
        return self.coder.flag(c, self.same[(run & 1) * 8 + share], 200, value)

    def code_rest(self, s, q):
        same = all(q[k] == s.last[k] for k in REST)
        if self.flag(s, 64, s.seen > 0, same):
            q.update({k: s.last[k] for k in REST})
            return
        currency = q["currency"]
        values = [q["sources"], q["period"], q["status"], q["contributor"], len(currency), int.from_bytes(currency.ljust(3, b"\0"), "big")]
        for i, most in enumerate((2**31 - 1, 255, 255, 2**63 - 1, 3, 0xFFFFFF)):
            c = [context(100, i, 0), context(101, i, s.market), context(102, i, s.id)]
            values[i] = clamp(self.number(OTHER, c, values[i]), 0, most)
        q.update(zip(REST, values[:4] + [values[5].to_bytes(3, "big")[:values[4]]]))

    def near(self, s, which, unit, centre16, extra, value):
        centre16 = max(centre16, 0)
        base, fraction = nearest(centre16, 16), ((centre16 + 8) & 15) >> 1
        wander = s.volatility * reference_price(s.last) // max(unit, 1) // 256
        bits = wander.bit_length()
        scale = 31 if s.seen < 2 else min(bits * 2 + (bits > 1 and wander >> (bits - 2) & 1), 30)
        k, recent = 32 + which * 8, s.unchanged & 3
        c = [context(k, scale, extra), context(k + 1, scale, fraction), context(k + 2, s.market, scale // 2), context(k + 3, s.product, scale // 2),
             context(k + 4, recent * 8 + fraction, scale // 2 * 64 + extra), context(k + 5, s.id, 0)]
        units = signed(base + self.number(which, c, value // unit - base))
        return clamp(units, 0, 10**12 // unit) * unit

    def code_values(self, s, q):
        market, product, last = self.market_list[s.market], self.product_list[s.product], s.last
        move = conf = 0
        if s.seen > 0:
            move = product.cum - s.cum + self.todays_move(product) + div(market.moves, 2 * (market.n_moves + 4))
            conf = 0 if product.n < 2 else 1 if product.n < 10 else 2
        before = shape_of(last) if s.seen > 0 else 8
        c = [context(90, before, 0), context(91, s.market, before), context(92, s.id, before)]
        shape = self.coder.tree(c, self.shape, 200, 3, shape_of(q))
        if shape != 7:
            for i, name in enumerate(("low", "mid", "high")):
                if not shape >> i & 1:
                    q[name] = 0
                    continue
                unit = max(s.mid_unit if i == 1 else s.unit, 1) if s.seen > 0 else 1
                unit = unit if self.coder.decoding or q[name] % unit == 0 else 1
                unit = 1 if self.flag(s, 84, i, unit == 1) else unit
                q[name] = self.near(s, OTHER, unit, moved(last[name], move) * 16 // unit, i, q[name])
            return
        unit = s.unit if s.seen > 0 and s.unit > 0 else max(market.unit, 1)
        if self.flag(s, 72, min(s.seen, 3), q["low"] % unit != 0 or q["high"] % unit != 0):
            unit = 1
        level = s.centred * 6 // 4097 + (8 if s.seen < 2 else 0)
        if self.flag(s, 76, level, q["mid"] == s.middle(q["low"], q["high"])):
            self.code_centred(s, q, unit, move, conf)
        else:
            self.code_free(s, q, unit, move, conf)

    def code_centred(self, s, q, unit, move, conf):
        last = s.last
        q["low"] = self.near(s, LOW, unit, moved(last["low"], move) * 16 // unit, conf * 2, q["low"])
        high = scaled(last["high"] * 16 // unit, q["low"], last["low"])
        steady = q["low"] * 16 // unit * s.high_ratio // s.low_ratio if s.low_ratio > 0 else high
        gap = nearest(max(high, 0), 16) - nearest(max(steady, 0), 16)
        q["high"] = self.near(s, HIGH, unit, steady, (clamp(gap, -2, 2) + 2) * 2 + (q["low"] == last["low"]), q["high"])
        q["mid"] = s.middle(q["low"], q["high"])

    def code_free(self, s, q, unit, move, conf):
        last = s.last
        fine = max(math.gcd(s.mid_unit, unit), 1)
        fine = fine if self.coder.decoding or q["mid"] % fine == 0 else 1
        fine = 1 if self.flag(s, 80, 0, fine == 1) else fine
        q["mid"] = self.near(s, MID, fine, moved(last["mid"], move) * 16 // fine, conf, q["mid"])
        mid16, was_steady = q["mid"] * 16 // unit, 0
        for which, name, ratio in ((MID_LOW, "low", s.low_ratio), (MID_HIGH, "high", s.high_ratio)):
            follows = scaled(mid16, last[name], last["mid"])
            steady = mid16 * ratio // ONE if s.ratio_n > 0 else follows
            gap = clamp(nearest(max(follows, 0), 16) - nearest(max(steady, 0), 16), -2, 2) + 2
            q[name] = self.near(s, which, unit, steady, gap if name == "low" else gap * 2 + was_steady, q[name])
            was_steady = q[name] == nearest(max(steady, 0), 16) * unit

    def code_quote(self, s, q):
        self.code_rest(s, q)
        if s.seen > 0 and self.code_same(s, all(q[k] == s.last[k] for k in ("low", "mid", "high"))):
            q.update({k: s.last[k] for k in ("low", "mid", "high")})
        else:
            self.code_values(s, q)
        refuse(any(not 0 <= q[k] <= 10**12 for k in ("low", "mid", "high")), "a price out of range")
        self.learn(s, q)

    # one day

    def code_new(self, fresh):
        n = self.number(KEY, [context(114, 0, 0)], len(fresh))
        refuse(not 0 <= n <= 32768, "too many series")
        out, before = [], (0, 0, 0, 0)
        for i in range(n):
            key = fresh[i] if i < len(fresh) else (0, 0, 0, 0)
            market = signed(before[0] + self.number(KEY, [context(110, 0, 0)], signed(key[0] - before[0])))
            same = market == before[0]
            from_product = before[1] if same else 0
            product = signed(from_product + self.number(KEY, [context(111, same, 0)], signed(key[1] - from_product)))
            grade = self.number(KEY, [context(112, before[2], 0)], key[2])
            kind = self.number(KEY, [context(113, before[3], 0)], key[3])
            key = (market, product, grade, kind)
            refuse(market <= 0 or product <= 0 or not 0 <= grade <= 255 or not 0 <= kind <= 255 or key <= before, "no such series")
            out.append(self.new_series(key))
            before = key
        return out

    def code_day(self, day, quotes):
        """Training: a day and its quotes, ascending. Decoding: both ignored. Returns both."""
        step = self.number(DAY, [context(115, 0, 0)], day - (self.day or 0))
        self.day = (self.day or 0) + step
        for product in self.product_list:
            product.moves = product.n = 0
        for market in self.market_list:
            market.open()
        known = {s.key for s in self.series}
        fresh = self.code_new([key_of(q) for q in quotes if key_of(q) not in known])
        refuse(any(s.key in known for s in fresh), "a series that is there already")
        self.series = sorted(self.series + fresh, key=lambda s: s.key)
        waiting, out = {key_of(q): q for q in quotes}, []
        for s in self.series:
            if not s.is_new and s.last_day == self.day:
                continue
            here = 1
            if not s.is_new:
                here = self.code_present(s, s.key in waiting)
                if s.history & 3:
                    self.market_list[s.market].due += 1
                    self.market_list[s.market].here += here
            s.history = (s.history << 1 | here) & M32
            s.is_new = False
            if here:
                q = dict(s.last if self.coder.decoding else waiting[s.key])
                self.code_quote(s, q)
                out.append(q)
        self.close_day()
        return self.day, out

    def close_day(self):
        w = self.day % 7
        for product in self.product_list:
            move = self.todays_move(product)
            if product.n:
                product.cum += move
                product.season_n[w] = min(product.season_n[w] + 1, 4)
                product.season[w] += div(div(product.moves, product.n) - product.season[w], product.season_n[w])
        for s in self.series:
            if s.moved_today:
                s.cum = self.product_list[s.product].cum
            s.moved_today = False


QUOTE = ("day", "market", "product", "grade", "kind", "low", "mid", "high", "sources", "currency", "period", "status", "contributor")


def unpack_quotes(section, r, held):
    """Rows and masks of a section of codec 3: new quotes."""
    refuse(r.u(1) != 1, "newer")
    first_day, window, n_held, check = r.zigzag(), r.varint(), r.varint(), r.u(8)
    model, days, own, n = Residual(), {}, 0, 0
    for row in held:
        q = dict(zip(QUOTE, row))
        if window == 0 or not first_day - window <= q["day"] <= first_day:
            continue
        for value in (q["day"], q["market"], q["product"], q["grade"] * 256 + q["kind"], q["low"], q["mid"], q["high"], q["sources"],
                      q["period"] * 256 + q["status"], q["contributor"]):
            own = check_number(own, value)
        own = check_bytes(own, q["currency"].ljust(3, b"\0"))
        days.setdefault(q["day"], []).append(q)
        n += 1
    refuse(n != n_held or own != check, "packed against other quotes")
    for day in sorted(days):
        model.code_day(day, days[day])
    model.coder.start(r.take(len(r.data) - r.at))
    rows = []
    while len(rows) < section["rows"]:
        day, quotes = model.code_day(0, [])
        refuse(not quotes, "a day without quotes")
        rows += [([day] + [q[name] for name in QUOTE[1:]], 0) for q in quotes]
    refuse(len(rows) > section["rows"], "more quotes than signed")
    model.coder.end()
    return rows
