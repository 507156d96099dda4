#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a price list in the plain format, the same bytes for the same seed: a county's markets quoting their products day
by day, prices walking in small steps, and now and then a row that an import has to hold back."""
import argparse
import datetime
import random
import sys


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--markets", type=int, default=20)
    parser.add_argument("--products", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--doubtful-permille", type=int, default=2)
    parser.add_argument("--out", default="-")
    args = parser.parse_args()
    rng = random.Random(args.seed)
    out = sys.stdout if args.out == "-" else open(args.out, "w", encoding="utf-8", newline="")
    prices = {}
    day = datetime.date(2022, 1, 1)
    out.write("day,market,product,grade,kind,low,mid,high,unit,sources\n")
    n = 0
    while n < args.rows:
        for market in range(1, args.markets + 1):
            for product in range(1, args.products + 1):
                if n == args.rows:
                    break
                key = (market, product)
                price = prices.get(key) or rng.randint(100, 4000)
                price = max(50, min(6000, price + rng.randint(-price // 20, price // 20)))
                prices[key] = price
                shown = price * 3 if rng.randrange(1000) < args.doubtful_permille else price
                low, high = shown * 95 // 100, shown * 105 // 100
                out.write(f"{day},市场{market},产品{product},一级,批发,{low / 100:.2f},{shown / 100:.2f},"
                          f"{high / 100:.2f},元/斤,{rng.randint(2, 9)}\n")
                n += 1
        day += datetime.timedelta(days=1)
    if out is not sys.stdout:
        out.close()


if __name__ == "__main__":
    main()
