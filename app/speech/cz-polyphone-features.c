/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The surroundings of a character as numbers. The order of the enum is part of the trained table: a change here
 * asks for training anew (the table carries CZ_POLYPHONE_FEATURES_VERSION). */
#include <string.h>

#include "app/speech/cz-polyphone.h"

/* Measured: a wider bag gains nothing. */
#define BAG 6
#define EDGE 0x110000u

static guint32
mix (guint32 h, guint32 value)
{
  h ^= value;
  h *= 0x01000193;
  h ^= h >> 15;
  return h * 0x85ebca6b;
}

static guint32
mix2 (guint32 h, guint32 a, guint32 b)
{
  return mix (mix (h, a), b);
}

static void
push (CzFeatures *out, CzFeatureKind kind, guint32 owner, guint32 a, guint32 b)
{
  if (out->n == CZ_POLYPHONE_MAX_FEATURES)
    return;
  out->kind[out->n] = (guint8) kind;
  out->hash[out->n++] = mix2 (mix2 (0x811c9dc5, kind, owner), a, b);
}

/* Which digit or letter it is says nothing about a neighbour's reading. */
static guint32
char_at (const CzReadingContext *x, gint64 at)
{
  gunichar c;

  if (at < 0 || at >= x->n)
    return EDGE;
  c = x->text[at];
  if (c >= '0' && c <= '9')
    return '0';
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
    return 'A';
  return c;
}

static guint32
class_at (const CzReadingContext *x, gint64 word)
{
  return word < 0 || word >= x->n_words ? CZ_WORD_EDGE : x->words[word].klass;
}

static guint32
length_at (const CzReadingContext *x, gint64 word)
{
  return word < 0 || word >= x->n_words ? 0 : x->words[word].length;
}

static guint32
word_hash (const CzReadingContext *x, gint64 word)
{
  guint32 h = 0;

  if (word < 0 || word >= x->n_words)
    return EDGE;
  for (guint k = 0; k < x->words[word].length; k++)
    h = mix (h, char_at (x, x->words[word].start + k));
  return h;
}

static void
push_characters (const CzReadingContext *x, guint i, CzFeatures *out)
{
  gunichar c = x->text[i];
  guint32 l1 = char_at (x, (gint64) i - 1), l2 = char_at (x, (gint64) i - 2);
  guint32 r1 = char_at (x, (gint64) i + 1), r2 = char_at (x, (gint64) i + 2);

  push (out, CZ_FEATURE_BIAS, c, 0, 0);
  push (out, CZ_FEATURE_LEFT, c, l1, 0);
  push (out, CZ_FEATURE_RIGHT, c, r1, 0);
  push (out, CZ_FEATURE_LEFT2, c, l2, l1);
  push (out, CZ_FEATURE_RIGHT2, c, r1, r2);
  push (out, CZ_FEATURE_BOTH, c, l1, r1);
  push (out, CZ_FEATURE_SECOND_LEFT, c, l2, 0);
  push (out, CZ_FEATURE_SECOND_RIGHT, c, r2, 0);
}

/* 0 alone, 1 first, 2 inside, 3 last of its word. */
static guint32
place_in (const CzHanziWord *word, guint i)
{
  if (word->length == 1)
    return 0;
  return i == word->start ? 1 : i + 1 == word->start + word->length ? 3 : 2;
}

static void
push_words (const CzReadingContext *x, guint i, CzFeatures *out)
{
  gunichar c = x->text[i];
  gint64 w = x->word_of[i];
  const CzHanziWord *word = &x->words[w];
  guint32 place = place_in (word, i);
  guint32 before = class_at (x, w - 1), after = class_at (x, w + 1);

  if (word->length > 1)
    push (out, CZ_FEATURE_WORD, c, word_hash (x, w), i - word->start);
  push (out, CZ_FEATURE_PLACE, c, place, 0);
  push (out, CZ_FEATURE_WORD_BEFORE, c, word_hash (x, w - 1), 0);
  push (out, CZ_FEATURE_WORD_AFTER, c, word_hash (x, w + 1), 0);
  push (out, CZ_FEATURE_CLASS_BEFORE, c, before, place);
  push (out, CZ_FEATURE_CLASS_AFTER, c, after, place);
  push (out, CZ_FEATURE_CLASS, c, word->klass, place);
  push (out, CZ_FEATURE_CLASSES, c, before << 8 | after, place);
  push (out, CZ_FEATURE_TWO_BEFORE, c, class_at (x, w - 2), before);
  push (out, CZ_FEATURE_TWO_AFTER, c, class_at (x, w + 2), after);
  push (out, CZ_FEATURE_LONG_BEFORE, c, length_at (x, w - 1), before);
  push (out, CZ_FEATURE_LONG_AFTER, c, length_at (x, w + 1), after);
}

static gboolean
seen_before (const CzReadingContext *x, gint64 from, gint64 at)
{
  for (gint64 k = from; k < at; k++)
    if (x->text[k] == x->text[at])
      return TRUE;
  return FALSE;
}

static void
push_bag (const CzReadingContext *x, guint i, CzFeatures *out)
{
  gint64 from = MAX ((gint64) i - BAG, 0), to = MIN ((gint64) i + BAG, (gint64) x->n - 1);

  for (gint64 k = from; k < i; k++)
    if (cz_hanzi_is_hanzi (x->text[k]) && !seen_before (x, from, k))
      push (out, CZ_FEATURE_BAG_LEFT, x->text[i], x->text[k], 0);
  for (gint64 k = (gint64) i + 1; k <= to; k++)
    if (cz_hanzi_is_hanzi (x->text[k]) && !seen_before (x, (gint64) i + 1, k))
      push (out, CZ_FEATURE_BAG_RIGHT, x->text[i], x->text[k], 0);
}

void
cz_polyphone_features (const CzReadingContext *context, guint at, CzFeatures *out)
{
  out->n = 0;
  push_characters (context, at, out);
  push_words (context, at, out);
  push_bag (context, at, out);
}

static guint
ordinal_of (const CzReadingContext *x, guint at, guint16 syllable)
{
  guint16 readings[CZ_HANZI_MAX_READINGS];
  guint n = cz_hanzi_readings (x->hanzi, x->text[at], readings);

  for (guint k = 0; k < n; k++)
    if (readings[k] == syllable)
      return k;
  return CZ_HANZI_MAX_READINGS;
}

/* Words of the table that cover the position, on the path or not, each vote for the reading they give. */
static void
push_votes (const CzReadingContext *x, guint at, guint ordinal, CzFeatures *out)
{
  const CzHanziWord *own = &x->words[x->word_of[at]];

  for (guint length = 2; length <= 4; length++)
    for (guint k = 0; k < length; k++) {
      CzHanziWord word;
      guint from = at - k;
      guint32 where;

      if (at < k || from + length > x->n || (from == own->start && length == own->length)
          || !cz_hanzi_look_up (x->hanzi, x->text + from, length, &word) || (word.pattern >> (3 * k) & 7) != ordinal)
        continue;
      where = from >= own->start && from + length <= own->start + own->length ? 1 : own->length > 1 ? 2 : 3;
      if (word.klass == CZ_WORD_COLLOCATION) {
        push (out, CZ_FEATURE_COLLOCATION, 0, length, 0);
        push (out, CZ_FEATURE_COLLOCATION, x->text[at], 0, 0);
      } else {
        push (out, CZ_FEATURE_VOTE, 0, length, where);
      }
    }
}

void
cz_polyphone_own_features (const CzReadingContext *x, guint at, guint16 syllable, CzFeatures *out)
{
  const CzHanziWord *word = &x->words[x->word_of[at]];
  const char *name = cz_hanzi_syllable (x->hanzi, syllable);
  guint ordinal = ordinal_of (x, at, syllable);
  gboolean is_word = word->length > 1;

  out->n = 0;
  if (x->dictionary[at] == syllable) {
    push (out, CZ_FEATURE_DICTIONARY, 0, word->length, 0);
    push (out, CZ_FEATURE_DICTIONARY_CHAR, x->text[at], is_word, 0);
    if (is_word) {
      push (out, CZ_FEATURE_DICTIONARY_COST, 0, word->cost / 20, word->length);
      push (out, CZ_FEATURE_DICTIONARY_RARE, 0, ordinal > 0, word->length);
      push (out, CZ_FEATURE_DICTIONARY_CLASS, 0, ordinal > 0, word->klass);
    }
  }
  push (out, CZ_FEATURE_ORDINAL, 0, ordinal, is_word);
  push_votes (x, at, ordinal, out);
  if (name[0] != '\0' && name[strlen (name) - 1] == '5')
    push (out, CZ_FEATURE_NEUTRAL, 0, place_in (word, at), 0);
}

guint32
cz_polyphone_key (guint32 hash, const char *syllable)
{
  for (const char *p = syllable; *p != '\0'; p++)
    hash = mix (hash, (guint8) *p);
  return mix (hash, 0x5bd1e995);
}
