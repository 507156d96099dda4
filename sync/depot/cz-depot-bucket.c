/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/depot/cz-depot.h"

#include <curl/curl.h>
#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>

#include "sync/depot/cz-bucket-listing.h"

/* A bucket of an S3-compatible store: whole objects replaced in one step, each request signed by libcurl (AWS SigV4) with the hash of
 * its body, so that it may also go over plain HTTP. What is signed is signed with the machine's clock: a store refuses one that is
 * wrong by more than a quarter of an hour. */

#define CONNECT_TIMEOUT_S 30
#define LOW_SPEED_BYTES 100
#define LOW_SPEED_S 60
#define TRIES 3
#define WORDS_MAX 2048
#define SEGMENT_MAX (256u * 1024u * 1024u) /* a month's; a segment is written anew with each append */
#define LISTING_MAX (4u * 1024u * 1024u) /* of one page: a thousand keys of at most 1,024 bytes, thrice that encoded, with their words */
#define LISTING_PAGES_MAX 20000u /* twenty million names: a store that has more lists without end */
#define NO_LIMIT G_MAXUINT64

typedef struct {
  CURL *curl;
  CURLM *multi; /* of what is asked for together; keeps its own connections */
  char *base; /* ends in '/' */
  char *bucket; /* address of the bucket itself */
  char *inner; /* what stands before each path in its key: "" or ends in '/' */
  GCancellable *cancellable; /* (nullable) */
  char *access_key;
  char *secret_key;
  char *signing; /* for CURLOPT_AWS_SIGV4 */
  char *host_line; /* signed as sent, with its port */
} Bucket;

typedef struct {
  const char *method;
  char *url;
  GBytes *body; /* (nullable) of a PUT */
  gsize sent;
  guint64 offset; /* of a GET */
  guint64 limit; /* bytes taken of an answer */
  GByteArray *answer;
  gboolean is_larger;
  long status;
  curl_off_t length; /* as announced; −1 */
} Request;

static void
request_clear (Request *request)
{
  g_free (request->url);
  g_clear_pointer (&request->answer, g_byte_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Request, request_clear)

static gsize
on_answer (char *data, gsize size, gsize n, gpointer user_data)
{
  Request *request = user_data;
  gsize len = size * n;
  if (len > request->limit - MIN (request->limit, request->answer->len)) {
    request->is_larger = TRUE;
    return 0;
  }
  g_byte_array_append (request->answer, (const guint8 *) data, (guint) len);
  return len;
}

static gsize
on_body (char *out, gsize size, gsize n, gpointer user_data)
{
  Request *request = user_data;
  gsize all = 0;
  const char *data = g_bytes_get_data (request->body, &all);
  gsize len = MIN (size * n, all - request->sent);
  memcpy (out, data + request->sent, len);
  request->sent += len;
  return len;
}

/* libcurl begins anew when a kept connection turns out to be closed. */
static int
on_seek (gpointer user_data, curl_off_t offset, int origin)
{
  Request *request = user_data;
  if (origin != SEEK_SET || offset < 0 || (guint64) offset > g_bytes_get_size (request->body))
    return CURL_SEEKFUNC_CANTSEEK;
  request->sent = (gsize) offset;
  return CURL_SEEKFUNC_OK;
}

static int
on_progress (gpointer user_data, curl_off_t total, curl_off_t now, curl_off_t up_total, curl_off_t up_now)
{
  const Bucket *self = user_data;
  return g_cancellable_is_cancelled (self->cancellable) ? 1 : 0;
}

static char *
hash_line (const Request *request)
{
  guint8 hash[crypto_hash_sha256_BYTES];
  char hex[crypto_hash_sha256_BYTES * 2 + 1];
  gsize n = 0;
  const guint8 *data = request->body ? g_bytes_get_data (request->body, &n) : NULL;
  (void) crypto_hash_sha256 (hash, n > 0 ? data : (const guint8 *) "", n);
  sodium_bin2hex (hex, sizeof hex, hash, sizeof hash);
  return g_strconcat ("x-amz-content-sha256: ", hex, NULL);
}

static void
set_options (Bucket *self, CURL *curl, Request *request)
{
  curl_easy_reset (curl);
  curl_easy_setopt (curl, CURLOPT_URL, request->url);
  curl_easy_setopt (curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt (curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt (curl, CURLOPT_CONNECTTIMEOUT, (long) CONNECT_TIMEOUT_S);
  curl_easy_setopt (curl, CURLOPT_LOW_SPEED_LIMIT, (long) LOW_SPEED_BYTES);
  curl_easy_setopt (curl, CURLOPT_LOW_SPEED_TIME, (long) LOW_SPEED_S);
  curl_easy_setopt (curl, CURLOPT_USERAGENT, "cunzhan");
  curl_easy_setopt (curl, CURLOPT_AWS_SIGV4, self->signing);
  curl_easy_setopt (curl, CURLOPT_USERNAME, self->access_key);
  curl_easy_setopt (curl, CURLOPT_PASSWORD, self->secret_key);
  curl_easy_setopt (curl, CURLOPT_WRITEFUNCTION, on_answer);
  curl_easy_setopt (curl, CURLOPT_WRITEDATA, request);
  if (self->cancellable != NULL) {
    curl_easy_setopt (curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt (curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt (curl, CURLOPT_XFERINFODATA, self);
  }
  if (g_str_equal (request->method, "HEAD"))
    curl_easy_setopt (curl, CURLOPT_NOBODY, 1L);
  else if (g_str_equal (request->method, "DELETE"))
    curl_easy_setopt (curl, CURLOPT_CUSTOMREQUEST, "DELETE");
  if (request->body == NULL)
    return;
  curl_easy_setopt (curl, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt (curl, CURLOPT_READFUNCTION, on_body);
  curl_easy_setopt (curl, CURLOPT_READDATA, request);
  curl_easy_setopt (curl, CURLOPT_SEEKFUNCTION, on_seek);
  curl_easy_setopt (curl, CURLOPT_SEEKDATA, request);
  curl_easy_setopt (curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t) g_bytes_get_size (request->body));
}

/* (transfer full): to be freed when the request is over. */
static struct curl_slist *
prepare (Bucket *self, CURL *curl, Request *request)
{
  g_autofree char *hash = hash_line (request);
  g_autofree char *range = g_strdup_printf ("Range: bytes=%" G_GUINT64_FORMAT "-", request->offset);
  struct curl_slist *headers = curl_slist_append (NULL, self->host_line);
  headers = curl_slist_append (headers, hash);
  /* No "Expect:" to leave that header out: libcurl would count it among the signed ones, and then not send it. */
  if (request->offset > 0)
    headers = curl_slist_append (headers, range);
  set_options (self, curl, request);
  curl_easy_setopt (curl, CURLOPT_HTTPHEADER, headers);
  g_byte_array_set_size (request->answer, 0);
  request->sent = 0;
  request->is_larger = FALSE;
  return headers;
}

static void
look_at_end (CURL *curl, Request *request)
{
  curl_easy_getinfo (curl, CURLINFO_RESPONSE_CODE, &request->status);
  curl_easy_getinfo (curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &request->length);
}

static CURLcode
perform (Bucket *self, Request *request)
{
  struct curl_slist *headers = prepare (self, self->curl, request);
  CURLcode result = curl_easy_perform (self->curl);
  curl_slist_free_all (headers);
  look_at_end (self->curl, request);
  return result;
}

/* The store's own word for what is wrong, between <Code> and </Code>; NULL when it says none. */
static char *
reason_of (const Request *request)
{
  g_autofree char *words = g_strndup (request->answer->len > 0 ? (const char *) request->answer->data : "", MIN (request->answer->len, WORDS_MAX));
  const char *begin = strstr (words, "<Code>");
  const char *end = begin ? strchr (begin + 6, '<') : NULL;
  return end ? g_strndup (begin + 6, (gsize) (end - begin - 6)) : NULL;
}

static gboolean
refuse (const Request *request, CzDepotError code, const char *why, GError **error)
{
  g_set_error (error, CZ_DEPOT_ERROR, (gint) code, "the depot: %s %s: %s", request->method, request->url, why);
  return FALSE;
}

static gboolean
judge (const Request *request, CURLcode result, GError **error)
{
  long status = request->status;
  if (request->is_larger && (status == 200 || status == 206))
    return refuse (request, CZ_DEPOT_ERROR_LIMIT, "larger than it may be", error);
  if (result != CURLE_OK && !request->is_larger)
    return refuse (request, CZ_DEPOT_ERROR_UNREACHABLE, curl_easy_strerror (result), error);
  if (status >= 200 && status < 300)
    return TRUE;
  gboolean is_for_later = status == 408 || status == 429 || status < 400;
  CzDepotError code = status == 404                    ? CZ_DEPOT_ERROR_ABSENT
                      : status == 413 || status == 507 ? CZ_DEPOT_ERROR_FULL
                      : is_for_later                   ? CZ_DEPOT_ERROR_UNREACHABLE
                      : status >= 500 || status == 409 ? CZ_DEPOT_ERROR_FAILED
                                                       : CZ_DEPOT_ERROR_DENIED;
  g_autofree char *reason = reason_of (request);
  g_autofree char *why = g_strdup_printf ("the store answers with status %ld%s%s", status, reason ? " " : "", reason ? reason : "");
  return refuse (request, code, why, error);
}

/* Every request may be made twice without harm: what breaks off, or meets a store in trouble, is made again. The url is set. */
static gboolean
run_url (Bucket *self, Request *request, GError **error)
{
  CURLcode result = CURLE_OK;
  request->answer = g_byte_array_new ();
  for (guint i = 0; i < TRIES; i++) {
    if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
      return FALSE;
    result = perform (self, request);
    if ((result == CURLE_OK && request->status < 500) || request->is_larger)
      break;
  }
  if (result == CURLE_ABORTED_BY_CALLBACK && g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;
  return judge (request, result, error);
}

static gboolean
run (Bucket *self, Request *request, const char *path, GError **error)
{
  request->url = g_strconcat (self->base, path, NULL);
  return run_url (self, request, error);
}

static gboolean
bucket_put (gpointer self, const char *path, GBytes *bytes, GError **error)
{
  g_auto (Request) request = { .method = "PUT", .body = bytes, .limit = WORDS_MAX };
  return run (self, &request, path, error);
}

static gboolean
bucket_size (gpointer self, const char *path, guint64 *out, GError **error)
{
  g_auto (Request) request = { .method = "HEAD", .limit = NO_LIMIT };
  if (!run (self, &request, path, error))
    return FALSE;
  if (request.length < 0)
    return refuse (&request, CZ_DEPOT_ERROR_FAILED, "the store does not say how large it is", error);
  *out = (guint64) request.length;
  return TRUE;
}

static GBytes *
bucket_get (gpointer self, const char *path, guint64 offset, gsize max_bytes, GError **error)
{
  g_auto (Request) request = { .method = "GET", .offset = offset, .limit = MIN (max_bytes, G_MAXUINT32 / 2) };
  g_autoptr (GError) local = NULL;
  if (run (self, &request, path, &local)) {
    if (offset == 0 || request.status == 206)
      return g_byte_array_free_to_bytes (g_steal_pointer (&request.answer));
    refuse (&request, CZ_DEPOT_ERROR_FAILED, "the store knows no ranges", error);
    return NULL;
  }
  if (request.status == 416) /* nothing behind the offset */
    return g_bytes_new_static ("", 0);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/* A store cannot append: what is good is read, the segment written anew. */
static gboolean
bucket_append (gpointer self, const char *path, guint64 offset, GBytes *bytes, GError **error)
{
  g_autoptr (GByteArray) whole = g_byte_array_new ();
  gsize n = 0;
  if (offset > 0) {
    g_autoptr (GBytes) there = bucket_get (self, path, 0, SEGMENT_MAX, error);
    if (there == NULL)
      return FALSE;
    if (g_bytes_get_size (there) < offset) {
      g_set_error (error, CZ_DEPOT_ERROR, CZ_DEPOT_ERROR_CONFLICT, "the depot's %s is shorter than it was", path);
      return FALSE;
    }
    g_byte_array_append (whole, g_bytes_get_data (there, NULL), (guint) offset);
  }
  const guint8 *data = g_bytes_get_data (bytes, &n);
  g_byte_array_append (whole, data, (guint) n);
  g_autoptr (GBytes) body = g_byte_array_free_to_bytes (g_steal_pointer (&whole));
  return bucket_put (self, path, body, error);
}

static gboolean
bucket_remove (gpointer self, const char *path, GError **error)
{
  g_auto (Request) request = { .method = "DELETE", .limit = WORDS_MAX };
  g_autoptr (GError) local = NULL;
  if (run (self, &request, path, &local) || g_error_matches (local, CZ_DEPOT_ERROR, CZ_DEPOT_ERROR_ABSENT))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* The query as it is signed: names ascending, every value encoded. Pages follow each other by the last name rather than by the store's
 * token: so they go forward whatever the store says, and end. */
static CzBucketListing *
list_page (Bucket *self, const char *prefix, const char *after, GError **error)
{
  g_auto (Request) request = { .method = "GET", .limit = LISTING_MAX };
  g_autofree char *prefix_word = g_uri_escape_string (prefix, NULL, FALSE);
  g_autofree char *after_word = g_uri_escape_string (after, NULL, FALSE);
  request.url = g_strdup_printf ("%s?encoding-type=url&list-type=2&max-keys=1000&prefix=%s%s%s", self->bucket, prefix_word,
                                 after[0] != '\0' ? "&start-after=" : "", after_word);
  if (!run_url (self, &request, error))
    return NULL;
  CzBucketListing *listing = cz_bucket_listing_parse ((const char *) request.answer->data, request.answer->len, error);
  if (listing == NULL)
    g_prefix_error (error, "%s: ", self->bucket);
  return listing;
}

static gboolean
tell (Bucket *self, const CzListedObject *object, CzDepotObjectFunc func, gpointer data, GError **error)
{
  const char *path = object->key + strlen (self->inner);
  return strstr (path, "/.") != NULL || g_str_has_suffix (path, "/") || func (path, object->size, data, error);
}

static gboolean
bucket_each (gpointer user_data, const char *below, CzDepotObjectFunc func, gpointer data, GError **error)
{
  Bucket *self = user_data;
  g_autofree char *prefix = g_strconcat (self->inner, below, "/", NULL);
  g_autofree char *after = g_strdup ("");
  for (guint page = 0; page < LISTING_PAGES_MAX; page++) {
    g_autoptr (CzBucketListing) listing = list_page (self, prefix, after, error);
    if (listing == NULL)
      return FALSE;
    for (guint i = 0; i < listing->objects->len; i++) {
      const CzListedObject *object = g_ptr_array_index (listing->objects, i);
      if (!g_str_has_prefix (object->key, prefix) || strcmp (object->key, after) <= 0) {
        g_set_error (error, CZ_DEPOT_ERROR, CZ_DEPOT_ERROR_FAILED, "%s: the store lists what was not asked for", self->bucket);
        return FALSE;
      }
      if (!tell (self, object, func, data, error))
        return FALSE;
      g_free (after);
      after = g_strdup (object->key);
    }
    if (!listing->is_truncated)
      return TRUE;
  }
  g_set_error (error, CZ_DEPOT_ERROR, CZ_DEPOT_ERROR_FAILED, "%s: the store lists without end", self->bucket);
  return FALSE;
}

/* --- several at once --- */

typedef struct {
  CURL *curl;
  struct curl_slist *headers;
  Request request;
} Flight;

/* A first try of each, together. Whether one of them went well is its own; what did not is asked for again, alone. */
static void
fly (Bucket *self, Flight *flights, guint n)
{
  int running = 1;
  for (guint i = 0; i < n; i++) {
    flights[i].request.answer = g_byte_array_new ();
    flights[i].headers = prepare (self, flights[i].curl, &flights[i].request);
    curl_multi_add_handle (self->multi, flights[i].curl);
  }
  while (running > 0 && curl_multi_perform (self->multi, &running) == CURLM_OK && running > 0)
    if (curl_multi_poll (self->multi, NULL, 0, 1000, NULL) != CURLM_OK)
      break;
  for (guint i = 0; i < n; i++) {
    curl_multi_remove_handle (self->multi, flights[i].curl);
    curl_slist_free_all (flights[i].headers);
    look_at_end (flights[i].curl, &flights[i].request);
  }
}

static void
take_off (Bucket *self, const char *method, const char *const *paths, guint n, guint64 limit, Flight *flights)
{
  for (guint i = 0; i < n; i++) {
    flights[i] = (Flight){ .curl = curl_easy_init (), .request = { .method = method, .limit = limit } };
    flights[i].request.url = g_strconcat (self->base, paths[i], NULL);
  }
  fly (self, flights, n);
}

static void
land (Flight *flights, guint n)
{
  for (guint i = 0; i < n; i++) {
    curl_easy_cleanup (flights[i].curl);
    request_clear (&flights[i].request);
  }
}

/* Whole: as long as the store said, and no error. */
static gboolean
is_whole (const Request *request)
{
  return request->status == 200 && !request->is_larger && request->length >= 0 && (guint64) request->length == request->answer->len;
}

static void
bucket_get_ahead (gpointer user_data, const char *const *paths, guint n, gsize max_bytes, GBytes **out)
{
  Bucket *self = user_data;
  Flight flights[CZ_DEPOT_AHEAD];
  take_off (self, "GET", paths, n, MIN (max_bytes, G_MAXUINT32 / 2), flights);
  for (guint i = 0; i < n; i++)
    if (is_whole (&flights[i].request))
      out[i] = g_byte_array_free_to_bytes (g_steal_pointer (&flights[i].request.answer));
  land (flights, n);
}

static gboolean
bucket_remove_all (gpointer user_data, const char *const *paths, guint n, GError **error)
{
  Bucket *self = user_data;
  gboolean ok = TRUE;
  for (guint from = 0; ok && from < n; from += CZ_DEPOT_AHEAD) {
    Flight flights[CZ_DEPOT_AHEAD];
    guint part = MIN (n - from, CZ_DEPOT_AHEAD);
    take_off (self, "DELETE", paths + from, part, WORDS_MAX, flights);
    for (guint i = 0; ok && i < part; i++)
      ok = flights[i].request.status == 204 || flights[i].request.status == 404 || bucket_remove (self, paths[from + i], error);
    land (flights, part);
  }
  return ok;
}

static void
bucket_free (gpointer data)
{
  Bucket *self = data;
  curl_multi_cleanup (self->multi);
  curl_easy_cleanup (self->curl);
  g_free (self->base);
  g_free (self->bucket);
  g_free (self->inner);
  g_clear_object (&self->cancellable);
  g_free (self->access_key);
  if (self->secret_key)
    sodium_memzero (self->secret_key, strlen (self->secret_key));
  g_free (self->secret_key);
  g_free (self->signing);
  g_free (self->host_line);
  g_free (self);
}

static const CzDepotBackend bucket_backend = {
  .put = bucket_put,
  .append = bucket_append,
  .get = bucket_get,
  .size = bucket_size,
  .remove = bucket_remove,
  .get_ahead = bucket_get_ahead,
  .remove_all = bucket_remove_all,
  .each = bucket_each,
  .free = bucket_free,
};

/* --- opening --- */

static gboolean
ensure_libraries (void)
{
  static gsize ready = 0;
  if (g_once_init_enter (&ready))
    g_once_init_leave (&ready, curl_global_init (CURL_GLOBAL_DEFAULT) == CURLE_OK && sodium_init () >= 0 ? 1 : 2);
  return ready == 1;
}

static gboolean
deny (const char *path, const char *why, GError **error)
{
  g_set_error (error, CZ_DEPOT_ERROR, CZ_DEPOT_ERROR_DENIED, "%s: %s", path, why);
  return FALSE;
}

/* One line of the file, which must be there and safe to stand in a header. */
static gboolean
read_word (GKeyFile *file, const char *path, const char *group, const char *name, char **out, GError **error)
{
  *out = g_key_file_get_string (file, group, name, NULL);
  gboolean ok = *out != NULL && (*out)[0] != '\0' && strpbrk (*out, " \t\r\n:") == NULL;
  g_autofree char *why = ok ? NULL : g_strdup_printf ("a line %s= is missing or odd below [%s]", name, group);
  return ok || deny (path, why, error);
}

/* The address's own lines, or those of any bucket. */
static char *
group_of (GKeyFile *file, const char *address)
{
  g_autofree char *own = g_strdup (address);
  gsize n = strlen (own);
  while (n > 0 && own[n - 1] == '/')
    own[--n] = '\0';
  return g_key_file_has_group (file, own) ? g_steal_pointer (&own) : g_strdup ("bucket");
}

gboolean
cz_depot_bucket_is_known (const char *access_file, const char *address)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  if (!g_key_file_load_from_file (file, access_file, G_KEY_FILE_NONE, NULL))
    return g_file_test (access_file, G_FILE_TEST_EXISTS);
  g_autofree char *group = group_of (file, address);
  return g_key_file_has_group (file, group);
}

static gboolean
read_access (Bucket *self, const char *address, const char *path, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) local = NULL;
  g_autofree char *region = NULL;
  struct stat st;
  if (stat (path, &st) != 0)
    return deny (path, g_strerror (errno), error);
  if ((st.st_mode & 077) != 0)
    return deny (path, "holds a secret and may be read by others: chmod 600", error);
  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &local))
    return deny (path, local->message, error);
  g_autofree char *group = group_of (file, address);
  if (!read_word (file, path, group, "access-key", &self->access_key, error)
      || !read_word (file, path, group, "secret-key", &self->secret_key, error) || !read_word (file, path, group, "region", &region, error))
    return FALSE;
  self->signing = g_strdup_printf ("aws:amz:%s:s3", region);
  return TRUE;
}

/* https://HOST/BUCKET/PREFIX/ → the bucket's own address and what its keys begin with. */
static void
set_address (Bucket *self, const char *address, const GUri *uri)
{
  const char *path = g_uri_get_path ((GUri *) uri);
  const char *name = path[0] == '/' ? path + 1 : path;
  const char *rest = strchr (name, '/');
  self->base = g_str_has_suffix (address, "/") ? g_strdup (address) : g_strconcat (address, "/", NULL);
  self->inner = rest == NULL || rest[1] == '\0' ? g_strdup ("") : g_str_has_suffix (rest, "/") ? g_strdup (rest + 1) : g_strconcat (rest + 1, "/", NULL);
  self->bucket = g_strndup (self->base, strlen (self->base) - strlen (self->inner) - 1);
}

CzDepot *
cz_depot_new_bucket (const char *address, const char *access_file, GCancellable *cancellable, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (address, G_URI_FLAGS_NONE, NULL);
  const char *scheme = uri ? g_uri_get_scheme (uri) : "";
  Bucket *self;
  if ((!g_str_equal (scheme, "http") && !g_str_equal (scheme, "https")) || g_uri_get_host (uri) == NULL || g_uri_get_query (uri) != NULL
      || g_uri_get_userinfo (uri) != NULL) {
    g_set_error (error, CZ_DEPOT_ERROR, CZ_DEPOT_ERROR_DENIED, "%s is not the address of a bucket (https://HOST/BUCKET)", address);
    return NULL;
  }
  self = g_new0 (Bucket, 1);
  set_address (self, address, uri);
  self->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  self->host_line = g_uri_get_port (uri) > 0 ? g_strdup_printf ("Host: %s:%d", g_uri_get_host (uri), g_uri_get_port (uri))
                                             : g_strconcat ("Host: ", g_uri_get_host (uri), NULL);
  self->curl = ensure_libraries () ? curl_easy_init () : NULL;
  self->multi = self->curl != NULL ? curl_multi_init () : NULL;
  if (self->multi == NULL)
    g_set_error (error, CZ_DEPOT_ERROR, CZ_DEPOT_ERROR_FAILED, "the network library cannot be used");
  else if (read_access (self, address, access_file, error))
    return cz_depot_new (&bucket_backend, self);
  bucket_free (self);
  return NULL;
}
