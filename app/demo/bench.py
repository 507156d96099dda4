# SPDX-License-Identifier: GPL-3.0-or-later
"""A bench of invented counties: regions, markets, distances, and what is wrong with each village's clock and link."""

import csv

from noise import key_of, pick, unit

_FRONT = "东西南北上下前后大小新老青白黄清石柳杨松梨枣桃竹云龙凤马牛羊"
_BACK = "河湾岭坡庄沟塘桥井台坪寨店营屯洼坝口岗园"
_KINDS = (("东关市场", "批发", "每天", 15), ("城南市场", "批发", "每天", 12), ("北关市场", "批发", "周二至周日", 10),
          ("大集", "集市", "阳历逢2、7", 0), ("小集", "集市", "阳历逢5、0", 0), ("粮油收购点", "收购点", "周一至周六", 0),
          ("超市", "超市", "每天", 0), ("农资超市", "超市", "每天", 0))
MAX_COUNTIES = 98 * 99
MAX_VILLAGES = 999 * 20

FAULTS = ["village", "clock", "clock_from", "clock_shift_s", "clock_ppm", "link", "bytes_per_second",
          "latency_ms", "loss_permille", "down_days", "stick_every"]


def county_code(index):
    """99CCKK; CC 01 is the demo county's own city and left out. None of 99xxxx is in GB/T 2260."""
    city, county = divmod(index, 99)
    return f"99{city + 2:02d}{county + 1:02d}"


def name_of(index):
    """A name for the n-th place of a county, unique within it."""
    pairs = len(_FRONT) * len(_BACK)
    round_, rest = divmod(index, pairs)
    front, back = divmod(rest * 253 % pairs, len(_BACK))  # 253 shares no divisor with 29 × 20
    return (_FRONT[(round_ - 1) % len(_FRONT)] if round_ else "") + _FRONT[front] + _BACK[back]


def villages(code, count):
    """[(town code, village code, village name)]: twenty villages a town."""
    return [(f"{code}{i // 20 + 1:03d}000", f"{code}{i // 20 + 1:03d}{201 + i % 20}", name_of(i) + "村")
            for i in range(count)]


def down_days(key, days, share_permille):
    """Spans of days without a link, "3-9 17": about share_permille of all days, in pieces of 1 to 12."""
    spans, day, n = [], 0, 100
    while day < days:
        if unit(key, n) * 6500 < share_permille:
            last = min(days - 1, day + pick(key, n + 1, 0, 11))
            spans.append(f"{day}-{last}" if last > day else str(day))
            day = last + 1
        n += 2
        day += 1
    return " ".join(spans)


def clock_fault(key, days):
    """(clock, from day, shift in s, drift in ppm)."""
    draw, start = unit(key, 1), pick(key, 2, 0, max(0, days - 1))
    if draw < 0.60:
        return "ok", 0, 0, pick(key, 3, -20, 20)
    if draw < 0.75:  # no battery: after each start the clock stands where the image was built
        return "battery", start, -pick(key, 4, 30, 900) * 86400, 0
    if draw < 0.85:
        return "epoch", start, 0, 0
    if draw < 0.92:
        return "ahead", start, 5 * 365 * 86400 + 86400, 0
    return "drift", start, 0, pick(key, 5, 100, 500) * (1 if bits_odd(key) else -1)


def bits_odd(key):
    return unit(key, 6) < 0.5


def link_fault(key, days):
    """(link, bytes a second, latency ms, loss permille, days down, days between sticks)."""
    draw = unit(key, 10)
    if draw < 0.45:
        return "net", pick(key, 11, 60, 900) * 1000, pick(key, 12, 20, 120), pick(key, 13, 0, 10), down_days(key, days, 60), 0
    if draw < 0.75:
        return "slow", pick(key, 11, 1, 12) * 1000, pick(key, 12, 200, 1500), pick(key, 13, 5, 80), down_days(key, days, 200), 0
    if draw < 0.92:
        return "broken", pick(key, 11, 1, 60) * 1000, pick(key, 12, 80, 2000), pick(key, 13, 20, 250), down_days(key, days, 600), pick(key, 14, 10, 30)
    return "stick", 0, 0, 0, f"0-{days - 1}", pick(key, 14, 5, 30)


def _save(path, header, rows):
    with open(path, "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _regions(code, places):
    """A county's own regions: the rows above it are not its to publish."""
    rows = [(code, f"示例{code[2:]}县", code[:4] + "00", "县")]
    for n, town in enumerate(dict.fromkeys(t for t, _, _ in places)):
        rows.append((town, name_of(n) + "镇", code, "乡镇"))
    return rows + [(village, name, town, "村") for town, village, name in places]


def write_above(out, counties):
    """out/regions-above.csv: centre, province and the cities of the bench."""
    cities = dict.fromkeys(county_code(i)[:4] + "00" for i in range(counties))
    rows = [("000000", "中央示例", "", "中央"), ("990000", "示例省", "000000", "省")]
    rows += [(city, f"示例{city[2:4]}市", "990000", "市") for city in cities]
    _save(out / "regions-above.csv", ["code", "name", "parent", "level"], rows)


def _distances(key, places):
    at = [(pick(key, 2 * m, -9000, 9000), pick(key, 2 * m + 1, -9000, 9000)) for m in range(len(_KINDS))]
    for n, (_, village, _) in enumerate(places):
        x, y = pick(key, 1000 + 2 * n, -22000, 22000), pick(key, 1001 + 2 * n, -22000, 22000)
        for m, (mx, my) in enumerate(at):
            metres = max(300, round(((x - mx) ** 2 + (y - my) ** 2) ** 0.5 * 1.3 / 100) * 100)
            yield village, m + 1, metres, metres // 480 + 3


def write_county(out, seed, index, count, days):
    """Writes one county's folder out/CODE; returns (code, folder)."""
    code = county_code(index)
    folder = out / code
    folder.mkdir(parents=True, exist_ok=True)
    places = villages(code, count)
    _save(folder / "regions.csv", ["code", "name", "parent", "level"], _regions(code, places))
    _save(folder / "markets.csv", ["market", "region", "name", "kind", "open_days", "fee_permille"],
          [(n + 1, code, *kind) for n, kind in enumerate(_KINDS)])
    _save(folder / "distances.csv", ["village", "market", "metres", "minutes"],
          _distances(key_of(seed, code, "map"), places))
    faults = []
    for _, village, _ in places:
        key = key_of(seed, village, "fault")
        faults.append((village, *clock_fault(key, days), *link_fault(key, days)))
    _save(folder / "faults.csv", FAULTS, faults)
    return code, folder
