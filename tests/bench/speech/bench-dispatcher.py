#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""bench-dispatcher.py TAP TEXTS [CASES]: speech-dispatcher as Debian sets it up, with its default module, on the same texts as bench-voice.

A server of its own on a socket of its own, ALSA's null device as the card. TAP (cz-spd-tap.c) lies under server and module and
says which voice was chosen, what it makes of the text and when samples reach the card. Time runs from the end of the text
sent over an open connection to the first samples. CASES: lines of bench-cpp, "Hanzi, index, phonemes wanted"."""
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

RUNS = 21
CASES_MOST = 300
CONFIGURATION = """LogDir "{dir}/log"
AudioOutputMethod "alsa"
AudioALSADevice "default"
AddModule "espeak-ng" "sd_espeak-ng" "espeak-ng.conf"
DefaultModule espeak-ng
"""
SOUND = "</usr/share/alsa/alsa.conf>\npcm.!default { type null }\n"
START_S = 10
SAY_S = 20


class Dispatcher:
    """The server, and one client's connection to it."""

    def __init__(self, folder, tap):
        self.notes = folder + "/notes"
        os.makedirs(folder + "/conf/modules")
        os.makedirs(folder + "/log")
        shutil.copy("/etc/speech-dispatcher/modules/espeak-ng.conf", folder + "/conf/modules/")
        for name, text in (("conf/speechd.conf", CONFIGURATION.format(dir=folder)), ("alsa.conf", SOUND), ("notes", "")):
            with open(f"{folder}/{name}", "w", encoding="utf8") as out:
                out.write(text)
        environment = dict(os.environ, LD_PRELOAD=tap, CZ_SPD_TAP=self.notes, ALSA_CONFIG_PATH=folder + "/alsa.conf")
        path = folder + "/socket"
        self.server = subprocess.Popen(
            ["speech-dispatcher", "-s", "-C", folder + "/conf", "-c", "unix_socket", "-S", path, "-P", folder + "/pid",
             "-L", folder + "/log", "-t", "0"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.client = socket.socket(socket.AF_UNIX)
        end = time.monotonic() + START_S
        while True:
            try:
                self.client.connect(path)
                break
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)
        self.client.settimeout(SAY_S)
        self.stream = self.client.makefile("rb")
        self.command("SET SELF CLIENT_NAME bench:bench:main")
        self.command("SET SELF NOTIFICATION END on")

    def reply(self):
        while True:
            line = self.stream.readline().decode("utf8").rstrip()
            if line[3:4] == " " or not line:
                return line

    def command(self, text):
        self.client.sendall(text.encode("utf8") + b"\r\n")
        return self.reply()

    def say(self, text):
        """Milliseconds from the end of the text to the first samples at the card, and the notes made meanwhile."""
        before = os.path.getsize(self.notes)
        self.command("SPEAK")
        start_ns = time.monotonic_ns()
        self.client.sendall(text.encode("utf8") + b"\r\n.\r\n")
        while not self.reply().startswith("702"):
            pass
        with open(self.notes, encoding="utf8") as notes:
            notes.seek(before)
            lines = [line.rstrip("\n").partition(" ")[::2] for line in notes]
        sound = [int(what) for kind, what in lines if kind == "sound"]
        return ((sound[0] - start_ns) / 1e6 if sound else None), lines

    def close(self):
        self.client.close()
        self.server.terminate()
        self.server.wait()


def groups(lines):
    """espeak-ng's phoneme groups without stress and pauses, as bench-cpp cuts them."""
    cut = [re.sub(r"[',_|%=-]", "", part) for kind, what in lines if kind == "phonemes" for part in what.split(" ")]
    return [part for part in cut if part]


def polyphones(dispatcher, path):
    cases = [line.rstrip("\n").split("\t") for line in open(path, encoding="utf8")]
    cases = cases[::max(1, len(cases) // CASES_MOST)]
    right = 0
    for run, index, wanted in cases:
        said = groups(dispatcher.say(run)[1])
        right += len(said) == len(run) and said[int(index)] == wanted
    print(f"{'':44} {100 * right / len(cases):.1f} % of {len(cases)} polyphones read right")


def main():
    tap, texts = sys.argv[1:3]
    if shutil.which("speech-dispatcher") is None or not os.path.exists("/etc/speech-dispatcher/modules/espeak-ng.conf"):
        print(f"{'speech-dispatcher':44} not installed")
        return
    with tempfile.TemporaryDirectory() as folder:
        dispatcher = Dispatcher(folder, tap)
        try:
            for language in ("zh-CN", "zh"):
                dispatcher.command("SET SELF LANGUAGE " + language)
                _, lines = dispatcher.say("你好")
                voices = [what for kind, what in lines if kind == "voice"]
                print(f"{'speech-dispatcher, asked for ' + language:44} speaks with {voices[-1] if voices else 'the same voice'}")
            lines = open(texts, encoding="utf8").read().splitlines()
            times = sorted(dispatcher.say(lines[0])[0] for _ in range(RUNS))
            english = sum(what.count("(en)") for text in lines for kind, what in dispatcher.say(text)[1] if kind == "phonemes")
            print(f"{'speech-dispatcher, over an open connection':44} first sample {times[RUNS // 2]:6.2f} ms (worst {times[-1]:6.2f})")
            print(f"{'':44} {english} pieces read as English in {len(lines)} texts")
            if len(sys.argv) > 3:
                polyphones(dispatcher, sys.argv[3])
        finally:
            dispatcher.close()


if __name__ == "__main__":
    main()
