/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/speech/cz-polyphone.h"

#include <string.h>

#include "app/speech/cz-speech-text.h"
#include "app/speech/cz-table-file.h"

/* In the unit of the weights. */
#define MARGIN_IN_WORDS 30

enum { SECTION_CHARACTERS, SECTION_CANDIDATES, SECTION_SLOTS, N_SECTIONS };

struct _CzPolyphone {
  CzTableFile *file;
  const guint8 *characters; /* u16 character, u16 first candidate; one more at the end */
  const guint8 *candidates; /* syllable names of eight bytes */
  const guint8 *slots; /* check byte, weight */
  guint n_characters;
  guint n_buckets;
};

static gboolean
take_sections (gpointer owner, const CzTableFile *file)
{
  CzPolyphone *self = owner;
  gsize characters, candidates, slots;
  guint last = 0;

  self->characters = cz_table_file_section (file, SECTION_CHARACTERS, &characters);
  self->candidates = cz_table_file_section (file, SECTION_CANDIDATES, &candidates);
  self->slots = cz_table_file_section (file, SECTION_SLOTS, &slots);
  if (characters < 4 || slots < 2 * CZ_POLYPHONE_BUCKET)
    return FALSE;
  self->n_characters = (guint) (characters / 4) - 1;
  self->n_buckets = (guint) (slots / (2 * CZ_POLYPHONE_BUCKET));
  for (guint i = 0; i <= self->n_characters; i++) {
    guint first = cz_table_u16 (self->characters + 4 * i + 2);
    if (first < last || first > candidates / 8 || first - last > CZ_HANZI_MAX_READINGS)
      return FALSE;
    last = first;
  }
  for (guint i = 0; i < candidates / 8; i++)
    if (self->candidates[8 * i + 7] != 0)
      return FALSE;
  return TRUE;
}

CzPolyphone *
cz_polyphone_open (const char *path, GError **error)
{
  static const CzTableKind kind = { "CZPOLY", CZ_POLYPHONE_FEATURES_VERSION, N_SECTIONS, take_sections };
  g_autoptr (CzPolyphone) self = g_new0 (CzPolyphone, 1);

  self->file = cz_table_file_open (path, &kind, self, error);
  return self->file != NULL ? g_steal_pointer (&self) : NULL;
}

void
cz_polyphone_free (CzPolyphone *self)
{
  if (self == NULL)
    return;
  cz_table_file_free (self->file);
  g_free (self);
}

static int
weight_of (const CzPolyphone *self, guint32 key)
{
  const guint8 *slot = self->slots + 2 * CZ_POLYPHONE_BUCKET * (gsize) cz_polyphone_bucket (key, self->n_buckets);
  guint8 check = cz_polyphone_check (key);

  for (guint k = 0; k < CZ_POLYPHONE_BUCKET; k++, slot += 2)
    if (slot[0] == check)
      return (gint8) slot[1];
  return 0;
}

int
cz_polyphone_margin (const CzReadingContext *context, guint at)
{
  const char *name = cz_hanzi_syllable (context->hanzi, context->dictionary[at]);
  gboolean is_neutral = name[0] != '\0' && name[strlen (name) - 1] == '5';

  return context->words[context->word_of[at]].known && !is_neutral ? MARGIN_IN_WORDS : 0;
}

/* The index of the character, or -1. */
static int
find_character (const CzPolyphone *self, gunichar c)
{
  guint low = 0, high = self->n_characters;

  while (low < high) {
    guint mid = (low + high) / 2;
    guint found = cz_table_u16 (self->characters + 4 * mid);

    if (found == c)
      return (int) mid;
    if (found < c)
      low = mid + 1;
    else
      high = mid;
  }
  return -1;
}

static int
score (const CzPolyphone *self, const CzReadingContext *context, guint at, const CzFeatures *place, guint16 syllable)
{
  const char *name = cz_hanzi_syllable (context->hanzi, syllable);
  CzFeatures own;
  int sum = 0;

  for (guint k = 0; k < place->n; k++)
    sum += weight_of (self, cz_polyphone_key (place->hash[k], name));
  cz_polyphone_own_features (context, at, syllable, &own);
  for (guint k = 0; k < own.n; k++)
    sum += weight_of (self, own.hash[k]);
  return sum;
}

guint16
cz_polyphone_choose (const CzPolyphone *self, const CzReadingContext *context, guint at)
{
  int character = find_character (self, context->text[at]);
  guint16 best = context->dictionary[at];
  CzFeatures place;
  guint first, last;
  int best_score;

  if (character < 0 || best == CZ_HANZI_NO_SYLLABLE)
    return best;
  first = cz_table_u16 (self->characters + 4 * character + 2);
  last = cz_table_u16 (self->characters + 4 * character + 6);
  cz_polyphone_features (context, at, &place);
  best_score = score (self, context, at, &place, best) + cz_polyphone_margin (context, at);
  for (guint k = first; k < last; k++) {
    guint16 syllable = cz_hanzi_find_syllable (context->hanzi, (const char *) self->candidates + 8 * k);
    int s;

    if (syllable == CZ_HANZI_NO_SYLLABLE || syllable == context->dictionary[at])
      continue;
    s = score (self, context, at, &place, syllable);
    if (s > best_score) {
      best_score = s;
      best = syllable;
    }
  }
  return best;
}
