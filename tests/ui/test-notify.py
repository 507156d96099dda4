#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the kiosk tells the service manager, heard on real sockets: READY once a page stands on the screen, pings from its main loop."""
import os
import secrets
import signal
import socket
import subprocess
import sys

from screen import Rig, check, need_tools, wait_until

need_tools("Xvfb", "xdotool", "import", "weston")
# The manager's limit; the unit has 60 s.
LIMIT_US = 900_000


def brightness(display):
    """Mean of the whole screen, 0 to 1; a screen where nothing was drawn is black."""
    done = subprocess.run(["import", "-window", "root", "-colorspace", "gray", "-format", "%[fx:mean]", "info:-"], capture_output=True, check=True,
                          env=dict(os.environ, DISPLAY=display))
    return float(done.stdout)


class Manager:
    def __init__(self, address):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(address)

    def hear(self, patience_s):
        """The next word, or None when nothing came for so long."""
        self.socket.settimeout(patience_s)
        try:
            return self.socket.recv(4096).decode()
        except socket.timeout:
            return None

    def drain(self):
        while self.hear(0.05):
            pass


def open_kiosk(rig, address, shown, **more):
    # Xvfb and a session bus speak to the same socket: one is there before, the other not at all.
    display = rig.xvfb("1280x800")
    os.environ.update(NOTIFY_SOCKET=shown, DBUS_SESSION_BUS_ADDRESS="disabled:", GTK_A11Y="none", **more)
    manager = Manager(address)
    window = rig.kiosk(rig.station("empty-" + secrets.token_hex(4)), "--sound", "none", display=display)
    for name in ("NOTIFY_SOCKET", *more):
        del os.environ[name]
    return manager, window


def test_ready_and_pings(rig):
    path = rig.path("notify")
    manager, window = open_kiosk(rig, path, path, WATCHDOG_USEC=str(LIMIT_US))
    check(manager.hear(30) == "READY=1", "ready first")
    check(brightness(window.display) > 0.3, "a page stands on the screen by then")
    for _ in range(4):
        word = manager.hear(30)
        check(word == "WATCHDOG=1", f"a ping, not {word}")
    os.kill(window.process.pid, signal.SIGSTOP)
    manager.drain()
    check(manager.hear(3 * LIMIT_US / 1e6) is None, "a program that stands still does not ping")
    os.kill(window.process.pid, signal.SIGCONT)
    check(manager.hear(30) == "WATCHDOG=1", "and one that goes on does")
    rig.stop(window.process)
    check(window.process.returncode == 0, f"ended with {window.process.returncode}")


def test_abstract_and_without_a_watchdog(rig):
    name = "cunzhan-test-" + secrets.token_hex(8)
    manager, window = open_kiosk(rig, "\0" + name, "@" + name)
    check(manager.hear(30) == "READY=1", "ready on an abstract socket")
    check(manager.hear(2) is None, "no pings that nobody asked for")
    rig.stop(window.process)


def word_below_weston(rig, shell, screen):
    """The first word of a kiosk below a weston without a seat: its kiosk shell then shows nothing, its desktop does."""
    name = secrets.token_hex(4)
    folder, path = rig.path("run-" + name), rig.path("notify-" + name)
    os.mkdir(folder, 0o700)
    below = dict(os.environ, XDG_RUNTIME_DIR=folder)
    rig.start("weston", ["weston", "--backend=headless-backend.so", f"--shell={shell}-shell.so", "--socket=w", "--use-pixman"], below)
    wait_until(lambda: os.path.exists(os.path.join(folder, "w")), "weston")
    manager = Manager(path)
    kiosk = rig.start("kiosk", [rig.program("kiosk"), "--home", rig.station("empty-" + name).home, "--fullscreen", "--sound", "none"],
                      dict(below, WAYLAND_DISPLAY="w", GDK_BACKEND="wayland", NOTIFY_SOCKET=path, CUNZHAN_SCREEN=screen, GTK_A11Y="none",
                           DBUS_SESSION_BUS_ADDRESS="disabled:", WATCHDOG_USEC=str(LIMIT_US)))
    word = manager.hear(30 if screen != "connected" or shell != "kiosk" else 6)
    check(kiosk.poll() is None, "it runs")
    rig.stop(kiosk)
    return word


def test_a_compositor_that_shows_nothing(rig):
    check(word_below_weston(rig, "desktop", "connected") == "READY=1", "a frame was shown")
    check(word_below_weston(rig, "kiosk", "connected") is None, "no frame was shown, and there is a screen")
    check(word_below_weston(rig, "kiosk", "") == "READY=1", "no screen to show it on")


with Rig(sys.argv[1]) as the_rig:
    test_a_compositor_that_shows_nothing(the_rig)
    test_ready_and_pings(the_rig)
    test_abstract_and_without_a_watchdog(the_rig)
print("notify: 3 journeys")
