# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of cards and sticks share: loop devices, and an image of the shape of ours."""
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile

MIB = 1 << 20
BOOT_AT, BOOT_SIZE, IMAGE_SIZE = MIB, 16 * MIB, 40 * MIB
os.environ["PATH"] += ":/usr/sbin:/sbin"


def run(*command, **more):
    return subprocess.run(command, capture_output=True, text=True, check=False, **more)


def loop_works():
    with tempfile.NamedTemporaryFile() as file:
        file.truncate(MIB)
        made = run("losetup", "--find", "--show", file.name)
        if made.returncode == 0:
            run("losetup", "-d", made.stdout.strip())
        return made.returncode == 0


def need(*tools):
    """Ends the test with one line where loop devices or a tool are missing."""
    for tool in tools:
        if not shutil.which(tool):
            print(f"SKIP: {tool} is not installed")
            sys.exit(77)
    if os.geteuid() != 0 or not loop_works():
        print("SKIP: loop devices need root and a kernel that has them")
        sys.exit(77)


@contextlib.contextmanager
def loop(backing):
    device = subprocess.run(["losetup", "--find", "--show", backing], check=True, capture_output=True, text=True).stdout.strip()
    try:
        yield device
    finally:
        run("losetup", "-d", device)


def make_image(folder, rng):
    """MBR, BOOT as vfat, and 8 MiB of noise with holes around."""
    path = os.path.join(folder, "station.img")
    boot = os.path.join(folder, "boot.vfat")
    with open(boot, "wb") as file:
        file.truncate(BOOT_SIZE)
    subprocess.run(["mkfs.vfat", "-n", "BOOT", boot], check=True, capture_output=True)
    mbr = bytearray(512)
    mbr[446 + 4] = 0x0C
    mbr[446 + 8:446 + 16] = (BOOT_AT // 512).to_bytes(4, "little") + (BOOT_SIZE // 512).to_bytes(4, "little")
    mbr[510:] = b"\x55\xaa"
    with open(path, "wb") as image, open(boot, "rb") as file:
        image.truncate(IMAGE_SIZE)
        image.write(mbr)
        image.seek(BOOT_AT)
        image.write(file.read())
        image.seek(20 * MIB)
        image.write(rng.randbytes(8 * MIB))
    subprocess.run(["bmaptool", "create", "-o", path + ".bmap", path], check=True, capture_output=True)
    subprocess.run(["zstd", "-q", path], check=True)
    return path
