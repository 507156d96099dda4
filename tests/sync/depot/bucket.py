#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""bucket.py BUILD: an office publishes into an S3-compatible store, a station reads from it and answers into it.

The store is s3rver (npm), which takes any signature of version 4; so a door stands before it that computes each signature anew by
AWS's description, with hmac and hashlib alone, and lets only reading pass unsigned. Without s3rver: skipped."""
import hashlib
import hmac
import http.client
import http.server
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "support"))
from rig import SOURCE, Rig, free_port, wait_until  # noqa: E402

KEY, SECRET, REGION = "S3RVER", "S3RVER", "cn-north-1"


def s3rver():
    places = [os.environ.get("CZ_S3RVER"), shutil.which("s3rver"), os.path.join(SOURCE, ".build-test/s3/node_modules/.bin/s3rver")]
    return next((place for place in places if place and os.path.exists(place)), None)


def digest(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def signature_fault(handler, body):
    """Why this request is not signed by the secret, or None."""
    kind, _, rest = handler.headers.get("Authorization", "").partition(" ")
    if kind != "AWS4-HMAC-SHA256":
        return "not signed"
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    key, date, region, service, end = parts["Credential"].split("/")
    if (key, region, service, end) != (KEY, REGION, "s3", "aws4_request"):
        return "of another key or region"
    stamp = handler.headers["X-Amz-Date"]
    if abs(time.time() - time.mktime(time.strptime(stamp, "%Y%m%dT%H%M%SZ")) + time.timezone) > 900 or stamp[:8] != date:
        return "of another time"
    if handler.headers["x-amz-content-sha256"] != hashlib.sha256(body).hexdigest():
        return "over another body"
    names = parts["SignedHeaders"].split(";")
    if not {"host", "x-amz-content-sha256", "x-amz-date"} <= set(names):
        return "over too few headers"
    if any(name not in handler.headers for name in names):
        return "over headers that were not sent"
    lines = "".join(f"{name}:{' '.join(handler.headers[name].split())}\n" for name in names)
    path, _, query = handler.path.partition("?")
    pairs = sorted(urllib.parse.parse_qsl(query, keep_blank_values=True))
    plain = "&".join(urllib.parse.quote(name, safe="-_.~") + "=" + urllib.parse.quote(value, safe="-_.~") for name, value in pairs)
    canonical = "\n".join([handler.command, path, plain, lines, parts["SignedHeaders"], hashlib.sha256(body).hexdigest()])
    to_sign = "\n".join([kind, stamp, "/".join([date, region, service, end]), hashlib.sha256(canonical.encode()).hexdigest()])
    step = ("AWS4" + SECRET).encode()
    for word in (date, region, service, end):
        step = digest(step, word)
    wanted = hmac.new(step, to_sign.encode(), hashlib.sha256).hexdigest()
    return None if wanted == parts["Signature"] else "by another secret"


class Door(http.server.ThreadingHTTPServer):
    """Lets through what is rightly signed, and unsigned reading."""

    def __init__(self, port):
        self.seen, self.refused, self.troubles, self.upstream = [], [], 0, port
        self.page, self.hold_s = None, 0.0  # names in a page of a listing; how long an answer to PUT is held back
        self.lock = threading.Lock()
        self.stumbles = {}  # by method: so many requests for an envelope find the store in trouble
        door = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def serve(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                fault = signature_fault(self, body)
                door.seen.append((self.command, self.path, fault))
                if door.troubles > 0:
                    door.troubles -= 1
                    return self.answer(503, {}, b"<Error><Code>SlowDown</Code></Error>")
                if "/uploads/" in self.path and not self.is_listing() and door.stumbles_at(self.command):
                    return self.answer(503, {}, b"")
                if fault and (self.command not in ("GET", "HEAD") or "Authorization" in self.headers):
                    door.refused.append(fault)
                    return self.answer(403, {}, b"<Error><Code>SignatureDoesNotMatch</Code></Error>")
                if self.command == "PUT" and door.hold_s > 0:  # whoever sent it is gone by then: it must not arrive after all
                    time.sleep(door.hold_s)
                    self.close_connection = True
                    return None
                if self.is_listing():
                    if fault:  # nobody lists unsigned
                        door.refused.append(fault)
                        return self.answer(403, {}, b"<Error><Code>AccessDenied</Code></Error>")
                    if door.page:
                        self.path = self.path.replace("max-keys=1000", f"max-keys={door.page}")
                up = http.client.HTTPConnection("127.0.0.1", door.upstream)
                words = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "authorization", "connection")}
                up.request(self.command, self.path, body if self.command == "PUT" else None, words)
                reply = up.getresponse()
                length = reply.headers.get("Content-Length")
                data = reply.read()
                headers = {name: value for name, value in reply.getheaders() if name.lower() in ("etag", "content-range", "last-modified")}
                return self.answer(reply.status, headers, data, length if self.command == "HEAD" else None)

            def is_listing(self):
                return self.command == "GET" and "list-type=2" in self.path

            def answer(self, status, headers, data, length=None):
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", length or str(len(data)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(data)

            do_GET = do_HEAD = do_PUT = do_DELETE = serve

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}/village"
        threading.Thread(target=self.serve_forever, daemon=True).start()


    def stumbles_at(self, method):
        with self.lock:  # several come at once
            left = self.stumbles.get(method, 0)
            self.stumbles[method] = max(0, left - 1)
        return left > 0


def write_access(path, secret=SECRET, mode=0o600):
    with open(path, "w", encoding="utf-8") as out:
        out.write(f"[bucket]\naccess-key={KEY}\nsecret-key={secret}\nregion={REGION}\n")
    os.chmod(path, mode)


def states(station):
    return sorted(item["state"] for item in json.loads(station.run("outbox", "--json").stdout)["items"])


def stored(rig):
    return sorted(name for _, _, names in os.walk(rig.path("s3", "village", "uploads")) for name in names if name.endswith("_object"))


def round_trip(rig, door, hub, station):
    """What is posted at the station goes through the bucket to the clerk, and the clerk's word comes back through it."""
    shutil.rmtree(rig.path("s3", "village", "uploads"))
    door.seen.clear()
    door.refused.clear()
    listing = {"side": 1, "quantity_g": 1000000, "price": 1600, "village": "990101001201", "text": "土豆两千斤", "contact_level": 1}
    access = os.path.join(station.home, "agent", "bucket")
    write_access(access)
    with open(access, encoding="utf-8") as lines:
        elsewhere = lines.read().replace("[bucket]", "[https://elsewhere.invalid/bucket]")
    with open(access, "w", encoding="utf-8") as out:
        out.write(elsewhere)
    for _ in range(4):
        rig.run("sync", "--home", station.home, "post", "listing", "-", stdin=json.dumps(listing))
    station.run("once")
    assert states(station) == ["carried"] + ["waiting"] * 4 and set(door.refused) == {"not signed"}, "an access is of one address"
    write_access(access)
    with sqlite3.connect(os.path.join(station.home, "station", "station.db")) as db:
        db.execute("DELETE FROM setting WHERE key = 'send.resent-day'")  # as on another day: what the bucket lost is put again
    station.run("once")
    assert states(station) == ["carried"] * 5 and len(stored(rig)) == 5, stored(rig)

    collect = lambda *words, expect=0: hub.run("collect", "--json", *words, expect=expect)
    door.page = 2  # several pages
    door.refused.clear()
    door.seen.clear()
    assert json.loads(collect().stdout) == {"filed": 1, "repeated": 0, "asked": 1, "waiting": 4, "set_aside": 0}
    listed = [path for command, path, fault in door.seen if "list-type=2" in path]
    assert len(listed) == 3 and "start-after=uploads%2F990101%2F" in listed[1], listed
    hub.run("stations", "approve", json.loads(hub.run("stations", "list", "--json").stdout)["stations"][0]["fingerprint"])

    # A store that is in trouble for a while, one that is not there, a stick beside it, an access that is wrong: told, nothing lost.
    door.troubles, door.page, door.stumbles = 1, None, {"GET": 3, "DELETE": 3}
    stick = rig.path("stick")
    os.mkdir(stick)
    report = collect(f"http://127.0.0.1:{free_port()}/nothing", stick, door.url, expect=4)
    assert json.loads(report.stdout)["filed"] == 4 and "nothing" in report.stderr, report
    assert stored(rig) == [] and not door.refused and set(door.stumbles.values()) == {0}
    assert json.loads(collect(door.url).stdout)["filed"] == 0
    write_access(os.path.join(hub.home, "bucket"), secret="wrong")
    assert "403" in collect(expect=4).stderr
    # An access of its own for one address.
    with open(os.path.join(hub.home, "bucket"), "a", encoding="utf-8") as out:
        out.write(f"[{door.url}]\naccess-key={KEY}\nsecret-key={SECRET}\nregion={REGION}\n")
    collect(door.url + "/")

    queue = json.loads(hub.run("queue", "--json").stdout)["queue"]
    assert [entry["said"]["text"] for entry in queue] == [listing["text"]] * 4, queue
    hub.run("accept", "uploads", *[str(entry["id"]) for entry in queue[:3]])
    hub.run("return", str(queue[3]["id"]), "--reason", "重复")
    hub.run("publish")
    station.run("once")
    assert states(station) == ["published"] * 3 + ["received", "returned"], states(station)
    assert station.channel("990101")["rows"]["listing"] == 3


def with_content(rig, hub):
    """The papers of a new station with what lies in the bucket: it begins without a road."""
    stick = rig.path("papers")
    os.mkdir(stick)
    hub.run("enrol-station", "--village", "990101001201", "--name", "新村", "--depot", "http://127.0.0.1:9/", "--stick", stick, "--content")
    fresh = rig.station("fresh")
    fresh.run("enrol", os.path.join(stick, "cunzhan.ticket"))
    fresh.run("import-stick", stick)
    assert fresh.channel("990101")["rows"]["listing"] == 3


def main():
    server = s3rver()
    if not server:
        print("s3rver is not installed: skipped")
        return 77
    with Rig(sys.argv[1]) as rig:
        port = free_port()
        os.mkdir(rig.path("s3"))
        rig.start("s3rver", [server, "-d", rig.path("s3"), "-a", "127.0.0.1", "-p", str(port), "--configure-bucket", "village", "--silent"],
                  # it makes its marks of further pages with DES, which OpenSSL 3 keeps apart
                  dict(os.environ, NODE_OPTIONS="--openssl-legacy-provider"))
        wait_until(lambda: rig.answers(port), "s3rver")
        door = Door(port)
        hub = rig.hub("county")
        hub.run("init", "--region", "990101", "--name", "示例县农业农村局", "--depot", door.url)
        access = os.path.join(hub.home, "bucket")

        assert "bucket" in hub.run("publish", expect=None).stderr  # no access yet
        write_access(access, mode=0o644)
        assert "chmod 600" in hub.run("publish", expect=None).stderr
        write_access(access, secret="wrong")
        assert hub.run("publish", expect=None).returncode != 0 and set(door.refused) == {"by another secret"}, door.refused
        assert not any(names for _, _, names in os.walk(rig.path("s3", "village")))

        write_access(access)
        door.refused.clear()
        door.troubles = 2  # made again
        hub.run("publish")
        hub.run("beat")
        ticket = rig.path("village.ticket")
        hub.run("ticket", ticket, "--village", "990101001201", "--name", "示例村", "--depot", door.url)
        station = rig.station("village")
        station.run("enrol", ticket)
        station_access = os.path.join(station.home, "agent", "bucket")
        write_access(station_access)  # it asks admission by a PUT
        station.run("once")
        assert station.channel("990101")["seq"] == 1

        assert [path for command, path, _ in door.seen if command == "PUT" and path.startswith("/village/uploads/990101/")]

        # A second bundle is added to the segment, which is written anew.
        regions = rig.path("regions.csv")
        with open(regions, "w", encoding="utf-8") as out:
            out.write("code,name\n990101001,示例镇\n990101001201,示例村\n")
        hub.run("import", "regions", regions)
        hub.run("publish")
        station.run("once")
        assert station.channel("990101")["seq"] == 2 and station.channel("990101")["rows"]["region"] >= 2
        assert not door.refused and {fault for command, _, fault in door.seen if command == "PUT"} == {None}

        # A replica that is lost is learnt from the bucket.
        shutil.rmtree(os.path.join(hub.home, "replica"))
        hub.run("recover")
        hub.run("publish")
        station.run("once")
        assert station.channel("990101")["complete"]

        # What a station sends.
        put = [os.path.join(rig.build, "tests/sync/depot/bucket-put"), door.url, rig.path("station-access"), "uploads/990101/x-1", "sealed"]
        write_access(put[2])
        for _ in range(2):  # the second time changes nothing
            subprocess.run(put, check=True)
        with open(rig.path("s3", "village", "uploads/990101/x-1._S3rver_object"), encoding="utf-8") as stored:
            assert stored.read() == "sealed"
        write_access(put[2], secret="wrong")
        assert subprocess.run(put, check=False, capture_output=True).returncode == 16  # CZ_ROAD_ERROR_DENIED
        write_access(put[2])
        door.hold_s = 8.0
        begin = time.monotonic()
        assert subprocess.run(put + ["100"], check=False, capture_output=True).returncode == 17  # CZ_ROAD_ERROR_CANCELLED
        assert time.monotonic() - begin < 6, "a put that is cancelled ends at once"
        door.hold_s = 0.0

        round_trip(rig, door, hub, station)
        with_content(rig, hub)
        door.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())
