#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the changing part of the demo county: quotes, dated content, benches of many villages. See README.md."""

import argparse
import datetime
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.dont_write_bytecode = True

import bench
import content
import quotes

DEMO = pathlib.Path(__file__).resolve().parents[2] / "assets" / "demo"


def day(text):
    return datetime.date.fromisoformat(text).isoformat()


def arguments():
    parser = argparse.ArgumentParser(description="Quotes, dated content and village benches for the demo county.")
    parser.add_argument("--from", dest="first", type=day, metavar="DAY", help="first day of quotes, YYYY-MM-DD")
    parser.add_argument("--to", dest="last", type=day, metavar="DAY", help="last day of quotes")
    parser.add_argument("--seed", default="1", help="any text; the same seed gives the same bytes (default 1)")
    parser.add_argument("--out", type=pathlib.Path, required=True, metavar="DIR", help="folder to write into")
    parser.add_argument("--by", choices=("month", "day", "all"), default="month", help="one quotes file a … (default month)")
    parser.add_argument("--content", type=day, metavar="DAY", help="copy policies and notices, dated for DAY")
    parser.add_argument("--counties", type=int, metavar="N", help="write a bench of N counties")
    parser.add_argument("--villages", type=int, default=20, metavar="M", help="villages a county (default 20)")
    parser.add_argument("--bench-days", type=int, default=60, metavar="D", help="days the bench's faults cover (default 60)")
    parser.add_argument("--demo", type=pathlib.Path, default=DEMO, metavar="DIR", help="folder with levels.csv and the rest")
    return parser


def checked(parser):
    args = parser.parse_args()
    if (args.first is None) != (args.last is None):
        parser.error("--from and --to belong together")
    if args.first and args.first > args.last:
        parser.error(f"--from {args.first} is after --to {args.last}")
    if args.counties is not None and not 1 <= args.counties <= bench.MAX_COUNTIES:
        parser.error(f"--counties must be 1 to {bench.MAX_COUNTIES}")
    if not 1 <= args.villages <= bench.MAX_VILLAGES:
        parser.error(f"--villages must be 1 to {bench.MAX_VILLAGES}")
    if args.bench_days < 1:
        parser.error("--bench-days must be 1 or more")
    if not (args.first or args.content or args.counties):
        parser.error("nothing to write: give --from and --to, --content, or --counties")
    return args


def write_quotes(args, code, out):
    county = quotes.County(args.demo, args.seed, code)
    return quotes.write(county, quotes.day_number(args.first), quotes.day_number(args.last), out, args.by)


def main():
    args = checked(arguments())
    args.out.mkdir(parents=True, exist_ok=True)
    if args.content:
        print(f"content: {content.write(args.demo, args.content, args.out)} files")
    if args.counties:
        shutil.copyfile(args.demo / "products.csv", args.out / "products.csv")
        bench.write_above(args.out, args.counties)
        for index in range(args.counties):
            code, folder = bench.write_county(args.out, args.seed, index, args.villages, args.bench_days)
            if args.first:
                write_quotes(args, code, folder)
        print(f"bench: {args.counties} counties, {args.counties * args.villages} villages")
    elif args.first:
        print(f"quotes: {write_quotes(args, '990101', args.out)} rows, {args.first} to {args.last}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
