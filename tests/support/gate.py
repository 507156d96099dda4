# SPDX-License-Identifier: GPL-3.0-or-later
"""A web server before a depot's own that takes puts in its own way: one name refused, all refused, or a sign-in page for everything. It is slow
enough to have read a body before it answers, unless it is asked first."""
import hashlib
import http.client
import http.server
import os
import threading
import urllib.parse


class Gate(http.server.ThreadingHTTPServer):
    """Passes on what `answer_to(name, n)` gives no status for; n: how many names were put so far, this one counted. `puts`: the names, in order; `bytes_in`: of their
    bodies. depot: the folder behind it; whoever asks for leave to send what lies there is told so."""

    def __init__(self, upstream, depot=None):
        self.bytes_in, self.marks = 0, False  # marks: as a store does, the MD5 of what it took
        self.puts, self.answer_to, self.upstream, self.lock = [], lambda name, n: None, urllib.parse.urlsplit(upstream), threading.Lock()
        gate = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_expect_100(self):
                if not depot or not os.path.exists(depot + self.path):
                    return super().handle_expect_100()
                with gate.lock:
                    gate.puts.append(self.path)
                self.send_response(412)
                self.send_header("Content-Length", "0")
                self.end_headers()
                self.close_connection = True
                return False

            def serve(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                gate.bytes_in += len(body)
                status = None
                if self.command == "PUT":
                    with gate.lock:
                        gate.puts.append(self.path)
                        status = gate.answer_to(self.path, len(set(gate.puts)))
                data, headers = b"", {"ETag": f'"{hashlib.md5(body).hexdigest()}"'} if gate.marks else {}
                if status is None:
                    up = http.client.HTTPConnection(gate.upstream.hostname, gate.upstream.port)
                    words = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection", "expect")}
                    up.request(self.command, self.path, body if self.command == "PUT" else None, words)
                    reply = up.getresponse()
                    status, data = reply.status, reply.read()
                    headers = {name: value for name, value in reply.getheaders() if name.lower() in ("etag", "content-range", "last-modified")}
                    up.close()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if status != 304:
                    self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_PUT = serve

            def log_message(self, *words):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server_address[1]}/"
        threading.Thread(target=self.serve_forever, daemon=True).start()
