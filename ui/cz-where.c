/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/cz-where.h"

#define BOARD_HOME "/var/lib/cunzhan"

char *
cz_where_home (void)
{
  if (g_file_test (BOARD_HOME "/content", G_FILE_TEST_IS_DIR))
    return g_strdup (BOARD_HOME);
  return g_build_filename (g_get_user_data_dir (), "cunzhan", "station", NULL);
}
