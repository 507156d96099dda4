#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""run.py BENCH_APPLY [DIR]: first publication of 1,000,000 quotes, a day of 4,000 into 400 days; time, memory, bytes
written and fsyncs (counted by strace), beside plain sqlite3 .import of the same rows. Fails when a limit is passed."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

LIMITS = {  # from the issues: (name, unit, at most)
    "first seconds": 60, "day seconds": 0.15, "day rss MiB": 16, "day MB written": 4, "day fsyncs": 5,
}


def apply(bench, folder, name):
    out = subprocess.run([bench, "apply", folder, name], check=True, capture_output=True, text=True).stdout
    return json.loads(out)


def traced(bench, folder, name):
    """Bytes and fsyncs that reach files of the store; a run of its own, because tracing slows it down."""
    log = os.path.join(folder, "trace")
    subprocess.run(["strace", "-f", "-y", "-e", "trace=pwrite64,write,fsync,fdatasync,ftruncate", "-o", log, bench, "apply", folder, name],
                   check=True, capture_output=True)
    written = syncs = 0
    with open(log, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            found = re.search(r"(\w+)\(\d+<([^>]*)>.*\) += (-?\d+)", line)
            if not found or "/content" not in found[2]:
                continue
            if found[1] in ("pwrite64", "write") and not found[2].endswith("-shm"):
                written += int(found[3])
            if found[1] in ("fsync", "fdatasync"):
                syncs += 1
    return written / 1e6, syncs


def plain_import(folder):
    """The same rows and key into an empty table by the sqlite3 shell, in one transaction, synchronous=FULL."""
    if not shutil.which("sqlite3"):
        return None
    path = os.path.join(folder, "plain.db")
    script = ("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;\n"
              "CREATE TABLE quote (channel INT, day INT, market INT, product INT, grade INT, kind INT, low INT, mid INT, high INT,"
              " sources INT, currency TEXT, period INT, status INT, contributor INT,"
              " PRIMARY KEY (channel, day, market, product, grade, kind)) WITHOUT ROWID;\n"
              f".mode csv\n.import {os.path.join(folder, 'rows.csv')} quote\n")
    begin = time.monotonic()
    subprocess.run(["sqlite3", path], input=script, text=True, check=True, capture_output=True)
    return time.monotonic() - begin


def main():
    bench = os.path.abspath(sys.argv[1])
    folder = tempfile.mkdtemp(prefix="cz-bench-apply-", dir=sys.argv[2] if len(sys.argv) > 2 else None)
    results = {}
    try:
        subprocess.run([bench, "make", folder], check=True)
        first = apply(bench, folder, "first")
        apply(bench, folder, "second")
        content = os.path.join(folder, "content")
        kept = os.path.join(folder, "kept")
        shutil.copytree(content, kept, symlinks=True)
        day = apply(bench, folder, "day")
        results["first seconds"] = first["seconds"]
        results["day seconds"] = day["seconds"]
        results["day rss MiB"] = day["rss_kib"] / 1024
        if shutil.which("strace"):
            shutil.rmtree(content)
            os.rename(kept, content)
            results["day MB written"], results["day fsyncs"] = traced(bench, folder, "day")
        else:
            print("strace is not installed: bytes written and fsyncs are not counted")
        print(f"first publication: 1,000,000 quotes, {first['bundle_bytes']} B, peak {first['rss_kib'] / 1024:.1f} MiB")
        plain = plain_import(folder)
        if plain:
            print(f"{'sqlite3 .import of the same rows, seconds':42} {plain:9.3f}   ours / plain {first['seconds'] / plain:.2f}")
        failed = 0
        for name, value in results.items():
            verdict = "ok" if value <= LIMITS[name] else "TOO MUCH"
            failed += verdict != "ok"
            print(f"{name:42} {value:9.3f}   limit {LIMITS[name]:6}   ratio {value / LIMITS[name]:.2f}   {verdict}")
        return 1 if failed else 0
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
