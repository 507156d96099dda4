/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/speech/bank/cz-phrase-bank.h"
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>
#include "app/speech/bank/cz-clip.h"
#include "app/speech/bank/cz-wav.h"

G_DEFINE_QUARK (cz_phrase_bank_error_quark, cz_phrase_bank_error)

struct _CzPhraseBank {
  char *dir;
  char *speaker;
  GPtrArray *phrases; /* element-type CzPhrase */
  GHashTable *by_key; /* "text\tpinyin" (owned) → CzPhrase */
  guint max_units;
};

static void
phrase_free (gpointer data)
{
  CzPhrase *phrase = data;

  g_free (phrase->file);
  g_free (phrase->text);
  g_free (phrase->pinyin);
  g_free (phrase);
}

static void
bank_clear (gpointer data)
{
  CzPhraseBank *self = data;

  g_free (self->dir);
  g_free (self->speaker);
  g_hash_table_unref (self->by_key);
  g_ptr_array_unref (self->phrases);
}

CzPhraseBank *
cz_phrase_bank_ref (CzPhraseBank *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
cz_phrase_bank_unref (CzPhraseBank *self)
{
  g_atomic_rc_box_release_full (self, bank_clear);
}

static void
unit_free (gpointer data)
{
  CzPhraseUnit *unit = data;

  g_free (unit->text);
  g_free (unit->pinyin);
  g_free (unit);
}

static void
add_unit (GPtrArray *units, char *text, char *pinyin)
{
  CzPhraseUnit *unit = g_new0 (CzPhraseUnit, 1);

  unit->text = text;
  unit->pinyin = pinyin;
  g_ptr_array_add (units, unit);
}

/* "hua1r", but not the beginning of a syllable as in "zhu1rou4". */
static gboolean
is_erhua (const char *behind_digit)
{
  return behind_digit[0] == 'r' && (behind_digit[1] == '\0' || strchr ("aeiou", behind_digit[1]) == NULL);
}

/* "san1kuai4 wu3" to its syllables, or NULL when something else stands in it. */
static GPtrArray *
split_syllables (const char *input)
{
  g_autoptr (GPtrArray) syllables = g_ptr_array_new_with_free_func (g_free);

  while (*(input += strspn (input, " ")) != '\0') {
    gsize n = strspn (input, "abcdefghijklmnopqrstuvwxyz");
    if (n == 0 || input[n] < '1' || input[n] > '5' || is_erhua (input + n + 1))
      return NULL;
    g_ptr_array_add (syllables, g_strndup (input, n + 1));
    input += n + 1;
  }
  return g_steal_pointer (&syllables);
}

GPtrArray *
cz_units_of (const char *text, const char *input)
{
  GPtrArray *units = g_ptr_array_new_with_free_func (unit_free);
  g_autoptr (GPtrArray) syllables = split_syllables (input);

  if (syllables == NULL || syllables->len == 0 || (glong) syllables->len != g_utf8_strlen (text, -1)) {
    add_unit (units, g_strdup (text), g_strdup (input));
    return units;
  }
  for (guint i = 0; i < syllables->len; i++) {
    const char *next = g_utf8_next_char (text);
    add_unit (units, g_strndup (text, (gsize) (next - text)), g_strdup (g_ptr_array_index (syllables, i)));
    text = next;
  }
  return units;
}

static gboolean
is_plain_name (const char *name)
{
  return g_str_has_suffix (name, ".wav") && name[0] != '.'
         && strspn (name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") == strlen (name);
}

static char *
key_of (const char *text, const char *pinyin)
{
  return g_strconcat (text, "\t", pinyin, NULL);
}

static gboolean
damaged (GError **error, const char *path, guint number, const char *what)
{
  g_set_error (error, CZ_PHRASE_BANK_ERROR, CZ_PHRASE_BANK_ERROR_DAMAGED, "%s, line %u: %s", path, number, what);
  return FALSE;
}

static gboolean
add_phrase (CzPhraseBank *self, const char *path, guint number, const char *line, GError **error)
{
  g_auto (GStrv) fields = g_strsplit (line, "\t", 4);
  g_autoptr (GPtrArray) units = NULL;
  CzPhrase *phrase;
  char *key;

  if (g_strv_length (fields) != 3 || !is_plain_name (fields[0]) || fields[1][0] == '\0' || fields[2][0] == '\0')
    return damaged (error, path, number, "expected FILE.wav, phrase and pinyin, separated by tabs");
  if (self->phrases->len >= CZ_PHRASE_BANK_MAX_PHRASES)
    return damaged (error, path, number, "more phrases than a bank may hold");
  key = key_of (fields[1], fields[2]);
  if (g_hash_table_contains (self->by_key, key)) {
    g_free (key);
    return damaged (error, path, number, "this phrase stands in the bank already");
  }
  units = cz_units_of (fields[1], fields[2]);
  phrase = g_new0 (CzPhrase, 1);
  phrase->file = g_strdup (fields[0]);
  phrase->text = g_strdup (fields[1]);
  phrase->pinyin = g_strdup (fields[2]);
  phrase->n_units = units->len;
  g_ptr_array_add (self->phrases, phrase);
  g_hash_table_insert (self->by_key, key, phrase);
  self->max_units = MAX (self->max_units, units->len);
  return TRUE;
}

static gboolean
parse_index (CzPhraseBank *self, const char *path, const char *contents, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (contents, "\n", -1);
  guint i;

  if (lines[0] == NULL || strcmp (lines[0], CZ_PHRASE_BANK_MAGIC) != 0)
    return damaged (error, path, 1, "it does not begin with \"" CZ_PHRASE_BANK_MAGIC "\"");
  for (i = 1; lines[i] != NULL && lines[i][0] != '\0'; i++) {
    if (strstr (lines[i], ": ") == NULL)
      return damaged (error, path, i + 1, "expected \"name: value\" or the blank line before the phrases");
    if (g_str_has_prefix (lines[i], "speaker: ")) {
      g_free (self->speaker);
      self->speaker = g_strdup (lines[i] + strlen ("speaker: "));
    }
  }
  for (; lines[i] != NULL; i++) {
    if (lines[i][0] != '\0' && !add_phrase (self, path, i + 1, lines[i], error))
      return FALSE;
  }
  return TRUE;
}

static char *
read_index (const char *path, GError **error)
{
  g_autoptr (GMappedFile) file = NULL;
  g_autoptr (GError) inner = NULL;
  char *contents;

  file = g_mapped_file_new (path, FALSE, &inner);
  if (file == NULL) {
    g_set_error (error, CZ_PHRASE_BANK_ERROR, CZ_PHRASE_BANK_ERROR_MISSING, _("no phrase bank: %s"), inner->message);
    return NULL;
  }
  if (g_mapped_file_get_length (file) > CZ_PHRASE_BANK_MAX_INDEX_BYTES) {
    damaged (error, path, 1, "the index is too large");
    return NULL;
  }
  contents = g_strndup (g_mapped_file_get_contents (file) != NULL ? g_mapped_file_get_contents (file) : "",
                        g_mapped_file_get_length (file));
  if (!g_utf8_validate (contents, -1, NULL)) {
    g_free (contents);
    damaged (error, path, 1, "the index is not UTF-8 text");
    return NULL;
  }
  return contents;
}

CzPhraseBank *
cz_phrase_bank_open (const char *dir, GError **error)
{
  g_autofree char *path = g_build_filename (dir, CZ_PHRASE_BANK_INDEX, NULL);
  g_autofree char *contents = read_index (path, error);
  g_autoptr (CzPhraseBank) self = NULL;

  if (contents == NULL)
    return NULL;
  self = g_atomic_rc_box_new0 (CzPhraseBank);
  self->dir = g_strdup (dir);
  self->speaker = g_strdup ("");
  self->phrases = g_ptr_array_new_with_free_func (phrase_free);
  self->by_key = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (!parse_index (self, path, contents, error))
    return NULL;
  return g_steal_pointer (&self);
}

const char *
cz_phrase_bank_speaker (CzPhraseBank *self)
{
  return self->speaker;
}

guint
cz_phrase_bank_n_phrases (CzPhraseBank *self)
{
  return self->phrases->len;
}

CzPhrase *
cz_phrase_bank_get (CzPhraseBank *self, guint i)
{
  g_return_val_if_fail (i < self->phrases->len, NULL);
  return g_ptr_array_index (self->phrases, i);
}

CzPhrase *
cz_phrase_bank_find (CzPhraseBank *self, const char *text, const char *pinyin)
{
  g_autofree char *key = key_of (text, pinyin);
  CzPhrase *phrase = g_hash_table_lookup (self->by_key, key);

  return phrase != NULL && !phrase->disabled ? phrase : NULL;
}

guint
cz_phrase_bank_max_units (CzPhraseBank *self)
{
  return self->max_units;
}

GArray *
cz_phrase_bank_load (CzPhraseBank *self, const CzPhrase *phrase, guint rate_hz, GError **error)
{
  g_autofree char *path = g_build_filename (self->dir, phrase->file, NULL);
  g_autoptr (GError) inner = NULL;
  guint file_hz = 0;
  g_autoptr (GArray) recorded = cz_wav_load (path, CZ_PHRASE_BANK_MAX_CLIP_BYTES, &file_hz, &inner);
  g_autoptr (GArray) clip = NULL;

  if (recorded == NULL) {
    g_set_error_literal (error, CZ_PHRASE_BANK_ERROR, CZ_PHRASE_BANK_ERROR_CLIP, inner->message);
    return NULL;
  }
  clip = cz_clip_resample (recorded, file_hz, rate_hz);
  cz_clip_trim (clip, rate_hz);
  if (clip->len < rate_hz / 50) {
    g_set_error (error, CZ_PHRASE_BANK_ERROR, CZ_PHRASE_BANK_ERROR_CLIP, "%s: nothing is heard in it", path);
    return NULL;
  }
  return g_steal_pointer (&clip);
}

void
cz_phrase_bank_disable (CzPhraseBank *self, CzPhrase *phrase)
{
  phrase->disabled = TRUE;
}
