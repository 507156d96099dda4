/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/sheet/cz-ole.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "app/hub/sheet/cz-sheet.h"

#define HEADER_BYTES 512
#define HEADER_FATS 109
#define ENTRY_BYTES 128
#define MAX_NAME_BYTES 64
#define MINI_BYTES 64
#define LAST_SECTOR 0xfffffff9u /* above it: marks, not sectors */
#define MAX_DIRECTORY_SECTORS 4096
#define CACHE_NONE G_MAXUINT64

struct _CzOleStream {
  FILE *file;
  char *path;
  guint sector_bytes;
  guint32 n_sectors;
  GArray *fat; /* guint32 */
  GArray *sectors; /* guint32: of the stream, in order; NULL for a small stream */
  guint8 *small; /* a stream below the cutoff, whole */
  guint64 size;
  guint8 *cache; /* one sector */
  guint64 cached;
};

typedef struct {
  guint32 start;
  guint64 size;
  gboolean found;
} Entry;

static guint32
u32_at (const guint8 *bytes, gsize at)
{
  return (guint32) bytes[at] | (guint32) bytes[at + 1] << 8 | (guint32) bytes[at + 2] << 16 | (guint32) bytes[at + 3] << 24;
}

static guint
u16_at (const guint8 *bytes, gsize at)
{
  return (guint) bytes[at] | (guint) bytes[at + 1] << 8;
}

static gboolean
read_sector (CzOleStream *stream, guint32 sector, guint8 *into)
{
  if (sector >= stream->n_sectors)
    return FALSE;
  off_t at = (off_t) (sector + 1) * stream->sector_bytes;
  if (fseeko (stream->file, at, SEEK_SET) != 0)
    return FALSE;
  /* The last sector of real files is often cut short. */
  gsize got = fread (into, 1, stream->sector_bytes, stream->file);
  memset (into + got, 0, stream->sector_bytes - got);
  return got > 0;
}

static gboolean
add_fat_sector (CzOleStream *stream, guint32 sector, guint8 *buffer)
{
  if (stream->fat->len >= stream->n_sectors + stream->sector_bytes / 4 || !read_sector (stream, sector, buffer))
    return stream->fat->len >= stream->n_sectors;
  for (guint i = 0; i < stream->sector_bytes / 4; i++) {
    guint32 next = u32_at (buffer, (gsize) i * 4);
    g_array_append_val (stream->fat, next);
  }
  return TRUE;
}

/* The sectors of the FAT stand in the header, then in a chain of their own. */
static gboolean
load_fat (CzOleStream *stream, const guint8 *header)
{
  g_autofree guint8 *list = g_malloc (stream->sector_bytes);
  g_autofree guint8 *buffer = g_malloc (stream->sector_bytes);
  guint32 wanted = u32_at (header, 44);
  guint32 done = 0;
  for (; done < MIN (wanted, HEADER_FATS); done++)
    if (!add_fat_sector (stream, u32_at (header, 76 + (gsize) done * 4), buffer))
      return FALSE;
  guint32 next = u32_at (header, 68);
  for (guint32 lists = 0; done < wanted && lists < stream->n_sectors; lists++) {
    if (!read_sector (stream, next, list))
      return FALSE;
    guint per_list = stream->sector_bytes / 4 - 1;
    for (guint i = 0; i < per_list && done < wanted; i++, done++)
      if (!add_fat_sector (stream, u32_at (list, (gsize) i * 4), buffer))
        return FALSE;
    next = u32_at (list, (gsize) per_list * 4);
  }
  return done == wanted;
}

/* NULL when the chain leaves the file or has fewer sectors than needed. */
static GArray *
chain (const CzOleStream *stream, guint32 start, guint32 at_least, guint32 at_most)
{
  g_autoptr (GArray) sectors = g_array_new (FALSE, FALSE, sizeof (guint32));
  for (guint32 sector = start; sector <= LAST_SECTOR && sectors->len < at_most;) {
    if (sector >= stream->fat->len || sector >= stream->n_sectors)
      return NULL;
    g_array_append_val (sectors, sector);
    sector = g_array_index (stream->fat, guint32, sector);
  }
  return sectors->len >= at_least ? g_steal_pointer (&sectors) : NULL;
}

static gboolean
entry_is (const guint8 *entry, const char *name)
{
  gsize n = strlen (name);
  if (u16_at (entry, MAX_NAME_BYTES) != (n + 1) * 2)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    if (u16_at (entry, i * 2) != (guint) name[i])
      return FALSE;
  return TRUE;
}

static Entry
find_entry (CzOleStream *stream, const GArray *directory, const char *name, int type)
{
  g_autofree guint8 *buffer = g_malloc (stream->sector_bytes);
  Entry entry = { 0 };
  for (guint i = 0; i < directory->len && !entry.found; i++) {
    if (!read_sector (stream, g_array_index (directory, guint32, i), buffer))
      break;
    for (gsize at = 0; at + ENTRY_BYTES <= stream->sector_bytes && !entry.found; at += ENTRY_BYTES)
      if (buffer[at + 66] == type && entry_is (buffer + at, name))
        entry = (Entry){ u32_at (buffer, at + 116), u32_at (buffer, at + 120), TRUE };
  }
  return entry;
}

/* A stream below the cutoff lies in pieces of 64 bytes inside the root entry's stream. */
static gboolean
load_small (CzOleStream *stream, const guint8 *header, const Entry *root, const Entry *entry)
{
  g_autoptr (GArray) mini_fat = chain (stream, u32_at (header, 60), 1, stream->n_sectors);
  g_autoptr (GArray) ground = chain (stream, root->start, 1, stream->n_sectors);
  g_autofree guint8 *buffer = g_malloc (stream->sector_bytes);
  guint per_sector = stream->sector_bytes / 4;
  guint32 mini = entry->start;
  if (mini_fat == NULL || ground == NULL)
    return FALSE;
  stream->small = g_malloc0 (entry->size + MINI_BYTES);
  for (guint64 at = 0; at < entry->size; at += MINI_BYTES) {
    guint64 place = (guint64) mini * MINI_BYTES;
    if (place / stream->sector_bytes >= ground->len
        || !read_sector (stream, g_array_index (ground, guint32, place / stream->sector_bytes), buffer))
      return FALSE;
    memcpy (stream->small + at, buffer + place % stream->sector_bytes, MINI_BYTES);
    if (mini / per_sector >= mini_fat->len || !read_sector (stream, g_array_index (mini_fat, guint32, mini / per_sector), buffer))
      return FALSE;
    mini = u32_at (buffer, (gsize) (mini % per_sector) * 4);
  }
  return TRUE;
}

static gboolean
damaged (const CzOleStream *stream, GError **error)
{
  g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_DAMAGED, _("%s: the workbook is damaged or cut off. Open it and save it anew as .xlsx or .csv"),
               stream->path);
  return FALSE;
}

static gboolean
no_such_stream (CzOleStream *stream, const GArray *directory, GError **error)
{
  if (find_entry (stream, directory, "EncryptedPackage", 2).found)
    g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_PROTECTED, _("%s: the workbook is under a password. Save it without one"), stream->path);
  else
    g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_MISLABELLED, _("%s: is %s. Save the table as .xlsx or .csv"), stream->path,
                 find_entry (stream, directory, "WordDocument", 2).found ? _("a Word document") : _("an Office file without a workbook"));
  return FALSE;
}

static gboolean
open_entry (CzOleStream *stream, const guint8 *header, const char *const *names, GError **error)
{
  g_autoptr (GArray) directory = chain (stream, u32_at (header, 48), 1, MAX_DIRECTORY_SECTORS);
  Entry entry = { 0 };
  if (directory == NULL)
    return damaged (stream, error);
  for (gsize i = 0; names[i] != NULL && !entry.found; i++)
    entry = find_entry (stream, directory, names[i], 2);
  if (!entry.found)
    return no_such_stream (stream, directory, error);
  stream->size = entry.size;
  if (entry.size / stream->sector_bytes > stream->n_sectors)
    return damaged (stream, error);
  if (entry.size < u32_at (header, 56)) {
    Entry root = find_entry (stream, directory, "Root Entry", 5);
    return (root.found && load_small (stream, header, &root, &entry)) || damaged (stream, error);
  }
  guint32 needed = (guint32) ((entry.size + stream->sector_bytes - 1) / stream->sector_bytes);
  stream->sectors = chain (stream, entry.start, needed, needed);
  return stream->sectors != NULL || damaged (stream, error);
}

static gboolean
read_header (CzOleStream *stream, guint8 *header, GError **error)
{
  if (fread (header, 1, HEADER_BYTES, stream->file) != HEADER_BYTES || memcmp (header, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8) != 0)
    return damaged (stream, error);
  guint shift = u16_at (header, 30);
  off_t end = fseeko (stream->file, 0, SEEK_END) == 0 ? ftello (stream->file) : 0;
  if ((shift != 9 && shift != 12) || end > CZ_SHEET_MAX_XLS_BYTES) {
    if (end <= CZ_SHEET_MAX_XLS_BYTES)
      return damaged (stream, error);
    g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_TOO_LARGE, _("%s: an .xls of more than %d MiB is not read. Save it as .xlsx or .csv"),
                 stream->path, CZ_SHEET_MAX_XLS_BYTES / 1024 / 1024);
    return FALSE;
  }
  stream->sector_bytes = 1u << shift;
  stream->n_sectors = (guint32) ((guint64) end / stream->sector_bytes);
  stream->cache = g_malloc (stream->sector_bytes);
  return TRUE;
}

CzOleStream *
cz_ole_stream_open (const char *path, const char *const *names, GError **error)
{
  g_autoptr (CzOleStream) stream = g_new0 (CzOleStream, 1);
  guint8 header[HEADER_BYTES];
  stream->path = g_strdup (path);
  stream->fat = g_array_new (FALSE, FALSE, sizeof (guint32));
  stream->cached = CACHE_NONE;
  stream->file = g_fopen (path, "rbe");
  if (stream->file == NULL) {
    g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_ABSENT, _("%s: cannot be opened: %s"), path, g_strerror (errno));
    return NULL;
  }
  if (!read_header (stream, header, error))
    return NULL;
  if (!load_fat (stream, header)) {
    damaged (stream, error);
    return NULL;
  }
  return open_entry (stream, header, names, error) ? g_steal_pointer (&stream) : NULL;
}

void
cz_ole_stream_free (CzOleStream *stream)
{
  if (stream == NULL)
    return;
  g_clear_pointer (&stream->file, fclose);
  g_clear_pointer (&stream->fat, g_array_unref);
  g_clear_pointer (&stream->sectors, g_array_unref);
  g_free (stream->small);
  g_free (stream->cache);
  g_free (stream->path);
  g_free (stream);
}

guint64
cz_ole_stream_size (const CzOleStream *stream)
{
  return stream->size;
}

gboolean
cz_ole_stream_read (CzOleStream *stream, guint64 offset, void *into, gsize n)
{
  guint8 *to = into;
  if (offset > stream->size || n > stream->size - offset)
    return FALSE;
  if (stream->small != NULL) {
    memcpy (to, stream->small + offset, n);
    return TRUE;
  }
  while (n > 0) {
    guint64 index = offset / stream->sector_bytes;
    gsize within = offset % stream->sector_bytes;
    gsize part = MIN (n, stream->sector_bytes - within);
    if (index != stream->cached && !read_sector (stream, g_array_index (stream->sectors, guint32, index), stream->cache)) {
      stream->cached = CACHE_NONE;
      return FALSE;
    }
    stream->cached = index;
    memcpy (to, stream->cache + within, part);
    to += part;
    offset += part;
    n -= part;
  }
  return TRUE;
}
