# SPDX-License-Identifier: GPL-3.0-or-later
"""What a program did to the disk, from strace, and what a power cut may leave of it.

    log = DiskLog([folder, ...])                  # what is there before
    log.run([program, argument, ...], scratch)    # traced; returns the finished process
    log.cut(n, chance); log.restore(n, chance)    # the folders as they may be found when the power went after n operations

The model: what was synced is there. Of what was not: each sector of 512 bytes of a file is there or not, whatever came before or after it; of the
operations on a folder (names made, renamed, removed) some first ones are there, each whole. Syncing a file says nothing of its name, syncing a folder nothing of
the folder above. That is less than ext4, XFS, F2FS or btrfs promise. What is written through shared memory (SQLite's -shm) is no disk and is gone.
"""
import os
import re
import shutil
import stat
import subprocess

SECTOR = 512
CALLS = ("open,openat,creat,close,dup,dup2,dup3,fcntl,lseek,read,write,writev,pwrite64,pwritev,ftruncate,truncate,fallocate,fsync,fdatasync,rename,renameat,"
         "renameat2,link,linkat,unlink,unlinkat,rmdir,mkdir,mkdirat,symlink,symlinkat,copy_file_range,sendfile,chdir,fork,vfork,clone,clone3")
IGNORED = ("-shm", )


class File:
    def __init__(self, content=b"", mode=0o600):
        self.base, self.mode, self.live = content, mode, bytearray(content)


class Link:
    def __init__(self, target):
        self.target = target


class Folder:
    def __init__(self, mode=0o750):
        self.mode, self.base, self.live = mode, {}, {}


def load(path):
    """Folders, files and links as they are on disk."""
    info = os.lstat(path)
    if stat.S_ISLNK(info.st_mode):
        return Link(os.readlink(path))
    if not stat.S_ISDIR(info.st_mode):
        with open(path, "rb") as file:
            return File(file.read(), info.st_mode & 0o7777)
    folder = Folder(info.st_mode & 0o7777)
    folder.base = {name: load(os.path.join(path, name)) for name in os.listdir(path)}
    folder.live = dict(folder.base)
    return folder


def unescape(text):
    return bytes(int(part, 16) for part in text.split("\\x")[1:]) if "\\x" in text else text.encode()


def arguments(text):
    """Split at commas outside of quotes, braces and brackets."""
    out, depth, quoted, begin = [], 0, False, 0
    for i, c in enumerate(text):
        if c == '"':
            quoted = not quoted
        elif not quoted and c in "([{":
            depth += 1
        elif not quoted and c in ")]}":
            depth -= 1
        elif not quoted and depth == 0 and c == "," and text[i + 1:i + 2] == " ":
            out.append(text[begin:i])
            begin = i + 2
    return out + [text[begin:]]


def strings(text):
    return [unescape(part) for part in re.findall(r'"((?:[^"\\]|\\.)*)"', text)]


class Open:
    def __init__(self, file, at=0, appends=False):
        self.file, self.at, self.appends = file, at, appends


class DiskLog:
    def __init__(self, roots):
        self.roots = {os.path.realpath(root): load(root) for root in roots}
        self.operations = []  # ("data", file, at, bytes) ("size", file, size) ("sync", file or folder) ("names", [(folder, name, what)])
        self.fds = {}
        self.cwd = os.getcwd()

    # --- watching ---

    def run(self, command, scratch):
        log = os.path.join(scratch, "disk.strace")
        done = subprocess.run(["strace", "-f", "-qq", "-y", "-xx", "-s", "50000000", "-o", log, "-e", "trace=" + CALLS, *command],
                              capture_output=True, text=True, check=False)
        waiting = {}
        with open(log, encoding="latin-1") as lines:
            for line in lines:
                pid, _, rest = line.rstrip("\n").partition(" ")
                rest = rest.lstrip()
                if rest.endswith("<unfinished ...>"):
                    waiting[pid] = rest[:-len("<unfinished ...>")].rstrip()
                    continue
                resumed = re.match(r"<\.\.\. \w+ resumed>(.*)", rest)
                if resumed:
                    rest = waiting.pop(pid, "") + resumed[1]
                call = re.match(r"(\w+)\((.*)\) += (-?\d+)(?:<(.*?)>)?(?: .*)?$", rest)
                if call and int(call[3]) >= 0:
                    self.take(call[1], call[2], int(call[3]), unescape(call[4] or "").decode())
        os.unlink(log)
        self.compare()
        return done

    def find(self, path):
        """(folder, name) of a path below one of the roots, else None."""
        path = os.path.normpath(path)
        for root, node in self.roots.items():
            if path == root or path.startswith(root + "/"):
                parts = path[len(root):].strip("/").split("/")
                for part in parts[:-1]:
                    node = node.live.get(part)
                    if isinstance(node, Link):
                        return self.find(os.path.join(os.path.dirname(os.path.join(root, *parts[:-1])), node.target, parts[-1]))
                    if not isinstance(node, Folder):
                        return None
                return node, parts[-1]
        return None

    def at(self, path):
        """What stands there, links followed."""
        place = self.find(path)
        if place is None:
            return None
        folder, name = place
        what = folder if name == "" else folder.live.get(name)
        return self.at(os.path.join(os.path.dirname(path), what.target)) if isinstance(what, Link) else what

    def path_of(self, args, first):
        """The path of a dirfd-and-name pair, or of a name, beginning at args[first]."""
        word = args[first]
        if word.startswith('"'):
            return os.path.join(self.cwd, strings(word)[0].decode())
        folder = re.match(r"(?:AT_FDCWD|\d+)<(.*?)>$", word)
        return os.path.join(unescape(folder[1]).decode() if folder else self.cwd, strings(args[first + 1])[0].decode())

    def names(self, changes):
        for folder, name, what in changes:
            if what is None:
                folder.live.pop(name, None)
            else:
                folder.live[name] = what
        self.operations.append(("names", changes))

    def put(self, file, at, data):
        if not data:
            return
        file.live.extend(bytes(max(0, at - len(file.live))))
        file.live[at:at + len(data)] = data
        self.operations.append(("data", file, at, data))

    def resize(self, file, size):
        if size != len(file.live):
            file.live[:] = file.live[:size].ljust(size, b"\0")
            self.operations.append(("size", file, size))

    def take(self, name, text, result, opened):
        args = arguments(text)
        handler = getattr(self, "on_" + name, None)
        if handler:
            handler(args, result, opened)

    def on_openat(self, args, result, opened):
        flags = args[2]
        self.fds.pop(result, None)
        place = self.find(opened)
        if place is None or opened.endswith(IGNORED):
            return
        assert "O_TMPFILE" not in flags, "files without a name are not modelled"
        folder, name = place
        what = self.at(opened)
        if what is None:
            assert "O_CREAT" in flags, opened
            what = File()
            self.names([(folder, name, what)])
        if isinstance(what, File) and "O_TRUNC" in flags:
            self.resize(what, 0)
        self.fds[result] = Open(what, 0, "O_APPEND" in flags)

    def on_open(self, args, result, opened):
        self.on_openat(["", *args], result, opened)

    def on_creat(self, args, result, opened):
        self.on_openat(["", args[0], "O_CREAT|O_TRUNC"], result, opened)

    @staticmethod
    def fd_of(word):
        return int(re.match(r"\d+", word)[0])

    def on_close(self, args, result, opened):
        self.fds.pop(self.fd_of(args[0]), None)

    def on_dup(self, args, result, opened):
        self.fds.pop(result, None)
        if self.fd_of(args[0]) in self.fds:
            self.fds[result] = self.fds[self.fd_of(args[0])]

    on_dup2 = on_dup3 = on_dup

    def on_fcntl(self, args, result, opened):
        if args[1].startswith("F_DUPFD"):
            self.on_dup(args, result, opened)

    def on_lseek(self, args, result, opened):
        if self.fd_of(args[0]) in self.fds:
            self.fds[self.fd_of(args[0])].at = result

    def on_read(self, args, result, opened):
        if self.fd_of(args[0]) in self.fds:
            self.fds[self.fd_of(args[0])].at += result

    def on_write(self, args, result, opened):
        handle = self.fds.get(self.fd_of(args[0]))
        if handle is None:
            return
        data = b"".join(strings(args[1]))[:result]
        assert len(data) == result, args[0]
        at = len(handle.file.live) if handle.appends else handle.at
        self.put(handle.file, at, data)
        handle.at = at + result

    on_writev = on_write

    def on_pwrite64(self, args, result, opened):
        handle = self.fds.get(self.fd_of(args[0]))
        if handle is not None:
            self.put(handle.file, int(args[3]), b"".join(strings(args[1]))[:result])

    on_pwritev = on_pwrite64

    def on_ftruncate(self, args, result, opened):
        handle = self.fds.get(self.fd_of(args[0]))
        if handle is not None:
            self.resize(handle.file, int(args[1]))

    def on_truncate(self, args, result, opened):
        file = self.at(self.path_of(args, 0))
        if file is not None:
            self.resize(file, int(args[1]))

    def on_fallocate(self, args, result, opened):
        handle = self.fds.get(self.fd_of(args[0]))
        assert handle is None or args[1] == "0", "only growing is modelled"
        if handle is not None:
            self.resize(handle.file, max(len(handle.file.live), int(args[2]) + int(args[3])))

    def on_fsync(self, args, result, opened):
        handle = self.fds.get(self.fd_of(args[0]))
        if handle is not None:
            self.operations.append(("sync", handle.file))

    on_fdatasync = on_fsync

    def on_copy_file_range(self, args, result, opened):
        assert self.fd_of(args[2]) not in self.fds, "copying inside the kernel is not modelled"

    def on_sendfile(self, args, result, opened):
        assert self.fd_of(args[0]) not in self.fds, "copying inside the kernel is not modelled"

    def move(self, old, new):
        a, b = self.find(old), self.find(new)
        assert (a is None) == (b is None), "renamed in from elsewhere"
        if a and a[0].live.get(a[1]) is not b[0].live.get(b[1]):
            self.names([(a[0], a[1], None), (b[0], b[1], a[0].live[a[1]])])

    def on_rename(self, args, result, opened):
        self.move(self.path_of(args, 0), self.path_of(args, 1))

    def on_renameat(self, args, result, opened):
        assert len(args) < 5 or args[4] in ("0", "RENAME_NOREPLACE"), args[4]
        self.move(self.path_of(args, 0), self.path_of(args, 2))

    on_renameat2 = on_renameat

    def on_link(self, args, result, opened):
        self.make(self.path_of(args, 1), self.at(self.path_of(args, 0)))

    def on_linkat(self, args, result, opened):
        self.make(self.path_of(args, 2), self.at(self.path_of(args, 0)))

    def make(self, path, what):
        place = self.find(path)
        if place:
            self.names([(place[0], place[1], what)])

    def on_unlink(self, args, result, opened):
        self.make(self.path_of(args, 0), None)

    on_unlinkat = on_rmdir = on_unlink

    def on_mkdir(self, args, result, opened):
        self.make(self.path_of(args, 0), Folder())

    on_mkdirat = on_mkdir

    def on_symlink(self, args, result, opened):
        self.make(self.path_of(args, 1), Link(strings(args[0])[0].decode()))

    def on_symlinkat(self, args, result, opened):
        self.make(self.path_of(args, 1), Link(strings(args[0])[0].decode()))

    def compare(self):
        """Every byte that is there now must have been seen: else the model is no model."""

        def same(path, what):
            real = load(path) if not isinstance(what, Folder) else None
            if isinstance(what, Folder):
                names = {name for name in os.listdir(path) if not name.endswith(IGNORED)}
                assert names == {name for name in what.live if not name.endswith(IGNORED)}, f"{path}: {names} {set(what.live)}"
                for name in names:
                    same(os.path.join(path, name), what.live[name])
            elif isinstance(what, Link):
                assert real.target == what.target, path
            else:
                assert real.base == bytes(what.live), f"{path}: not what was written"

        for root, folder in self.roots.items():
            same(root, folder)

    # --- the power goes ---

    def kept_data(self, n, chance):
        """The operations on files that reached the disk: [(file, at, bytes) or (file, size)]."""
        synced, out, share = set(), [], chance.choice((0.0, 0.5, 0.5, 0.9, 1.0))
        for operation in reversed(self.operations[:n]):
            file = operation[1]
            if operation[0] == "sync":
                synced.add(id(file))
            elif operation[0] == "size" and (id(file) in synced or chance.random() < share):
                out.append((file, operation[2]))
            elif operation[0] == "data":
                at, data = operation[2:]
                ends = [*range(at - at % SECTOR + SECTOR, at + len(data), SECTOR), at + len(data)]
                pieces = list(zip([at, *ends], ends))
                out += [(file, a, data[a - at:b - at]) for a, b in pieces if id(file) in synced or chance.random() < share]
        return out[::-1]

    def kept_names(self, n, chance):
        """The operations on folders that reached the disk, in order."""
        orders, synced = {}, {}
        for i, operation in enumerate(self.operations[:n]):
            if operation[0] == "sync" and isinstance(operation[1], Folder):
                synced[id(operation[1])] = i
            elif operation[0] == "names":
                for folder in {id(change[0]) for change in operation[1]}:
                    orders.setdefault(folder, []).append(i)
        kept, lost = set(), set()
        for folder, order in orders.items():
            sure = [i for i in order if i < synced.get(folder, -1)]
            upto = chance.choice((len(sure), len(order), chance.randint(len(sure), len(order))))
            kept |= set(order[:upto])
            lost |= {i for i in order[upto:]}
        # One that moves between folders is whole: there in both, and then all before it in either.
        for i in sorted(kept & lost, reverse=True):
            for folder, order in orders.items():
                if i in order:
                    kept |= set(order[:order.index(i) + 1])
        return [self.operations[i][1] for i in sorted(kept)]

    def cut(self, n, chance):
        """Contents and names as they may be found: functions of a file and of a folder."""
        names, contents = {}, {}
        for changes in self.kept_names(n, chance):
            for folder, name, what in changes:
                entries = names.setdefault(id(folder), dict(folder.base))
                if what is None:
                    entries.pop(name, None)
                else:
                    entries[name] = what
        for file, at, *data in self.kept_data(n, chance):
            content = contents.setdefault(id(file), bytearray(file.base))
            if data:
                content.extend(bytes(max(0, at - len(content))))
                content[at:at + len(data[0])] = data[0]
            else:
                content[:] = content[:at].ljust(at, b"\0")
        return (lambda file: bytes(contents.get(id(file), file.base))), (lambda folder: names.get(id(folder), folder.base))

    def seen(self, n):
        """As every program sees it after n operations: all of them."""
        class All:
            @staticmethod
            def choice(options):
                return options[1] if isinstance(options[1], int) else 1.1

            @staticmethod
            def randint(low, high):
                return high

            @staticmethod
            def random():
                return 0.0

        return self.cut(n, All)

    def restore(self, view, places=None):
        """Writes a view into the roots, or where places says: {root: folder}."""
        content_of, names_of = view

        def write(path, what):
            if isinstance(what, Link):
                os.symlink(what.target, path)
            elif isinstance(what, File):
                with open(path, "wb") as out:
                    out.write(content_of(what))
                os.chmod(path, what.mode)
            else:
                os.mkdir(path)
                os.chmod(path, what.mode)
                for name, inner in names_of(what).items():
                    if not name.endswith(IGNORED):
                        write(os.path.join(path, name), inner)

        for root, folder in self.roots.items():
            if places is None or root in places:
                target = root if places is None else places[root]
                shutil.rmtree(target, ignore_errors=True)
                write(target, folder)
