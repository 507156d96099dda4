# SPDX-License-Identifier: GPL-3.0-or-later
"""A program run again in a network and a mount namespace of its own: loopback alone, port 80 free, and a folder of the test as /srv.

    if own_network.is_inside():
        own_network.settle()
        …
    elif own_network.is_possible():
        status = own_network.run_again()
"""
import os
import subprocess
import sys

from rig import Rig

# In the environment of what runs inside: the folder that becomes /srv, and whether the caller is root outside too.
SRV, IS_ROOT = "CZ_OWN_SRV", "CZ_OWN_IS_ROOT"


def command():
    return ["unshare", "--net", "--mount"] + ([] if os.getuid() == 0 else ["--user", "--map-root-user"])


def is_inside():
    return SRV in os.environ


def is_root():
    """Inside: whether other users can be become, not only the one mapped to root."""
    return os.environ[IS_ROOT] == "1"


def is_possible():
    return subprocess.run([*command(), "true"], check=False, capture_output=True).returncode == 0


def settle():
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    os.makedirs(os.environ[SRV], exist_ok=True)
    subprocess.run(["mount", "--bind", os.environ[SRV], "/srv"], check=True)


def run_again():
    """This program with its arguments, inside; its exit status."""
    with Rig(sys.argv[1]) as rig:
        os.chmod(rig.dir, 0o755)
        environment = {**os.environ, SRV: rig.path("srv"), IS_ROOT: "1" if os.getuid() == 0 else "0"}
        return subprocess.run([*command(), sys.executable, *sys.argv], env=environment, check=False).returncode
