/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/sync/store/cz-fault-vfs.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct {
  sqlite3_file base;
  sqlite3_file *real;
  char *name; /* last part of the path; NULL: temporary */
} FaultFile;

typedef enum { DONE_WRITE, DONE_TRUNCATE, DONE_SYNC, DONE_DELETE, DONE_RENAME } DoneKind;

typedef struct {
  DoneKind kind;
  char *name;
  gint64 at; /* write: offset; truncate: size */
  GBytes *data; /* write */
  char *to; /* rename */
} Done;

static GPtrArray *record; /* Done */
static gboolean is_recording;

static FaultKind armed_kind;
static guint armed_at;
static guint operations;
static sqlite3_vfs *below;
static sqlite3_vfs layer;

#define REAL(file) (((FaultFile *) (file))->real)

void
fault_vfs_arm (FaultKind kind, guint at)
{
  armed_kind = kind;
  armed_at = at;
  operations = 0;
}

guint
fault_vfs_count (void)
{
  return operations;
}

/* TRUE: this one goes wrong (and the process still lives). */
static gboolean
strike (sqlite3_file *torn, const void *data, int n, sqlite3_int64 at)
{
  operations++;
  if (armed_kind == FAULT_NONE || operations != armed_at)
    return FALSE;
  if (armed_kind == FAULT_ERROR)
    return TRUE;
  if (armed_kind == FAULT_KILL_TORN && torn != NULL)
    (void) torn->pMethods->xWrite (torn, data, n / 2, at);
  (void) kill (getpid (), SIGKILL);
  return TRUE;
}

static void
done_free (gpointer data)
{
  Done *done = data;

  g_free (done->name);
  g_free (done->to);
  g_bytes_unref (done->data);
  g_free (done);
}

static void
remember_name (const char *name, DoneKind kind, gint64 at, const void *data, int n)
{
  if (!is_recording || name == NULL)
    return;
  Done *done = g_new0 (Done, 1);
  *done = (Done) { kind, g_strdup (name), at, g_bytes_new (data, (gsize) n), NULL };
  g_ptr_array_add (record, done);
}

static void
remember (sqlite3_file *file, DoneKind kind, gint64 at, const void *data, int n)
{
  remember_name (((FaultFile *) file)->name, kind, at, data, n);
}

void
fault_vfs_note_rename (const char *from, const char *to)
{
  guint before = fault_vfs_recorded ();

  remember_name (from, DONE_RENAME, 0, "", 0);
  if (fault_vfs_recorded () > before)
    ((Done *) record->pdata[before])->to = g_strdup (to);
  remember_name (from, DONE_SYNC, 0, "", 0);
}

static int
on_close (sqlite3_file *file)
{
  int code = REAL (file)->pMethods->xClose (REAL (file));

  g_free (((FaultFile *) file)->name);
  g_free (REAL (file));
  return code;
}

static int
on_read (sqlite3_file *file, void *out, int n, sqlite3_int64 at)
{
  return REAL (file)->pMethods->xRead (REAL (file), out, n, at);
}

static int
on_write (sqlite3_file *file, const void *data, int n, sqlite3_int64 at)
{
  if (strike (REAL (file), data, n, at))
    return SQLITE_FULL;
  remember (file, DONE_WRITE, at, data, n);
  return REAL (file)->pMethods->xWrite (REAL (file), data, n, at);
}

static int
on_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  if (strike (NULL, NULL, 0, 0))
    return SQLITE_IOERR_TRUNCATE;
  remember (file, DONE_TRUNCATE, size, "", 0);
  return REAL (file)->pMethods->xTruncate (REAL (file), size);
}

static int
on_sync (sqlite3_file *file, int flags)
{
  if (strike (NULL, NULL, 0, 0))
    return SQLITE_IOERR_FSYNC;
  remember (file, DONE_SYNC, 0, "", 0);
  return REAL (file)->pMethods->xSync (REAL (file), flags);
}

static int
on_file_size (sqlite3_file *file, sqlite3_int64 *size)
{
  return REAL (file)->pMethods->xFileSize (REAL (file), size);
}

static int
on_lock (sqlite3_file *file, int lock)
{
  return REAL (file)->pMethods->xLock (REAL (file), lock);
}

static int
on_unlock (sqlite3_file *file, int lock)
{
  return REAL (file)->pMethods->xUnlock (REAL (file), lock);
}

static int
on_check_lock (sqlite3_file *file, int *out)
{
  return REAL (file)->pMethods->xCheckReservedLock (REAL (file), out);
}

static int
on_control (sqlite3_file *file, int op, void *arg)
{
  return REAL (file)->pMethods->xFileControl (REAL (file), op, arg);
}

static int
on_sector_size (sqlite3_file *file)
{
  return REAL (file)->pMethods->xSectorSize (REAL (file));
}

static int
on_characteristics (sqlite3_file *file)
{
  return REAL (file)->pMethods->xDeviceCharacteristics (REAL (file));
}

static int
on_shm_map (sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
  return REAL (file)->pMethods->xShmMap (REAL (file), page, size, extend, out);
}

static int
on_shm_lock (sqlite3_file *file, int offset, int n, int flags)
{
  return REAL (file)->pMethods->xShmLock (REAL (file), offset, n, flags);
}

static void
on_shm_barrier (sqlite3_file *file)
{
  REAL (file)->pMethods->xShmBarrier (REAL (file));
}

static int
on_shm_unmap (sqlite3_file *file, int delete_it)
{
  return REAL (file)->pMethods->xShmUnmap (REAL (file), delete_it);
}

static const sqlite3_io_methods methods
    = { 2,         on_close,  on_read,       on_write,   on_truncate,    on_sync,            on_file_size, on_lock,
        on_unlock, on_check_lock, on_control, on_sector_size, on_characteristics, on_shm_map,   on_shm_lock,
        on_shm_barrier, on_shm_unmap, NULL, NULL };

static int
on_open (sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
  FaultFile *self = (FaultFile *) file;

  self->base.pMethods = NULL;
  self->real = g_malloc0 ((gsize) below->szOsFile);
  int code = below->xOpen (below, name, self->real, flags, out_flags);
  if (self->real->pMethods != NULL)
    self->base.pMethods = &methods;
  else
    g_clear_pointer (&self->real, g_free);
  self->name = self->real != NULL && name != NULL ? g_path_get_basename (name) : NULL;
  return code;
}

static int
on_delete (sqlite3_vfs *vfs, const char *name, int sync_folder)
{
  g_autofree char *base = g_path_get_basename (name);

  if (strike (NULL, NULL, 0, 0))
    return SQLITE_IOERR_DELETE;
  remember_name (base, DONE_DELETE, 0, "", 0);
  return below->xDelete (below, name, sync_folder);
}

void
fault_vfs_register (void)
{
  if (below != NULL)
    return;
  below = sqlite3_vfs_find (NULL);
  layer = *below;
  layer.zName = "cz-fault";
  layer.szOsFile = (int) sizeof (FaultFile);
  layer.xOpen = on_open;
  layer.xDelete = on_delete;
  g_assert_cmpint (sqlite3_vfs_register (&layer, 1), ==, SQLITE_OK);
}

/* --- power cuts --- */

#define SECTOR 512u

void
fault_vfs_record (void)
{
  fault_vfs_forget ();
  record = g_ptr_array_new_with_free_func (done_free);
  is_recording = TRUE;
}

void
fault_vfs_pause (void)
{
  is_recording = FALSE;
}

guint
fault_vfs_recorded (void)
{
  return record != NULL ? record->len : 0;
}

void
fault_vfs_forget (void)
{
  is_recording = FALSE;
  g_clear_pointer (&record, g_ptr_array_unref);
}

/* Is there a sync of the same file between i and n? */
static gboolean
is_synced (guint i, guint n)
{
  const Done *done = record->pdata[i];

  for (guint k = i + 1; k < n; k++) {
    const Done *later = record->pdata[k];
    if (later->kind == DONE_SYNC && g_str_equal (later->name, done->name))
      return TRUE;
  }
  return FALSE;
}

/* Names change in order: one that something was done to later has changed. */
static gboolean
is_named_later (guint i, guint n)
{
  const Done *done = record->pdata[i];

  for (guint k = i + 1; k < n; k++) {
    const Done *later = record->pdata[k];
    if (g_str_equal (later->name, done->name) || (done->to != NULL && g_str_equal (later->name, done->to)))
      return TRUE;
  }
  return FALSE;
}

static void
change_name (const char *path, const char *dir, const Done *done)
{
  g_autofree char *to = done->to != NULL ? g_build_filename (dir, done->to, NULL) : NULL;

  if (to != NULL)
    (void) rename (path, to);
  else
    (void) unlink (path);
}

static void
write_some (int fd, const Done *done, gboolean all, GRand *rand)
{
  gsize n = 0;
  const guint8 *data = g_bytes_get_data (done->data, &n);

  for (gsize at = 0; at < n;) {
    gsize len = MIN (n - at, SECTOR - (gsize) ((guint64) done->at + at) % SECTOR);
    if (all || g_rand_boolean (rand))
      g_assert_cmpint (pwrite (fd, data + at, len, (off_t) (done->at + (gint64) at)), ==, (gssize) len);
    at += len;
  }
}

void
fault_vfs_replay (const char *dir, guint n, GRand *rand)
{
  g_assert_cmpuint (n, <=, record->len);
  for (guint i = 0; i < n; i++) {
    const Done *done = record->pdata[i];
    g_autofree char *path = g_build_filename (dir, done->name, NULL);
    gboolean all = is_synced (i, n);
    if (done->kind == DONE_DELETE || done->kind == DONE_RENAME) {
      if (all || is_named_later (i, n) || g_rand_boolean (rand))
        change_name (path, dir, done);
      continue;
    }
    if (done->kind == DONE_SYNC)
      continue;
    int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    g_assert_cmpint (fd, >=, 0);
    if (done->kind == DONE_WRITE)
      write_some (fd, done, all, rand);
    else if (done->kind == DONE_TRUNCATE && (all || g_rand_boolean (rand)))
      g_assert_cmpint (ftruncate (fd, (off_t) done->at), ==, 0);
    g_assert_cmpint (close (fd), ==, 0);
  }
}
