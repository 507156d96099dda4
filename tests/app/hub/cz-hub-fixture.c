/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/app/hub/cz-hub-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

#include "sync/depot/cz-file.h"
#include "sync/wire/cz-paths.h"

static void
remove_tree (const char *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  const char *name;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *inner = g_build_filename (path, name, NULL);
    if (g_file_test (inner, G_FILE_TEST_IS_DIR) && !g_file_test (inner, G_FILE_TEST_IS_SYMLINK))
      remove_tree (inner);
    else
      (void) g_unlink (inner);
  }
  g_clear_pointer (&dir, g_dir_close);
  (void) g_rmdir (path);
}

void
cz_hub_fixture_reopen (CzHubFixture *f)
{
  g_autoptr (GError) error = NULL;
  g_clear_pointer (&f->hub, cz_hub_free);
  f->hub = cz_hub_open (f->home, CZ_HUB_WRITE, f->clock, &error);
  g_assert_no_error (error);
}

void
cz_hub_fixture_set_up (CzHubFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  CzHubInit init = { .region = "990101", .name = "示例县农业农村局", .place = "示例县" };
  f->folder = g_dir_make_tmp ("cz-hub-XXXXXX", &error);
  g_assert_no_error (error);
  f->home = g_build_filename (f->folder, "hub", NULL);
  f->clock = cz_clock_new_fixed (FIXTURE_NOW, 0);
  g_assert_true (cz_hub_init (f->home, &init, f->clock, &error));
  g_assert_no_error (error);
  cz_hub_fixture_reopen (f);
}

void
cz_hub_fixture_tear_down (CzHubFixture *f, gconstpointer data)
{
  g_clear_pointer (&f->hub, cz_hub_free);
  g_clear_object (&f->clock);
  remove_tree (f->folder);
  g_clear_pointer (&f->home, g_free);
  g_clear_pointer (&f->folder, g_free);
}

static void
set_text (const CzTable *table, CzRow *row, const char *field, const char *text)
{
  CzValue *value = &row->v[cz_table_field_index (table, field)];
  value->p = text;
  value->len = text == NULL ? 0 : (guint32) strlen (text);
}

gint64
cz_hub_fixture_product (CzHubFixture *f, const char *name, const char *aliases, const char *code)
{
  g_autoptr (GError) error = NULL;
  const CzTable *table = cz_table_by_number (CZ_TABLE_PRODUCT);
  CzRow row = { 0 };
  g_assert_true (cz_hub_id (f->hub, table, code != NULL ? code : name, &row.v[0].i, NULL, &error));
  set_text (table, &row, "name", name);
  set_text (table, &row, "aliases", aliases);
  set_text (table, &row, "source_code", code);
  g_assert_true (cz_hub_put (f->hub, table, &row, NULL, &error));
  g_assert_no_error (error);
  return row.v[0].i;
}

gint64
cz_hub_fixture_market (CzHubFixture *f, const char *name)
{
  g_autoptr (GError) error = NULL;
  const CzTable *table = cz_table_by_number (CZ_TABLE_MARKET);
  CzRow row = { 0 };
  g_assert_true (cz_hub_id (f->hub, table, name, &row.v[0].i, NULL, &error));
  set_text (table, &row, "name", name);
  g_assert_true (cz_hub_put (f->hub, table, &row, NULL, &error));
  g_assert_no_error (error);
  return row.v[0].i;
}

CzRow
cz_hub_fixture_quote (CzDay day, gint64 market, gint64 product, gint64 mid)
{
  CzRow row = { 0 };
  row.v[0].i = day;
  row.v[1].i = market;
  row.v[2].i = product;
  row.v[4].i = 2;
  row.v[5].i = mid - 100;
  row.v[6].i = mid;
  row.v[7].i = mid + 100;
  return row;
}

void
cz_hub_fixture_put_quote (CzHubFixture *f, const CzRow *row)
{
  g_autoptr (GError) error = NULL;
  g_assert_true (cz_hub_begin (f->hub, &error));
  g_assert_true (cz_hub_put (f->hub, cz_table_by_number (CZ_TABLE_QUOTE), row, NULL, &error));
  g_assert_true (cz_hub_commit (f->hub, &error));
  g_assert_no_error (error);
}

GBytes *
cz_hub_fixture_depot_object (CzHubFixture *f, char *path)
{
  g_autofree char *relative = path;
  g_autofree char *folder = cz_hub_depot_folder (f->hub);
  g_autofree char *full = g_build_filename (folder, relative, NULL);
  return cz_file_read (full, 0, 1024 * 1024 * 1024, NULL);
}

CzHead
cz_hub_fixture_depot_head (CzHubFixture *f)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzHubTrust) trust = cz_hub_trust_load (f->hub, &error);
  g_autoptr (GBytes) bytes = cz_hub_fixture_depot_object (f, cz_path_head (FIXTURE_CHANNEL));
  CzHead head = { 0 };
  gsize size = 0;
  g_assert_nonnull (bytes);
  const guint8 *data = g_bytes_get_data (bytes, &size);
  g_assert_true (cz_head_open (data, size, &trust->delegation.head_key, &head, &error));
  g_assert_no_error (error);
  return head;
}

CzHubPublished
cz_hub_fixture_publish (CzHubFixture *f)
{
  g_autoptr (GError) error = NULL;
  CzHubPublishOptions options = { 0 };
  CzHubPublished out = { 0 };
  g_assert_true (cz_hub_publish (f->hub, &options, &out, &error));
  g_assert_no_error (error);
  return out;
}

void
cz_hub_fixture_fill (CzHubFixture *f, gint64 n)
{
  g_autoptr (GError) error = NULL;
  g_assert_true (cz_hub_begin (f->hub, &error));
  gint64 product = cz_hub_fixture_product (f, "白菜", NULL, NULL);
  gint64 market = cz_hub_fixture_market (f, "东关市场");
  for (gint64 i = 0; i < n; i++) {
    CzRow row = cz_hub_fixture_quote ((CzDay) (FIXTURE_DAY + i), market, product, 900 + i % 37);
    g_assert_true (cz_hub_put (f->hub, cz_table_by_number (CZ_TABLE_QUOTE), &row, NULL, &error));
  }
  g_assert_true (cz_hub_commit (f->hub, &error));
}

CzRow
cz_hub_fixture_first_quote (void)
{
  return cz_hub_fixture_quote (FIXTURE_DAY, cz_id_make (FIXTURE_CHANNEL, 1), cz_id_make (FIXTURE_CHANNEL, 1), 900);
}
