/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trains the polyphone model and writes assets/speech/polyphone.tbl. Offline; see README.md beside this file.
 *
 *   cz-train-polyphone --hanzi hanzi.tbl --sentences dev.sent --labels dev.lb [--out polyphone.tbl] [--folds 5] [--at-least 97.4]
 *
 * Without --out it cross-validates only; with --at-least it fails when fewer percent are right, rules included: a gate for
 * rules, words and features alike. 77 when the sentences are not there. Deterministic: same inputs, same bytes on the same machine.
 * Inputs: the development part of the CPP data set (Park & Lee 2020, Apache-2.0), nothing else:
 *   dev.sent  SHA-256 57add0fe20514112ee93516ad25491ecae649363a291a12b62f31b5dd355273e
 *   dev.lb    SHA-256 61d0cbc31e38cddfba8502f73504df95700f85b827c61587cff492b6881e8690
 * Split for cross-validation: a permutation drawn with SPLIT_SEED, sample i of it in fold i mod folds.
 *
 * Model: for each character a multinomial logistic regression over the features of cz-polyphone-features.c,
 * trained by AdaGrad; the features that any two characters share (what the dictionary says) share weights. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/speech/cz-reading-rules.h"
#include "app/speech/cz-readings.h"

#define SENTENCES_SHA256 "57add0fe20514112ee93516ad25491ecae649363a291a12b62f31b5dd355273e"
#define LABELS_SHA256 "61d0cbc31e38cddfba8502f73504df95700f85b827c61587cff492b6881e8690"
#define SPLIT_SEED 12345
#define TRAIN_SEED 1
#define N_MODELS 8 /* averaged; each sees the samples in another order */
#define EPOCHS 10
#define STEP 0.05
#define FIRST_GRADIENT 1e-3
#define TABLE_SLOTS (216 << 10) /* of two bytes */
#define FULL_WEIGHT 3.5f /* becomes 127; larger ones are cut */
#define MARK 0x2581

/* How much a kind of feature may say, found by coordinate search on two splits. */
static const float SCALE[CZ_FEATURE_LAST] = {
  [CZ_FEATURE_BIAS] = 2,          [CZ_FEATURE_LEFT] = 1,           [CZ_FEATURE_RIGHT] = 1,
  [CZ_FEATURE_LEFT2] = 0,         [CZ_FEATURE_RIGHT2] = 1,         [CZ_FEATURE_BOTH] = 0.5,
  [CZ_FEATURE_SECOND_LEFT] = 0,   [CZ_FEATURE_SECOND_RIGHT] = 1,   [CZ_FEATURE_WORD] = 2,
  [CZ_FEATURE_PLACE] = 1,         [CZ_FEATURE_WORD_BEFORE] = 0,    [CZ_FEATURE_WORD_AFTER] = 0.5,
  [CZ_FEATURE_CLASS_BEFORE] = 2,  [CZ_FEATURE_CLASS_AFTER] = 1.4f, [CZ_FEATURE_CLASS] = 0.5,
  [CZ_FEATURE_CLASSES] = 0.5,     [CZ_FEATURE_BAG_LEFT] = 1,       [CZ_FEATURE_BAG_RIGHT] = 1,
  [CZ_FEATURE_TWO_BEFORE] = 0.5,  [CZ_FEATURE_TWO_AFTER] = 1,      [CZ_FEATURE_LONG_BEFORE] = 1,
  [CZ_FEATURE_LONG_AFTER] = 1,    [CZ_FEATURE_DICTIONARY] = 0.5,   [CZ_FEATURE_DICTIONARY_CHAR] = 1,
  [CZ_FEATURE_DICTIONARY_COST] = 2, [CZ_FEATURE_DICTIONARY_RARE] = 1, [CZ_FEATURE_DICTIONARY_CLASS] = 1,
  [CZ_FEATURE_ORDINAL] = 1.4f,    [CZ_FEATURE_VOTE] = 1,           [CZ_FEATURE_COLLOCATION] = 3,
  [CZ_FEATURE_NEUTRAL] = 2,
};

typedef struct {
  guint n;
  guint32 *feature; /* index into the weights */
  float *value;
} Candidate;

typedef struct {
  gunichar c;
  guint n;
  guint16 syllable[CZ_HANZI_MAX_READINGS];
  Candidate candidate[CZ_HANZI_MAX_READINGS];
  int right; /* index of the labelled reading, -1 when it is no candidate */
  int dictionary;
  int margin; /* what the dictionary's reading is given by the program */
  int settled; /* index of the reading that a rule of the program gives, or the dictionary where it stands; -1 for the model's */
} Sample;

typedef struct {
  CzHanzi *hanzi;
  GHashTable *index_of; /* key → index + 1 */
  GArray *keys; /* guint32 */
  GPtrArray *samples; /* Sample */
  guint64 random;
} Trainer;

static guint64
next_random (Trainer *self)
{
  guint64 z = (self->random += 0x9e3779b97f4a7c15);

  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}

static void
shuffle (Trainer *self, guint *order, guint n)
{
  for (guint i = n; i > 1; i--) {
    guint j = (guint) (next_random (self) % i);
    guint swap = order[i - 1];
    order[i - 1] = order[j];
    order[j] = swap;
  }
}

static guint32
intern (Trainer *self, guint32 key)
{
  guint known = GPOINTER_TO_UINT (g_hash_table_lookup (self->index_of, GUINT_TO_POINTER (key)));

  if (known > 0)
    return known - 1;
  g_array_append_val (self->keys, key);
  g_hash_table_insert (self->index_of, GUINT_TO_POINTER (key), GUINT_TO_POINTER (self->keys->len));
  return self->keys->len - 1;
}

static void
add_features (Trainer *self, Candidate *candidate, const CzFeatures *features, const char *name)
{
  for (guint k = 0; k < features->n; k++) {
    float value = SCALE[features->kind[k]];

    if (value == 0)
      continue;
    candidate->feature[candidate->n] = intern (self, name != NULL ? cz_polyphone_key (features->hash[k], name) : features->hash[k]);
    candidate->value[candidate->n++] = value;
  }
}

/* Takes the marks out; returns the position of the marked character. */
static guint
take_marks (GArray *chars)
{
  guint at = 0, seen = 0;

  for (guint i = 0; i < chars->len;) {
    if (g_array_index (chars, CzSpokenChar, i).c != MARK) {
      i++;
      continue;
    }
    at = seen++ == 0 ? i : at;
    g_array_remove_index (chars, i);
  }
  return at;
}

static Sample *
make_sample (Trainer *self, const char *line, const char *label)
{
  g_autoptr (GArray) chars = cz_normalise_nothing (line, strlen (line));
  guint at = take_marks (chars);
  g_auto (CzReadings) readings = { 0 };
  CzReadingContext context;
  CzFeatures place, own;
  Sample *s = g_new0 (Sample, 1);

  cz_readings_by_dictionary (&readings, self->hanzi, (const CzSpokenChar *) (const void *) chars->data, chars->len, &context);
  s->c = context.text[at];
  s->margin = cz_polyphone_margin (&context, at);
  s->settled = -1;
  const char *rule = cz_reading_rule (&context, (const CzSpokenChar *) (const void *) chars->data, at);
  s->right = -1;
  s->n = cz_hanzi_readings (self->hanzi, s->c, s->syllable);
  cz_polyphone_features (&context, at, &place);
  for (guint y = 0; y < s->n; y++) {
    const char *name = cz_hanzi_syllable (self->hanzi, s->syllable[y]);

    cz_polyphone_own_features (&context, at, s->syllable[y], &own);
    s->candidate[y].feature = g_new (guint32, place.n + own.n);
    s->candidate[y].value = g_new (float, place.n + own.n);
    add_features (self, &s->candidate[y], &place, name);
    add_features (self, &s->candidate[y], &own, NULL);
    if (strcmp (name, label) == 0)
      s->right = (int) y;
    if (s->syllable[y] == context.dictionary[at])
      s->dictionary = (int) y;
    if (rule != NULL ? strcmp (name, rule) == 0 : s->syllable[y] == context.dictionary[at] && cz_reading_stands (&context, at))
      s->settled = (int) y;
  }
  return s;
}

/* What may be answered: readings seen in training, and the dictionary's. */
static GHashTable *
seen_readings (const Trainer *self, const guint8 *is_train)
{
  GHashTable *seen = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < self->samples->len; i++) {
    const Sample *s = g_ptr_array_index (self->samples, i);
    if (is_train[i] && s->right >= 0)
      g_hash_table_add (seen, GUINT_TO_POINTER (s->c << 12 | s->syllable[s->right]));
  }
  return seen;
}

static gboolean
is_candidate (const Sample *s, guint y, GHashTable *seen)
{
  return (int) y == s->dictionary || g_hash_table_contains (seen, GUINT_TO_POINTER (s->c << 12 | s->syllable[y]));
}

static double
score_of (const Candidate *candidate, const float *weights)
{
  double sum = 0;

  for (guint k = 0; k < candidate->n; k++)
    sum += weights[candidate->feature[k]] * candidate->value[k];
  return sum;
}

static void
learn (const Sample *s, GHashTable *seen, float *weights, float *gradients)
{
  double p[CZ_HANZI_MAX_READINGS] = { 0 };
  double most = -1e9, sum = 0;

  for (guint y = 0; y < s->n; y++)
    if (is_candidate (s, y, seen)) {
      p[y] = score_of (&s->candidate[y], weights);
      most = MAX (most, p[y]);
    }
  for (guint y = 0; y < s->n; y++) {
    p[y] = is_candidate (s, y, seen) ? exp (p[y] - most) : 0;
    sum += p[y];
  }
  for (guint y = 0; y < s->n; y++) {
    double error = ((int) y == s->right) - p[y] / sum;

    if (!is_candidate (s, y, seen) || fabs (error) < 1e-3)
      continue;
    for (guint k = 0; k < s->candidate[y].n; k++) {
      guint32 f = s->candidate[y].feature[k];
      float g = (float) error * s->candidate[y].value[k];
      gradients[f] += g * g;
      weights[f] += (float) (STEP * g / sqrt ((double) gradients[f]));
    }
  }
}

/* Returns weights that have the scale of their kind in them, averaged over N_MODELS orders. */
static float *
train (Trainer *self, const guint8 *is_train, GHashTable *seen)
{
  guint n = self->samples->len, n_weights = self->keys->len;
  float *mean = g_new0 (float, n_weights);
  g_autofree float *weights = g_new (float, n_weights);
  g_autofree float *gradients = g_new (float, n_weights);
  g_autofree guint *order = g_new (guint, n);

  self->random = TRAIN_SEED;
  for (guint i = 0; i < n; i++)
    order[i] = i;
  for (guint model = 0; model < N_MODELS; model++) {
    for (guint i = 0; i < n_weights; i++) {
      weights[i] = 0;
      gradients[i] = (float) FIRST_GRADIENT;
    }
    for (guint epoch = 0; epoch < EPOCHS; epoch++) {
      shuffle (self, order, n);
      for (guint q = 0; q < n; q++) {
        const Sample *s = g_ptr_array_index (self->samples, order[q]);
        if (is_train[order[q]] && s->right >= 0)
          learn (s, seen, weights, gradients);
      }
    }
    for (guint i = 0; i < n_weights; i++)
      mean[i] += weights[i] / N_MODELS;
  }
  return mean;
}

/* A feature's value is the same wherever it occurs, so it goes into the weight. */
static void
fold_in_values (const Trainer *self, float *weights)
{
  g_autofree guint8 *done = g_new0 (guint8, self->keys->len);

  for (guint i = 0; i < self->samples->len; i++) {
    const Sample *s = g_ptr_array_index (self->samples, i);
    for (guint y = 0; y < s->n; y++)
      for (guint k = 0; k < s->candidate[y].n; k++) {
        guint32 f = s->candidate[y].feature[k];
        if (!done[f])
          weights[f] *= s->candidate[y].value[k];
        done[f] = 1;
      }
  }
}

typedef struct {
  guint32 key;
  float weight;
} Entry;

static int
by_size (gconstpointer a, gconstpointer b)
{
  const Entry *x = a, *y = b;
  float p = fabsf (x->weight), q = fabsf (y->weight);

  if (p != q)
    return p < q ? 1 : -1;
  return x->key < y->key ? -1 : 1;
}

/* The largest weights first; what finds its bucket full is left out. Returns TABLE_SLOTS slots of two bytes. */
static guint8 *
pack (const Trainer *self, const float *weights, guint *n_packed)
{
  guint32 n_buckets = TABLE_SLOTS / CZ_POLYPHONE_BUCKET;
  guint8 *slots = g_malloc0 (2 * TABLE_SLOTS);
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (Entry));

  for (guint i = 0; i < self->keys->len; i++) {
    Entry entry = { g_array_index (self->keys, guint32, i), weights[i] };
    g_array_append_val (entries, entry);
  }
  g_array_sort (entries, by_size);
  *n_packed = 0;
  for (guint i = 0; i < entries->len; i++) {
    const Entry *entry = &g_array_index (entries, Entry, i);
    guint8 *slot = slots + 2 * CZ_POLYPHONE_BUCKET * (gsize) cz_polyphone_bucket (entry->key, n_buckets);
    int weight = (int) lrintf (CLAMP (entry->weight / FULL_WEIGHT, -1, 1) * 127);
    guint k = 0;

    while (weight != 0 && k < CZ_POLYPHONE_BUCKET && slot[2 * k + 1] != 0 && slot[2 * k] != cz_polyphone_check (entry->key))
      k++;
    if (weight == 0 || k == CZ_POLYPHONE_BUCKET || slot[2 * k + 1] != 0)
      continue;
    slot[2 * k] = cz_polyphone_check (entry->key);
    slot[2 * k + 1] = (guint8) (gint8) weight;
    (*n_packed)++;
  }
  return slots;
}

static int
packed_weight (const guint8 *slots, guint32 key)
{
  const guint8 *slot = slots + 2 * CZ_POLYPHONE_BUCKET * (gsize) cz_polyphone_bucket (key, TABLE_SLOTS / CZ_POLYPHONE_BUCKET);

  for (guint k = 0; k < CZ_POLYPHONE_BUCKET; k++)
    if (slot[2 * k] == cz_polyphone_check (key))
      return (gint8) slot[2 * k + 1];
  return 0;
}

/* slots NULL: with the full weights, and without the margin that cz_polyphone_choose gives the dictionary. */
static gboolean
is_right (const Trainer *self, const Sample *s, GHashTable *seen, const float *weights, const guint8 *slots)
{
  int best = -1;
  double best_score = 0;

  for (guint y = 0; y < s->n; y++) {
    double sum = 0;
    if (!is_candidate (s, y, seen))
      continue;
    for (guint k = 0; k < s->candidate[y].n; k++) {
      guint32 f = s->candidate[y].feature[k];
      sum += slots != NULL ? packed_weight (slots, g_array_index (self->keys, guint32, f)) : weights[f];
    }
    if (slots != NULL && (int) y == s->dictionary)
      sum += s->margin;
    if (best < 0 || sum > best_score) {
      best = (int) y;
      best_score = sum;
    }
  }
  return best >= 0 && best == s->right;
}

/* Returns the percentage right of the program as it is: with the weights as packed, and the rules. */
static double
cross_validate (Trainer *self, guint n_folds, guint64 split_seed)
{
  guint n = self->samples->len, full = 0, packed = 0, program = 0, dictionary = 0, unseen = 0;
  g_autofree guint *order = g_new (guint, n);

  self->random = split_seed;
  for (guint i = 0; i < n; i++)
    order[i] = i;
  shuffle (self, order, n);
  for (guint fold = 0; fold < n_folds; fold++) {
    g_autofree guint8 *is_train = g_new (guint8, n);
    guint n_packed;

    for (guint i = 0; i < n; i++)
      is_train[order[i]] = i % n_folds != fold;
    g_autoptr (GHashTable) seen = seen_readings (self, is_train);
    g_autofree float *weights = train (self, is_train, seen);
    fold_in_values (self, weights);
    g_autofree guint8 *slots = pack (self, weights, &n_packed);
    for (guint i = 0; i < n; i++) {
      const Sample *s = g_ptr_array_index (self->samples, i);
      if (is_train[i])
        continue;
      full += is_right (self, s, seen, weights, NULL);
      gboolean by_model = is_right (self, s, seen, weights, slots);
      packed += by_model;
      program += s->settled >= 0 ? s->settled == s->right : by_model;
      dictionary += s->right >= 0 && s->right == s->dictionary;
      unseen += s->right < 0 || !is_candidate (s, (guint) s->right, seen);
    }
  }
  printf ("%u-fold on %u samples, split %" G_GUINT64_FORMAT ": dictionary %.2f %%, model %.2f %%, as packed %.2f %%, with the rules %.2f %% (%u never seen with their reading)\n",
          n_folds, n, split_seed, 100.0 * dictionary / n, 100.0 * full / n, 100.0 * packed / n, 100.0 * program / n, unseen);
  return 100.0 * program / n;
}

static void
append_u16 (GByteArray *to, guint value)
{
  guint8 bytes[] = { (guint8) value, (guint8) (value >> 8) };
  g_byte_array_append (to, bytes, sizeof bytes);
}

static void
append_u32 (GByteArray *to, guint32 value)
{
  append_u16 (to, value & 0xffff);
  append_u16 (to, value >> 16);
}

static int
by_value (gconstpointer a, gconstpointer b)
{
  guint x = GPOINTER_TO_UINT (*(gconstpointer const *) a), y = GPOINTER_TO_UINT (*(gconstpointer const *) b);
  return x < y ? -1 : x > y;
}

/* Characters in order with their candidates by name. */
static void
list_candidates (const Trainer *self, GHashTable *seen, GByteArray *characters, GByteArray *candidates)
{
  g_autofree gpointer *pairs = g_hash_table_get_keys_as_array (seen, NULL);
  guint n = g_hash_table_size (seen);
  gunichar last = 0;

  qsort (pairs, n, sizeof *pairs, by_value);
  for (guint i = 0; i < n; i++) {
    guint pair = GPOINTER_TO_UINT (pairs[i]);
    char name[8] = { 0 };

    if (pair >> 12 != last) {
      last = pair >> 12;
      append_u16 (characters, last);
      append_u16 (characters, candidates->len / 8);
    }
    g_strlcpy (name, cz_hanzi_syllable (self->hanzi, pair & 0xfff), sizeof name);
    g_byte_array_append (candidates, (const guint8 *) name, sizeof name);
  }
  append_u16 (characters, 0xffff);
  append_u16 (characters, candidates->len / 8);
}

static guint32
crc32_of (const guint8 *data, gsize n)
{
  guint32 crc = 0xffffffff;

  for (gsize i = 0; i < n; i++) {
    crc ^= data[i];
    for (int k = 0; k < 8; k++)
      crc = crc & 1 ? 0xedb88320 ^ crc >> 1 : crc >> 1;
  }
  return crc ^ 0xffffffff;
}

static gboolean
write_table (const char *path, GByteArray *const *sections, guint n, GError **error)
{
  g_autoptr (GByteArray) body = g_byte_array_new (), file = g_byte_array_new ();
  gsize offset = 96 + 8 * n;
  static const guint8 zero[76];

  for (guint i = 0; i < n; i++) {
    append_u32 (body, (guint32) offset);
    append_u32 (body, sections[i]->len);
    offset += (sections[i]->len + 3) & ~3u;
  }
  for (guint i = 0; i < n; i++) {
    g_byte_array_append (body, sections[i]->data, sections[i]->len);
    g_byte_array_append (body, zero, -sections[i]->len & 3);
  }
  g_byte_array_append (file, (const guint8 *) "CZPOLY\0", 8);
  append_u16 (file, CZ_POLYPHONE_FEATURES_VERSION);
  append_u16 (file, n);
  append_u32 (file, (guint32) offset);
  append_u32 (file, crc32_of (body->data, body->len));
  g_byte_array_append (file, zero, sizeof zero);
  g_byte_array_append (file, body->data, body->len);
  return g_file_set_contents (path, (const char *) file->data, file->len, error);
}

static gboolean
train_all (Trainer *self, const char *out, GError **error)
{
  g_autofree guint8 *is_train = g_malloc (self->samples->len);
  g_autoptr (GByteArray) characters = g_byte_array_new (), candidates = g_byte_array_new (), packed = g_byte_array_new ();
  GByteArray *sections[] = { characters, candidates, packed };
  guint n_packed;

  memset (is_train, 1, self->samples->len);
  g_autoptr (GHashTable) seen = seen_readings (self, is_train);
  g_autofree float *weights = train (self, is_train, seen);
  fold_in_values (self, weights);
  g_autofree guint8 *slots = pack (self, weights, &n_packed);
  g_byte_array_append (packed, slots, 2 * TABLE_SLOTS);
  list_candidates (self, seen, characters, candidates);
  printf ("%u of %u weights packed\n", n_packed, self->keys->len);
  return write_table (out, sections, G_N_ELEMENTS (sections), error);
}

static char **
read_lines (const char *path, const char *sha256, GError **error)
{
  g_autofree char *text = NULL;
  gsize len;

  if (!g_file_get_contents (path, &text, &len, error))
    return NULL;
  g_autofree char *sum = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) text, len);
  if (strcmp (sum, sha256) != 0) {
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s: not the file named in the trainer", path);
    return NULL;
  }
  return g_strsplit (text, "\n", -1);
}

static gboolean
load (Trainer *self, const char *sentences, const char *labels, GError **error)
{
  g_auto (GStrv) lines = read_lines (sentences, SENTENCES_SHA256, error);
  g_auto (GStrv) readings = lines != NULL ? read_lines (labels, LABELS_SHA256, error) : NULL;

  if (readings == NULL)
    return FALSE;
  self->index_of = g_hash_table_new (NULL, NULL);
  self->keys = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->samples = g_ptr_array_new ();
  for (guint i = 0; lines[i] != NULL && lines[i][0] != '\0' && readings[i] != NULL; i++) {
    g_auto (GStrv) parts = g_strsplit (g_strstrip (readings[i]), "u:", -1);
    g_autofree char *label = g_strjoinv ("v", parts);
    g_ptr_array_add (self->samples, make_sample (self, lines[i], label));
  }
  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autofree char *hanzi = NULL, *sentences = NULL, *labels = NULL, *out = NULL;
  int folds = 5, splits = 1;
  double at_least = 0, least = 100;
  const GOptionEntry entries[] = {
    { "hanzi", 0, 0, G_OPTION_ARG_FILENAME, &hanzi, "table of words", "FILE" },
    { "sentences", 0, 0, G_OPTION_ARG_FILENAME, &sentences, "dev.sent", "FILE" },
    { "labels", 0, 0, G_OPTION_ARG_FILENAME, &labels, "dev.lb", "FILE" },
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &out, "train on everything and write FILE", "FILE" },
    { "folds", 0, 0, G_OPTION_ARG_INT, &folds, "folds of the cross-validation", "N" },
    { "splits", 0, 0, G_OPTION_ARG_INT, &splits, "repeat it with as many splits", "N" },
    { "at-least", 0, 0, G_OPTION_ARG_DOUBLE, &at_least, "fail when a split has fewer percent right", "PERCENT" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("- train the polyphone model");
  g_autoptr (GError) error = NULL;
  Trainer trainer = { 0 };

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || hanzi == NULL || sentences == NULL || labels == NULL) {
    fprintf (stderr, "cz-train-polyphone: %s\n", error != NULL ? error->message : "--hanzi, --sentences and --labels are needed");
    return EXIT_FAILURE;
  }
  if (!g_file_test (sentences, G_FILE_TEST_EXISTS)) {
    printf ("skipped: %s is not there\n", sentences);
    return 77;
  }
  g_autoptr (CzHanzi) table = cz_hanzi_open (hanzi, &error);
  trainer.hanzi = table;
  if (table == NULL || !load (&trainer, sentences, labels, &error)) {
    fprintf (stderr, "cz-train-polyphone: %s\n", error->message);
    return EXIT_FAILURE;
  }
  for (int i = 0; i < splits && folds > 1; i++)
    least = MIN (least, cross_validate (&trainer, (guint) folds, SPLIT_SEED + (guint64) i));
  if (least < at_least) {
    fprintf (stderr, "cz-train-polyphone: %.2f %% right, at least %.2f expected\n", least, at_least);
    return EXIT_FAILURE;
  }
  if (out != NULL && !train_all (&trainer, out, &error)) {
    fprintf (stderr, "cz-train-polyphone: %s\n", error->message);
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
