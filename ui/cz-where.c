/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/cz-where.h"

#include "cz-config.h"

#define BOARD_HOME "/var/lib/cunzhan"

/* The folder above the one this program lies in, or NULL. */
static char *
build_root (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self != NULL ? g_path_get_dirname (self) : NULL;

  return folder != NULL ? g_path_get_dirname (folder) : NULL;
}

char *
cz_where_locale (void)
{
  g_autofree char *root = build_root ();
  g_autofree char *beside = root != NULL ? g_build_filename (root, "assets", "po", NULL) : NULL;

  if (beside != NULL && g_file_test (beside, G_FILE_TEST_IS_DIR))
    return g_steal_pointer (&beside);
  return g_strdup (CZ_LOCALE_DIR);
}

char *
cz_where_home (void)
{
  if (g_file_test (BOARD_HOME "/content", G_FILE_TEST_IS_DIR))
    return g_strdup (BOARD_HOME);
  return g_build_filename (g_get_user_data_dir (), "cunzhan", "station", NULL);
}
