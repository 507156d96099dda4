/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gio/gio.h>

/* RIFF/WAVE with one channel of 16-bit PCM: the only kind the station writes, and the only one it reads (clips of
 * the phrase bank). Source of the layout: "Multimedia Programming Interface and Data Specifications 1.0" (1991).
 *
 * offset size  meaning
 *      0    4  "RIFF"
 *      4    4  size of the file less 8, little endian
 *      8    4  "WAVE"
 *     then chunks: 4 bytes name, 4 bytes size, the body, one byte of padding after an odd size
 *   "fmt "     2 format (1 = PCM), 2 channels, 4 rate, 4 bytes a second, 2 bytes a frame, 2 bits a sample
 *   "data"     the samples, little endian
 * The writer makes "fmt " of 16 bytes and "data" last, so its header is 44 bytes. */
#define CZ_WAV_HEADER_BYTES 44
#define CZ_WAV_MAX_FRAMES (1u << 30) /* 13 hours at 22,050 Hz, and 2 GiB: what 32 bits of size hold */

#define CZ_WAV_ERROR (cz_wav_error_quark ())
GQuark cz_wav_error_quark (void);
typedef enum {
  CZ_WAV_ERROR_DAMAGED, /* not RIFF/WAVE, or cut off: record or export it again */
  CZ_WAV_ERROR_FORMAT, /* another kind of WAV: export it as mono, 16-bit PCM, 8,000 to 48,000 Hz */
} CzWavError;

typedef struct {
  guint rate_hz; /* 8,000..48,000 */
  gsize offset; /* where the samples begin in the file */
  gsize n_frames;
} CzWavInfo;

/* Fills header for n_frames samples. n_frames ≤ CZ_WAV_MAX_FRAMES. */
void cz_wav_header (guint8 header[CZ_WAV_HEADER_BYTES], guint rate_hz, gsize n_frames);

/* Reads the chunks of a whole file in memory; any bytes may be given. Fails with CZ_WAV_ERROR. */
gboolean cz_wav_parse (const guint8 *bytes, gsize size, CzWavInfo *info, GError **error);

/* Reads a file of at most max_bytes. Returns: (transfer full) (element-type gint16), rate in *rate_hz.
 * Fails with CZ_WAV_ERROR or G_IO_ERROR; the message names the file. */
GArray *cz_wav_load (const char *path, gsize max_bytes, guint *rate_hz, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writes a file anew, replacing it whole. Fails with G_FILE_ERROR. */
gboolean cz_wav_save (const char *path, const gint16 *samples, gsize n_frames, guint rate_hz, GError **error);
