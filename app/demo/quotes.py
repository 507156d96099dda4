# SPDX-License-Identifier: GPL-3.0-or-later
"""Daily quotes of the demo county: levels.csv × habits.csv × the calendar."""

import csv
import datetime
import math

from calendar_cn import festival_offset, months_of, open_rule
from noise import Wave, key_of, pick, unit

HEADER = ["day", "market", "product", "grade", "kind", "low", "mid", "high", "unit", "sources"]

# How readily a price of this kind is written anew: chance a day, and the days after which it surely is.
_RENEW = {"批发": (0.45, 4), "零售": (0.30, 6), "收购": (0.20, 10), "农资": (0.06, 30)}

# Share of a product's volatility carried by each wave of the whole county, by its period in days.
_COUNTY_WAVES = ((397, 2.5), (97, 4.5), (23, 2.0), (7, 0.8))
_MARKET_WAVES = ((61, 0.8), (9, 0.4))

# What a class costs more on the eve of Spring Festival.
_FESTIVAL = {"菜": 0.10, "果": 0.06, "肉蛋": 0.05}


def read_csv(path):
    with open(path, encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def day_number(text):
    return datetime.date.fromisoformat(text).toordinal()


class Product:
    """One line of levels.csv joined with products.csv; the part of the price that all markets share."""

    def __init__(self, level, product, seed):
        self.id = int(level["product"])
        self.kind_class = product["class"]
        self.unit = product["unit"]
        self.base = float(level["base"])
        self.amplitude = float(level["amplitude"])
        self.peak = (int(level["peak_month"]) - 0.5) / 12
        self.volatility = float(level["volatility"])
        self.step = round(float(level["step"]) * 1000)
        self.months = months_of(level["months"])
        self.supply = [(kind, int(m)) for kind, _, ms in
                       (part.partition(":") for part in level["supply"].split(";"))
                       for m in ms.split()]
        self.grades = [(name, float(factor)) for name, _, factor in
                       (part.partition(":") for part in level["grades"].split("|")) if name]
        self.grades = self.grades or [("统货", 1.0)]
        self.waves = [(Wave(key_of(seed, self.id, "county", p), p), w) for p, w in _COUNTY_WAVES]
        self.cache = {}

    def log_level(self, day):
        """Natural logarithm of the county's price in its own unit, on an ordinal day."""
        value = self.cache.get(day)
        if value is None:
            season = math.cos(2 * math.pi * ((day % 365.2425) / 365.2425 - self.peak))
            noise = sum(weight * wave.at(day) for wave, weight in self.waves)
            value = (math.log(self.base) + self.amplitude * season * 0.8
                     + self.volatility * noise + self._festival(day))
            self.cache[day] = value
        return value

    def _festival(self, day):
        offset = festival_offset(day)
        top = _FESTIVAL.get(self.kind_class, 0.0)
        if offset is None or not top:
            return 0.0
        return top * max(0.0, 1 + offset / 21 if offset <= 0 else 1 - offset / 14)


class Series:
    """One product, market, grade and kind. `row (day)` depends on the day alone."""

    def __init__(self, product, habit, grade, factor, seed):
        self.product = product
        self.market = int(habit["market"])
        self.kind = habit["kind"]
        self.grade = grade
        self.key = key_of(seed, product.id, self.market, grade, self.kind)
        own = (unit(self.key, -7) - 0.5) * min(0.10, 2 * product.volatility)
        self.log_factor = math.log(float(habit["factor"]) * factor) + own
        self.waves = [(Wave(key_of(self.key, p), p), w) for p, w in _MARKET_WAVES]
        self.sources = (int(habit["sources_min"]), int(habit["sources_max"]))
        twice = product.unit == "斤" and habit["mass_unit"] == "公斤"
        self.scale = 2 if twice else 1
        self.unit = "元/" + ("公斤" if twice else product.unit)
        self.chance, self.longest = _RENEW[self.kind]
        self.held = None

    def written_on(self, day):
        """The last day, up to `day`, on which somebody wrote this price anew."""
        first = day - day % self.longest
        while day > first and unit(self.key, 2 * day) >= self.chance:
            day -= 1
        return day

    def prices(self, day):
        """low, mid, high in 厘 and the number of sources asked."""
        written = self.written_on(day)
        if self.held is None or self.held[0] != written:
            self.held = (written, self._prices_written(written))
        return self.held[1]

    def _prices_written(self, day):
        noise = sum(weight * wave.at(day) for wave, weight in self.waves)
        value = math.exp(self.product.log_level(day) + self.log_factor
                         + self.product.volatility * noise)
        step = self.product.step * self.scale
        mid = max(step, round(value * self.scale * 1000 / step) * step)
        sources = pick(self.key, 2 * day + 1, *self.sources)
        if sources == 1:
            return mid, mid, mid, 1
        spread = (0.02 + 0.06 * unit(self.key ^ 1, day)) * min(1.0, self.product.volatility * 40 + 0.2)
        below = round(mid * spread / step) * step
        above = round(mid * spread * (0.7 + 0.6 * unit(self.key ^ 2, day)) / step) * step
        return max(step, mid - below), mid, mid + above, sources


class MarketDays:
    """Which days a market (for one kind of price) is written down at all."""

    def __init__(self, market, habit, seed):
        self.is_open = open_rule(market["open_days"])
        self.key = key_of(seed, "market", habit["market"], habit["kind"])
        self.long_key = key_of(seed, "silent", habit["market"])
        self.missed = int(habit["missed_permille"]) / 1000
        self.festival = [int(x) for x in habit["festival"].split(":")] if habit["festival"] else None

    def has(self, day):
        if not self.is_open(datetime.date.fromordinal(day)) or unit(self.key, day) < self.missed:
            return False
        offset = festival_offset(day)
        if self.festival and offset is not None and self.festival[0] <= offset <= self.festival[1]:
            return False
        return not self._silent(day)

    def _silent(self, day):
        """Now and then nobody writes for some days: in a third of all spans of 120 days. A market that is
        never missed (missed_permille 10 or less) has none, so that every day has some quote."""
        if self.missed <= 0.010:
            return False
        span, place = divmod(day, 120)
        if unit(self.long_key, 3 * span) >= 0.34:
            return False
        start = pick(self.long_key, 3 * span + 1, 0, 110)
        return start <= place < start + pick(self.long_key, 3 * span + 2, 3, 8)


class County:
    """All series of one county, from the folder of assets/demo and a seed."""

    def __init__(self, folder, seed, code="990101"):
        root = key_of(seed, code)
        products = {p["product"]: p for p in read_csv(folder / "products.csv")}
        markets = {m["market"]: m for m in read_csv(folder / "markets.csv")}
        habits = {(h["kind"], int(h["market"])): h for h in read_csv(folder / "habits.csv")}
        self.days = {place: MarketDays(markets[h["market"]], h, root) for place, h in habits.items()}
        self.series = []
        for level in read_csv(folder / "levels.csv"):
            product = Product(level, products[level["product"]], root)
            for place in product.supply:
                for grade, factor in product.grades:
                    self.series.append(Series(product, habits[place], grade, factor, root))
        self.series.sort(key=lambda s: (s.market, s.product.id, s.kind, s.grade))

    def rows(self, day):
        """The quotes of one ordinal day, in the order market, product, kind, grade."""
        date = datetime.date.fromordinal(day)
        text = date.isoformat()
        there = {place: days.has(day) for place, days in self.days.items()}
        for series in self.series:
            if not there[(series.kind, series.market)] or date.month not in series.product.months:
                continue
            if unit(series.key ^ 3, day) < 0.02:  # one product forgotten on one day
                continue
            low, mid, high, sources = series.prices(day)
            yield (text, series.market, series.product.id, series.grade, series.kind,
                   money(low), money(mid), money(high), series.unit, sources)


def money(li):
    """厘 as yuan with two decimals, three where the last is not zero: 1225 → 1.225, 450 → 0.45."""
    yuan, rest = divmod(li, 1000)
    return f"{yuan}.{rest:03d}" if rest % 10 else f"{yuan}.{rest // 10:02d}"


def write(county, first, last, out, by="month"):
    """Writes quotes-YYYY-MM.csv (by month), quotes-YYYY-MM-DD.csv (by day) or quotes.csv into out; returns rows."""
    cut = {"day": 10, "month": 7, "all": 0}[by]
    count, name, stream = 0, None, None
    try:
        for day in range(first, last + 1):
            part = datetime.date.fromordinal(day).isoformat()[:cut]
            if part != name:
                if stream:
                    stream.close()
                name = part
                path = out / (f"quotes-{part}.csv" if part else "quotes.csv")
                stream = open(path, "w", encoding="utf-8", newline="")
                writer = csv.writer(stream, lineterminator="\n")
                writer.writerow(HEADER)
            rows = list(county.rows(day))
            writer.writerows(rows)
            count += len(rows)
    finally:
        if stream:
            stream.close()
    return count
