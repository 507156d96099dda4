# SPDX-License-Identifier: GPL-3.0-or-later
"""A QEMU `virt` machine with UEFI that starts an image: its serial port, its screen, its touch, its loudspeaker, its sticks."""
import array
import json
import os
import re
import shutil
import socket
import subprocess
import time

from PIL import Image
from writes import note_onto

CODE = "/usr/share/AAVMF/AAVMF_CODE.fd"
VARS = "/usr/share/AAVMF/AAVMF_VARS.fd"
WIDTH, HEIGHT = 1024, 600
WAV_HEADER_BYTES, SOUND_HZ = 44, 48000
LOUD = 400 # of 32767, in the middle of a fiftieth of a second


def connect(path):
    for _ in range(200):
        link = socket.socket(socket.AF_UNIX)
        try:
            link.connect(path)
            return link
        except OSError:
            link.close()
            time.sleep(0.05)
    raise RuntimeError(f"{path}: QEMU does not answer")


SOUND_CARD = ["-device", "intel-hda", "-device", "hda-output,audiodev=loudspeaker"]


class Machine:
    """Powered on by the constructor; `cut` is the plug being pulled. log: where the card's writes are noted (writes.py). stick: in it before power-on."""

    def __init__(self, disk, folder, memory_mb=512, log=None, stick=None):
        self.folder = folder
        serial, qmp, variables, self.sound = (os.path.join(folder, name) for name in ("serial", "qmp", "vars.fd", "sound.wav"))
        for old in (serial, qmp):
            if os.path.exists(old):
                os.unlink(old)
        if not os.path.exists(variables):
            shutil.copy(VARS, variables)
        self.log = ""
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            ["qemu-system-aarch64", "-M", "virt", "-accel", "tcg,thread=multi", "-cpu", "cortex-a53", "-smp", os.environ.get("CZ_GUEST_CPUS", "2"), "-m", str(memory_mb),
             "-drive", f"if=pflash,format=raw,readonly=on,file={CODE}", "-drive", f"if=pflash,format=raw,file={variables}",
             *(note_onto(disk, log) if log else ["-drive", f"if=none,id=card,format=raw,file={disk}"]), "-device", "virtio-blk-pci,drive=card,bootindex=0",
             "-vga", "none", "-device", f"virtio-gpu-pci,xres={WIDTH},yres={HEIGHT}", "-device", "virtio-tablet-pci", "-device", "virtio-rng-pci",
             "-display", "none", "-serial", f"unix:{serial},server=on,wait=off", "-qmp", f"unix:{qmp},server=on,wait=off",
             "-device", "qemu-xhci,id=usb", "-audiodev", f"wav,id=loudspeaker,path={self.sound},out.frequency={SOUND_HZ}", *SOUND_CARD,
             *(["-drive", f"if=none,id=stick,format=raw,file={stick}", "-device", "usb-storage,id=stick-device,drive=stick,bus=usb.0"] if stick else []),
             "-nic", "user,model=virtio-net-pci"])
        self.serial = connect(serial)
        self.serial.settimeout(0.2)
        self.monitor = connect(qmp)
        self.monitor.settimeout(60)
        self.answers = self.monitor.makefile("rw")
        self.answers.readline()
        self.ask("qmp_capabilities")

    def seconds(self):
        return time.monotonic() - self.began

    def work_seconds(self):
        """Processor time it took so far: says more than the clock on a machine that is busy with other things."""
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def ask(self, command, **arguments):
        self.answers.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self.answers.flush()
        while True:
            answer = json.loads(self.answers.readline())
            if "error" in answer:
                raise RuntimeError(f"{command}: {answer['error']}")
            if "return" in answer:
                return answer["return"]

    def listen(self):
        try:
            self.log += self.serial.recv(65536).decode("utf-8", "replace")
        except socket.timeout:
            pass

    def wait_for(self, pattern, limit_s):
        """The match on the serial port, or None after limit_s or when the machine ended."""
        end = time.monotonic() + limit_s
        while time.monotonic() < end and self.process.poll() is None:
            if found := re.search(pattern, self.log):
                return found
            self.listen()
        return re.search(pattern, self.log)

    def screen(self):
        path = os.path.join(self.folder, "screen.ppm")
        if os.path.exists(path):
            os.unlink(path)
        self.ask("screendump", filename=path)
        with Image.open(path) as picture:
            return picture.convert("RGB")

    def wait_for_screen(self, accepts, limit_s):
        """(picture, seconds since power-on) of the first screen that accepts() takes, or (the last one, None)."""
        end = time.monotonic() + limit_s
        while True:
            picture = self.screen()
            accepted = accepts(picture)
            if accepted or time.monotonic() > end:
                self.keep(picture)
                return picture, self.seconds() if accepted else None
            before = time.monotonic()
            while time.monotonic() - before < 0.5:
                self.listen()

    @staticmethod
    def keep(picture):
        """For whoever wants to see what the test saw."""
        folder = os.environ.get("CZ_PICTURES")
        if folder:
            os.makedirs(folder, exist_ok=True)
            picture.save(os.path.join(folder, f"{len(os.listdir(folder)):03}.png"))

    def touch(self, x, y):
        """A short tap at pixel (x, y)."""
        place = [{"type": "abs", "data": {"axis": "x", "value": x * 32767 // WIDTH}}, {"type": "abs", "data": {"axis": "y", "value": y * 32767 // HEIGHT}}]
        self.ask("input-send-event", events=place)
        time.sleep(0.3)
        self.ask("input-send-event", events=place + [{"type": "btn", "data": {"button": "left", "down": True}}])
        time.sleep(0.15)
        self.ask("input-send-event", events=[{"type": "btn", "data": {"button": "left", "down": False}}])

    def start_anew(self):
        """As a pressed reset key does."""
        self.ask("system_reset")

    def plug(self, image):
        """A stick with these bytes."""
        self.ask("blockdev-add", **{"driver": "raw", "node-name": "stick", "read-only": False, "file": {"driver": "file", "filename": image}})
        self.ask("device_add", driver="usb-storage", id="stick-device", drive="stick", bus="usb.0")

    def unplug(self):
        self.ask("device_del", id="stick-device")
        for _ in range(100):
            self.listen()
            try:
                self.ask("blockdev-del", **{"node-name": "stick"})
                return
            except RuntimeError:
                time.sleep(0.1)
        raise RuntimeError("the stick cannot be pulled out")

    def loud_seconds(self):
        """How long something was to be heard since power-on."""
        with open(self.sound, "rb") as file:
            file.seek(WAV_HEADER_BYTES)
            data = file.read()
        samples = array.array("h", data[:len(data) // 4 * 4])
        window = SOUND_HZ // 50 * 2
        return sum(1 for at in range(0, len(samples) - window, window) if sum(map(abs, samples[at:at + window])) / window > LOUD) / 50

    def cut(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.serial.close()
        self.monitor.close()
