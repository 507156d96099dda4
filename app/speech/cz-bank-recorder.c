/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/speech/cz-bank-recorder.h"
#include <math.h>
#include <string.h>
#include "app/speech/bank/cz-clip.h"
#include "app/speech/bank/cz-phrase-bank.h"
#include "app/speech/bank/cz-wav.h"

G_DEFINE_QUARK (cz_bank_recorder_error_quark, cz_bank_recorder_error)

#define MAX_LIST_BYTES (1024 * 1024)
#define CLIPPED_AT 32700
#define CLIPPED_RUN 3 /* samples in a row; a single one is a click nobody hears */
#define LEVEL_SILENT 184.0 /* -45 dB of full scale */
#define LEVEL_FAINT 823.0 /* -32 dB */
#define LONGEST_UNIT_MS 600 /* a slow speaker's syllable, and a second of hesitation for the whole */
#define LONGEST_MORE_MS 1000
#define SHORTEST_UNIT_MS 80
#define EDGE_MS 20
#define NOISE_BELOW 0.1 /* -20 dB */

typedef struct {
  char *text, *pinyin, *group;
  char *file; /* NULL: not recorded */
} Prompt;

struct _CzBankRecorder {
  char *dir;
  char *speaker;
  GPtrArray *prompts;
  GPtrArray *others; /* index lines of phrases that are not in the list, kept as they are */
  guint n_done;
};

static void
prompt_free (gpointer data)
{
  Prompt *prompt = data;

  g_free (prompt->text);
  g_free (prompt->pinyin);
  g_free (prompt->group);
  g_free (prompt->file);
  g_free (prompt);
}

void
cz_bank_recorder_free (CzBankRecorder *self)
{
  if (self == NULL)
    return;
  g_free (self->dir);
  g_free (self->speaker);
  g_ptr_array_unref (self->prompts);
  g_ptr_array_unref (self->others);
  g_free (self);
}

static Prompt *
get_prompt (CzBankRecorder *self, guint i)
{
  return g_ptr_array_index (self->prompts, i);
}

static gboolean
read_list (CzBankRecorder *self, const char *path, GError **error)
{
  g_autofree char *contents = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GError) inner = NULL;
  gsize size = 0;

  if (!g_file_get_contents (path, &contents, &size, &inner)) {
    g_set_error_literal (error, CZ_BANK_RECORDER_ERROR, CZ_BANK_RECORDER_ERROR_LIST, inner->message);
    return FALSE;
  }
  lines = g_strsplit (size <= MAX_LIST_BYTES && g_utf8_validate (contents, (gssize) size, NULL) ? contents : "?", "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) fields = g_strsplit (lines[i], "\t", 4);
    Prompt *prompt;
    if (lines[i][0] == '#' || lines[i][0] == '\0')
      continue;
    if (g_strv_length (fields) != 3 || fields[0][0] == '\0' || fields[1][0] == '\0') {
      g_set_error (error, CZ_BANK_RECORDER_ERROR, CZ_BANK_RECORDER_ERROR_LIST,
                   "%s, line %u: expected phrase, pinyin and group, separated by tabs", path, i + 1);
      return FALSE;
    }
    prompt = g_new0 (Prompt, 1);
    prompt->text = g_strdup (fields[0]);
    prompt->pinyin = g_strdup (fields[1]);
    prompt->group = g_strdup (fields[2]);
    g_ptr_array_add (self->prompts, prompt);
  }
  return TRUE;
}

static Prompt *
find_prompt (CzBankRecorder *self, const CzPhrase *phrase)
{
  for (guint i = 0; i < self->prompts->len; i++) {
    Prompt *prompt = get_prompt (self, i);
    if (strcmp (prompt->text, phrase->text) == 0 && strcmp (prompt->pinyin, phrase->pinyin) == 0)
      return prompt;
  }
  return NULL;
}

static char *
index_line (const char *file, const char *text, const char *pinyin)
{
  return g_strjoin ("\t", file, text, pinyin, NULL);
}

/* What an earlier session left; a bank that is not there yet is an empty one. */
static gboolean
read_bank (CzBankRecorder *self, GError **error)
{
  g_autoptr (GError) inner = NULL;
  g_autoptr (CzPhraseBank) bank = cz_phrase_bank_open (self->dir, &inner);

  if (bank == NULL) {
    if (g_error_matches (inner, CZ_PHRASE_BANK_ERROR, CZ_PHRASE_BANK_ERROR_MISSING))
      return TRUE;
    g_propagate_error (error, g_steal_pointer (&inner));
    return FALSE;
  }
  for (guint i = 0; i < cz_phrase_bank_n_phrases (bank); i++) {
    const CzPhrase *phrase = cz_phrase_bank_get (bank, i);
    g_autofree char *path = g_build_filename (self->dir, phrase->file, NULL);
    Prompt *prompt = find_prompt (self, phrase);
    if (prompt == NULL) {
      g_ptr_array_add (self->others, index_line (phrase->file, phrase->text, phrase->pinyin));
    } else if (prompt->file == NULL && g_file_test (path, G_FILE_TEST_IS_REGULAR)) {
      prompt->file = g_strdup (phrase->file);
      self->n_done++;
    }
  }
  return TRUE;
}

CzBankRecorder *
cz_bank_recorder_new (const char *phrases, const char *dir, const char *speaker, GError **error)
{
  g_autoptr (CzBankRecorder) self = g_new0 (CzBankRecorder, 1);
  g_autoptr (GFile) folder = g_file_new_for_path (dir);
  g_autoptr (GError) inner = NULL;

  self->dir = g_strdup (dir);
  self->speaker = g_strdelimit (g_strdup (speaker), "\r\n", ' ');
  self->prompts = g_ptr_array_new_with_free_func (prompt_free);
  self->others = g_ptr_array_new_with_free_func (g_free);
  if (!g_file_make_directory_with_parents (folder, NULL, &inner)
      && !g_error_matches (inner, G_IO_ERROR, G_IO_ERROR_EXISTS)) {
    g_propagate_error (error, g_steal_pointer (&inner));
    return NULL;
  }
  if (!read_list (self, phrases, error) || !read_bank (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

guint
cz_bank_recorder_n_phrases (CzBankRecorder *self)
{
  return self->prompts->len;
}

guint
cz_bank_recorder_n_done (CzBankRecorder *self)
{
  return self->n_done;
}

int
cz_bank_recorder_next (CzBankRecorder *self, guint from)
{
  for (guint n = 0; n < self->prompts->len; n++) {
    guint i = (from + n) % self->prompts->len;
    if (get_prompt (self, i)->file == NULL)
      return (int) i;
  }
  return -1;
}

const char *
cz_bank_recorder_text (CzBankRecorder *self, guint i)
{
  g_return_val_if_fail (i < self->prompts->len, NULL);
  return get_prompt (self, i)->text;
}

const char *
cz_bank_recorder_pinyin (CzBankRecorder *self, guint i)
{
  g_return_val_if_fail (i < self->prompts->len, NULL);
  return get_prompt (self, i)->pinyin;
}

const char *
cz_bank_recorder_group (CzBankRecorder *self, guint i)
{
  g_return_val_if_fail (i < self->prompts->len, NULL);
  return get_prompt (self, i)->group;
}

gboolean
cz_bank_recorder_is_done (CzBankRecorder *self, guint i)
{
  g_return_val_if_fail (i < self->prompts->len, FALSE);
  return get_prompt (self, i)->file != NULL;
}

static gboolean
is_clipped (const gint16 *samples, gsize n)
{
  guint run = 0;

  for (gsize i = 0; i < n; i++) {
    run = ABS ((gint) samples[i]) >= CLIPPED_AT ? run + 1 : 0;
    if (run >= CLIPPED_RUN)
      return TRUE;
  }
  return FALSE;
}

static double
rms_of (const gint16 *samples, gsize n)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += (double) samples[i] * samples[i];
  return n > 0 ? sqrt (sum / (double) n) : 0;
}

/* Before and behind the words, where they do not reach the edge. */
static double
noise_of (const gint16 *samples, gsize n, gsize edge)
{
  return n > 2 * edge ? MAX (rms_of (samples, edge), rms_of (samples + n - edge, edge)) : 0;
}

CzTakeFlags
cz_bank_recorder_check (CzBankRecorder *self, guint i, const gint16 *samples, gsize n, guint rate_hz)
{
  g_autoptr (GArray) clip = g_array_new (FALSE, FALSE, sizeof (gint16));
  g_autoptr (GPtrArray) units = NULL;
  gsize edge = rate_hz * EDGE_MS / 1000;
  double level = cz_clip_level (samples, n, rate_hz);
  double noise = noise_of (samples, n, edge);
  CzTakeFlags flags = CZ_TAKE_GOOD;
  guint64 ms;

  g_return_val_if_fail (i < self->prompts->len && rate_hz >= 8000 && rate_hz <= 48000, CZ_TAKE_SILENT);
  if (level < LEVEL_SILENT)
    return CZ_TAKE_SILENT;
  units = cz_units_of (get_prompt (self, i)->text, get_prompt (self, i)->pinyin);
  g_array_append_vals (clip, samples, (guint) n);
  cz_clip_trim (clip, rate_hz);
  ms = (guint64) clip->len * 1000 / rate_hz;
  flags |= is_clipped (samples, n) ? CZ_TAKE_CLIPPED : 0;
  flags |= level < LEVEL_FAINT ? CZ_TAKE_FAINT : 0;
  flags |= ms > (guint64) units->len * LONGEST_UNIT_MS + LONGEST_MORE_MS ? CZ_TAKE_TOO_LONG : 0;
  flags |= ms < (guint64) units->len * SHORTEST_UNIT_MS ? CZ_TAKE_TOO_SHORT : 0;
  flags |= noise > level / 3 ? CZ_TAKE_CUT : noise > level * NOISE_BELOW ? CZ_TAKE_NOISY : 0;
  return flags;
}

static gboolean
write_index (CzBankRecorder *self, GError **error)
{
  g_autoptr (GString) index = g_string_new (CZ_PHRASE_BANK_MAGIC "\n");
  g_autofree char *path = g_build_filename (self->dir, CZ_PHRASE_BANK_INDEX, NULL);

  g_string_append_printf (index, "speaker: %s\n\n", self->speaker);
  for (guint i = 0; i < self->prompts->len; i++) {
    const Prompt *prompt = get_prompt (self, i);
    g_autofree char *line = index_line (prompt->file != NULL ? prompt->file : "", prompt->text, prompt->pinyin);
    if (prompt->file != NULL)
      g_string_append_printf (index, "%s\n", line);
  }
  for (guint i = 0; i < self->others->len; i++)
    g_string_append_printf (index, "%s\n", (const char *) g_ptr_array_index (self->others, i));
  return g_file_set_contents_full (path, index->str, (gssize) index->len,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0644, error);
}

/* The same phrase has the same name whatever list it stands in. */
static char *
file_name_of (const Prompt *prompt)
{
  g_autofree char *key = g_strjoin ("\t", prompt->text, prompt->pinyin, NULL);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, key, -1);

  return g_strdup_printf ("%.12s.wav", digest);
}

static gboolean
store (CzBankRecorder *self, Prompt *prompt, const GArray *clip, guint rate_hz, GError **error)
{
  g_autofree char *file = file_name_of (prompt);
  g_autofree char *path = g_build_filename (self->dir, file, NULL);

  if (!cz_wav_save (path, (const gint16 *) (const void *) clip->data, clip->len, rate_hz, error))
    return FALSE;
  if (prompt->file != NULL)
    return TRUE;
  prompt->file = g_steal_pointer (&file);
  if (!write_index (self, error)) {
    g_clear_pointer (&prompt->file, g_free);
    return FALSE;
  }
  self->n_done++;
  return TRUE;
}

gboolean
cz_bank_recorder_keep (CzBankRecorder *self, guint i, const gint16 *samples, gsize n, guint rate_hz,
                       GError **error)
{
  g_autoptr (GArray) clip = NULL;
  CzTakeFlags flags;

  g_return_val_if_fail (i < self->prompts->len, FALSE);
  flags = cz_bank_recorder_check (self, i, samples, n, rate_hz);
  if ((flags & ~(guint) CZ_TAKE_NOISY) != 0) {
    g_set_error (error, CZ_BANK_RECORDER_ERROR, CZ_BANK_RECORDER_ERROR_TAKE, "%s: the take is not good enough",
                 get_prompt (self, i)->text);
    return FALSE;
  }
  clip = g_array_new (FALSE, FALSE, sizeof (gint16));
  g_array_append_vals (clip, samples, (guint) n);
  cz_clip_trim (clip, rate_hz);
  return store (self, get_prompt (self, i), clip, rate_hz, error);
}

gboolean
cz_bank_recorder_play (CzBankRecorder *self, guint i, CzSink *sink, GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr (GArray) clip = NULL;
  guint rate_hz = 0;
  gboolean ok;

  g_return_val_if_fail (i < self->prompts->len, FALSE);
  if (get_prompt (self, i)->file == NULL) {
    g_set_error (error, CZ_BANK_RECORDER_ERROR, CZ_BANK_RECORDER_ERROR_ABSENT, "%s is not recorded yet",
                 get_prompt (self, i)->text);
    return FALSE;
  }
  path = g_build_filename (self->dir, get_prompt (self, i)->file, NULL);
  clip = cz_wav_load (path, CZ_PHRASE_BANK_MAX_CLIP_BYTES, &rate_hz, error);
  if (clip == NULL || !cz_sink_open (sink, rate_hz, get_prompt (self, i)->text, error))
    return FALSE;
  ok = cz_sink_write (sink, (const gint16 *) (const void *) clip->data, clip->len, error);
  cz_sink_close (sink, !ok);
  return ok;
}
