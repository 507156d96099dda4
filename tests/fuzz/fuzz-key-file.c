/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <unistd.h>

#include "tests/fuzz/cz-fuzz.h"

/* Any bytes as a key file, plain or under a passphrase that is not given: taken or refused with a reason. */

static const char *
key_path (void)
{
  static char *path;
  if (!path) {
    g_autofree char *dir = g_dir_make_tmp ("cz-fuzz-XXXXXX", NULL);
    path = g_build_filename (dir, "key", NULL);
  }
  return path;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  int fd = open (key_path (), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  cz_fuzz_must (fd >= 0 && write (fd, data, size) == (ssize_t) size, "the file is written");
  close (fd);
  g_autoptr (CzSecretKey) key = cz_secret_key_load (key_path (), NULL, &error);
  cz_fuzz_must ((key != NULL) == (error == NULL), "a refusal says why");
  return 0;
}
