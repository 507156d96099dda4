#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""recipe.py BUILD: the shipped nginx site, exactly as it is installed, on port 80 of a network of its own.

A namespace has loopback alone, and /srv of its own; as root nginx's workers are www-data and the modes of the folders are tried too."""
import json
import os
import pwd
import shutil
import socket
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "support"))
import own_network  # noqa: E402
from rig import SOURCE, Rig, wait_until  # noqa: E402

SITE = os.path.join(SOURCE, "sync/depot/cunzhan-depot.conf")
DEPOT = "/srv/cunzhan/depot"
COUNTY, VILLAGE = "990101", "990101001201"
NGINX = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin:/sbin")


def ask(method, path, body=b"", *headers, chunked=False):
    """One request as it stands, no client tidies the path. Status, headers and body."""
    lines = [f"{method} {path} HTTP/1.1", "Host: depot", "Connection: close", *headers]
    lines.append("Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(body)}")
    data = f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n" if chunked else body
    with socket.create_connection(("127.0.0.1", 80), 10) as link:
        try:
            link.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + data)
        except OSError:
            pass  # refused before everything was read
        answer = b""
        while True:
            try:
                more = link.recv(65536)
            except OSError:
                break
            if not more:
                break
            answer += more
    head, _, rest = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), head.decode(), rest


def status(*request, **more):
    return ask(*request, **more)[0]


def check_refusals(name):
    """name: an envelope that lies there."""
    fresh = f"/uploads/{COUNTY}/aaaaaaaa/7-" + "ab" * 32
    folder = f"{DEPOT}/uploads/{COUNTY}/aaaaaaaa"
    refused = (400, 403, 404, 405)
    with open(DEPOT + name, "rb") as file:
        before = file.read()
    assert status("PUT", name, b"other bytes") == 412
    assert status("PUT", name, b"other bytes", "If-None-Match: *") == 412
    assert status("PUT", name, b"other bytes", "Overwrite: T") == 412
    with open(DEPOT + name, "rb") as file:
        assert file.read() == before
    for method in ("GET", "HEAD", "DELETE", "POST", "OPTIONS", "PROPFIND", "PROPPATCH", "MKCOL", "COPY", "MOVE", "LOCK", "PATCH", "TRACE"):
        for path in (name, fresh, "/uploads", "/uploads/", f"/uploads/{COUNTY}/", os.path.dirname(name), os.path.dirname(name) + "/"):
            got, _, body = ask(method, path, b"", "Destination: http://depot/uploads/moved", "Depth: infinity")
            assert got in refused or (got, path) == (301, "/uploads"), (method, path, got)
            assert before not in body and os.path.basename(name).encode() not in body
    hexadecimal = "ab" * 32
    for path in (f"/uploads/{COUNTY}/aaaaaaaa/7-{hexadecimal}/deeper", f"/uploads/{COUNTY}/aaaaaaaa/7-{hexadecimal}.part", "/uploads/x",
                 f"/uploads/{COUNTY}/AAAAAAAA/7-{hexadecimal}", f"/uploads/{COUNTY}/aaaaaaaa/0-{hexadecimal}", "/x", "/v1/x",
                 f"/uploads/{COUNTY}/aaaaaaaa/{'9' * 30}-{hexadecimal}", f"/uploads/../v1/c/{COUNTY}/head", f"/uploads/%2e%2e/v1/c/{COUNTY}/head",
                 f"/uploads/{COUNTY}/../../v1/c/{COUNTY}/head", f"/uploads//{COUNTY}/aaaaaaaa/7-{hexadecimal}", f"/v1/c/{COUNTY}/head",
                 f"/uploads/{COUNTY}/aaaaaaaa/7-{hexadecimal}%00", f"/uploads/{COUNTY}/aaaaaaaa/7-{hexadecimal}/"):
        assert status("PUT", path, b"x") in refused, path
    assert not os.path.exists(folder), "nothing was made"
    assert status("PUT", fresh, b"x" * 1572865) == 413 and status("PUT", fresh, b"x" * 1572865, chunked=True) == 413
    assert not os.path.exists(DEPOT + fresh)
    assert status("PUT", fresh, b"x" * 1572864) == 201 and status("PUT", fresh, b"x" * 1572864) == 412
    os.remove(DEPOT + fresh)
    for path in ("/", "/v1/", "/v1/c/", f"/v1/c/{COUNTY}/", "/etc/passwd", "/v1/../../../etc/passwd", "/v1/c/link"):
        assert status("GET", path) in refused, path


def check_reading():
    """What stations ask of it: a mark, nothing new by that mark, one range."""
    got, head, body = ask("GET", f"/v1/c/{COUNTY}/head")
    mark = next(line.split(": ", 1)[1] for line in head.split("\r\n") if line.lower().startswith("etag"))
    assert got == 200 and len(body) > 100 and not mark.startswith("W/")
    assert status("GET", f"/v1/c/{COUNTY}/head", b"", f"If-None-Match: {mark}") == 304
    segment = f"/v1/c/{COUNTY}/seg/" + os.listdir(f"{DEPOT}/v1/c/{COUNTY}/seg")[0]
    got, head, body = ask("GET", segment, b"", "Range: bytes=4-7")
    assert got == 206 and len(body) == 4 and "Content-Encoding" not in head
    for method in ("PUT", "DELETE", "POST", "PROPFIND"):
        assert status(method, segment, b"x") in (403, 405)


def inside(build):
    clerk = os.getgid()
    with Rig(build) as rig:
        os.makedirs(DEPOT)
        hub, station = rig.hub("county"), rig.station("village")
        hub.run("init", "--region", COUNTY, "--name", "示例县农业农村局", "--depot", DEPOT)
        hub.run("publish")
        os.symlink("/etc/passwd", f"{DEPOT}/v1/c/link")
        conf = rig.path("nginx.conf")
        is_root = own_network.is_root()
        os.mkdir(DEPOT + "/uploads")
        if is_root:
            shutil.chown(DEPOT + "/uploads", "www-data", clerk)
        os.chmod(DEPOT + "/uploads", 0o2770)
        with open(conf, "w", encoding="utf-8") as out:
            out.write(f"daemon off; user {'www-data' if is_root else 'root'}; pid {rig.dir}/pid; error_log {rig.dir}/error.log;\n"
                      f"events {{ worker_connections 64; }}\nhttp {{ include {SITE}; }}\n")
        process = rig.start("nginx", [NGINX, "-p", rig.dir, "-c", conf, "-e", rig.path("error.log")])
        wait_until(lambda: process.poll() is None and rig.answers(80), "nginx: " + rig.tail("nginx"))
        ticket = rig.path("ticket")
        hub.run("ticket", ticket, "--village", VILLAGE, "--name", "示例村", "--depot", "http://127.0.0.1/")
        station.run("enrol", ticket)
        station.run("once")
        names = [os.path.join(path, name)[len(DEPOT):] for path, _, files in os.walk(DEPOT + "/uploads") for name in files if "/.body" not in path]
        assert len(names) == 1, names
        if is_root:
            made = os.stat(DEPOT + names[0])
            assert pwd.getpwuid(made.st_uid).pw_name == "www-data" and made.st_gid == clerk and made.st_mode & 0o777 == 0o660, oct(made.st_mode)
        check_refusals(names[0])
        check_reading()
        assert json.loads(hub.run("collect", "--json").stdout)["asked"] == 1 and not os.path.exists(DEPOT + names[0])
        # A flood from one address is slowed down; reading goes on.
        got = [status("PUT", f"/uploads/{COUNTY}/aaaaaaaa/{n}-{'cd' * 32}", b"x") for n in range(1, 500)]
        assert 429 in got and got.count(201) >= 300, {code: got.count(code) for code in set(got)}
        assert status("GET", f"/v1/c/{COUNTY}/head") == 200
    return 0


def main():
    if own_network.is_inside():
        own_network.settle()
        return inside(sys.argv[1])
    if NGINX is None or not own_network.is_possible():
        print("no nginx, or no namespaces of one's own here: skipped")
        return 77
    return own_network.run_again()


if __name__ == "__main__":
    sys.exit(main())
