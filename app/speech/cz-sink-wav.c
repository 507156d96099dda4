/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/speech/cz-sink.h"
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "app/speech/cz-pace.h"
#include "app/speech/bank/cz-wav.h"

#define INDEX_NAME "index.txt"
#define SLICE_FRAMES 1024

#define CZ_TYPE_SINK_WAV (cz_sink_wav_get_type ())
G_DECLARE_FINAL_TYPE (CzSinkWav, cz_sink_wav, CZ, SINK_WAV, GObject)

typedef enum { TARGET_FOLDER, TARGET_APPEND, TARGET_ANEW } Target;

struct _CzSinkWav {
  GObject parent_instance;
  CzPace pace;
  char *path;
  Target target;
  guint number; /* TARGET_FOLDER: of the last file */
  int fd; /* -1 between utterances */
  guint rate_hz;
  gsize n_before; /* frames in the file ahead of this utterance */
  gsize n_frames; /* of this utterance */
};

static void cz_sink_wav_iface_init (CzSinkInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (CzSinkWav, cz_sink_wav, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (CZ_TYPE_SINK, cz_sink_wav_iface_init))

static gboolean
fail_errno (GError **error, const char *path)
{
  int code = errno;

  g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (code), "%s: %s", path, g_strerror (code));
  return FALSE;
}

static gboolean
write_all (CzSinkWav *self, const void *data, gsize size, off_t at, GError **error)
{
  const char *p = data;

  while (size > 0) {
    ssize_t n = pwrite (self->fd, p, size, at);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return fail_errno (error, self->path);
    p += n;
    at += n;
    size -= (gsize) n;
  }
  return TRUE;
}

static guint
highest_number (const char *dir)
{
  g_autoptr (GDir) entries = g_dir_open (dir, 0, NULL);
  const char *name;
  guint64 highest = 0;

  while (entries != NULL && (name = g_dir_read_name (entries)) != NULL) {
    char *end = NULL;
    guint64 number = g_ascii_strtoull (name, &end, 10);
    if (end != name && g_strcmp0 (end, ".wav") == 0 && number < G_MAXUINT)
      highest = MAX (highest, number);
  }
  return (guint) highest;
}

/* One line a file; blanks keep a text of several lines on its line. */
static gboolean
append_index (CzSinkWav *self, const char *name, const char *label, GError **error)
{
  g_autofree char *path = g_build_filename (self->path, INDEX_NAME, NULL);
  g_autofree char *flat = g_strdelimit (g_strdup (label), "\t\r\n", ' ');
  g_autofree char *line = g_strdup_printf ("%s\t%s\n", name, flat);
  int fd = g_open (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  gboolean ok;

  if (fd < 0)
    return fail_errno (error, path);
  ok = write (fd, line, strlen (line)) == (ssize_t) strlen (line);
  if (!ok)
    fail_errno (error, path);
  g_close (fd, NULL);
  return ok;
}

static gboolean
open_in_folder (CzSinkWav *self, const char *label, GError **error)
{
  g_autofree char *name = NULL;
  g_autofree char *path = NULL;

  if (self->number == 0) {
    if (g_mkdir_with_parents (self->path, 0755) != 0)
      return fail_errno (error, self->path);
    self->number = highest_number (self->path);
  }
  self->number++;
  name = g_strdup_printf ("%06u.wav", self->number);
  path = g_build_filename (self->path, name, NULL);
  self->fd = g_open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (self->fd < 0)
    return fail_errno (error, path);
  return append_index (self, name, label, error);
}

/* Learns where an earlier run ended; an empty file is as good as none. */
static gboolean
find_end (CzSinkWav *self, guint rate_hz, GError **error)
{
  guint8 header[CZ_WAV_HEADER_BYTES];
  guint8 expected[CZ_WAV_HEADER_BYTES];
  ssize_t n = pread (self->fd, header, sizeof header, 0);
  struct stat status;

  if (n < 0 || fstat (self->fd, &status) != 0)
    return fail_errno (error, self->path);
  if (n == 0)
    return TRUE;
  cz_wav_header (expected, rate_hz, 0);
  /* Bytes 8..39 hold all but the two sizes. */
  if (n < CZ_WAV_HEADER_BYTES || memcmp (header + 8, expected + 8, 32) != 0) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                 _("%s is there and is not a recording of this program; name another file"), self->path);
    return FALSE;
  }
  self->n_before = (gsize) (status.st_size - CZ_WAV_HEADER_BYTES) / 2;
  return TRUE;
}

static gboolean
open_file (CzSinkWav *self, guint rate_hz, GError **error)
{
  gboolean anew = self->target == TARGET_ANEW;
  int flags = O_RDWR | O_CREAT | O_CLOEXEC | (anew ? O_TRUNC : 0);

  self->fd = g_open (self->path, flags, 0644);
  if (self->fd < 0)
    return fail_errno (error, self->path);
  self->target = TARGET_APPEND;
  return anew || find_end (self, rate_hz, error);
}

static gboolean
write_header (CzSinkWav *self, GError **error)
{
  guint8 header[CZ_WAV_HEADER_BYTES];

  cz_wav_header (header, self->rate_hz, self->n_before + self->n_frames);
  return write_all (self, header, sizeof header, 0, error);
}

static void
close_fd (CzSinkWav *self)
{
  if (self->fd >= 0)
    g_close (self->fd, NULL);
  self->fd = -1;
}

static gboolean
cz_sink_wav_open (CzSink *sink, guint rate_hz, const char *label, GError **error)
{
  CzSinkWav *self = CZ_SINK_WAV (sink);
  gboolean ok;

  close_fd (self);
  self->rate_hz = rate_hz;
  self->n_before = 0;
  self->n_frames = 0;
  ok = self->target == TARGET_FOLDER ? open_in_folder (self, label, error) : open_file (self, rate_hz, error);
  if (!ok || !write_header (self, error)) {
    close_fd (self);
    return FALSE;
  }
  cz_pace_begin (&self->pace, rate_hz);
  return TRUE;
}

static gboolean
append (CzSinkWav *self, const gint16 *samples, gsize n, GError **error)
{
  gint16 bytes[SLICE_FRAMES];
  gsize before = self->n_before + self->n_frames;

  if (before + n > CZ_WAV_MAX_FRAMES) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, _("%s: a WAV file cannot hold more"), self->path);
    return FALSE;
  }
  for (gsize i = 0; i < n; i++)
    bytes[i] = GINT16_TO_LE (samples[i]);
  if (!write_all (self, bytes, 2 * n, (off_t) (CZ_WAV_HEADER_BYTES + 2 * before), error))
    return FALSE;
  self->n_frames += n;
  return TRUE;
}

static gboolean
cz_sink_wav_write (CzSink *sink, const gint16 *samples, gsize n_frames, GError **error)
{
  CzSinkWav *self = CZ_SINK_WAV (sink);

  while (n_frames > 0) {
    gsize n = cz_pace_take (&self->pace, MIN (n_frames, SLICE_FRAMES));
    if (n == 0) {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "interrupted");
      return FALSE;
    }
    if (!append (self, samples, n, error))
      return FALSE;
    samples += n;
    n_frames -= n;
  }
  return TRUE;
}

static void
cz_sink_wav_close (CzSink *sink, gboolean drop)
{
  CzSinkWav *self = CZ_SINK_WAV (sink);
  g_autoptr (GError) error = NULL;
  guint64 heard;

  if (!drop)
    cz_pace_drain (&self->pace);
  heard = cz_pace_drop (&self->pace);
  if (self->fd < 0)
    return;
  self->n_frames = MIN (self->n_frames, (gsize) heard);
  if (ftruncate (self->fd, (off_t) (CZ_WAV_HEADER_BYTES + 2 * (self->n_before + self->n_frames))) != 0
      || !write_header (self, &error))
    g_warning ("%s: the recording could not be ended properly: %s", self->path,
               error != NULL ? error->message : g_strerror (errno));
  close_fd (self);
}

static void
cz_sink_wav_interrupt (CzSink *sink)
{
  cz_pace_interrupt (&CZ_SINK_WAV (sink)->pace);
}

static guint64
cz_sink_wav_played_frames (CzSink *sink)
{
  return cz_pace_played (&CZ_SINK_WAV (sink)->pace);
}

static void
cz_sink_wav_iface_init (CzSinkInterface *iface)
{
  iface->open = cz_sink_wav_open;
  iface->write = cz_sink_wav_write;
  iface->close = cz_sink_wav_close;
  iface->interrupt = cz_sink_wav_interrupt;
  iface->played_frames = cz_sink_wav_played_frames;
}

static void
cz_sink_wav_finalize (GObject *object)
{
  CzSinkWav *self = CZ_SINK_WAV (object);

  close_fd (self);
  g_free (self->path);
  cz_pace_clear (&self->pace);
  G_OBJECT_CLASS (cz_sink_wav_parent_class)->finalize (object);
}

static void
cz_sink_wav_class_init (CzSinkWavClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_sink_wav_finalize;
}

static void
cz_sink_wav_init (CzSinkWav *self)
{
  self->fd = -1;
  cz_pace_init (&self->pace, CZ_PACE_FAST);
}

static CzSink *
sink_new (const char *path, Target target, CzPaceMode mode)
{
  CzSinkWav *self = g_object_new (CZ_TYPE_SINK_WAV, NULL);

  self->path = g_strdup (path);
  self->target = target;
  self->pace.mode = mode;
  return CZ_SINK (self);
}

static Target
target_of (const char *path)
{
  return g_str_has_suffix (path, ".wav") ? TARGET_APPEND : TARGET_FOLDER;
}

CzSink *
cz_sink_wav_new (const char *dir_or_file)
{
  g_return_val_if_fail (dir_or_file != NULL, NULL);
  return sink_new (dir_or_file, target_of (dir_or_file), CZ_PACE_FAST);
}

CzSink *
cz_sink_wav_new_real_time (const char *dir_or_file)
{
  g_return_val_if_fail (dir_or_file != NULL, NULL);
  return sink_new (dir_or_file, target_of (dir_or_file), CZ_PACE_REAL);
}

CzSink *
cz_sink_wav_new_file (const char *file)
{
  g_return_val_if_fail (file != NULL, NULL);
  return sink_new (file, TARGET_ANEW, CZ_PACE_FAST);
}
