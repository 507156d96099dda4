#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""bytes.py DAY_BYTES [WORK] [DAYS] [quick]: bytes of consecutive days of the reference set, ours beside the stock tools, in one run.

The set is made by ../shared/lab/sync/gen.py (not part of this tree; without it one line and exit 77) in WORK, or taken from WORK
if it is there already. It is carried over into our tables: every row and value, but for what they have no place for: the time of
day of a listing (we keep days; about 615 B a day) and the first day of an amended text. The tools get the very same rows in a
plain SQLite file, without our local indexes. Tools that are not installed give one line; quick: only the best of them.
"""
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

OWN = 990101 * 10**9
HERE = os.path.dirname(os.path.abspath(__file__))
LAB = os.path.join(HERE, "..", "..", "..", "..", "shared", "lab", "sync")
STOCK_DAYS = 2
KINDS = {"policy": 1, "tech": 2, "market": 3, "notice": 4, "news": 5}
SIDES = {"S": 1, "B": 2, "R": 3, "H": 4}
TABLES = """create table quote(day integer, market integer, product integer, grade integer, kind integer, low integer, mid integer,
 high integer, sources integer, currency text, period integer, status integer, contributor integer,
 primary key(day, market, product, grade, kind)) without rowid;
create table article(id integer primary key, kind integer, title text, summary text, body text, audio blob, picture blob,
 office text, source text, licence text, lang text, day integer, topic integer, timings text);
create table listing(id integer primary key, side integer, product integer, grade integer, quantity_g integer, price integer,
 from_day integer, to_day integer, village integer, photo blob, voice blob, contact_level integer, verify_level integer,
 state integer, reason text, text text, phone text, station text);"""


def convert(source, target):
    if os.path.exists(target):
        return
    src, dst = sqlite3.connect(source), sqlite3.connect(target + ".part")
    dst.executescript("pragma journal_mode=off; pragma synchronous=off;" + TABLES)
    dst.executemany("insert into quote values(?,?,?,0,1,?,?,?,0,'',0,0,0)",
                    ((d, OWN + m, OWN + p, lo * 10, av * 10, hi * 10) for d, m, p, lo, hi, av in
                     src.execute("select day,market_id,product_id,pmin,pmax,pavg from price order by 1,2,3")))
    dst.executemany("insert into article values(?,?,?,'',?,x'',x'',?,'','','',?,0,'')",
                    ((OWN + r[0], KINDS[r[3]], r[5], r[6], str(r[4]), r[2]) for r in src.execute("select * from article order by 1")))
    dst.executemany("insert into listing values(?,?,?,0,?,?,?,?,?,x'',x'',2,0,?,'',?,?,'')",
                    ((OWN + r[0], SIDES[r[2]], OWN + r[3], r[7] * 1000, r[6] * 10, r[10] // 86400, r[11], r[1] * 10**6, r[12],
                      r[4] + "\n" + r[5] + "\n" + r[8], r[9]) for r in src.execute("select * from listing order by 1")))
    dst.commit()
    dst.close()
    os.rename(target + ".part", target)


def run(*args, **more):
    return subprocess.run(args, check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more).stdout


def size(path):
    return os.path.getsize(path)


def dump(db, path):
    """Canonical text of all rows, sorted: what zstd --patch-from does best on."""
    with open(path, "w", encoding="utf-8") as out:
        for table in ("quote", "article", "listing"):
            for row in sqlite3.connect(db).execute(f"select * from {table} order by 1,2,3"):
                out.write("\x1f".join("" if v in (b"", "") else str(v) for v in row) + "\x1e\n")


def patchset(old, new, work):
    # sqldiff --changeset writes the session extension's format; xz as the study found best.
    run("sqldiff", "--changeset", work + "/cs", old, new)
    run("xz", "-9e", "-k", "-f", work + "/cs")
    return size(work + "/cs.xz")


def sql_xz(old, new, work):
    with open(work + "/sql", "wb") as out:
        subprocess.run(["sqldiff", old, new], check=True, stdout=out)
    run("xz", "-9e", "-k", "-f", work + "/sql")
    return size(work + "/sql.xz")


def patch_from(a, b, work):
    run("zstd", "-19", "--long=27", "-q", "-f", "--patch-from=" + a, b, "-o", work + "/pf")
    return size(work + "/pf")


def patch_from_dump(old, new, work):
    dump(old, work + "/old.txt")
    dump(new, work + "/new.txt")
    return patch_from(work + "/old.txt", work + "/new.txt", work)


def bsdiff(old, new, work):
    run("bsdiff", old, new, work + "/bs")
    return size(work + "/bs")


def xdelta(old, new, work):
    run("xdelta3", "-9", "-f", "-B", "134217728", "-e", "-s", old, new, work + "/xd")
    return size(work + "/xd")


def rsync(old, new, work):
    shutil.copy(old, work + "/rs.db")
    run("rsync", "-I", "--no-whole-file", "--only-write-batch=" + work + "/rs", new, work + "/rs.db")
    run("zstd", "-19", "-q", "-f", work + "/rs", "-o", work + "/rs.zst")
    return size(work + "/rs.zst")


def store_bytes(folder):
    return {os.path.join(d, f): size(os.path.join(d, f)) for d, _, fs in os.walk(folder) for f in fs}


def casync(old, new, work):
    shutil.rmtree(work + "/ca", ignore_errors=True)
    os.makedirs(work + "/ca")
    run("casync", "make", "--store=" + work + "/ca/s", "--chunk-size=8192", work + "/ca-old.caibx", old)
    before = store_bytes(work + "/ca")
    run("casync", "make", "--store=" + work + "/ca/s", "--chunk-size=8192", work + "/ca-new.caibx", new)
    return size(work + "/ca-new.caibx") + sum(n for f, n in store_bytes(work + "/ca").items() if f not in before)


def zchunk(old, new, work):
    for name, db in (("zo", old), ("zn", new)):
        run("zck", "-o", f"{work}/{name}.zck", db)
    chunks = [dict(re.findall(r"^\s*\d+ ([0-9a-f]{16,}) +\d+ +(\d+)", run("zck_read_header", "-c", f"{work}/{n}.zck").decode(), re.M)) for n in ("zo", "zn")]
    header = int(re.search(r"[Hh]eader size:? *(\d+)", run("zck_read_header", f"{work}/zn.zck").decode() + " header size: 0").group(1))
    return header + sum(int(n) for c, n in chunks[1].items() if c not in chunks[0])


STOCK = [("zstd --patch-from, sorted rows", "zstd", patch_from_dump), ("zstd --patch-from, database", "zstd", patch_from),
         ("sqldiff changeset + xz", "sqldiff", patchset), ("sqldiff SQL + xz", "sqldiff", sql_xz), ("bsdiff", "bsdiff", bsdiff),
         ("xdelta3", "xdelta3", xdelta), ("rsync batch + zstd", "rsync", rsync), ("casync 8 KB", "casync", casync), ("zchunk", "zck", zchunk)]


def entropy(work, day):
    """The study's estimate for one day: order-1 cross-entropy, and about 0.2 bit for which quotes are there."""
    out = run("/usr/bin/python3", LAB + "/entropy.py", f"{work}/db/d{day}.db", str(19800 + day - 1), str(19800 + day)).decode()
    quotes = int(re.search(r"quotes in test (\d+)", out).group(1))
    return (float(re.findall(r": ([0-9.]+) bits", out)[-1]) + 0.2) * quotes / 8


def writes_of(tool, folder, bundle, work):
    if not shutil.which("strace"):
        return "no strace"
    subprocess.run(["strace", "-f", "-y", "-e", "trace=pwrite64,write,fsync,fdatasync", "-o", work + "/trace", tool, "apply", folder, bundle],
                   check=True, stdout=subprocess.DEVNULL)
    lines = [l for l in open(work + "/trace", errors="replace") if "content" in l or "fsync" in l or "fdatasync" in l]
    syncs = sum("sync(" in l for l in lines)
    total = sum(int(m.group(1)) for l in lines if "write" in l and (m := re.search(r"= (\d+)$", l)))
    return f"{total / 1e6:.2f} MB in {syncs} syncs"


def main():
    tool = os.path.abspath(sys.argv[1])
    if not os.path.exists(LAB + "/gen.py"):
        print("no ../shared/lab/sync beside the source: skipped")
        sys.exit(77)
    keep = len(sys.argv) > 2
    work = os.path.abspath(sys.argv[2]) if keep else tempfile.mkdtemp(prefix="cz-bytes-")
    days = int(sys.argv[3]) if len(sys.argv) > 3 else 8
    os.makedirs(work, exist_ok=True)
    if not os.path.exists(f"{work}/db/d{days}.db"):
        run("/usr/bin/python3", LAB + "/zhcorpus.py", work + "/corpus.txt")
        run("/usr/bin/python3", LAB + "/gen.py", work + "/corpus.txt", work + "/db", "20240601", ",".join(map(str, range(days + 1))))
    for day in range(days + 1):
        convert(f"{work}/db/d{day}.db", f"{work}/s{day}.db")
    os.environ["CZ_BENCH_KEY"] = work + "/key"
    if not os.path.exists(work + "/key"):
        run(tool, "key", work + "/key")
    measure(tool, work, days, STOCK[:1] if sys.argv[4:] == ["quick"] else STOCK)
    if not keep:
        shutil.rmtree(work)


def measure(tool, work, days, tools):
    folder = work + "/content"
    shutil.rmtree(folder, ignore_errors=True)
    run(tool, "load", work + "/s0.db", folder)
    ours, prices, limits, stock = [], [], [], {name: [] for name, _, _ in tools}
    for day in range(1, days + 1):
        old, new, bundle = f"{work}/s{day-1}.db", f"{work}/s{day}.db", f"{work}/b{day}"
        said = run(tool, "publish", old, new, folder, bundle).decode()
        ours.append(size(bundle))
        prices.append(int(re.search(r"section quote op 1 .* bytes (\d+)", said).group(1)))
        limits.append(entropy(work, day))
        shutil.rmtree(work + "/copy", ignore_errors=True)
        shutil.copytree(folder, work + "/copy", symlinks=True)
        traced = writes_of(tool, work + "/copy", bundle, work)
        applied = run(tool, "apply", folder, bundle).decode().strip()
        print(f"day {day}: {ours[-1]} B, prices {prices[-1]} B (estimate {limits[-1]:.0f}); {applied}; {traced}", flush=True)
        for name, program, make in tools:
            if not shutil.which(program):
                if day == 1:
                    print(f"  {name}: {program} is not installed")
                continue
            if day > STOCK_DAYS:
                continue # minutes a day for all of them: two days tell enough
            try:
                begin = time.monotonic()
                stock[name].append(make(old, new, work))
                print(f"  {name}: {stock[name][-1]} B, {ours[-1] / stock[name][-1]:.3f} ({time.monotonic() - begin:.1f} s)", flush=True)
            except (subprocess.CalledProcessError, AttributeError, ValueError) as problem:
                print(f"  {name}: failed ({problem})")
    mean = sum(ours) / len(ours)
    print(f"mean day {mean:.0f} B (must 20000, aim 18000); prices {sum(prices) / sum(limits):.3f} x estimate (must 1.10, aim 1.03)")
    same = min(days, STOCK_DAYS)
    best = min((sum(v) / same, name) for name, v in stock.items() if len(v) == same)
    ratio = sum(ours[:same]) / same / best[0]
    print(f"best stock tool on the first {same} days: {best[1]}, {best[0]:.0f} B; ours {ratio:.3f} of it (must 0.45, aim 0.40)")
    if mean > 20000 or sum(prices) > 1.10 * sum(limits) or ratio > 0.45:
        sys.exit("a byte target is missed")


main()
