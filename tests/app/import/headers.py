#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""headers.py SOURCE BUILD: the header words in app/hub/import/README.md are those the program reads: each is read, and no other stands in the sources."""
import glob
import json
import os
import re
import subprocess
import sys
import tempfile

ROW = re.compile(r"^\| (regions|markets|distances|products|quotes) \| (\w+) \| ([^|]*) ?\|$", re.M)
SPEC = re.compile(r'\{ "(\w+)", (NULL|"([^"]*)"), (?:TRUE|FALSE)(?:, (?:NULL|"[^"]*"))?(?:, TRUE)? \}')


def documented(source):
    with open(os.path.join(source, "app/hub/import/README.md"), encoding="utf-8") as readme:
        return [(kind, field, words.split()) for kind, field, words in ROW.findall(readme.read())]


def in_sources(source):
    found = []
    for path in glob.glob(os.path.join(source, "app/hub/import/cz-import-*.c")):
        with open(path, encoding="utf-8") as text:
            found += [(field, (words or "").split()) for field, _, words in SPEC.findall(text.read())]
    return sorted(found)


def unread(hub, home, folder, kind, headers):
    """Which of these the program does not read, beside the required ones of the kind."""
    path = os.path.join(folder, "list.csv")
    with open(path, "w", encoding="utf-8") as out:
        out.write(",".join(headers) + "\n")
    done = subprocess.run([hub, "--home", home, "import", kind, path, "--json", "--dry-run"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return [done.stderr.strip()]
    return [name for name in json.loads(done.stdout)["not_read"].split(", ") if name]


def main():
    source, build = sys.argv[1:]
    table = documented(source)
    written = sorted((field, words) for _, field, words in table)
    assert written == in_sources(source), "README and sources differ:\n" + "\n".join(
        str(row) for row in written + in_sources(source) if (row in written) != (row in in_sources(source)))
    hub = os.path.join(build, "app/hub/cunzhan-hub")
    faults, tried = [], 0
    with tempfile.TemporaryDirectory() as folder:
        home = os.path.join(folder, "hub")
        subprocess.run([hub, "--home", home, "init", "--region", "990101", "--name", "x"], check=True, capture_output=True)
        for kind in sorted({kind for kind, _, _ in table}):
            fields = {field: words for of, field, words in table if of == kind}
            stands_alone = {"purchase", "wholesale", "retail"}
            plain = [field for field in fields if field not in stands_alone]
            for field, words in fields.items():
                others = [name for name in plain if name != field and not (field in stands_alone and name in ("kind", "mid"))]
                for word in [field] + words:
                    faults += [f"{kind} {field} {word}: {what}" for what in unread(hub, home, folder, kind, others + [word])]
                    tried += 1
            assert unread(hub, home, folder, kind, plain + ["备注"]) == ["备注"], kind
    print(f"{tried} header words tried")
    if faults:
        sys.exit("\n".join(faults))


if __name__ == "__main__":
    main()
