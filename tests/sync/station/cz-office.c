/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/sync/station/cz-office.h"

#include <glib/gstdio.h>
#include <string.h>

#include "sync/wire/cz-ticket.h"

#define OFFICE_SEED 20261122

void
cz_test_remove_tree (const char *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  const char *name;
  while (dir && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *inner = g_build_filename (path, name, NULL);
    if (g_file_test (inner, G_FILE_TEST_IS_DIR) && !g_file_test (inner, G_FILE_TEST_IS_SYMLINK))
      cz_test_remove_tree (inner);
    else
      (void) g_unlink (inner);
  }
  g_clear_pointer (&dir, g_dir_close);
  (void) g_rmdir (path);
}

char *
cz_test_make_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *path = g_dir_make_tmp ("cz-station-XXXXXX", &error);
  g_assert_no_error (error);
  return path;
}

static GPtrArray *
one_signer (CzSecretKey *key)
{
  GPtrArray *signers = g_ptr_array_new ();
  g_ptr_array_add (signers, key);
  return signers;
}

static void
make_papers (CzOffice *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) signers = one_signer (self->root_key);
  g_autoptr (GPtrArray) links = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  CzRoot root = { .version = 1, .threshold = 1, .n_keys = 1, .issued_s = OFFICE_NOW };
  cz_secret_key_public (self->root_key, &root.keys[0]);
  self->root = cz_root_build (&root, signers, &error);
  g_assert_no_error (error);
  self->delegation = (CzDelegation){ .channel = self->channel, .serial = 1, .epoch = 1, .table_mask = ~G_GUINT64_CONSTANT (0),
                                     .not_after_s = OFFICE_NOW + 366 * 86400 };
  cz_secret_key_public (self->content_key, &self->delegation.content_key);
  cz_secret_key_public (self->head_key, &self->delegation.head_key);
  g_ptr_array_add (links, cz_delegation_build (&self->delegation, signers, &error));
  g_assert_no_error (error);
  self->chain = cz_chain_build (links, &error);
  g_assert_no_error (error);
}

CzOffice *
cz_office_new (const char *dir, const char *depot, CzChannel channel, CzClock *clock, const CzOffice *root_of)
{
  g_autoptr (GError) error = NULL;
  CzOffice *self = g_new0 (CzOffice, 1);
  g_autofree char *replica = g_build_filename (dir, "replica", NULL);
  self->dir = g_strdup (dir);
  self->depot = g_strdup (depot);
  self->channel = channel;
  self->clock = g_object_ref (clock);
  self->random = g_rand_new_with_seed (OFFICE_SEED + (guint32) channel);
  if (root_of) {
    g_autofree char *path = g_build_filename (root_of->dir, "root.key", NULL);
    self->root_key = cz_secret_key_load (path, NULL, &error);
  } else {
    g_autofree char *path = g_build_filename (dir, "root.key", NULL);
    g_assert_cmpint (g_mkdir_with_parents (dir, 0700), ==, 0);
    self->root_key = cz_secret_key_new ();
    g_assert_true (cz_secret_key_save (self->root_key, path, "root", NULL, &error));
  }
  g_assert_no_error (error);
  self->content_key = cz_secret_key_new ();
  self->head_key = cz_secret_key_new ();
  make_papers (self);
  self->folder = cz_depot_new_folder (depot, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_mkdir_with_parents (dir, 0700), ==, 0);
  self->replica = cz_content_open (replica, &error);
  g_assert_no_error (error);
  self->config = (CzPublisherConfig){ .depot = self->folder, .replica = self->replica, .clock = clock, .state_dir = self->dir,
                                      .delegation = &self->delegation, .root = self->root, .root_version = 1,
                                      .chain = self->chain, .content_key = self->content_key, .head_key = self->head_key };
  self->publisher = cz_publisher_open (&self->config, &error);
  g_assert_no_error (error);
  return self;
}

void
cz_office_free (CzOffice *self)
{
  if (!self)
    return;
  cz_publisher_free (self->publisher);
  cz_content_free (self->replica);
  cz_depot_free (self->folder);
  cz_secret_key_free (self->root_key);
  cz_secret_key_free (self->content_key);
  cz_secret_key_free (self->head_key);
  g_bytes_unref (self->root);
  g_bytes_unref (self->chain);
  g_object_unref (self->clock);
  g_rand_free (self->random);
  g_free (self->dir);
  g_free (self->depot);
  g_free (self);
}

static void
publish_day (CzOffice *self, CzDay day, guint markets, guint products)
{
  g_autoptr (GError) error = NULL;
  const CzTable *table = cz_table_by_number (CZ_TABLE_QUOTE);
  int low = cz_table_field_index (table, "low");
  g_assert_true (cz_publisher_begin (self->publisher, 0, (guint64) markets * products, &error));
  for (guint market = 1; market <= markets; market++)
    for (guint product = 1; product <= products; product++) {
      CzRow row = { 0 };
      gint64 price = g_rand_int_range (self->random, 500, 30000);
      row.v[0].i = day;
      row.v[1].i = cz_id_make (self->channel, market);
      row.v[2].i = cz_id_make (0, product);
      row.v[low].i = price;
      row.v[low + 1].i = price + 100;
      row.v[low + 2].i = price + 250;
      g_assert_true (cz_publisher_row (self->publisher, table, &row, &error));
    }
  g_assert_true (cz_publisher_finish (self->publisher, 0, NULL, &error));
  g_assert_no_error (error);
}

void
cz_office_publish (CzOffice *self, CzDay first, guint days, guint markets, guint products)
{
  for (guint i = 0; i < days; i++)
    publish_day (self, first + (CzDay) i, markets, products);
}

void
cz_office_publish_media (CzOffice *self, GBytes *object, int priority)
{
  g_autoptr (GError) error = NULL;
  const CzTable *table = cz_table_by_number (CZ_TABLE_MEDIA);
  guint8 hash[32];
  CzRow row = { 0 };
  gsize size;
  const guint8 *data = g_bytes_get_data (object, &size);
  cz_hash (data, size, hash);
  row.v[0] = (CzValue){ .p = (const char *) hash, .len = 32 };
  row.v[1] = (CzValue){ .p = "image/png", .len = 9 };
  row.v[2].i = (gint64) size;
  row.v[3].i = priority;
  g_assert_true (cz_publisher_begin (self->publisher, 0, 1, &error));
  g_assert_true (cz_publisher_media (self->publisher, hash, object, &error));
  g_assert_true (cz_publisher_row (self->publisher, table, &row, &error));
  g_assert_true (cz_publisher_finish (self->publisher, 0, NULL, &error));
  g_assert_no_error (error);
}

char *
cz_office_ticket (CzOffice *self, const CzChannel *line, guint n_line, const char *depot_address)
{
  char *depots[] = { (char *) depot_address, NULL };
  CzTicket ticket = { .village = G_GINT64_CONSTANT (990101001201), .village_name = (char *) "柳河村", .station_name = (char *) "柳河村站",
                      .line = (CzChannel *) line, .n_line = n_line, .depots = depots, .root = self->root };
  return cz_ticket_to_text (&ticket);
}

/* ---- warnings ---- */

typedef struct {
  GMutex lock;
  GPtrArray *messages;
} Warnings;

static Warnings *
warnings (void)
{
  static Warnings collected;
  return &collected;
}

static GLogWriterOutput
on_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  Warnings *all = user_data;
  const char *message = "";
  if ((level & (G_LOG_LEVEL_WARNING | G_LOG_LEVEL_CRITICAL)) == 0)
    return G_LOG_WRITER_HANDLED;
  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, "MESSAGE"))
      message = fields[i].value;
  g_mutex_lock (&all->lock);
  g_ptr_array_add (all->messages, g_strdup (message));
  g_mutex_unlock (&all->lock);
  return G_LOG_WRITER_HANDLED;
}

void
cz_test_collect_warnings (void)
{
  warnings ()->messages = g_ptr_array_new_with_free_func (g_free);
  g_log_set_writer_func (on_log, warnings (), NULL);
}

guint
cz_test_take_warnings (const char *part)
{
  GPtrArray *messages = warnings ()->messages;
  guint n = messages->len;
  for (guint i = 0; i < n; i++)
    if (!strstr (messages->pdata[i], part))
      g_test_fail_printf ("not expected: %s", (const char *) messages->pdata[i]);
  g_ptr_array_set_size (messages, 0);
  return n;
}
