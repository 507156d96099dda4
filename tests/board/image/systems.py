# SPDX-License-Identifier: GPL-3.0-or-later
"""Systems made from an image's own with something changed, as signed updates and on sticks."""
import os
import shutil
import struct
import subprocess


def partition_bytes(disk, number):
    """(first byte, size) of a primary partition."""
    with open(disk, "rb") as card:
        start, count = struct.unpack_from("<II", card.read(512), 446 + 16 * (number - 1) + 8)
    return start * 512, count * 512


def read_in_slot(disk, path, slot=2):
    start, _ = partition_bytes(disk, slot)
    return subprocess.run(["debugfs", "-R", f"cat {path}", f"{disk}?offset={start}"], check=True, capture_output=True, text=True).stdout


def say(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


class Systems:
    """keys: a folder of board/update-keys; folder: where everything is made; cache: what the image was built from."""

    def __init__(self, source, image, keys, folder, cache):
        self.source, self.image, self.keys, self.folder, self.cache = source, image, keys, folder, cache
        self.build = int(read_in_slot(image, "/etc/cunzhan-build"))
        os.makedirs(folder)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def copy(self):
        copy = self.path("copy.img")
        say("cp", "--sparse=always", self.image, copy)
        return copy

    def later(self, build):
        """The image of later programs."""
        made = say(os.path.join(self.source, "tests/board/image/later"), self.source, self.cache, os.path.join(self.keys, "update-cert.pem"), str(build), self.path("later"))
        return made.splitlines()[-1]

    def altered(self, build, files, links=None, wrappers=None):
        """An image whose slot has this build number, these files ({path: text}) and links ({path: target}) instead of its own, and these programs
        (wrappers: {path: text}) before those of the same name, which they find as path.real."""
        image = self.path(f"{build}.img")
        say("cp", "--sparse=always", self.image, image)
        script = []
        for number, (path, text) in enumerate({"/etc/cunzhan-build": f"{build}\n", **files}.items()):
            local = self.path(f"{build}.{number}")
            with open(local, "w", encoding="utf-8") as file:
                file.write(text)
            at = "/"
            for part in os.path.dirname(path).strip("/").split("/"):
                script += [f"cd {at}", f"mkdir {part}"]
                at = os.path.join(at, part)
            script += [f"cd {at}", f"rm {os.path.basename(path)}", f"write {local} {os.path.basename(path)}"]
        for number, (path, text) in enumerate((wrappers or {}).items()):
            local, name = self.path(f"{build}.wrapper{number}"), os.path.basename(path)
            with open(local, "w", encoding="utf-8") as file:
                file.write(text)
            script += [f"cd {os.path.dirname(path)}", f"ln {name} {name}.real", f"unlink {name}", f"write {local} {name}", f"sif {name} mode 0100755"]
        for path, target in (links or {}).items():
            script += [f"cd {os.path.dirname(path)}", f"rm {os.path.basename(path)}", f"symlink {os.path.basename(path)} {target}"]
        commands = self.path(f"{build}.commands")
        with open(commands, "w", encoding="utf-8") as file:
            file.write("\n".join(script) + "\n")
        start, _ = partition_bytes(image, 2)
        # mkdir of what is there and rm of what is not are told and do no harm.
        say("debugfs", "-w", "-f", commands, f"{image}?offset={start}")
        for path, text in {**files, **(wrappers or {})}.items():
            if read_in_slot(image, path) != text:
                raise RuntimeError(f"{path} was not written")
        return image

    def bundle(self, image, small=False, depot=None):
        """The folder above system/."""
        out = depot or self.path(os.path.basename(image) + ".d")
        say(os.path.join(self.source, "board/bundle"), "--cert", os.path.join(self.keys, "update-cert.pem"), "--key", os.path.join(self.keys, "update-key.pem"),
            *(["--small"] if small else []), image, out)
        os.unlink(image)
        return out

    def signed_by_a_stranger(self, bundle_folder):
        keys, out = self.path("stranger"), self.path("stranger.d")
        say(os.path.join(self.source, "board/update-keys"), keys, "nobody")
        os.makedirs(os.path.join(out, "system"))
        say("rauc", "resign", "--cert", os.path.join(keys, "update-cert.pem"), "--key", os.path.join(keys, "update-key.pem"), "--keyring",
            os.path.join(self.keys, "update-cert.pem"), "--signing-keyring", os.path.join(keys, "update-cert.pem"), self.file_in(bundle_folder), self.file_in(out))
        return out

    def half(self, bundle_folder):
        out = self.path("half.d")
        os.makedirs(os.path.join(out, "system"))
        shutil.copyfile(self.file_in(bundle_folder), self.file_in(out))
        os.truncate(self.file_in(out), os.path.getsize(self.file_in(out)) // 2)
        return out

    @staticmethod
    def file_in(folder):
        return os.path.join(folder, "system", "arm64.raucb")

    def stick(self, name, *trees):
        """A FAT stick with these folders' content."""
        image = self.path(name + ".stick")
        size = sum(os.path.getsize(os.path.join(place, one)) for tree in trees for place, _, names in os.walk(tree) for one in names)
        with open(image, "wb") as file:
            file.truncate(size + size // 8 + (24 << 20))
        say("mkfs.vfat", "-n", "STICK", image)
        for tree in trees:
            say("mcopy", "-s", "-i", image, *(os.path.join(tree, one) for one in sorted(os.listdir(tree))), "::")
        return image
