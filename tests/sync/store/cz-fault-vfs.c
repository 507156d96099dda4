/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/sync/store/cz-fault-vfs.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

typedef struct {
  sqlite3_file base;
  sqlite3_file *real;
} FaultFile;

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

static int
on_close (sqlite3_file *file)
{
  int code = REAL (file)->pMethods->xClose (REAL (file));

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
  return strike (REAL (file), data, n, at) ? SQLITE_FULL : REAL (file)->pMethods->xWrite (REAL (file), data, n, at);
}

static int
on_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  return strike (NULL, NULL, 0, 0) ? SQLITE_IOERR_TRUNCATE : REAL (file)->pMethods->xTruncate (REAL (file), size);
}

static int
on_sync (sqlite3_file *file, int flags)
{
  return strike (NULL, NULL, 0, 0) ? SQLITE_IOERR_FSYNC : REAL (file)->pMethods->xSync (REAL (file), flags);
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
  return code;
}

static int
on_delete (sqlite3_vfs *vfs, const char *name, int sync_folder)
{
  return strike (NULL, NULL, 0, 0) ? SQLITE_IOERR_DELETE : below->xDelete (below, name, sync_folder);
}

void
fault_vfs_register (void)
{
  below = sqlite3_vfs_find (NULL);
  layer = *below;
  layer.zName = "cz-fault";
  layer.szOsFile = (int) sizeof (FaultFile);
  layer.xOpen = on_open;
  layer.xDelete = on_delete;
  g_assert_cmpint (sqlite3_vfs_register (&layer, 1), ==, SQLITE_OK);
}
