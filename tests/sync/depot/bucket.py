#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""bucket.py BUILD: an office publishes into an S3-compatible store and a station reads from it.

The store is s3rver (npm), which takes any signature of version 4; so a door stands before it that computes each signature anew by
AWS's description, with hmac and hashlib alone, and lets only reading pass unsigned. Without s3rver: skipped."""
import hashlib
import hmac
import http.client
import http.server
import os
import shutil
import subprocess
import sys
import threading
import time

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
    canonical = "\n".join([handler.command, handler.path, "", lines, parts["SignedHeaders"], hashlib.sha256(body).hexdigest()])
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
                if fault and (self.command not in ("GET", "HEAD") or "Authorization" in self.headers):
                    door.refused.append(fault)
                    return self.answer(403, {}, b"<Error><Code>SignatureDoesNotMatch</Code></Error>")
                up = http.client.HTTPConnection("127.0.0.1", door.upstream)
                words = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "authorization", "connection")}
                up.request(self.command, self.path, body if self.command == "PUT" else None, words)
                reply = up.getresponse()
                length = reply.headers.get("Content-Length")
                data = reply.read()
                headers = {name: value for name, value in reply.getheaders() if name.lower() in ("etag", "content-range", "last-modified")}
                return self.answer(reply.status, headers, data, length if self.command == "HEAD" else None)

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


def write_access(path, secret=SECRET, mode=0o600):
    with open(path, "w", encoding="utf-8") as out:
        out.write(f"[bucket]\naccess-key={KEY}\nsecret-key={secret}\nregion={REGION}\n")
    os.chmod(path, mode)


def main():
    server = s3rver()
    if not server:
        print("s3rver is not installed: skipped")
        return 77
    with Rig(sys.argv[1]) as rig:
        port = free_port()
        os.mkdir(rig.path("s3"))
        rig.start("s3rver", [server, "-d", rig.path("s3"), "-a", "127.0.0.1", "-p", str(port), "--configure-bucket", "village", "--silent"])
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
        door.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())
