/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/depot/cz-depot.h"
#include "sync/station/cz-road-private.h"

#include <curl/curl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define CONNECT_TIMEOUT_S 30
#define ASKS_LEAVE_BYTES 8192u /* a body that is worth a round trip when it need not be sent */
#define LEAVE_WAIT_MS 10000L /* a village's link answers in seconds */
#define LOW_SPEED_BYTES 30 /* a link of 20 kbit/s brings 2,500 bytes a second; this one is dead */
#define LOW_SPEED_S 60
#define MAX_REDIRECTS 3
#define TAG_MAX 200
#define WORDS_MAX (64u * 1024u) /* of an error page or a redirect: read, so that the connection can be kept, and passed over */
/* GnuTLS' words in CURLINFO_SSL_VERIFYRESULT: invalid, and invalid because not yet or no longer valid. */
#define VERIFY_INVALID (1L << 1)
#define VERIFY_NOT_YET (1L << 9)
#define VERIFY_EXPIRED (1L << 10)

typedef struct {
  CzRoad parent;
  CURL *curl; /* kept, so that connections are */
  char *base; /* ends in '/' */
  char *user_agent;
  char *ca_file;
  char *bucket_access_file;
  gboolean clock_is_trusted;
  guint connect_timeout_s;
  guint low_speed_bytes;
  guint low_speed_s;
} CzRoadHttp;

/* One transfer. */
typedef struct {
  CzRoadHttp *road;
  GCancellable *cancellable;
  guint64 skip; /* bytes of a whole-object answer to pass over */
  guint64 offset; /* what was asked for */
  guint64 limit; /* bytes that may go to the sink */
  guint64 taken; /* … and that went */
  gboolean is_range;
  gboolean checked; /* status looked at, before the first byte */
  gboolean too_large;
  guint64 words; /* bytes of an error page */
  gboolean is_chatter; /* an error page or redirect without end */
  gboolean complete; /* all that was wanted is here; the rest of a whole-object answer is not waited for */
  char *tag;
  CzRoadSink sink;
  gpointer user_data;
  GError *sink_error;
} Transfer;

static gsize
on_header (char *data, gsize size, gsize n, gpointer user_data)
{
  Transfer *transfer = user_data;
  gsize len = size * n;
  if (len > 5 && g_ascii_strncasecmp (data, "HTTP/", 5) == 0) {
    g_clear_pointer (&transfer->tag, g_free); /* of an answer before a redirect */
  } else if (len > 5 && len < TAG_MAX && g_ascii_strncasecmp (data, "etag:", 5) == 0) {
    g_free (transfer->tag);
    transfer->tag = g_strstrip (g_strndup (data + 5, len - 5));
  }
  return len;
}

/* At the first byte of a body: what kind of answer is it? */
static void
look_at_answer (Transfer *transfer)
{
  long status = 0;
  transfer->checked = TRUE;
  curl_easy_getinfo (transfer->road->curl, CURLINFO_RESPONSE_CODE, &status);
  transfer->skip = transfer->is_range && status == 200 ? transfer->offset : 0;
}

static gsize
on_body (char *data, gsize size, gsize n, gpointer user_data)
{
  Transfer *transfer = user_data;
  gsize len = size * n, all = len;
  long status = 0;
  if (!transfer->checked)
    look_at_answer (transfer);
  transfer->road->parent.bytes_in += len;
  curl_easy_getinfo (transfer->road->curl, CURLINFO_RESPONSE_CODE, &status);
  if ((status != 200 && status != 206) || !transfer->sink) { /* the words of an error page, or of an answer to PUT */
    transfer->words += len;
    transfer->is_chatter = transfer->words > WORDS_MAX;
    return transfer->is_chatter ? 0 : all;
  }
  gsize skipped = (gsize) MIN (transfer->skip, len);
  transfer->skip -= skipped;
  data += skipped;
  len -= skipped;
  if (len > transfer->limit - transfer->taken) {
    transfer->too_large = !transfer->is_range;
    len = (gsize) (transfer->limit - transfer->taken);
  }
  if (transfer->too_large || (len > 0 && !transfer->sink ((const guint8 *) data, len, transfer->user_data, &transfer->sink_error)))
    return 0;
  transfer->taken += len;
  transfer->complete = transfer->is_range && transfer->taken == transfer->limit;
  return transfer->complete && skipped + len < all ? 0 : all;
}

static int
on_progress (gpointer user_data, curl_off_t total, curl_off_t now, curl_off_t up_total, curl_off_t up_now)
{
  Transfer *transfer = user_data;
  /* Everything wanted is here: a server that sends the rest of a whole object is cut off. */
  if (transfer->complete && transfer->offset + transfer->limit < (guint64) MAX (total, 0))
    return 1;
  /* Not only what on_body sees: libcurl itself reads and drops the body of a redirect. */
  long status = 0;
  curl_easy_getinfo (transfer->road->curl, CURLINFO_RESPONSE_CODE, &status);
  transfer->is_chatter |= ((status != 200 && status != 206) || !transfer->sink) && now > (curl_off_t) WORDS_MAX;
  if (transfer->is_chatter)
    return 1;
  return transfer->cancellable && g_cancellable_is_cancelled (transfer->cancellable) ? 1 : 0;
}

/* What is acknowledged goes with what is said anyway: three packets less in each poll. A kernel that does not know it costs nothing. */
static int
on_socket (gpointer user_data, curl_socket_t fd, curlsocktype purpose)
{
  int off = 0;
  (void) setsockopt (fd, IPPROTO_TCP, TCP_QUICKACK, &off, sizeof off);
  return CURL_SOCKOPT_OK;
}

static void
set_options (CzRoadHttp *self, Transfer *transfer, const char *url)
{
  CURL *curl = self->curl;
  const char *scheme = g_str_has_prefix (url, "https:") ? "https" : "http";
  curl_easy_reset (curl);
  curl_easy_setopt (curl, CURLOPT_URL, url);
  curl_easy_setopt (curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt (curl, CURLOPT_PROTOCOLS_STR, scheme);
  curl_easy_setopt (curl, CURLOPT_REDIR_PROTOCOLS_STR, scheme);
  curl_easy_setopt (curl, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt (curl, CURLOPT_MAXREDIRS, (long) MAX_REDIRECTS);
  curl_easy_setopt (curl, CURLOPT_USERAGENT, self->user_agent);
  curl_easy_setopt (curl, CURLOPT_CONNECTTIMEOUT, (long) self->connect_timeout_s);
  curl_easy_setopt (curl, CURLOPT_LOW_SPEED_LIMIT, (long) self->low_speed_bytes);
  curl_easy_setopt (curl, CURLOPT_LOW_SPEED_TIME, (long) self->low_speed_s);
  curl_easy_setopt (curl, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt (curl, CURLOPT_HEADERDATA, transfer);
  curl_easy_setopt (curl, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt (curl, CURLOPT_WRITEDATA, transfer);
  curl_easy_setopt (curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt (curl, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt (curl, CURLOPT_XFERINFODATA, transfer);
  curl_easy_setopt (curl, CURLOPT_SOCKOPTFUNCTION, on_socket);
  if (self->ca_file)
    curl_easy_setopt (curl, CURLOPT_CAINFO, self->ca_file);
  if (self->parent.certificate_time_ignored)
    curl_easy_setopt (curl, CURLOPT_SSL_VERIFYPEER, 0L);
}

static gboolean
refuse (GError **error, CzRoadError code, const char *url, const char *why)
{
  g_set_error (error, CZ_ROAD_ERROR, code, "%s: %s", url, why);
  return FALSE;
}

static gboolean
judge_status (long status, gboolean is_range, const char *url, GError **error)
{
  if (status == 200 || status == 304 || (is_range && status == 206))
    return TRUE;
  if (status == 404 || status == 410)
    return refuse (error, CZ_ROAD_ERROR_ABSENT, url, "the depot has no such object");
  if (status == 416)
    return refuse (error, CZ_ROAD_ERROR_CHANGED, url, "ends before the range asked for");
  if (status == 401 || status == 403)
    return refuse (error, CZ_ROAD_ERROR_DENIED, url, "the depot does not hand it out");
  g_set_error (error, CZ_ROAD_ERROR, CZ_ROAD_ERROR_UNREACHABLE, "%s: the server answers with status %ld", url, status);
  return FALSE;
}

static gboolean
is_certificate_fault (CURLcode result)
{
  return result == CURLE_PEER_FAILED_VERIFICATION || result == CURLE_SSL_CACERT_BADFILE || result == CURLE_SSL_ISSUER_ERROR
         || result == CURLE_SSL_INVALIDCERTSTATUS;
}

static gboolean
judge_result (Transfer *transfer, CURLcode result, const char *url, GError **error)
{
  long status = 0;
  curl_easy_getinfo (transfer->road->curl, CURLINFO_RESPONSE_CODE, &status);
  if (transfer->sink_error) {
    g_propagate_error (error, g_steal_pointer (&transfer->sink_error));
    return FALSE;
  }
  if (transfer->cancellable && g_cancellable_is_cancelled (transfer->cancellable))
    return refuse (error, CZ_ROAD_ERROR_CANCELLED, url, "stopped");
  if (transfer->too_large || result == CURLE_FILESIZE_EXCEEDED)
    return refuse (error, CZ_ROAD_ERROR_LIMIT, url, "larger than it may be");
  if (transfer->complete)
    return TRUE;
  if (transfer->is_chatter)
    return judge_status (status, transfer->is_range, url, error)
           && refuse (error, CZ_ROAD_ERROR_UNREACHABLE, url, "an answer without end");
  if (is_certificate_fault (result))
    return refuse (error, CZ_ROAD_ERROR_CERTIFICATE, url, curl_easy_strerror (result));
  if (result != CURLE_OK)
    return refuse (error, CZ_ROAD_ERROR_UNREACHABLE, url, curl_easy_strerror (result));
  if (!judge_status (status, transfer->is_range, url, error))
    return FALSE;
  if (transfer->is_range)
    return refuse (error, CZ_ROAD_ERROR_CHANGED, url, "ends before the range asked for");
  return TRUE;
}

/* Only the certificate's time is at fault, and our own clock is no witness: what is fetched is signed anyway. */
static gboolean
may_pass_over_certificate_time (CzRoadHttp *self, CURLcode result)
{
  long verify = 0;
  if (self->clock_is_trusted || self->parent.certificate_time_ignored || !is_certificate_fault (result))
    return FALSE;
  curl_easy_getinfo (self->curl, CURLINFO_SSL_VERIFYRESULT, &verify);
  return (verify & (VERIFY_NOT_YET | VERIFY_EXPIRED)) != 0 && (verify & ~(VERIFY_INVALID | VERIFY_NOT_YET | VERIFY_EXPIRED)) == 0;
}

/* headers: (nullable) (transfer none). */
static gboolean
run (CzRoadHttp *self, Transfer *transfer, const char *url, struct curl_slist *headers, GError **error)
{
  CURLcode result = CURLE_OK;
  for (guint attempt = 0; attempt < 2; attempt++) {
    set_options (self, transfer, url);
    curl_easy_setopt (self->curl, CURLOPT_HTTPHEADER, headers);
    if (!transfer->is_range)
      curl_easy_setopt (self->curl, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t) transfer->limit);
    self->parent.requests++;
    result = curl_easy_perform (self->curl);
    if (!may_pass_over_certificate_time (self, result))
      break;
    self->parent.certificate_time_ignored = TRUE;
  }
  return judge_result (transfer, result, url, error);
}

static gboolean
sink_to_array (const guint8 *data, gsize size, gpointer user_data, GError **error)
{
  g_byte_array_append (user_data, data, (guint) size);
  return TRUE;
}

static GBytes *
http_get (CzRoad *road, const char *path, gsize max_bytes, char **tag, GCancellable *cancellable, GError **error)
{
  CzRoadHttp *self = (CzRoadHttp *) road;
  g_autoptr (GByteArray) body = g_byte_array_new ();
  g_autofree char *url = g_strconcat (self->base, path, NULL);
  Transfer transfer = { .road = self, .cancellable = cancellable, .limit = max_bytes, .sink = sink_to_array, .user_data = body };
  struct curl_slist *headers = curl_slist_append (NULL, "Accept:"); /* says nothing and costs bytes in each poll */
  long status = 0;
  if (tag && *tag) {
    g_autofree char *line = g_strconcat ("If-None-Match: ", *tag, NULL);
    headers = curl_slist_append (headers, line);
    if (road->expects_last)
      headers = curl_slist_append (headers, "Connection: close");
  }
  road->expects_last = FALSE;
  gboolean ok = run (self, &transfer, url, headers, error);
  curl_slist_free_all (headers);
  curl_easy_getinfo (self->curl, CURLINFO_RESPONSE_CODE, &status);
  g_autofree char *new_tag = g_steal_pointer (&transfer.tag);
  if (!ok || (status == 304 && tag && *tag))
    return NULL;
  if (tag) {
    g_free (*tag);
    *tag = g_steal_pointer (&new_tag);
  }
  return g_byte_array_free_to_bytes (g_steal_pointer (&body));
}

static gboolean
http_get_range (CzRoad *road, const CzRange *range, CzRoadSink sink, gpointer user_data, char **tag_out,
                GCancellable *cancellable, GError **error)
{
  CzRoadHttp *self = (CzRoadHttp *) road;
  g_autofree char *url = g_strconcat (self->base, range->path, NULL);
  g_autofree char *line = g_strdup_printf ("Range: bytes=%" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT, range->offset,
                                           range->offset + range->length - 1);
  struct curl_slist *headers = curl_slist_append (NULL, line);
  Transfer transfer = { .road = self, .cancellable = cancellable, .offset = range->offset, .limit = range->length,
                        .is_range = TRUE, .sink = sink, .user_data = user_data };
  if (range->if_range) {
    g_autofree char *condition = g_strconcat ("If-Range: ", range->if_range, NULL);
    headers = curl_slist_append (headers, condition);
  }
  gboolean ok = run (self, &transfer, url, headers, error);
  curl_slist_free_all (headers);
  /* A weak mark cannot stand in If-Range. */
  gboolean strong = transfer.tag && transfer.tag[0] == '"';
  if (tag_out)
    *tag_out = strong ? g_strdup (transfer.tag) : NULL;
  g_free (transfer.tag);
  return ok;
}

static void
http_free (CzRoad *road)
{
  CzRoadHttp *self = (CzRoadHttp *) road;
  curl_easy_cleanup (self->curl);
  g_free (self->base);
  g_free (self->user_agent);
  g_free (self->ca_file);
  g_free (self->bucket_access_file);
  g_free (self);
}

/* ---- putting ---- */

typedef struct {
  const guint8 *data;
  gsize size;
  gsize done;
} Outgoing;

static gsize
on_read (char *out, gsize size, gsize n, gpointer user_data)
{
  Outgoing *outgoing = user_data;
  gsize len = MIN (size * n, outgoing->size - outgoing->done);
  memcpy (out, outgoing->data + outgoing->done, len);
  outgoing->done += len;
  return len;
}

/* For a certificate that is tried a second time, or a kept connection that was closed. */
static int
on_seek (gpointer user_data, curl_off_t offset, int origin)
{
  Outgoing *outgoing = user_data;
  if (origin != SEEK_SET || offset < 0 || (guint64) offset > outgoing->size)
    return CURL_SEEKFUNC_FAIL;
  outgoing->done = (gsize) offset;
  return CURL_SEEKFUNC_OK;
}

/* A store says 200 and marks what it took by its MD5; so does no sign-in page, which knows no body. */
static gboolean
is_mark_of (const char *tag, const Outgoing *outgoing)
{
  g_autofree char *sum = g_compute_checksum_for_data (G_CHECKSUM_MD5, outgoing->data, outgoing->size);
  g_autofree char *mark = g_strconcat ("\"", sum, "\"", NULL);
  return g_strcmp0 (tag, mark) == 0;
}

static gboolean
judge_put (long status, const char *url, gboolean is_marked, gboolean *was_there, GError **error)
{
  *was_there = status == 412;
  if (status == 201 || status == 204 || status == 412 || (status == 200 && (is_marked || g_str_has_prefix (url, "https:"))))
    return TRUE;
  if (status == 200)
    return refuse (error, CZ_ROAD_ERROR_UNREACHABLE, url, "answers with 200 as a network's sign-in page does; a depot says 201");
  if (status == 404 || status == 410)
    return refuse (error, CZ_ROAD_ERROR_ABSENT, url, "the depot takes nothing there");
  if (status == 413 || status == 507)
    return refuse (error, CZ_ROAD_ERROR_LIMIT, url, "the depot has no room for it");
  if (status >= 500)
    return refuse (error, CZ_ROAD_ERROR_TROUBLE, url, "the depot cannot take it now");
  if (status >= 400 && status != 407 && status != 408 && status != 429)
    return refuse (error, CZ_ROAD_ERROR_DENIED, url, "the depot does not take it");
  g_set_error (error, CZ_ROAD_ERROR, CZ_ROAD_ERROR_UNREACHABLE, "%s: the server answers with status %ld", url, status);
  return FALSE;
}

/* A store that wants to know who puts. */
static gboolean
bucket_put (CzRoadHttp *self, const char *path, GBytes *bytes, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (CzDepot) bucket = cz_depot_new_bucket (self->base, self->bucket_access_file, cancellable, &local);
  if (bucket && cz_depot_put (bucket, path, bytes, &local)) {
    self->parent.requests++;
    self->parent.bytes_out += g_bytes_get_size (bytes);
    return TRUE;
  }
  gint code = g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED)        ? CZ_ROAD_ERROR_CANCELLED
              : g_error_matches (local, CZ_DEPOT_ERROR, CZ_DEPOT_ERROR_DENIED) ? CZ_ROAD_ERROR_DENIED
              : g_error_matches (local, CZ_DEPOT_ERROR, CZ_DEPOT_ERROR_ABSENT) ? CZ_ROAD_ERROR_ABSENT
              : g_error_matches (local, CZ_DEPOT_ERROR, CZ_DEPOT_ERROR_FULL)   ? CZ_ROAD_ERROR_LIMIT
              : g_error_matches (local, CZ_DEPOT_ERROR, CZ_DEPOT_ERROR_FAILED) ? CZ_ROAD_ERROR_TROUBLE
                                                                               : CZ_ROAD_ERROR_UNREACHABLE;
  g_set_error (error, CZ_ROAD_ERROR, code, "%s", local->message);
  return FALSE;
}

static gboolean
http_put (CzRoad *road, const char *path, GBytes *bytes, gboolean *was_there, GCancellable *cancellable, GError **error)
{
  CzRoadHttp *self = (CzRoadHttp *) road;
  g_autofree char *url = g_strconcat (self->base, path, NULL);
  Outgoing outgoing = { 0 };
  Transfer transfer = { .road = self, .cancellable = cancellable };
  gboolean asks_leave = *was_there && g_bytes_get_size (bytes) >= ASKS_LEAVE_BYTES;
  *was_there = FALSE;
  if (self->bucket_access_file)
    return bucket_put (self, path, bytes, cancellable, error);
  struct curl_slist *headers = curl_slist_append (NULL, "If-None-Match: *");
  CURLcode result = CURLE_OK;
  long status = 0;
  outgoing.data = g_bytes_get_data (bytes, &outgoing.size);
  /* Waiting for leave costs a round trip on every upload. Where it is worth that, the library says so by itself, and knows what to do where a proxy
   * does not understand; of a version that no longer does, the body goes at once. */
  if (!asks_leave)
    headers = curl_slist_append (headers, "Expect:");
  headers = curl_slist_append (headers, "Content-Type: application/octet-stream");
  for (guint attempt = 0; attempt < 2; attempt++) {
    outgoing.done = 0;
    set_options (self, &transfer, url);
    curl_easy_setopt (self->curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt (self->curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt (self->curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt (self->curl, CURLOPT_READFUNCTION, on_read);
    curl_easy_setopt (self->curl, CURLOPT_READDATA, &outgoing);
    curl_easy_setopt (self->curl, CURLOPT_SEEKFUNCTION, on_seek);
    curl_easy_setopt (self->curl, CURLOPT_SEEKDATA, &outgoing);
    curl_easy_setopt (self->curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t) outgoing.size);
    curl_easy_setopt (self->curl, CURLOPT_EXPECT_100_TIMEOUT_MS, LEAVE_WAIT_MS);
    road->requests++;
    result = curl_easy_perform (self->curl);
    road->bytes_out += outgoing.done;
    if (!may_pass_over_certificate_time (self, result))
      break;
    road->certificate_time_ignored = TRUE;
  }
  curl_slist_free_all (headers);
  curl_easy_getinfo (self->curl, CURLINFO_RESPONSE_CODE, &status);
  gboolean is_marked = status == 200 && is_mark_of (transfer.tag, &outgoing);
  g_free (transfer.tag);
  g_clear_error (&transfer.sink_error);
  if (cancellable && g_cancellable_is_cancelled (cancellable))
    return refuse (error, CZ_ROAD_ERROR_CANCELLED, url, "stopped");
  if (is_certificate_fault (result))
    return refuse (error, CZ_ROAD_ERROR_CERTIFICATE, url, curl_easy_strerror (result));
  /* A server that refuses may close before it has read everything: its word counts, if it is a refusal. */
  if (result != CURLE_OK && status < 400)
    return refuse (error, CZ_ROAD_ERROR_UNREACHABLE, url, curl_easy_strerror (result));
  return judge_put (status, url, is_marked, was_there, error);
}

static const CzRoadKind http_kind = { http_get, http_get_range, http_put, NULL, http_free };

static gboolean
ensure_curl (void)
{
  static gsize ready = 0;
  if (g_once_init_enter (&ready))
    g_once_init_leave (&ready, curl_global_init (CURL_GLOBAL_DEFAULT) == CURLE_OK ? 1 : 2);
  return ready == 1;
}

CzRoad *
cz_road_http_new (const char *address, const CzRoadOptions *options, GError **error)
{
  static const CzRoadOptions none = { 0 };
  const CzRoadOptions *o = options ? options : &none;
  CURL *curl = ensure_curl () ? curl_easy_init () : NULL;
  if (!curl) {
    g_set_error (error, CZ_ROAD_ERROR, CZ_ROAD_ERROR_UNREACHABLE, "the network library cannot be used");
    return NULL;
  }
  CzRoadHttp *self = g_new0 (CzRoadHttp, 1);
  self->parent.kind = &http_kind;
  self->parent.address = g_strdup (address);
  self->curl = curl;
  self->base = g_str_has_suffix (address, "/") ? g_strdup (address) : g_strconcat (address, "/", NULL);
  self->user_agent = g_strdup (o->user_agent ? o->user_agent : "cunzhan-sync");
  self->ca_file = g_strdup (o->ca_file);
  self->bucket_access_file = g_strdup (o->bucket_access_file);
  self->clock_is_trusted = o->clock_is_trusted;
  self->connect_timeout_s = o->connect_timeout_s ? o->connect_timeout_s : CONNECT_TIMEOUT_S;
  self->low_speed_bytes = o->low_speed_bytes ? o->low_speed_bytes : LOW_SPEED_BYTES;
  self->low_speed_s = o->low_speed_s ? o->low_speed_s : LOW_SPEED_S;
  return &self->parent;
}
