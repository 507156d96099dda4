# SPDX-License-Identifier: GPL-3.0-or-later
"""What end-to-end tests share: a folder, the real programs, real servers on loopback, a real window.

    with Rig(build) as rig:
        hub = rig.hub("county")
        hub.run("init", "--region", "990101", "--name", "…")
        url = rig.nginx(hub.depot)
        station = rig.station("village")

Everything started is ended by its own process handle when the with block ends; nothing is ended by name.
"""
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAMS = {"hub": "app/hub/cunzhan-hub", "sync": "sync/station/cunzhan-sync", "kiosk": "ui/cunzhan", "say": "app/speech/say/cunzhan-say"}
PATIENCE_S = 30.0 * float(os.environ.get("CUNZHAN_TEST_PATIENCE", "1"))


class Failure(AssertionError):
    """A test's own finding, with what the programs said."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, what, patience_s=PATIENCE_S):
    """Returns condition()'s first true answer; it is asked every 20 ms, never slept for a fixed time."""
    end = time.monotonic() + patience_s
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise Failure(f"waited {patience_s:.0f} s for {what}")
        time.sleep(0.02)


def shared(*parts):
    """A path of the shared real data, or None where it is absent."""
    path = os.path.join(os.path.dirname(SOURCE), "shared", "data", *parts)
    return path if os.path.exists(path) else None


class Hub:
    def __init__(self, rig, name):
        self.rig = rig
        self.home = os.path.join(rig.dir, name)
        self.depot = os.path.join(self.home, "depot")

    def run(self, *arguments, expect=0):
        return self.rig.run("hub", "--home", self.home, *arguments, expect=expect)

    def status(self):
        return json.loads(self.run("status", "--json").stdout)


class Station:
    def __init__(self, rig, name):
        self.rig = rig
        self.home = os.path.join(rig.dir, name)

    def run(self, *arguments, expect=0):
        return self.rig.run("sync", "--home", self.home, *arguments, expect=expect)

    def status(self):
        return json.loads(self.run("status", "--json").stdout)

    def channel(self, code):
        for channel in self.status()["channels"]:
            if channel["channel"] == code:
                return channel
        raise Failure(f"the station knows nothing of channel {code}")


class Window:
    """The kiosk in a real window: its log, taps, screenshots."""

    def __init__(self, rig, process, log, display):
        self.rig = rig
        self.process = process
        self.log = log
        self.display = display
        self.seen = 0
        self.last_tap = 0.0
        self.read_bytes = 0
        self.read_events = []

    def events(self):
        """All complete lines of the log so far; what was read before is not read again."""
        if not os.path.exists(self.log):
            return []
        with open(self.log, "rb") as lines:
            lines.seek(self.read_bytes)
            for line in lines:
                if not line.endswith(b"\n"):
                    break
                self.read_bytes += len(line)
                self.read_events.append(json.loads(line))
        return list(self.read_events)

    def wait(self, accept, what, patience_s=PATIENCE_S):
        """The first event not waited for before that accept() takes; later waits look behind it."""

        def look():
            if self.process.poll() is not None:
                raise Failure(f"the kiosk ended with {self.process.returncode} while waiting for {what}: {self.rig.tail('kiosk')}")
            events = self.events()
            for number in range(self.seen, len(events)):
                if accept(events[number]):
                    self.seen = number + 1
                    return events[number]
            return None

        return wait_until(look, what, patience_s)

    def tap(self, x, y):
        """A finger: the kiosk takes no second touch within 300 ms of the last, as rule 3.16 of the field study has it."""
        time.sleep(max(0.0, self.last_tap + 0.4 - time.monotonic()))
        self.last_tap = time.monotonic()
        environment = dict(os.environ, DISPLAY=self.display)
        subprocess.run(["xdotool", "mousemove", str(round(x)), str(round(y)), "click", "1"], env=environment, check=True)

    def key(self, name):
        environment = dict(os.environ, DISPLAY=self.display)
        subprocess.run(["xdotool", "key", name], env=environment, check=True)

    def screenshot(self, path):
        subprocess.run(["import", "-display", self.display, "-window", "root", path], check=True)


class Rig:
    def __init__(self, build, keep=None):
        self.build = os.path.abspath(build)
        self.dir = tempfile.mkdtemp(prefix="cunzhan-e2e-")
        self.keep = keep or os.environ.get("CUNZHAN_KEEP")
        self.processes = []

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in reversed(self.processes):
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self.keep:
            print(f"# kept: {self.dir}", file=sys.stderr)
        else:
            shutil.rmtree(self.dir, ignore_errors=True)

    def path(self, *parts):
        return os.path.join(self.dir, *parts)

    def program(self, name):
        return os.path.join(self.build, PROGRAMS[name])

    def run(self, name, *arguments, expect=0, stdin=None):
        result = subprocess.run([self.program(name), *arguments], capture_output=True, text=True, input=stdin, timeout=600,
                                check=False)
        if expect is not None and result.returncode != expect:
            raise Failure(f"{name} {' '.join(arguments)} ended with {result.returncode}, not {expect}:\n{result.stdout}{result.stderr}")
        return result

    def start(self, label, command, environment=None):
        with open(self.path(label + ".out"), "ab") as out:
            process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=environment, stdin=subprocess.DEVNULL)
        self.processes.append(process)
        return process

    def stop(self, process):
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_S)
        self.processes.remove(process)

    def tail(self, label):
        try:
            with open(self.path(label + ".out"), encoding="utf-8", errors="replace") as out:
                return out.read()[-3000:]
        except OSError:
            return ""

    def hub(self, name):
        return Hub(self, name)

    def station(self, name):
        return Station(self, name)

    def answers(self, port):
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return True
        except OSError:
            return False

    def nginx(self, depot, log=None):
        """An nginx of our own on loopback over the depot, its accesses in log; returns its address."""
        binary = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin:/sbin")
        port = free_port()
        run = self.path(f"nginx-{port}")
        os.mkdir(run)
        with open(os.path.join(SOURCE, "sync/depot/nginx-loopback.conf.in"), encoding="utf-8") as recipe:
            text = recipe.read().replace("@PORT@", str(port)).replace("@DEPOT@", depot).replace("@RUN@", run)
        if log:
            text = text.replace("access_log off;", f"access_log {log};")
        if os.geteuid() == 0:
            # Workers of a root master drop to www-data, who may not enter a private test folder.
            text = "user root;\n" + text
        conf = os.path.join(run, "nginx.conf")
        with open(conf, "w", encoding="utf-8") as out:
            out.write(text)
        process = self.start("nginx", [binary, "-p", run, "-c", conf, "-e", os.path.join(run, "error.log")])
        wait_until(lambda: process.poll() is None and self.answers(port), "nginx")
        return f"http://127.0.0.1:{port}/"

    def plain_server(self, depot):
        """Python's http.server: no Range, no ETag."""
        port = free_port()
        self.start("plain", [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", depot])
        wait_until(lambda: self.answers(port), "http.server")
        return f"http://127.0.0.1:{port}/"

    def bus(self):
        """A private message bus; returns its address."""
        path = self.path("bus")
        self.start("bus", ["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address=unix:path={path}"])
        wait_until(lambda: os.path.exists(path), "dbus-daemon")
        return f"unix:path={path}"

    def run_dbus(self, bus, method):
        """Calls a method of the agent that takes nothing; waits until the agent is there."""

        def call():
            done = subprocess.run(["gdbus", "call", "--address", bus, "--dest", "org.cunzhan.Sync1", "--object-path",
                                   "/org/cunzhan/Sync1", "--method", "org.cunzhan.Sync1." + method],
                                  capture_output=True, text=True, timeout=60, check=False)
            return done.stdout if done.returncode == 0 else None

        return wait_until(call, f"the agent to answer {method}")

    def agent(self, station, bus, url, *arguments):
        return self.start("agent", [self.program("sync"), "--home", station.home, "run", "--bus", bus, "--from", url, *arguments])

    def xvfb(self, size="1280x800"):
        read, write = os.pipe()
        process = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", f"{size}x24", "-nolisten", "tcp"],
                                   pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.processes.append(process)
        os.close(write)
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise Failure("Xvfb did not start")
        return f":{number}"

    def kiosk(self, station, *arguments, display=None, size="1280x800", bus=None):
        """Opens the kiosk and waits for its first page."""
        display = display or self.xvfb(size)
        log = self.path(f"kiosk-{len(self.processes)}.jsonl")
        environment = dict(os.environ, DISPLAY=display, GDK_BACKEND="x11", G_DEBUG="fatal-warnings", LC_ALL="C.UTF-8")
        environment.pop("WAYLAND_DISPLAY", None)
        command = [self.program("kiosk"), "--home", station.home, "--size", size, "--log", log, *arguments]
        if bus:
            command += ["--bus", bus]
        process = self.start("kiosk", command, environment)
        window = Window(self, process, log, display)
        window.wait(lambda e: e["event"] == "page", "the kiosk's first page")
        subprocess.run(["xdotool", "search", "--sync", "--onlyvisible", "--pid", str(process.pid)], check=True, timeout=PATIENCE_S,
                       env=dict(os.environ, DISPLAY=display), stdout=subprocess.DEVNULL)
        return window


def run_cases(build, cases, wanted):
    """Each case in a rig of its own; wanted: names, all without any."""
    for case in cases:
        if not wanted or case.__name__ in wanted:
            with Rig(build) as rig:
                case(rig)
            print(f"ok {case.__name__}", flush=True)
