/* SPDX-License-Identifier: GPL-3.0-or-later */
#define FUSE_USE_VERSION 31
#include <errno.h>
#include <fcntl.h>
#include <fuse.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* faulty-disk BACKING CLAIMED FAULT AT FOLDER: a file FOLDER/disk that claims CLAIMED bytes and has a fault. A
 * loop device over it is a card with that fault, without device-mapper. FAULT is one of
 *   wrap  addresses wrap at AT, as on a fake card that ignores upper bits
 *   drop  what is written from AT on is lost and reads as zeros
 *   fail  once AT bytes have been written, writing is an input/output error
 *   rot   the byte at AT reads with one bit turned
 * BACKING holds what the disk remembers. Runs until FOLDER is unmounted. */

typedef struct {
  int backing;
  off_t claimed;
  off_t at;
  const char *fault;
  off_t written; /* in total */
} Disk;

static gboolean
has (const Disk *disk, const char *fault)
{
  return g_str_equal (disk->fault, fault);
}

static Disk *
current (void)
{
  return fuse_get_context ()->private_data;
}

static int
disk_getattr (const char *path, struct stat *out, struct fuse_file_info *info)
{
  memset (out, 0, sizeof *out);
  out->st_nlink = 1;
  if (g_str_equal (path, "/"))
    out->st_mode = S_IFDIR | 0755;
  else if (g_str_equal (path, "/disk"))
    out->st_mode = S_IFREG | 0600;
  else
    return -ENOENT;
  out->st_size = current ()->claimed;
  return 0;
}

static int
disk_open (const char *path, struct fuse_file_info *info)
{
  info->direct_io = 1; /* otherwise the kernel remembers what the disk forgets */
  return g_str_equal (path, "/disk") ? 0 : -ENOENT;
}

/* How much of size may be handled in one go from offset, so that no piece crosses where the fault begins. */
static size_t
piece_of (const Disk *disk, off_t offset, size_t size)
{
  off_t edge = offset < disk->at ? disk->at : disk->claimed;
  if (has (disk, "wrap"))
    edge = (offset / disk->at + 1) * disk->at;
  return MIN (size, (size_t) (edge - offset));
}

static int
disk_read (const char *path, char *buffer, size_t size, off_t offset, struct fuse_file_info *info)
{
  const Disk *disk = current ();
  size_t done = 0;
  size = offset >= disk->claimed ? 0 : MIN (size, (size_t) (disk->claimed - offset));
  memset (buffer, 0, size);
  while (done < size) {
    off_t from = offset + (off_t) done;
    size_t n = piece_of (disk, from, size - done);
    if (!(has (disk, "drop") && from >= disk->at) && pread (disk->backing, buffer + done, n, has (disk, "wrap") ? from % disk->at : from) < 0)
      return -errno;
    done += n;
  }
  if (has (disk, "rot") && disk->at >= offset && disk->at < offset + (off_t) size)
    buffer[disk->at - offset] ^= 0x10;
  return (int) size;
}

static int
disk_write (const char *path, const char *buffer, size_t size, off_t offset, struct fuse_file_info *info)
{
  Disk *disk = current ();
  size_t done = 0;
  disk->written += (off_t) size;
  if (has (disk, "fail") && disk->written > disk->at)
    return -EIO;
  while (done < size && offset + (off_t) done < disk->claimed) {
    off_t to = offset + (off_t) done;
    size_t n = piece_of (disk, to, size - done);
    if (!(has (disk, "drop") && to >= disk->at) && pwrite (disk->backing, buffer + done, n, has (disk, "wrap") ? to % disk->at : to) != (ssize_t) n)
      return -errno;
    done += n;
  }
  return (int) done;
}

static int
disk_fsync (const char *path, int data_only, struct fuse_file_info *info)
{
  return 0;
}

int
main (int argc, char **argv)
{
  static const struct fuse_operations operations = {
    .getattr = disk_getattr, .open = disk_open, .read = disk_read, .write = disk_write, .fsync = disk_fsync,
  };
  if (argc != 6) {
    fputs ("usage: faulty-disk BACKING CLAIMED wrap|drop|fail|rot AT FOLDER\n", stderr);
    return 2;
  }
  Disk disk = { open (argv[1], O_RDWR | O_CLOEXEC), g_ascii_strtoll (argv[2], NULL, 10), g_ascii_strtoll (argv[4], NULL, 10), argv[3], 0 };
  if (disk.backing < 0 || disk.claimed <= 0 || disk.at <= 0) {
    fputs ("faulty-disk: the backing file or a size is wrong\n", stderr);
    return 2;
  }
  char foreground[] = "-f";
  char *fuse_argv[] = { argv[0], foreground, argv[5] };
  return fuse_main (G_N_ELEMENTS (fuse_argv), fuse_argv, &operations, &disk);
}
