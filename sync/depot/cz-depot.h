/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gio/gio.h>

/* Where a publisher puts its files: a tree of named objects, written so that whoever reads it at any instant (a web
 * server, a stick, a power cut) sees whole objects. Paths are relative, as cz-paths.h makes them. Two backends: a
 * folder, and a bucket of an S3-compatible store; another is another CzDepotBackend. Not thread-safe. */

#define CZ_DEPOT_ERROR (cz_depot_error_quark ())
GQuark cz_depot_error_quark (void);
typedef enum {
  CZ_DEPOT_ERROR_ABSENT, /* no such object */
  CZ_DEPOT_ERROR_CONFLICT, /* an object that never changes is there with other bytes, or a segment is shorter than it must be */
  CZ_DEPOT_ERROR_LIMIT, /* larger than the reader wanted */
  CZ_DEPOT_ERROR_FULL, /* no room left */
  CZ_DEPOT_ERROR_DENIED, /* may not write or read there */
  CZ_DEPOT_ERROR_FAILED, /* anything else the machine says */
  CZ_DEPOT_ERROR_UNREACHABLE, /* no link, no answer, cut, or told to come back later */
} CzDepotError;

typedef struct _CzDepot CzDepot;

/* Told of an object by a walk. FALSE with an error of its own ends the walk. */
typedef gboolean (*CzDepotObjectFunc) (const char *path, guint64 size, gpointer data, GError **error);

/* A backend may keep its own state behind `self`. Contracts as for the cz_depot_ functions of the same name. */
typedef struct {
  gboolean (*put) (gpointer self, const char *path, GBytes *bytes, GError **error);
  gboolean (*append) (gpointer self, const char *path, guint64 offset, GBytes *bytes, GError **error);
  GBytes *(*get) (gpointer self, const char *path, guint64 offset, gsize max_bytes, GError **error);
  gboolean (*size) (gpointer self, const char *path, guint64 *out, GError **error);
  gboolean (*remove) (gpointer self, const char *path, GError **error);
  /* (nullable) where waiting for one after another costs more than asking for all. */
  void (*get_ahead) (gpointer self, const char *const *paths, guint n, gsize max_bytes, GBytes **out);
  gboolean (*remove_all) (gpointer self, const char *const *paths, guint n, GError **error);
  gboolean (*each) (gpointer self, const char *below, CzDepotObjectFunc func, gpointer data, GError **error);
  void (*free) (gpointer self);
} CzDepotBackend;

CzDepot *cz_depot_new (const CzDepotBackend *backend, gpointer self);
/* A folder, made when absent. Files 0644, folders 0755 whatever the umask: a web server reads them. */
CzDepot *cz_depot_new_folder (const char *folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* address: http:// or https://HOST/BUCKET, path style; a prefix may follow. access_file: key file of mode 0600 with lines access-key=,
 * secret-key=, region= below [ADDRESS], as it is given here, or else below [bucket]. cancellable: (nullable) referenced: every request
 * ends at once with G_IO_ERROR_CANCELLED. Nothing is asked of the store yet. Objects are readable by stations if the bucket's policy says so.
 * CZ_DEPOT_ERROR_DENIED for both when they cannot be used. */
CzDepot *cz_depot_new_bucket (const char *address, const char *access_file, GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The file is there and does not leave this address out. What is wrong with it shows when it is used. */
gboolean cz_depot_bucket_is_known (const char *access_file, const char *address);
void cz_depot_free (CzDepot *depot);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzDepot, cz_depot_free)

/* An object that never changes. The same bytes already there: nothing is written. Other bytes: _CONFLICT. */
gboolean cz_depot_put_new (CzDepot *depot, const char *path, GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Replaces an object in one step: a reader sees the old or the new bytes, also after a power cut. */
gboolean cz_depot_put (CzDepot *depot, const char *path, GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Writes bytes at offset of a segment that is known to be good up to there; what stands behind it (a tail torn by a power
 * cut, or these very bytes) is replaced. _CONFLICT when the segment is shorter than offset. Durable on return. */
gboolean cz_depot_append (CzDepot *depot, const char *path, guint64 offset, GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* From offset to the end, at most max_bytes: more is _LIMIT. _ABSENT. */
GBytes *cz_depot_get (CzDepot *depot, const char *path, guint64 offset, gsize max_bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean cz_depot_size (CzDepot *depot, const char *path, guint64 *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What nobody is pointed to any more; absent is no error. */
gboolean cz_depot_remove (CzDepot *depot, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* At most so many objects at a time, asked for together where that saves waiting. out[i] (transfer full), NULL where cz_depot_get has to be asked: in a
 * folder always. */
#define CZ_DEPOT_AHEAD 16u
void cz_depot_get_ahead (CzDepot *depot, const char *const *paths, guint n, gsize max_bytes, GBytes **out);
/* All of them, together where that saves waiting. */
gboolean cz_depot_remove_all (CzDepot *depot, const char *const *paths, guint n, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Every object below the folder `below`, those of one folder together, names ascending within it; func may get and remove. Left out:
 * names that begin with a dot (files under way) and what is no plain file; nothing is followed through a link. Absent: nothing. A store
 * must be asked once for each thousand. _FAILED: a store that lists odd things or without end. */
gboolean cz_depot_each (CzDepot *depot, const char *below, CzDepotObjectFunc func, gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean cz_depot_has (CzDepot *depot, const char *path);
