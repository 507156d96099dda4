/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/speech/cz-hanzi.h"

/* Which reading of a character with several, by a linear model over its surroundings: each feature below, hashed
 * together with a candidate reading, has a weight of one byte. No floating point. The trainer
 * (tables/cz-train-polyphone.c) computes its features with these very functions. Any thread. */

/* A text already cut into words, with the dictionary's readings. */
typedef struct {
  const CzHanzi *hanzi;
  const gunichar *text;
  guint n;
  const CzHanziWord *words;
  guint n_words;
  const guint *word_of; /* for each character the index of its word */
  const guint16 *dictionary; /* for each character the dictionary's reading, or CZ_HANZI_NO_SYLLABLE */
} CzReadingContext;

typedef enum {
  CZ_FEATURE_BIAS = 1,
  CZ_FEATURE_LEFT,
  CZ_FEATURE_RIGHT,
  CZ_FEATURE_LEFT2,
  CZ_FEATURE_RIGHT2,
  CZ_FEATURE_BOTH,
  CZ_FEATURE_SECOND_LEFT,
  CZ_FEATURE_SECOND_RIGHT,
  CZ_FEATURE_WORD,
  CZ_FEATURE_PLACE,
  CZ_FEATURE_WORD_BEFORE,
  CZ_FEATURE_WORD_AFTER,
  CZ_FEATURE_CLASS_BEFORE,
  CZ_FEATURE_CLASS_AFTER,
  CZ_FEATURE_CLASS,
  CZ_FEATURE_CLASSES,
  CZ_FEATURE_BAG_LEFT,
  CZ_FEATURE_BAG_RIGHT,
  CZ_FEATURE_TWO_BEFORE,
  CZ_FEATURE_TWO_AFTER,
  CZ_FEATURE_LONG_BEFORE,
  CZ_FEATURE_LONG_AFTER,
  /* From here on: of a candidate alone, mostly shared by all characters. */
  CZ_FEATURE_DICTIONARY,
  CZ_FEATURE_DICTIONARY_CHAR,
  CZ_FEATURE_DICTIONARY_COST,
  CZ_FEATURE_DICTIONARY_RARE,
  CZ_FEATURE_DICTIONARY_CLASS,
  CZ_FEATURE_ORDINAL,
  CZ_FEATURE_VOTE,
  CZ_FEATURE_COLLOCATION,
  CZ_FEATURE_NEUTRAL,
  CZ_FEATURE_LAST
} CzFeatureKind;

/* Raised with any change of the features or of how they are hashed. */
#define CZ_POLYPHONE_FEATURES_VERSION 1
#define CZ_POLYPHONE_MAX_FEATURES 64

typedef struct {
  guint n;
  guint32 hash[CZ_POLYPHONE_MAX_FEATURES];
  guint8 kind[CZ_POLYPHONE_MAX_FEATURES]; /* CzFeatureKind */
} CzFeatures;

/* Features of the place, to be crossed with every candidate. */
void cz_polyphone_features (const CzReadingContext *context, guint at, CzFeatures *out);
/* Features of one candidate: what the dictionary and its words say for it. Their hash is the key. */
void cz_polyphone_own_features (const CzReadingContext *context, guint at, guint16 syllable, CzFeatures *out);
/* The key of a place feature with a candidate. Readings go in by name: the model outlives a renumbering. */
guint32 cz_polyphone_key (guint32 hash, const char *syllable);

/* Where a key's weight is: a bucket of four slots, each a check byte and a weight. */
#define CZ_POLYPHONE_BUCKET 4
static inline guint32
cz_polyphone_bucket (guint32 key, guint32 n_buckets)
{
  return (guint32) ((guint64) key * n_buckets >> 32);
}
static inline guint8
cz_polyphone_check (guint32 key)
{
  return (guint8) (key * 0x9e3779b1u >> 24);
}

typedef struct _CzPolyphone CzPolyphone;

/* Returns NULL and sets CZ_SPEECH_TEXT_ERROR. The file's layout stands in README.md. */
CzPolyphone *cz_polyphone_open (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cz_polyphone_free (CzPolyphone *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzPolyphone, cz_polyphone_free)

/* The likeliest reading of the character at the position; the dictionary's where the model does not know it.
 * Inside a word of the dictionary the model must be surer than alone (measured on everyday words, of which the
 * encyclopedia it learned from has few: 盛饭, 露天), unless the dictionary has the neutral tone there. */
guint16 cz_polyphone_choose (const CzPolyphone *self, const CzReadingContext *context, guint at);

/* What the dictionary's reading is given in advance, in the unit of the packed weights. */
int cz_polyphone_margin (const CzReadingContext *context, guint at);
