# SPDX-License-Identifier: GPL-3.0-or-later
"""Which disks there are, and which of them may be written."""
import dataclasses
import json
import os
import subprocess

from refusal import Refused

COLUMNS = "PATH,SIZE,RM,HOTPLUG,TRAN,VENDOR,MODEL,SERIAL,TYPE,MOUNTPOINTS,RO"


@dataclasses.dataclass
class Disk:
    path: str
    size: int  # bytes
    kind: str  # lsblk's TYPE: disk, loop, …
    name: str  # maker, model, serial number, as far as known
    may_be_taken_out: bool
    read_only: bool
    use: str  # "" when nothing of it is mounted or held


def in_use(node):
    """Where anything of this disk is mounted or swapped to: partitions, and volumes that lie on them."""
    places = [place for place in node.get("mountpoints") or [] if place]
    for child in node.get("children", []):
        places += in_use(child)
        if child["type"] not in ("part", "disk") and not places:
            places.append(f"{child['type']} {child['path']}")
    return places


def is_card_slot(path):
    """A reader built into a laptop does not call its card removable; its type tells it from soldered memory."""
    try:
        with open(f"/sys/class/block/{os.path.basename(path)}/device/type", encoding="ascii") as file:
            return file.read().strip() == "SD"
    except OSError:
        return False


def disk_of(node):
    words = [(node.get(key) or "").strip() for key in ("vendor", "model", "serial")]
    return Disk(node["path"], int(node["size"]), node["type"], " ".join(word for word in words if word) or "no name",
                node["rm"] or node["hotplug"] or node.get("tran") == "usb" or is_card_slot(node["path"]),
                node["ro"], ", ".join(in_use(node)))


def all_disks():
    out = subprocess.run(["lsblk", "--json", "--bytes", "--output", COLUMNS], check=True, capture_output=True, text=True)
    return [disk_of(node) for node in json.loads(out.stdout)["blockdevices"]]


def removable(disks):
    return [disk for disk in disks if disk.may_be_taken_out and disk.kind == "disk" and disk.size > 0]


def choose(device, loop=False, disks=None):
    """The whole disk that a path names. Raises Refused."""
    path = os.path.realpath(device)
    disks = all_disks() if disks is None else disks
    found = next((disk for disk in disks if disk.path == path), None)
    if found is None:
        raise Refused(f"{device} is not a whole disk that is plugged in. board/flash alone lists the cards.")
    if found.kind == "loop" and loop:
        return found
    if found.kind != "disk" or not found.may_be_taken_out:
        raise Refused(f"{device} cannot be taken out of this computer, so it is no card. board/flash alone lists the cards.")
    return found


def refuse_unfit(disk, image_size):
    if disk.use:
        raise Refused(f"{disk.path} is in use ({disk.use}). If it is the right one, eject it first and try again.")
    if disk.read_only:
        raise Refused(f"{disk.path} is write-protected. Move the little slide on the card's side and try again.")
    if disk.size == 0:
        raise Refused(f"There is no card in {disk.path}.")
    if disk.size < image_size:
        raise Refused(f"{disk.path} holds {disk.size / 1e6:.0f} MB and the image needs {image_size / 1e6:.0f} MB. Take a larger card.")
