/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/speech/cz-speech-dir.h"
#include "cz-config.h"

/* Beside the program, wherever the whole was installed or staged. */
static char *
beside_program (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *bin = program != NULL ? g_path_get_dirname (program) : g_strdup (".");

  return g_build_filename (bin, "..", "share", "cunzhan", "speech", NULL);
}

char *
cz_speech_find_dir (void)
{
  g_autofree char *beside = beside_program ();
  g_autofree char *source = g_build_filename (CZ_SOURCE_DIR, "assets", "speech", NULL);

  if (g_file_test (beside, G_FILE_TEST_IS_DIR))
    return g_steal_pointer (&beside);
  if (*CZ_SOURCE_DIR != '\0' && g_file_test (source, G_FILE_TEST_IS_DIR))
    return g_steal_pointer (&source);
  return g_build_filename (CZ_DATA_DIR, "speech", NULL);
}
