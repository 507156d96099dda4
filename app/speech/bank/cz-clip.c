/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/speech/bank/cz-clip.h"
#include <math.h>

#define FRAME_MS 10
#define ACTIVE_BELOW_LOUDEST 0.0316 /* -30 dB */
#define SILENT_BELOW_PEAK 0.01 /* -40 dB */
#define MARGIN_MS 10
#define PEAK_MOST 30000.0
#define GAIN_MOST 16.0 /* +24 dB: a recording still fainter is noise, and the recorder refuses it */
#define CROSSFADE_MS 8
#define FADE_MS 4
#define SINC_ZEROS 12 /* zero crossings to each side: 60 dB outside the band with a Hann window */

static double
frame_rms (const gint16 *samples, gsize n)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += (double) samples[i] * samples[i];
  return n > 0 ? sqrt (sum / (double) n) : 0;
}

double
cz_clip_level (const gint16 *samples, gsize n, guint rate_hz)
{
  gsize frame = MAX (rate_hz * FRAME_MS / 1000, 1);
  double loudest = 0, sum = 0;
  gsize n_active = 0;

  for (gsize at = 0; at < n; at += frame)
    loudest = MAX (loudest, frame_rms (samples + at, MIN (frame, n - at)));
  for (gsize at = 0; at < n; at += frame) {
    gsize len = MIN (frame, n - at);
    double rms = frame_rms (samples + at, len);
    if (rms <= loudest * ACTIVE_BELOW_LOUDEST)
      continue;
    sum += rms * rms * (double) len;
    n_active += len;
  }
  return n_active > 0 ? sqrt (sum / (double) n_active) : 0;
}

guint
cz_clip_peak (const gint16 *samples, gsize n)
{
  gint peak = 0;

  for (gsize i = 0; i < n; i++)
    peak = MAX (peak, ABS ((gint) samples[i]));
  return (guint) peak;
}

void
cz_clip_trim (GArray *clip, guint rate_hz)
{
  const gint16 *samples = (const gint16 *) (const void *) clip->data;
  gint quiet = (gint) (cz_clip_peak (samples, clip->len) * SILENT_BELOW_PEAK);
  guint margin = rate_hz * MARGIN_MS / 1000;
  guint start = 0, end = clip->len;

  while (start < end && ABS ((gint) samples[start]) <= quiet)
    start++;
  while (end > start && ABS ((gint) samples[end - 1]) <= quiet)
    end--;
  if (start == end) {
    g_array_set_size (clip, 0);
    return;
  }
  start -= MIN (start, margin);
  end += MIN (clip->len - end, margin);
  g_array_set_size (clip, end);
  if (start > 0)
    g_array_remove_range (clip, 0, start);
}

void
cz_clip_set_level (GArray *clip, guint rate_hz, double level)
{
  gint16 *samples = (gint16 *) (void *) clip->data;
  double now = cz_clip_level (samples, clip->len, rate_hz);
  double peak = cz_clip_peak (samples, clip->len);
  double gain;

  if (now <= 0)
    return;
  gain = MIN (MIN (level / now, PEAK_MOST / peak), GAIN_MOST);
  for (guint i = 0; i < clip->len; i++)
    samples[i] = (gint16) lround (samples[i] * gain);
}

/* A sinc of the given cutoff (1 = the old rate's half) under a Hann window of SINC_ZEROS crossings, at x samples
 * from its middle. */
static double
kernel (double x, double cutoff)
{
  double width = SINC_ZEROS / cutoff;
  double phase = G_PI * cutoff * x;
  double window;

  if (fabs (x) >= width)
    return 0;
  window = 0.5 + 0.5 * cos (G_PI * x / width);
  return cutoff * window * (fabs (phase) < 1e-9 ? 1.0 : sin (phase) / phase);
}

static gint16
interpolate (const GArray *clip, double at, double cutoff)
{
  gint64 reach = (gint64) ceil (SINC_ZEROS / cutoff);
  gint64 middle = (gint64) floor (at);
  gint64 first = MAX (middle - reach, 0);
  gint64 last = MIN (middle + reach + 1, (gint64) clip->len - 1);
  double sum = 0;

  for (gint64 i = first; i <= last; i++)
    sum += g_array_index (clip, gint16, i) * kernel (at - (double) i, cutoff);
  return (gint16) CLAMP (lround (sum), -CZ_CLIP_FULL_SCALE, CZ_CLIP_FULL_SCALE);
}

GArray *
cz_clip_resample (const GArray *clip, guint from_hz, guint to_hz)
{
  guint n = (guint) ((guint64) clip->len * to_hz / from_hz);
  GArray *out = g_array_sized_new (FALSE, FALSE, sizeof (gint16), n);
  double cutoff = to_hz < from_hz ? (double) to_hz / from_hz : 1.0;

  g_array_set_size (out, n);
  for (guint i = 0; i < n; i++) {
    double at = (double) i * from_hz / to_hz;
    g_array_index (out, gint16, i) = from_hz == to_hz ? g_array_index (clip, gint16, i) : interpolate (clip, at, cutoff);
  }
  return out;
}

/* 0 at the beginning of a fade of n samples, 1 at its end. */
static double
fade (gsize i, gsize n)
{
  return 0.5 - 0.5 * cos (G_PI * ((double) i + 1) / ((double) n + 1));
}

static void
fade_end (GArray *out, gsize n)
{
  n = MIN (n, out->len);
  for (gsize i = 0; i < n; i++) {
    gint16 *sample = &g_array_index (out, gint16, out->len - 1 - i);
    *sample = (gint16) lround (*sample * fade (i, n));
  }
}

static void
append_silence (GArray *out, guint n)
{
  guint start = out->len;

  g_array_set_size (out, start + n);
  for (guint i = start; i < out->len; i++)
    g_array_index (out, gint16, i) = 0;
}

static void
append_faded (GArray *out, const gint16 *piece, gsize n, gsize n_fade)
{
  gsize start = out->len;

  n_fade = MIN (n_fade, n);
  g_array_append_vals (out, piece, (guint) n);
  for (gsize i = 0; i < n_fade; i++) {
    gint16 *sample = &g_array_index (out, gint16, start + i);
    *sample = (gint16) lround (*sample * fade (i, n_fade));
  }
}

static void
crossfade (GArray *out, const gint16 *piece, gsize n, gsize overlap)
{
  overlap = MIN (overlap, MIN (n, out->len));
  for (gsize i = 0; i < overlap; i++) {
    gint16 *sample = &g_array_index (out, gint16, out->len - overlap + i);
    double in = fade (i, overlap);
    *sample = (gint16) CLAMP (lround (*sample * (1 - in) + piece[i] * in), -CZ_CLIP_FULL_SCALE, CZ_CLIP_FULL_SCALE);
  }
  g_array_append_vals (out, piece + overlap, (guint) (n - overlap));
}

void
cz_clip_join (GArray *out, const gint16 *piece, gsize n, guint gap_ms, guint rate_hz)
{
  gsize n_fade = rate_hz * FADE_MS / 1000;

  if (n == 0)
    return;
  if (out->len > 0 && gap_ms == 0) {
    crossfade (out, piece, n, rate_hz * CROSSFADE_MS / 1000);
    return;
  }
  fade_end (out, n_fade);
  append_silence (out, rate_hz / 1000 * gap_ms);
  append_faded (out, piece, n, n_fade);
}
