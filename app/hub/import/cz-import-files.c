/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/import/cz-import-files.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#include "app/hub/import/cz-import.h"
#include "app/hub/import/cz-texts.h"

#define MAX_DEPTH 16
#define MAX_FILES 100000
#define CHUNK (256 * 1024)

typedef struct {
  GPtrArray *files;
  GHashTable *seen;
  gboolean texts;
} Collector;

static void
add_file (Collector *collector, const char *path)
{
  if (collector->files->len < MAX_FILES && g_hash_table_add (collector->seen, g_strdup (path)))
    g_ptr_array_add (collector->files, g_strdup (path));
}

static gboolean
is_wanted (const Collector *collector, const char *name)
{
  static const char *const tables[] = { ".csv", ".xlsx", ".xlsm", ".xls", ".json", ".tsv", ".txt" };
  g_autofree char *lower = g_ascii_strdown (name, -1);
  if (collector->texts)
    return g_str_has_suffix (lower, ".md");
  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    if (g_str_has_suffix (lower, tables[i]))
      return TRUE;
  return FALSE;
}

static int
by_name (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
add_folder (Collector *collector, const char *path, guint depth)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (name[0] != '.')
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, by_name);
  for (guint i = 0; i < names->len; i++) {
    g_autofree char *inner = g_build_filename (path, g_ptr_array_index (names, i), NULL);
    if (g_file_test (inner, G_FILE_TEST_IS_DIR)) {
      if (depth < MAX_DEPTH)
        add_folder (collector, inner, depth + 1);
    } else if (is_wanted (collector, inner)) {
      add_file (collector, inner);
    }
  }
}

/* "NAME.en.md" → "NAME.md"; NULL if it is no variant. */
static char *
main_text_of (const char *path)
{
  g_autofree char *lang = cz_texts_language_of (path);
  if (lang == NULL)
    return NULL;
  const char *tail = strrchr (path, '.');
  return g_strdup_printf ("%.*s%s", (int) ((gsize) (tail - path) - strlen (lang) - 1), path, tail);
}

static gboolean
leave_out_variants (Collector *collector, GError **error)
{
  for (guint i = 0; i < collector->files->len;) {
    const char *path = g_ptr_array_index (collector->files, i);
    g_autofree char *main_text = main_text_of (path);
    if (main_text == NULL) {
      i++;
      continue;
    }
    if (!g_hash_table_contains (collector->seen, main_text)) {
      g_set_error (error, CZ_IMPORT_ERROR, CZ_IMPORT_ERROR_REFUSED, _("%s: is the variant of a text in another language; give %s, this one is read with it"),
                   path, main_text);
      return FALSE;
    }
    g_ptr_array_remove_index (collector->files, i);
  }
  return TRUE;
}

GPtrArray *
cz_import_files (const char *const *given, gboolean texts, GError **error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Collector collector = { files, seen, texts };
  for (gsize i = 0; given != NULL && given[i] != NULL; i++) {
    if (g_file_test (given[i], G_FILE_TEST_IS_DIR))
      add_folder (&collector, given[i], 0);
    else
      add_file (&collector, given[i]);
  }
  if (files->len == 0) {
    g_set_error (error, CZ_IMPORT_ERROR, CZ_IMPORT_ERROR_USAGE, _("no file to import"));
    return NULL;
  }
  return !texts || leave_out_variants (&collector, error) ? g_steal_pointer (&files) : NULL;
}

gboolean
cz_import_file_hash (const char *path, guint8 hash[32], GError **error)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8 *chunk = g_malloc (CHUNK);
  FILE *file = g_fopen (path, "rbe");
  gsize got;
  gsize n = 32;
  gboolean failed = file == NULL;
  while (!failed && (got = fread (chunk, 1, CHUNK, file)) > 0)
    g_checksum_update (sum, chunk, (gssize) got);
  failed = failed || ferror (file) != 0;
  if (failed)
    g_set_error (error, CZ_IMPORT_ERROR, CZ_IMPORT_ERROR_REFUSED, _("%s: cannot be read: %s"), path, g_strerror (errno));
  g_clear_pointer (&file, fclose);
  g_checksum_get_digest (sum, hash, &n);
  return !failed;
}
