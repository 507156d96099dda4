/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-voice TABLES TEXTS (a text a line): from text to the first sample, real-time factor, and what is read as English or skipped, beside
 * what a user would take instead: espeak-ng with its Mandarin voice and with its pinyin voice on the same Hanzi.
 * Ours is measured from cz_voice_say to the first write into the sink, front end and thread change included; the
 * others both inside this process (library, no start-up) and as the command line. Times are those of the first text. Fails
 * when the median of ours is above the limit of the voice's brief. */
#include <espeak-ng/speak_lib.h>
#include <gio/gio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "app/speech/cz-sink-null.h"
#include "app/speech/cz-voice.h"

#define RUNS 51
#define COMMAND_RUNS 11
#define MOST_FIRST_MS 30

/* Not a sink of the project's: it only looks at the clock. */
typedef struct {
  double first_ms;
  gint64 start_us;
  guint64 frames;
} Meter;

static void
meter_start (Meter *m)
{
  *m = (Meter){ .start_us = g_get_monotonic_time () };
}

static void
meter_take (Meter *m, gsize n)
{
  if (m->frames == 0 && n > 0)
    m->first_ms = (double) (g_get_monotonic_time () - m->start_us) / 1000;
  m->frames += n;
}

#define TYPE_METER_SINK (meter_sink_get_type ())
G_DECLARE_FINAL_TYPE (MeterSink, meter_sink, METER, SINK, GObject)
struct _MeterSink {
  GObject parent_instance;
  Meter meter;
};

static gboolean
meter_open (CzSink *sink, guint rate_hz, const char *label, GError **error)
{
  return TRUE;
}

static gboolean
meter_write (CzSink *sink, const gint16 *samples, gsize n, GError **error)
{
  meter_take (&METER_SINK (sink)->meter, n);
  return TRUE;
}

static void
meter_close (CzSink *sink, gboolean drop)
{
}

static void
meter_interrupt (CzSink *sink)
{
}

static guint64
meter_played (CzSink *sink)
{
  return METER_SINK (sink)->meter.frames;
}

static void
meter_iface_init (CzSinkInterface *iface)
{
  iface->open = meter_open;
  iface->write = meter_write;
  iface->close = meter_close;
  iface->interrupt = meter_interrupt;
  iface->played_frames = meter_played;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (MeterSink, meter_sink, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (CZ_TYPE_SINK, meter_iface_init))

static void
meter_sink_class_init (MeterSinkClass *klass)
{
}

static void
meter_sink_init (MeterSink *self)
{
}

typedef struct {
  double first_ms[RUNS], total_ms[RUNS];
  guint n;
  double sound_s;
} Series;

static int
compare (gconstpointer a, gconstpointer b)
{
  double difference = *(const double *) a - *(const double *) b;

  return difference < 0 ? -1 : difference > 0;
}

static void
report (const char *name, Series *s)
{
  qsort (s->first_ms, s->n, sizeof (double), compare);
  qsort (s->total_ms, s->n, sizeof (double), compare);
  printf ("%-44s first sample %6.2f ms (worst %6.2f)  all %7.2f ms  sound %5.1f s  factor %.4f\n", name,
          s->first_ms[s->n / 2], s->first_ms[s->n - 1], s->total_ms[s->n / 2], s->sound_s,
          s->total_ms[s->n / 2] / 1000 / s->sound_s);
}

static void
add (Series *s, const Meter *m)
{
  s->first_ms[s->n] = m->first_ms;
  s->total_ms[s->n++] = (double) (g_get_monotonic_time () - m->start_us) / 1000;
  s->sound_s = (double) m->frames / 22050;
}

typedef struct {
  gboolean finished;
  guint n_english;
  guint n_chunks;
} Heard;

static void
on_finished (CzVoice *voice, guint utterance, gboolean completed, Heard *heard)
{
  heard->finished = TRUE;
}

static guint
count (const char *text, const char *what)
{
  guint n = 0;

  while ((text = strstr (text, what)) != NULL) {
    n++;
    text += strlen (what);
  }
  return n;
}

static void
on_spoken (CzVoice *voice, guint utterance, const char *words, const char *phonemes, Heard *heard)
{
  heard->n_english += count (phonemes, "(en)");
}

static void
say (CzVoice *voice, Heard *heard, const char *text)
{
  heard->finished = FALSE;
  cz_voice_say (voice, text, NULL);
  while (!heard->finished)
    g_main_context_iteration (NULL, TRUE);
}

static void
print_english (guint n, const char *const *texts)
{
  printf ("%-44s %u pieces read as English in %u texts\n", "", n, g_strv_length ((char **) texts));
}

static gboolean
bench_ours (const char *tables, const char *const *texts)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzSink) sink = g_object_new (TYPE_METER_SINK, NULL);
  g_autoptr (CzVoice) voice = cz_voice_new (tables, sink, &error);
  Heard heard = { 0 };
  Series series = { 0 };
  gboolean is_fast = TRUE;

  if (voice == NULL) {
    fprintf (stderr, "bench-voice: %s\n", error->message);
    return FALSE;
  }
  g_signal_connect (voice, "finished", G_CALLBACK (on_finished), &heard);
  g_signal_connect (voice, "spoken", G_CALLBACK (on_spoken), &heard);
  for (guint i = 0; i < RUNS; i++) {
    meter_start (&METER_SINK (sink)->meter);
    say (voice, &heard, texts[0]);
    add (&series, &METER_SINK (sink)->meter);
  }
  report ("cunzhan", &series);
  if (series.first_ms[RUNS / 2] > MOST_FIRST_MS) {
    fprintf (stderr, "bench-voice: more than %d ms to the first sample\n", MOST_FIRST_MS);
    is_fast = FALSE;
  }
  heard.n_english = 0;
  for (guint i = 0; texts[i] != NULL; i++)
    say (voice, &heard, texts[i]);
  print_english (heard.n_english, texts);
  return is_fast;
}

static int
on_samples (short *samples, int n, espeak_EVENT *events)
{
  if (samples != NULL && n > 0)
    meter_take (events->user_data, (gsize) n);
  return 0;
}

static guint
english_in (const char *text)
{
  guint n = 0;

  for (const void *rest = text; rest != NULL;) {
    const char *phonemes = espeak_TextToPhonemes (&rest, espeakCHARS_UTF8, 0);
    n += phonemes != NULL ? count (phonemes, "(en)") : 0;
  }
  return n;
}

static void
bench_library (const char *voice, const char *const *texts)
{
  Series series = { 0 };
  guint n_english = 0;
  g_autofree char *name = g_strdup_printf ("libespeak-ng, %s, Hanzi as they are", voice);

  espeak_SetVoiceByName (voice);
  espeak_SetParameter (espeakRATE, 120, 0);
  espeak_SetSynthCallback (on_samples);
  for (guint i = 0; i < RUNS; i++) {
    Meter meter;
    meter_start (&meter);
    espeak_Synth (texts[0], strlen (texts[0]) + 1, 0, POS_CHARACTER, 0, espeakCHARS_UTF8, NULL, &meter);
    add (&series, &meter);
  }
  report (name, &series);
  for (guint i = 0; texts[i] != NULL; i++)
    n_english += english_in (texts[i]);
  print_english (n_english, texts);
}

/* The first byte behind the WAV header, and the whole. */
static void
bench_command (const char *name, const char *const *argv)
{
  Series series = { 0 };
  char bytes[65536];

  for (guint i = 0; i < COMMAND_RUNS; i++) {
    Meter meter;
    g_autoptr (GSubprocess) process = NULL;
    GInputStream *out;
    gssize n;
    meter_start (&meter);
    process = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL);
    if (process == NULL) {
      printf ("%-44s not installed\n", name);
      return;
    }
    out = g_subprocess_get_stdout_pipe (process);
    while ((n = g_input_stream_read (out, bytes, sizeof bytes, NULL, NULL)) > 0)
      meter_take (&meter, (gsize) (n > 44 || meter.frames > 0 ? n / 2 : 0));
    g_subprocess_wait (process, NULL, NULL);
    add (&series, &meter);
  }
  report (name, &series);
}

/* NULL when there is not one line in it. */
static GStrv
read_texts (const char *path)
{
  g_autofree char *contents = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &contents, NULL, NULL))
    return NULL;
  lines = g_strsplit (g_strchomp (contents), "\n", -1);
  return lines[0] != NULL ? g_steal_pointer (&lines) : NULL;
}

int
main (int argc, char **argv)
{
  g_auto (GStrv) lines = argc == 3 ? read_texts (argv[2]) : NULL;
  const char *const *texts = (const char *const *) lines;
  gboolean is_fast;

  if (texts == NULL) {
    fprintf (stderr, "usage: bench-voice TABLES TEXTS\n");
    return 2;
  }
  is_fast = bench_ours (argv[1], texts);
  bench_library ("cmn", texts);
  bench_library ("cmn-latn-pinyin", texts);
  bench_command ("espeak-ng -v cmn, as a command",
                 (const char *[]){ "espeak-ng", "-v", "cmn", "-s", "120", "--stdout", texts[0], NULL });
  bench_command ("espeak-ng -v cmn-latn-pinyin, as a command",
                 (const char *[]){ "espeak-ng", "-v", "cmn-latn-pinyin", "-s", "120", "--stdout", texts[0], NULL });
  return is_fast ? EXIT_SUCCESS : EXIT_FAILURE;
}
