#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""make-wire-corpus.py: the first inputs of the fuzz-wire-* targets, from tests/data/wire."""
import os
import struct

HERE = os.path.dirname(os.path.abspath(__file__))
VECTORS = os.path.join(HERE, "..", "data", "wire")


def load(name):
    with open(os.path.join(VECTORS, name), "rb") as file:
        return file.read()


def save(target, name, data):
    folder = os.path.join(HERE, "corpus", "wire-" + target)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "wb") as out:
        out.write(data)


def body(data):
    (length,) = struct.unpack_from("<I", data, 8)
    return data[12:12 + length]


def links(chain):
    at, bodies = 9, []
    for _ in range(chain[8]):
        (length,) = struct.unpack_from("<I", chain, at)
        bodies.append(body(chain[at + 4:at + 4 + length]))
        at += 4 + length
    return bodies


def sections(data):
    manifest = body(data)
    at, line = 12 + len(manifest) + 72, 193
    for _ in range(manifest[192]):
        table, op, codec, rows, packed, raw = struct.unpack_from("<HBBIII", manifest, line)
        yield op, struct.pack("<BBBHI", table, op, codec, rows, raw) + data[at:at + packed]
        line, at = line + 48, at + packed


def main():
    for name in ("bundle-1", "bundle-2"):
        data = load(name)
        manifest = body(data)
        save("bundle", name, data)
        save("bundle", name + "-to-be-signed", struct.pack("<H", len(manifest)) + manifest + data[12 + len(manifest) + 72:])
        for number, (op, section) in enumerate(sections(data)):
            save("section", f"{name}-{number}-op-{op}", section)
    for target, name in (("head", "head"), ("index", "idx"), ("root", "root-1"), ("root", "root-2")):
        save(target, name, load(name))
        save(target, name + "-to-be-signed", body(load(name)))
    root = bytearray(body(load("root-1")))
    root[4] = 1
    save("root", "threshold-1", bytes(root))
    chain = load("chain")
    save("chain", "chain", chain)
    save("chain", "two-links", struct.pack("<BI", 2, 990101) + b"".join(links(chain)))
    revoking = load("chain-revoking")
    save("chain", "revoking", revoking)
    save("chain", "two-links-and-a-list", struct.pack("<BI", 2, 990101) + b"".join(links(chain)) + body(revoking[len(chain) + 4:]))
    save("chain", "one-link", struct.pack("<BI", 1, 990000) + links(chain)[0])
    for number, link in enumerate(links(chain)):
        save("request", f"draft-{number}", link)
    save("ticket", "ticket", load("ticket"))


if __name__ == "__main__":
    main()
