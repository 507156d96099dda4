/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gio/gio.h>

/* A road: some way to read the files of a depot. The network (http, https) and a folder (a stick, a neighbour's copy,
 * file://) are behind one interface; what comes in is hostile on each of them. Calls block and are made from one worker
 * thread; a road belongs to one thread at a time. */

#define CZ_ROAD_ERROR (cz_road_error_quark ())
GQuark cz_road_error_quark (void);
typedef enum {
  CZ_ROAD_ERROR_ADDRESS, /* not an address this program can use */
  CZ_ROAD_ERROR_ABSENT, /* the depot answers and has no such object */
  CZ_ROAD_ERROR_UNREACHABLE, /* no link, no answer, cut, too slow, server in trouble: try later or elsewhere */
  CZ_ROAD_ERROR_CERTIFICATE, /* HTTPS with a certificate that does not hold */
  CZ_ROAD_ERROR_LIMIT, /* larger than asked for */
  CZ_ROAD_ERROR_CHANGED, /* the object is shorter than the range asked for */
  CZ_ROAD_ERROR_DENIED, /* a link, a folder or another odd thing where a file should be; HTTP 401 and 403 */
  CZ_ROAD_ERROR_CANCELLED,
  CZ_ROAD_ERROR_TROUBLE, /* only of a put: the server is there and cannot take this one now */
} CzRoadError;

typedef struct _CzRoad CzRoad;

typedef struct {
  const char *user_agent; /* (nullable) */
  guint connect_timeout_s; /* 0: 30 */
  guint low_speed_bytes; /* abort when slower than this … 0: 30 bytes a second */
  guint low_speed_s; /* … for so long; 0: 60 */
  const char *ca_file; /* (nullable) certificates to trust instead of the system's */
  const char *bucket_access_file; /* (nullable) access to an S3-compatible store (cz-depot.h): puts are signed with it */
  gboolean clock_is_trusted; /* else a certificate that is at fault in its time alone is passed over: DESIGN §6 */
} CzRoadOptions;

/* address: http://, https://, file:// or a folder. options: (nullable). CZ_ROAD_ERROR_ADDRESS. */
CzRoad *cz_road_new (const char *address, const CzRoadOptions *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cz_road_free (CzRoad *road);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzRoad, cz_road_free)
const char *cz_road_address (CzRoad *road);
/* Bytes that came in over this road since it was made: bodies only. A folder costs nothing: 0. */
guint64 cz_road_bytes_in (CzRoad *road);
guint cz_road_requests (CzRoad *road);
/* TRUE when the certificate's time alone did not fit and was passed over (DESIGN §6). */
gboolean cz_road_certificate_time_ignored (CzRoad *road);

/* A folder: looking costs nothing, bytes cost nothing. */
gboolean cz_road_is_folder (CzRoad *road);
/* FALSE: a folder where nothing of that name is; whether what is there may be read shows when it is. TRUE of the network, where asking would cost a request. */
gboolean cz_road_may_have (CzRoad *road, const char *path);

/* A whole small object of at most max_bytes. path as made by cz-paths.h. `tag`: (inout) (nullable) the version mark of
 * a copy the caller still has; when the object has not changed, NULL is returned without an error, else *tag is replaced. */
GBytes *cz_road_get (CzRoad *road, const char *path, gsize max_bytes, char **tag, GCancellable *cancellable, GError **error);

/* What is asked for next, by its mark, is most likely the last: the server may close the connection with its answer, which saves packets in
 * each poll. Should more follow after all, it is made anew. A folder does not care. */
void cz_road_expect_last (CzRoad *road);

/* Gets bytes in order; FALSE with an error of its own stops the transfer. */
typedef gboolean (*CzRoadSink) (const guint8 *data, gsize size, gpointer user_data, GError **error);

typedef struct {
  const char *path;
  guint64 offset; /* first byte wanted */
  guint64 length; /* bytes wanted, > 0 */
  /* (nullable) strong mark under which the bytes before offset came, when the object must not have changed since */
  const char *if_range;
} CzRange;

/* One single range. A server that answers with the whole object is put up with: what stands before the offset is passed
 * over and the transfer ends with the last byte wanted. Partial data may have gone to the sink when an error is returned.
 * tag_out: (out) (nullable) the object's strong mark, or NULL. */
gboolean cz_road_get_range (CzRoad *road, const CzRange *range, CzRoadSink sink, gpointer user_data, char **tag_out,
                            GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Stores a whole small object under a name that carries its hash and is never written twice. HTTP: one PUT with If-None-Match: *, no
 * redirects; a folder: temporary name, fsync, rename, fsync of the folders, never through a link. *was_there (inout) (nullable): TRUE when the
 * caller has put it before, and then the body waits for the server's leave, because most likely it lies there. TRUE: the bytes lie there
 * durably as far as the other end says, now (201, 204) or since an earlier attempt (412; a file of that name and size), which *was_there then
 * tells. 200 counts over https, and over http with the body's MD5 as ETag: a network's sign-in page says it to everything. Otherwise: _DENIED
 * 401, 403, 405, 409 and what else a server holds against this one object (4xx), an odd thing in the way; _ABSENT 404; _LIMIT 413, no room (507, ENOSPC); _TROUBLE any
 * other 5xx; _CERTIFICATE, _CANCELLED as above; _UNREACHABLE all else: try later. With bucket_access_file the request is signed (AWS SigV4) and
 * needs no right but s3:PutObject: *was_there is never told, the same bytes lie there afterwards. */
gboolean cz_road_put (CzRoad *road, const char *path, GBytes *bytes, gboolean *was_there, GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Bytes that went out in bodies of PUT; a folder costs nothing: 0. */
guint64 cz_road_bytes_out (CzRoad *road);
