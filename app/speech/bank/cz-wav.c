/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/speech/bank/cz-wav.h"
#include <string.h>

G_DEFINE_QUARK (cz_wav_error_quark, cz_wav_error)

#define FORMAT_PCM 1
#define FORMAT_EXTENSIBLE 0xfffe /* what some recorders write for plain PCM; the code stands further on */

static void
put16 (guint8 *p, guint v)
{
  p[0] = (guint8) (v & 0xff);
  p[1] = (guint8) (v >> 8 & 0xff);
}

static void
put32 (guint8 *p, guint32 v)
{
  put16 (p, v & 0xffff);
  put16 (p + 2, v >> 16);
}

static guint
get16 (const guint8 *p)
{
  return (guint) p[0] | (guint) p[1] << 8;
}

static guint32
get32 (const guint8 *p)
{
  return get16 (p) | (guint32) get16 (p + 2) << 16;
}

void
cz_wav_header (guint8 header[CZ_WAV_HEADER_BYTES], guint rate_hz, gsize n_frames)
{
  guint32 bytes = (guint32) (n_frames * 2);

  g_return_if_fail (n_frames <= CZ_WAV_MAX_FRAMES);
  memcpy (header, "RIFF....WAVEfmt ", 16);
  put32 (header + 4, bytes + CZ_WAV_HEADER_BYTES - 8);
  put32 (header + 16, 16);
  put16 (header + 20, FORMAT_PCM);
  put16 (header + 22, 1);
  put32 (header + 24, rate_hz);
  put32 (header + 28, rate_hz * 2);
  put16 (header + 32, 2);
  put16 (header + 34, 16);
  memcpy (header + 36, "data", 4);
  put32 (header + 40, bytes);
}

static gboolean
damaged (GError **error, const char *what)
{
  g_set_error (error, CZ_WAV_ERROR, CZ_WAV_ERROR_DAMAGED, "not a whole WAV file: %s", what);
  return FALSE;
}

static gboolean
parse_format (const guint8 *body, gsize size, CzWavInfo *info, GError **error)
{
  guint format, channels, bits;

  if (size < 16)
    return damaged (error, "the format part is cut off");
  format = get16 (body);
  if (format == FORMAT_EXTENSIBLE && size >= 26)
    format = get16 (body + 24);
  channels = get16 (body + 2);
  info->rate_hz = get32 (body + 4);
  bits = get16 (body + 14);
  if (format != FORMAT_PCM || channels != 1 || bits != 16 || info->rate_hz < 8000 || info->rate_hz > 48000) {
    g_set_error (error, CZ_WAV_ERROR, CZ_WAV_ERROR_FORMAT,
                 "mono, 16-bit PCM of 8000 to 48000 Hz is needed; this is format %u, %u channels, %u bits, %u Hz",
                 format, channels, bits, info->rate_hz);
    return FALSE;
  }
  return TRUE;
}

gboolean
cz_wav_parse (const guint8 *bytes, gsize size, CzWavInfo *info, GError **error)
{
  gsize at = 12;

  *info = (CzWavInfo){ 0 };
  if (size < 12 || memcmp (bytes, "RIFF", 4) != 0 || memcmp (bytes + 8, "WAVE", 4) != 0)
    return damaged (error, "it does not begin with RIFF and WAVE");
  while (size - at >= 8) {
    gsize body = get32 (bytes + at + 4);
    gsize left = size - at - 8;
    if (memcmp (bytes + at, "data", 4) == 0) {
      if (info->rate_hz == 0)
        return damaged (error, "samples stand before their format");
      if (body > left)
        return damaged (error, "the samples are cut off");
      info->offset = at + 8;
      info->n_frames = body / 2;
      return TRUE;
    }
    if (body > left)
      return damaged (error, "a part is longer than the file");
    if (memcmp (bytes + at, "fmt ", 4) == 0 && !parse_format (bytes + at + 8, body, info, error))
      return FALSE;
    at += 8 + MIN (body + (body & 1), left);
  }
  return damaged (error, "there are no samples in it");
}

static GArray *
samples_from_bytes (const guint8 *bytes, gsize n_frames)
{
  GArray *samples = g_array_sized_new (FALSE, FALSE, sizeof (gint16), (guint) n_frames);

  g_array_set_size (samples, (guint) n_frames);
  for (gsize i = 0; i < n_frames; i++)
    g_array_index (samples, gint16, i) = (gint16) get16 (bytes + 2 * i);
  return samples;
}

static gboolean
is_small_enough (GFile *file, gsize max_bytes, GError **error)
{
  g_autoptr (GFileInfo) info
    = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_SIZE, G_FILE_QUERY_INFO_NONE, NULL, error);

  if (info == NULL)
    return FALSE;
  if (g_file_info_get_size (info) > (goffset) max_bytes) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "%s is larger than %" G_GSIZE_FORMAT " bytes",
                 g_file_peek_path (file), max_bytes);
    return FALSE;
  }
  return TRUE;
}

GArray *
cz_wav_load (const char *path, gsize max_bytes, guint *rate_hz, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autofree char *bytes = NULL;
  gsize size;
  CzWavInfo info;

  if (!is_small_enough (file, max_bytes, error)
      || !g_file_load_contents (file, NULL, &bytes, &size, NULL, error))
    return NULL;
  if (!cz_wav_parse ((const guint8 *) bytes, size, &info, error)) {
    g_prefix_error (error, "%s: ", path);
    return NULL;
  }
  *rate_hz = info.rate_hz;
  return samples_from_bytes ((const guint8 *) bytes + info.offset, info.n_frames);
}

gboolean
cz_wav_save (const char *path, const gint16 *samples, gsize n_frames, guint rate_hz, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  g_return_val_if_fail (n_frames <= CZ_WAV_MAX_FRAMES, FALSE);
  g_byte_array_set_size (bytes, (guint) (CZ_WAV_HEADER_BYTES + 2 * n_frames));
  cz_wav_header (bytes->data, rate_hz, n_frames);
  for (gsize i = 0; i < n_frames; i++)
    put16 (bytes->data + CZ_WAV_HEADER_BYTES + 2 * i, (guint16) samples[i]);
  return g_file_set_contents_full (path, (const char *) bytes->data, (gssize) bytes->len,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0644, error);
}
