/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <arpa/inet.h>
#include <errno.h>
#include <glib.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/* load PORT SECONDS CONNECTIONS KIND HEAD MARK INDEX SEGMENT FROM TO
 *
 * Plays stations against a depot on loopback, each from an address and with a connection of its own, as they come in the field: one event loop, so
 * many at a time, the next as soon as one has its answer. KIND:
 *   poll    head by its mark: nothing new
 *   news    head, index, one range of the segment, on one connection
 *   upload  one envelope of 1,024 bytes under a new name
 *   day     the three as a station's day has them: 8, 1 and 5
 * Prints one JSON object: stations served, failures by kind of answer, seconds, milliseconds at the median and at 99 of 100. */

#define ENVELOPE_BYTES 1024
#define ANSWER_HEAD_MAX 4096
#define EVENTS 256
#define POLLS 8
#define NEWS 1
#define UPLOADS 5

typedef enum { POLL, FETCH, UPLOAD, DAY } Kind;

typedef struct {
  guint16 port;
  Kind kind;
  const char *head, *mark, *index, *segment, *from, *to;
  GRand *random;
  guint64 serial;
  int poll_fd;
  gint64 end_us;
  guint64 done, failed, bytes_in, bytes_out;
  GArray *took_us; /* gint64 */
} Load;

typedef struct {
  Load *load;
  int fd;
  Kind kind;
  guint step; /* of a fetch */
  gint64 begin_us;
  GString *out;
  gsize out_done;
  char head[ANSWER_HEAD_MAX + 1];
  gsize head_len;
  gboolean in_body;
  guint64 body_left;
} Station;

static void
ask (Station *self, const char *path, const char *more)
{
  g_string_printf (self->out, "GET /%s HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: cunzhan-sync/0.1.0\r\n%s\r\n", path, more);
  self->out_done = 0;
  self->head_len = 0;
  self->in_body = FALSE;
}

static void
put (Station *self)
{
  Load *load = self->load;
  g_autoptr (GString) hash = g_string_new (NULL);
  for (guint i = 0; i < 8; i++)
    g_string_append_printf (hash, "%08x", g_rand_int (load->random));
  g_string_printf (self->out,
                   "PUT /uploads/990101/station%d/%" G_GUINT64_FORMAT "-%s HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: cunzhan-sync/0.1.0\r\n"
                   "Accept: */*\r\nIf-None-Match: *\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n",
                   g_rand_int_range (load->random, 2, 10), ++load->serial, hash->str, ENVELOPE_BYTES);
  for (guint i = 0; i < ENVELOPE_BYTES / 4; i++) {
    guint32 word = g_rand_int (load->random);
    g_string_append_len (self->out, (const char *) &word, 4);
  }
  self->out_done = 0;
  self->head_len = 0;
  self->in_body = FALSE;
}

static void
next_request (Station *self)
{
  const Load *load = self->load;
  g_autofree char *mark = g_strdup_printf ("If-None-Match: %s\r\n", load->mark);
  g_autofree char *range = g_strdup_printf ("Accept: */*\r\nRange: bytes=%s-%s\r\n", load->from, load->to);
  if (self->kind == UPLOAD)
    put (self);
  else if (self->kind == POLL)
    ask (self, load->head, mark);
  else if (self->step == 0)
    ask (self, load->head, "");
  else if (self->step == 1)
    ask (self, load->index, "");
  else
    ask (self, load->segment, range);
}

static Kind
draw (const Load *load)
{
  gint32 n = g_rand_int_range (load->random, 0, POLLS + NEWS + UPLOADS);
  if (load->kind != DAY)
    return load->kind;
  return n < POLLS ? POLL : n < POLLS + NEWS ? FETCH : UPLOAD;
}

/* From an address of its own below 127/8: a limit for one address is not one for all stations. */
static gboolean
begin (Station *self)
{
  Load *load = self->load;
  struct sockaddr_in from = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (0x7f000000u | (guint32) g_rand_int_range (load->random, 2, 0xfffffe)) };
  struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons (load->port), .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  self->fd = socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  self->kind = draw (load);
  self->step = 0;
  self->begin_us = g_get_monotonic_time ();
  next_request (self);
  if (self->fd < 0 || bind (self->fd, (const struct sockaddr *) &from, sizeof from) != 0
      || (connect (self->fd, (const struct sockaddr *) &to, sizeof to) != 0 && errno != EINPROGRESS))
    return FALSE;
  struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = self };
  return epoll_ctl (load->poll_fd, EPOLL_CTL_ADD, self->fd, &event) == 0;
}

static void
finish (Station *self, gboolean ok)
{
  Load *load = self->load;
  gint64 took_us = g_get_monotonic_time () - self->begin_us;
  close (self->fd);
  self->fd = -1;
  load->done += ok;
  load->failed += !ok;
  if (ok)
    g_array_append_val (load->took_us, took_us);
  if (g_get_monotonic_time () < load->end_us && !begin (self)) {
    perror ("a connection");
    exit (1);
  }
}

/* The answer's head is whole: is it the one that was asked for? */
static gboolean
look_at_head (Station *self)
{
  char *end = strstr (self->head, "\r\n\r\n");
  guint wanted = self->kind == POLL ? 304 : self->kind == UPLOAD ? 201 : self->step == 2 ? 206 : 200;
  const char *length = strstr (self->head, "Content-Length: ");
  gsize body = self->head_len - (gsize) (end + 4 - self->head);
  guint64 announced = length != NULL && length < end ? g_ascii_strtoull (length + 16, NULL, 10) : 0;
  if (g_ascii_strtoull (self->head + 9, NULL, 10) != wanted || body > announced)
    return FALSE;
  self->in_body = TRUE;
  self->body_left = announced - body;
  return TRUE;
}

static gboolean
take (Station *self, const char *data, gsize n)
{
  if (self->in_body) {
    gboolean ok = n <= self->body_left;
    self->body_left -= MIN (n, self->body_left);
    return ok;
  }
  gsize room = ANSWER_HEAD_MAX - self->head_len;
  gsize part = MIN (room, n);
  memcpy (self->head + self->head_len, data, part);
  self->head_len += part;
  self->head[self->head_len] = '\0';
  if (strstr (self->head, "\r\n\r\n") == NULL)
    return room > n;
  if (!look_at_head (self))
    return FALSE;
  gsize rest = n - part;
  gboolean ok = rest <= self->body_left;
  self->body_left -= MIN (rest, self->body_left);
  return ok;
}

/* FALSE: the connection is over, well or not. */
static gboolean
read_some (Station *self)
{
  char data[16384];
  for (;;) {
    ssize_t n = recv (self->fd, data, sizeof data, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
      return TRUE;
    if (n <= 0 || !take (self, data, (gsize) n)) {
      finish (self, FALSE);
      return FALSE;
    }
    self->load->bytes_in += (guint64) n;
    if (!self->in_body || self->body_left > 0)
      continue;
    if (self->kind != FETCH || self->step == 2) {
      finish (self, TRUE);
      return FALSE;
    }
    self->step++;
    next_request (self);
    return TRUE;
  }
}

static gboolean
write_some (Station *self)
{
  while (self->out_done < self->out->len) {
    ssize_t n = send (self->fd, self->out->str + self->out_done, self->out->len - self->out_done, MSG_NOSIGNAL);
    if (n < 0 && (errno == EAGAIN || errno == EINTR || errno == ENOTCONN))
      return TRUE;
    if (n <= 0) {
      finish (self, FALSE);
      return FALSE;
    }
    self->out_done += (gsize) n;
    self->load->bytes_out += (guint64) n;
  }
  return TRUE;
}

static void
turn (Load *load)
{
  struct epoll_event events[EVENTS];
  int n = epoll_wait (load->poll_fd, events, EVENTS, 100);
  for (int i = 0; i < n; i++) {
    Station *station = events[i].data.ptr;
    if (write_some (station) && read_some (station))
      (void) write_some (station);
  }
}

static int
by_size (gconstpointer a, gconstpointer b)
{
  gint64 left = *(const gint64 *) a, right = *(const gint64 *) b;
  return left < right ? -1 : left > right;
}

static double
quantile_ms (GArray *took_us, double part)
{
  return took_us->len == 0 ? 0 : (double) g_array_index (took_us, gint64, (guint) ((double) (took_us->len - 1) * part)) / 1000;
}

int
main (int argc, char **argv)
{
  static const char *const kinds[] = { "poll", "news", "upload", "day", NULL };
  if (argc != 11)
    return 2;
  Load load = { .port = (guint16) g_ascii_strtoull (argv[1], NULL, 10), .head = argv[5], .mark = argv[6], .index = argv[7], .segment = argv[8],
                .from = argv[9], .to = argv[10], .random = g_rand_new (), .poll_fd = epoll_create1 (EPOLL_CLOEXEC) };
  guint n = (guint) g_ascii_strtoull (argv[3], NULL, 10);
  while (kinds[load.kind] != NULL && !g_str_equal (kinds[load.kind], argv[4]))
    load.kind++;
  load.took_us = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 begin_us = g_get_monotonic_time ();
  load.end_us = begin_us + (gint64) (g_ascii_strtod (argv[2], NULL) * G_USEC_PER_SEC);
  Station *stations = g_new0 (Station, n);
  for (guint i = 0; i < n; i++) {
    stations[i].load = &load;
    stations[i].out = g_string_new (NULL);
    if (!begin (&stations[i])) {
      perror ("a connection");
      return 1;
    }
  }
  while (g_get_monotonic_time () < load.end_us + G_USEC_PER_SEC / 2 && load.done + load.failed < G_MAXUINT32)
    turn (&load);
  double seconds = (double) (load.end_us - begin_us) / G_USEC_PER_SEC;
  g_array_sort (load.took_us, by_size);
  printf ("{\"kind\": \"%s\", \"done\": %" G_GUINT64_FORMAT ", \"failed\": %" G_GUINT64_FORMAT ", \"seconds\": %.3f, \"median_ms\": %.2f, "
          "\"p99_ms\": %.2f, \"bytes_in\": %" G_GUINT64_FORMAT ", \"bytes_out\": %" G_GUINT64_FORMAT "}\n",
          argv[4], load.done, load.failed, seconds, quantile_ms (load.took_us, 0.5), quantile_ms (load.took_us, 0.99), load.bytes_in, load.bytes_out);
  return 0;
}
