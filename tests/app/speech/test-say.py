#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""cunzhan-say from outside: what it prints, what it writes, how it refuses."""
import array
import json
import math
import os
import re
import subprocess
import sys
import tempfile
import unittest
import wave

SAY = sys.argv.pop(1)
MAKE_BANK = sys.argv.pop(1)
PHRASES = sys.argv.pop(1)
LINES = ["白菜3.5元/斤，今天涨了。", "", "重庆银行行长", "Android手机12316"]
TEXT = "".join(line + "\n" for line in LINES)


def say(*arguments, text=TEXT, env=None):
    data = text if isinstance(text, bytes) else text.encode()
    return subprocess.run([SAY, *arguments], input=data, capture_output=True, timeout=60,
                          env={**os.environ, "LC_ALL": "C.UTF-8", **(env or {})})


class Printing(unittest.TestCase):
    def lines(self, *arguments, **more):
        done = say(*arguments, **more)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr, b"")
        return done.stdout.decode().split("\n")[:-1]

    def test_normalise(self):
        out = self.lines("--normalise")
        self.assertEqual(out[0], "白菜三块五一斤，今天涨了。")
        self.assertEqual(out[1], "")
        self.assertEqual(len(out), len(LINES))

    def test_readings_have_one_for_each_hanzi(self):
        out = self.lines("--readings")
        self.assertEqual(out[2], "chong2 qing4 yin2 hang2 hang2 zhang3")
        for line, readings in zip(LINES, out, strict=True):
            hanzi = re.findall("[\u4e00-\u9fff]", line)
            self.assertEqual(len(readings.split()), len(hanzi))
            for reading in readings.split():
                self.assertRegex(reading, "^[a-z]+[1-5]$")

    def test_readings_do_not_depend_on_the_locale(self):
        self.assertEqual(self.lines("--readings", env={"LC_ALL": "C"}), self.lines("--readings"))

    def test_pinyin_has_no_bare_digit(self):
        for line in self.lines("--pinyin", text="2024年5月20日，白菜3.5元/斤，涨了0.2元，电话12316。\n"):
            self.assertIsNone(re.search(r"(^|[^a-z])\d", line), line)

    def test_last_line_without_end(self):
        self.assertEqual(self.lines("--readings", text="今天\n明天"), ["jin1 tian1", "ming2 tian1"])
        self.assertEqual(self.lines("--readings", text="今天\r\n"), ["jin1 tian1"])
        self.assertEqual(self.lines("--readings", text=""), [])

    def test_chunks_lie_in_order_inside_the_line(self):
        for text, line in zip(LINES, self.lines("--chunks", "--json"), strict=True):
            end = 0
            for chunk in json.loads(line)["chunks"]:
                self.assertGreaterEqual(chunk["start"], end)
                self.assertLess(chunk["start"], chunk["end"])
                end = chunk["end"]
                text.encode()[chunk["start"]:end].decode()
                self.assertTrue(chunk["input"])
                self.assertTrue(chunk["tokens"])
            self.assertLessEqual(end, len(text.encode()))

    def test_chunks_as_text_say_the_same(self):
        rows = [row.split("\t") for row in self.lines("--chunks")]
        chunks = [(number, chunk) for number, line in enumerate(self.lines("--chunks", "--json"), 1)
                  for chunk in json.loads(line)["chunks"]]
        self.assertEqual(len(rows), len(chunks))
        for row, (number, chunk) in zip(rows, chunks):
            self.assertEqual(row[0], f"{number}:{chunk['start']}-{chunk['end']}")
            self.assertEqual(row[1], chunk["lang"])
            self.assertEqual(row[3:], [chunk["spoken"], chunk["input"]])

    def test_styles_differ(self):
        plain = self.lines("--normalise", "--style", "plain", text="3.5元/斤\n")
        formal = self.lines("--normalise", "--style", "formal", text="3.5元/斤\n")
        self.assertNotEqual(plain, formal)

    def test_help_and_version(self):
        self.assertIn("--readings", "\n".join(self.lines("--help")))
        self.assertRegex(self.lines("--version")[0], r"^cunzhan-say \d")


class SoundCase(unittest.TestCase):
    def setUp(self):
        # The recorder makes each phrase safe on its own; in memory that costs nothing.
        self.folder = tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
        self.addCleanup(self.folder.cleanup)
        self.path = os.path.join(self.folder.name, "out.sound")

    def wav(self, *arguments, text=TEXT):
        done = say("--wav", self.path, *arguments, text=text)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout, b"")
        with wave.open(self.path) as file:
            self.assertEqual(file.getparams()[:3], (1, 2, 22050))
            samples = array.array("h", file.readframes(file.getnframes()))
        rms = math.sqrt(sum(s * s for s in samples) / len(samples)) if samples else 0
        return len(samples), rms


class Sound(SoundCase):
    def test_there_is_sound(self):
        frames, rms = self.wav()
        self.assertGreater(frames, 3 * 22050)
        self.assertGreater(rms, 500)

    def test_file_is_begun_anew(self):
        first = self.wav()[0]
        self.assertAlmostEqual(self.wav()[0], first, delta=2205)

    def test_nothing_to_say_is_a_whole_empty_file(self):
        self.assertEqual(self.wav(text="\n\n"), (0, 0))

    def test_speeds(self):
        slow, normal, fast = (self.wav("--speed", speed)[0] for speed in ("slow", "normal", "fast"))
        self.assertGreater(slow, 1.05 * normal)
        self.assertGreater(normal, 1.05 * fast)

    def test_other_languages_and_variants(self):
        self.assertGreater(self.wav("--lang", "yue", text="行情今日\n")[1], 500)
        self.assertGreater(self.wav("--lang", "en", text="market price\n")[1], 500)
        self.assertGreater(self.wav("--voice", "f3")[1], 500)


class Bank(SoundCase):
    def test_recordings_change_the_sound(self):
        bank = os.path.join(self.folder.name, "bank")
        subprocess.run([MAKE_BANK, PHRASES, bank], check=True, stdout=subprocess.DEVNULL, timeout=60)
        plain = self.wav(text="白菜3.5元/斤\n")
        with_bank = self.wav("--bank", bank, text="白菜3.5元/斤\n")
        self.assertNotEqual(with_bank, plain)
        self.assertGreater(with_bank[1], plain[1] / 2)
        self.assertLess(with_bank[1], plain[1] * 2)
        # Nothing of this one is recorded: the same as without a bank.
        text = "村民代表大会\n"
        self.assertAlmostEqual(self.wav("--bank", bank, text=text)[0], self.wav(text=text)[0], delta=2205)


class Refusing(unittest.TestCase):
    def refused(self, status, *arguments, text=TEXT):
        done = say(*arguments, text=text)
        self.assertEqual(done.returncode, status, done.stderr)
        message = done.stderr.decode()
        self.assertRegex(message, r"\Acunzhan-say: .+\n\Z")
        self.assertEqual(message.count("\n"), 1)
        return message, done.stdout.decode()

    def test_usage(self):
        for arguments in (["--nosuch"], ["--normalise", "--pinyin"], ["--json"], ["--style", "loud"],
                          ["--lang", "bo"], ["--speed", "warp"], ["file.txt"], ["--wav"], ["--wav", ""],
                          ["--wav", "/dev/null", "--voice", "nosuch"], ["--wav", "/dev/null", "--voice", "../f2"]):
            self.refused(2, *arguments)

    def test_not_utf8_names_line_and_byte(self):
        message, out = self.refused(1, "--readings", text="今天\n".encode() + "白菜".encode("gb18030") + b"\n")
        self.assertIn("line 2", message)
        self.assertIn("byte 1", message)
        self.assertEqual(out, "jin1 tian1\n")

    def test_nul_and_long_line(self):
        message, _ = self.refused(1, "--normalise", text="今\0b\n".encode())
        self.assertIn("line 1", message)
        self.assertIn("byte 4 is NUL", message)
        self.refused(1, "--normalise", text=b"a" * (1024 * 1024 + 1))
        self.refused(1, "--normalise", text=b"a" * (3 * 1024 * 1024) + b"\n")

    def test_own_trouble(self):
        self.refused(4, "--readings", "--tables", "/nonexistent")
        self.refused(4, "--wav", "/nonexistent/out.wav")
        self.refused(4, "--wav", "/dev/full")
        self.refused(4, "--wav", "/dev/null", "--bank", "/nonexistent")
        message, _ = self.refused(4, "--device", "nosuchcard")
        self.assertIn("nosuchcard", message)

    def test_damaged_tables(self):
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "hanzi.tbl"), "wb") as file:
                file.write(b"not a table")
            self.refused(4, "--readings", "--tables", folder)

    def test_full_output(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([SAY, "--normalise"], input=TEXT.encode(), stdout=full,
                                  stderr=subprocess.PIPE, timeout=60)
        self.assertEqual(done.returncode, 4)


if __name__ == "__main__":
    unittest.main()
