/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "sync/store/cz-content.h"

/* bench-apply make DIR          bundles of 250, 150 and 1 days of 4,000 quotes (the last also drops the oldest day), a key,
 *                               and the rows of the first as CSV
 * bench-apply apply DIR NAME    verifies and applies one of them, prints its figures as JSON
 * Numbers come from a fixed seed: runs can be compared. */

#define CHANNEL 990101
#define QUOTES_A_DAY 4000
#define PRODUCTS 100
#define FIRST_DAY 19000

static CzRow
made_up_quote (guint32 *state, CzDay day, guint n)
{
  CzRow row = { 0 };

  *state = *state * 1664525u + 1013904223u;
  row.v[0].i = day;
  row.v[1].i = cz_id_make (CHANNEL, 1 + n / PRODUCTS);
  row.v[2].i = cz_id_make (CHANNEL, 100 + n % PRODUCTS);
  row.v[4].i = 2;
  row.v[5].i = 2000 + (*state >> 20);
  row.v[6].i = row.v[5].i + 50;
  row.v[7].i = row.v[5].i + (*state >> 16 & 255);
  return row;
}

typedef struct {
  const char *dir;
  CzSecretKey *key;
  CzState state; /* of the channel after the bundles so far */
  CzDay next_day;
  guint64 seq;
  FILE *csv; /* (nullable) */
} Maker;

static gboolean
add_insert_section (Maker *maker, CzManifest *manifest, GPtrArray *sections, guint days, GError **error)
{
  const CzTable *quote = cz_table_by_number (CZ_TABLE_QUOTE);
  g_autoptr (CzSectionWriter) writer = cz_section_writer_new (quote, CZ_OP_INSERT, CZ_CODEC_ZSTD, 3);
  guint32 random = (guint32) maker->next_day;

  for (guint i = 0; i < days * QUOTES_A_DAY; i++) {
    CzRow row = made_up_quote (&random, maker->next_day + (CzDay) (i / QUOTES_A_DAY), i % QUOTES_A_DAY);
    if (!cz_section_writer_add (writer, &row, 0, error))
      return FALSE;
    cz_state_add_row (&maker->state, quote, &row);
    if (maker->csv != NULL)
      fprintf (maker->csv, "990101,%d,%ld,%ld,0,2,%ld,%ld,%ld,0,,0,0,0\n", (int) row.v[0].i, (long) row.v[1].i, (long) row.v[2].i,
               (long) row.v[5].i, (long) row.v[6].i, (long) row.v[7].i);
  }
  GBytes *bytes = cz_section_writer_finish (writer, &manifest->sections[manifest->n_sections++], error);
  if (bytes != NULL)
    g_ptr_array_add (sections, bytes);
  maker->next_day += (CzDay) days;
  return bytes != NULL;
}

static gboolean
add_retention_section (Maker *maker, CzManifest *manifest, GPtrArray *sections, GError **error)
{
  const CzTable *quote = cz_table_by_number (CZ_TABLE_QUOTE);
  g_autoptr (CzSectionWriter) writer = cz_section_writer_new (quote, CZ_OP_RETENTION, CZ_CODEC_RAW, 0);
  guint32 random = FIRST_DAY;
  CzRow rule = { 0 };

  rule.v[0].i = 1;
  rule.v[1].i = FIRST_DAY + 1;
  for (guint n = 0; n < QUOTES_A_DAY; n++) {
    CzRow row = made_up_quote (&random, FIRST_DAY, n);
    cz_state_remove_row (&maker->state, quote, &row);
  }
  if (!cz_section_writer_add (writer, &rule, 0, error))
    return FALSE;
  GBytes *bytes = cz_section_writer_finish (writer, &manifest->sections[manifest->n_sections++], error);
  if (bytes != NULL)
    g_ptr_array_add (sections, bytes);
  return bytes != NULL;
}

static gboolean
make_bundle (Maker *maker, const char *name, CzBundleKind kind, guint days, GError **error)
{
  g_autoptr (GPtrArray) sections = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autofree char *path = g_build_filename (maker->dir, name, NULL);
  CzManifest manifest = { .channel = CHANNEL, .kind = (guint8) kind, .from_seq = maker->seq, .to_seq = maker->seq + 1,
                          .schema = CZ_SCHEMA_VERSION, .min_codec = CZ_CODEC_ZSTD };

  cz_state_to_bytes (&maker->state, manifest.from_state);
  if (!add_insert_section (maker, &manifest, sections, days, error)
      || (kind == CZ_BUNDLE_DAILY && !add_retention_section (maker, &manifest, sections, error)))
    return FALSE;
  cz_state_to_bytes (&maker->state, manifest.to_state);
  g_autoptr (GBytes) bundle = cz_bundle_build (&manifest, sections, maker->key, error);
  maker->seq++;
  return bundle != NULL
         && g_file_set_contents (path, g_bytes_get_data (bundle, NULL), (gssize) g_bytes_get_size (bundle), error);
}

static gboolean
make (const char *dir, GError **error)
{
  g_autoptr (CzSecretKey) key = cz_secret_key_new ();
  g_autofree char *key_path = g_build_filename (dir, "key", NULL);
  g_autofree char *csv_path = g_build_filename (dir, "rows.csv", NULL);
  Maker maker = { .dir = dir, .key = key, .next_day = FIRST_DAY, .csv = fopen (csv_path, "w") };

  if (maker.csv == NULL)
    return FALSE;
  gboolean ok = cz_secret_key_save (key, key_path, "bench", NULL, error) && make_bundle (&maker, "first", CZ_BUNDLE_FIRST, 250, error);
  (void) fclose (maker.csv);
  maker.csv = NULL;
  return ok && make_bundle (&maker, "second", CZ_BUNDLE_FIRST, 150, error)
         && make_bundle (&maker, "day", CZ_BUNDLE_DAILY, 1, error);
}

/* Peak of this program; ru_maxrss would count the parent's before exec. −1 without /proc. */
static gint64
peak_kib (void)
{
  g_autofree char *status = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL) || (line = strstr (status, "VmHWM:")) == NULL)
    return -1;
  return g_ascii_strtoll (line + strlen ("VmHWM:"), NULL, 10);
}

static gboolean
apply (const char *dir, const char *name, GError **error)
{
  g_autofree char *content_dir = g_build_filename (dir, "content", NULL);
  g_autofree char *key_path = g_build_filename (dir, "key", NULL);
  g_autofree char *path = g_build_filename (dir, name, NULL);
  g_autoptr (CzSecretKey) key = cz_secret_key_load (key_path, NULL, error);
  g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, error);
  const CzApplyScope scope = { .table_mask = G_MAXUINT64 };
  CzPublicKey public_key;
  CzBundle bundle;

  if (key == NULL || file == NULL)
    return FALSE;
  cz_secret_key_public (key, &public_key);
  const guint8 *data = (const guint8 *) g_mapped_file_get_contents (file);
  gsize size = g_mapped_file_get_length (file);
  g_autoptr (CzContent) content = cz_content_open (content_dir, error);
  if (content == NULL)
    return FALSE;
  g_autoptr (GTimer) timer = g_timer_new ();
  if (!cz_bundle_open (data, size, &public_key, &bundle, error) || !cz_content_apply (content, &bundle, data, size, &scope, error))
    return FALSE;
  double seconds = g_timer_elapsed (timer, NULL);
  printf ("{\"seconds\": %.3f, \"rss_kib\": %" G_GINT64_FORMAT ", \"bundle_bytes\": %" G_GSIZE_FORMAT "}\n", seconds,
          peak_kib (), size);
  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = FALSE;

  if (argc == 3 && strcmp (argv[1], "make") == 0)
    ok = make (argv[2], &error);
  else if (argc == 4 && strcmp (argv[1], "apply") == 0)
    ok = apply (argv[2], argv[3], &error);
  else
    fprintf (stderr, "usage: bench-apply make DIR | apply DIR NAME\n");
  if (error != NULL)
    fprintf (stderr, "%s\n", error->message);
  return ok ? 0 : 1;
}
