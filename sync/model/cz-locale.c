/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/model/cz-locale.h"

#include "cz-config.h"

#include <libintl.h>
#include <locale.h>

#define CATALOGUE "zh_CN/LC_MESSAGES/" CZ_GETTEXT_DOMAIN ".mo"
/* build/app/speech/say/cunzhan-say is the deepest program. */
#define MOST_LEVELS 5

/* folder/below if the catalogue is in it, else NULL. */
static char *
with_catalogue (const char *folder, const char *below)
{
  g_autofree char *dir = g_build_filename (folder, below, NULL);
  g_autofree char *file = g_build_filename (dir, CATALOGUE, NULL);

  return g_file_test (file, G_FILE_TEST_IS_REGULAR) ? g_steal_pointer (&dir) : NULL;
}

char *
cz_locale_dir (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = g_path_get_dirname (program != NULL ? program : ".");
  char *found = with_catalogue (folder, "../share/locale");

  for (int level = 0; found == NULL && *CZ_SOURCE_DIR != '\0' && level < MOST_LEVELS; level++) {
    g_autofree char *above = g_path_get_dirname (folder);
    g_free (folder);
    folder = g_steal_pointer (&above);
    found = with_catalogue (folder, "assets/po");
  }
  return found != NULL ? found : g_strdup (CZ_LOCALE_DIR);
}

void
cz_locale_init (void)
{
  g_autofree char *dir = cz_locale_dir ();

  setlocale (LC_ALL, "");
  /* In an encoding that is not UTF-8 GLib would refuse Chinese names as arguments. */
  if (!g_get_charset (NULL))
    setlocale (LC_CTYPE, "C.UTF-8");
  bindtextdomain (CZ_GETTEXT_DOMAIN, dir);
  bind_textdomain_codeset (CZ_GETTEXT_DOMAIN, "UTF-8");
  textdomain (CZ_GETTEXT_DOMAIN);
}
