/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "cz-catalog"
#include "app/catalog/cz-catalog-private.h"

/* One apply is many writes to the log file; look once they have paused. */
#define SETTLE_MS 80
/* A file monitor may miss writes (a full queue, a foreign file system); this bounds how long. */
#define POLL_S 15

enum { SIGNAL_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CzCatalog, cz_catalog, G_TYPE_OBJECT)

static void
cz_catalog_dispose (GObject *object)
{
  CzCatalog *self = CZ_CATALOG (object);

  g_clear_handle_id (&self->settle_id, g_source_remove);
  g_clear_handle_id (&self->poll_id, g_source_remove);
  if (self->monitor != NULL)
    g_file_monitor_cancel (self->monitor);
  g_clear_object (&self->monitor);
  g_clear_pointer (&self->shelf, cz_shelf_free);
  g_clear_object (&self->clock);
  G_OBJECT_CLASS (cz_catalog_parent_class)->dispose (object);
}

static void
cz_catalog_finalize (GObject *object)
{
  CzCatalog *self = CZ_CATALOG (object);

  g_free (self->content_dir);
  g_free (self->lang);
  G_OBJECT_CLASS (cz_catalog_parent_class)->finalize (object);
}

static void
cz_catalog_class_init (CzCatalogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = cz_catalog_dispose;
  object_class->finalize = cz_catalog_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", CZ_TYPE_CATALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cz_catalog_init (CzCatalog *self)
{
  self->lang = g_strdup ("");
}

static gboolean
open_shelf (CzCatalog *self)
{
  g_autoptr (GError) error = NULL;
  CzShelf *shelf = cz_shelf_open (self->content_dir, &error);

  if (shelf == NULL) {
    if (!g_error_matches (error, CZ_STORE_ERROR, CZ_STORE_ERROR_ABSENT))
      g_warning ("%s: %s", self->content_dir, error->message);
    return FALSE;
  }
  g_clear_pointer (&self->shelf, cz_shelf_free);
  self->shelf = shelf;
  self->data_version = cz_shelf_data_version (shelf);
  return TRUE;
}

/* TRUE if another generation stands behind the link than the one held. */
static gboolean
link_moved (CzCatalog *self)
{
  g_autofree char *link = g_build_filename (self->content_dir, "current", NULL);
  g_autofree char *target = g_file_read_link (link, NULL);
  g_autofree char *held = NULL;
  g_autofree char *named = NULL;

  if (target == NULL || self->shelf == NULL)
    return target != NULL;
  held = g_path_get_basename (cz_shelf_path (self->shelf));
  named = g_path_get_basename (target);
  return !g_str_equal (held, named);
}

void
cz_catalog_refresh (CzCatalog *self)
{
  if (link_moved (self)) {
    if (open_shelf (self))
      g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  } else if (self->shelf != NULL) {
    gint64 version = cz_shelf_data_version (self->shelf);

    if (version == self->data_version)
      return;
    self->data_version = version;
    cz_shelf_reload (self->shelf);
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  }
}

static gboolean
on_settled (gpointer data)
{
  CzCatalog *self = data;

  self->settle_id = 0;
  cz_catalog_refresh (self);
  return G_SOURCE_REMOVE;
}

static void
on_folder_changed (GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event, gpointer data)
{
  CzCatalog *self = data;

  if (self->settle_id == 0)
    self->settle_id = g_timeout_add (SETTLE_MS, on_settled, self);
}

static gboolean
on_poll (gpointer data)
{
  cz_catalog_refresh (data);
  return G_SOURCE_CONTINUE;
}

CzCatalog *
cz_catalog_new (const char *content_dir, CzClock *clock, gint64 village)
{
  CzCatalog *self = g_object_new (CZ_TYPE_CATALOG, NULL);
  g_autoptr (GFile) folder = g_file_new_for_path (content_dir);

  self->content_dir = g_strdup (content_dir);
  self->clock = g_object_ref (clock);
  self->village = village;
  self->monitor = g_file_monitor_directory (folder, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
  if (self->monitor != NULL)
    g_signal_connect_object (self->monitor, "changed", G_CALLBACK (on_folder_changed), self, 0);
  self->poll_id = g_timeout_add_seconds (POLL_S, on_poll, self);
  if (!open_shelf (self))
    g_debug ("%s: no content yet", content_dir);
  return self;
}

gboolean
cz_catalog_is_ready (CzCatalog *self)
{
  return self->shelf != NULL;
}

void
cz_catalog_set_village (CzCatalog *self, gint64 village)
{
  if (self->village == village)
    return;
  self->village = village;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

void
cz_catalog_set_language (CzCatalog *self, const char *lang)
{
  if (g_str_equal (self->lang, lang))
    return;
  g_free (self->lang);
  self->lang = g_strdup (lang);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

CzClock *
cz_catalog_clock (CzCatalog *self)
{
  return self->clock;
}

/* A day that lies ahead of its own publication is a slip of the pen, and would make all that is true look old. */
#define DATA_DAY \
  "SELECT MAX(day) FROM quote WHERE channel = ?1" \
  " AND day <= ifnull((SELECT (nullif(MAX(created_s), 0) + 28800) / 86400 + 1 FROM bundle WHERE channel = ?1), 1000000)"

CzDay
cz_catalog_data_day (CzCatalog *self)
{
  const CzChannel *channels;
  gint64 newest = 0;
  guint n;

  if (self->shelf == NULL)
    return 0;
  channels = cz_shelf_quote_channels (self->shelf, &n);
  for (guint i = 0; i < n; i++) {
    gint64 channel = channels[i];
    newest = MAX (newest, cz_shelf_int (self->shelf, DATA_DAY, 1, &channel, 0));
  }
  return (CzDay) newest;
}

CzDay
cz_catalog_today (CzCatalog *self)
{
  CzDay today = cz_clock_today (self->clock);

  return MAX (today, cz_catalog_data_day (self));
}

char *
cz_catalog_text (CzCatalog *self, CzChannel channel, guint16 table, gint64 row, const char *field, const char *original)
{
  return cz_shelf_text (self->shelf, self->lang, channel, cz_table_by_number (table), row, field, original);
}

char *
cz_column_hash (sqlite3_stmt *stmt, int column)
{
  const guint8 *bytes = sqlite3_column_blob (stmt, column);
  int n = sqlite3_column_bytes (stmt, column);
  GString *hex;

  if (bytes == NULL || n != CZ_HASH_BYTES)
    return NULL;
  hex = g_string_sized_new (2 * CZ_HASH_BYTES);
  for (int i = 0; i < n; i++)
    g_string_append_printf (hex, "%02x", bytes[i]);
  return g_string_free (hex, FALSE);
}

void
cz_publisher_free (CzPublisher *publisher)
{
  if (publisher == NULL)
    return;
  g_free (publisher->name);
  g_free (publisher->place);
  g_free (publisher->hotline);
  g_free (publisher->remark);
  g_free (publisher);
}

static CzPublisher *
read_publisher (CzCatalog *self, sqlite3_stmt *stmt)
{
  CzPublisher *publisher = g_new0 (CzPublisher, 1);
  gint64 code = sqlite3_column_int64 (stmt, 1);
  CzChannel channel = (CzChannel) sqlite3_column_int64 (stmt, 0);

  publisher->channel = channel;
  publisher->name = cz_catalog_text (self, channel, CZ_TABLE_PUBLISHER, code, "name", cz_column_text (stmt, 2));
  publisher->place = cz_catalog_text (self, channel, CZ_TABLE_PUBLISHER, code, "place", cz_column_text (stmt, 3));
  publisher->hotline = g_strdup (cz_column_text (stmt, 4));
  publisher->remark = cz_catalog_text (self, channel, CZ_TABLE_PUBLISHER, code, "remark", cz_column_text (stmt, 5));
  return publisher;
}

CzPublisher *
cz_catalog_publisher (CzCatalog *self, CzChannel channel)
{
  CzPublisher *best = NULL;
  sqlite3_stmt *stmt = NULL;

  if (self->shelf != NULL)
    stmt = cz_shelf_stmt (self->shelf, "SELECT channel, code, name, place, hotline, remark FROM publisher");
  if (stmt == NULL)
    return NULL;
  while (sqlite3_step (stmt) == SQLITE_ROW) {
    CzChannel at = (CzChannel) sqlite3_column_int64 (stmt, 0);
    gboolean nearer = best == NULL || cz_channel_tier (at) > cz_channel_tier (best->channel);

    if (channel >= 0 ? at != channel : !nearer)
      continue;
    cz_publisher_free (best);
    best = read_publisher (self, stmt);
  }
  sqlite3_reset (stmt);
  return best;
}

char *
cz_catalog_region_name (CzCatalog *self, gint64 region)
{
  sqlite3_stmt *stmt = NULL;
  char *name = NULL;

  if (self->shelf != NULL)
    stmt = cz_shelf_query (self->shelf,
                           "SELECT r.channel, r.name FROM channel_mark AS c CROSS JOIN region AS r"
                           " ON r.channel = c.channel AND r.code = ?1 ORDER BY c.channel DESC LIMIT 1",
                           1, &region);
  if (stmt != NULL) {
    if (sqlite3_step (stmt) == SQLITE_ROW)
      name = cz_catalog_text (self, (CzChannel) sqlite3_column_int64 (stmt, 0), CZ_TABLE_REGION, region, "name",
                              cz_column_text (stmt, 1));
    sqlite3_reset (stmt);
  }
  return name != NULL ? name : g_strdup ("");
}
