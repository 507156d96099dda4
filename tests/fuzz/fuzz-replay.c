/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Without libFuzzer: runs a target over every file of the folders named, and over each file's beginnings. */
#include <glib.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static guint
replay (const char *dir)
{
  g_autoptr (GDir) files = g_dir_open (dir, 0, NULL);
  const char *name;
  guint n = 0;

  while (files != NULL && (name = g_dir_read_name (files)) != NULL) {
    g_autofree char *path = g_build_filename (dir, name, NULL);
    g_autofree char *bytes = NULL;
    gsize size;

    if (!g_file_get_contents (path, &bytes, &size, NULL))
      continue;
    for (gsize cut = 0; cut < size; cut += 1 + size / 40)
      LLVMFuzzerTestOneInput ((const uint8_t *) bytes, cut);
    LLVMFuzzerTestOneInput ((const uint8_t *) bytes, size);
    n++;
  }
  return n;
}

int
main (int argc, char **argv)
{
  guint n = 0;

  for (int i = 1; i < argc; i++)
    n += replay (argv[i]);
  printf ("%u files\n", n);
  return n > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
