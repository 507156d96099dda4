/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/speech/cz-hanzi.h"

#include <string.h>

#include "app/speech/cz-speech-text.h"
#include "app/speech/cz-table-file.h"

#define MAX_WORD 7
#define N_BUCKETED 3 /* lengths 2, 3 and 4 have an index by first character */
#define INFO_BYTES 3
#define DIRECT_FIRST 0x3400
#define DIRECT_LAST 0x9fff
#define NO_LIST 0xffff
/* Costs are tenths of a nat. A character the table has no count for costs more than any rare word. */
#define COST_UNKNOWN 235
#define COST_OTHER 100

enum {
  SECTION_SYLLABLES,
  SECTION_LISTS,
  SECTION_POOL,
  SECTION_DIRECT,
  SECTION_BEYOND,
  SECTION_PATTERNS,
  SECTION_FIRSTS,
  SECTION_WORDS, /* keys, info, index for each length from 1 on */
  N_SECTIONS = SECTION_WORDS + 3 * MAX_WORD
};

typedef struct {
  const guint8 *keys;
  const guint8 *info;
  const guint8 *index; /* NULL unless bucketed */
  guint n_words;
  guint key_chars;
} WordList;

struct _CzHanzi {
  CzTableFile *file;
  const guint8 *syllables;
  const guint8 *lists;
  const guint8 *pool;
  const guint8 *direct;
  const guint8 *beyond;
  const guint8 *patterns;
  const guint8 *firsts;
  guint n_syllables;
  guint n_lists;
  guint n_pool;
  guint n_beyond;
  guint n_patterns;
  guint n_firsts;
  WordList words[MAX_WORD + 1];
};

static guint
u16_at (const guint8 *base, gsize index)
{
  return cz_table_u16 (base + 2 * index);
}

static guint32
u32_at (const guint8 *base, gsize index)
{
  return cz_table_u32 (base + 4 * index);
}

static const guint8 *
section (const CzTableFile *file, guint number, gsize element, guint *n)
{
  gsize size;
  const guint8 *data = cz_table_file_section (file, number, &size);

  *n = (guint) (size / element);
  return data;
}

static gboolean
readings_are_sound (const CzHanzi *self)
{
  for (guint i = 0; i < self->n_lists; i++) {
    guint at = u16_at (self->lists, i);
    guint head = at < self->n_pool ? u16_at (self->pool, at) : 0;
    guint n = head & 0xff;

    if (n == 0 || n > CZ_HANZI_MAX_READINGS || head >> 8 >= n || at + n >= self->n_pool)
      return FALSE;
    for (guint k = 1; k <= n; k++)
      if (u16_at (self->pool, at + k) >= self->n_syllables)
        return FALSE;
  }
  for (guint i = 0; i < self->n_syllables; i++)
    if (self->syllables[8 * i + 7] != 0)
      return FALSE;
  for (guint i = 0; i <= DIRECT_LAST - DIRECT_FIRST; i++) {
    guint list = u16_at (self->direct, i);
    if (list != NO_LIST && list >= self->n_lists)
      return FALSE;
  }
  for (guint i = 0; i < self->n_beyond; i++)
    if (u16_at (self->beyond + 8 * i, 2) >= self->n_lists)
      return FALSE;
  return TRUE;
}

static gboolean
index_is_sound (const WordList *list, guint n_firsts)
{
  guint32 last = 0;

  for (guint i = 0; i <= n_firsts; i++) {
    guint32 at = u32_at (list->index, i);
    if (at < last || at > list->n_words)
      return FALSE;
    last = at;
  }
  return last == list->n_words;
}

static gboolean
take_words (CzHanzi *self, const CzTableFile *file)
{
  for (guint length = 1; length <= MAX_WORD; length++) {
    WordList *list = &self->words[length];
    guint first = SECTION_WORDS + 3 * (length - 1);
    guint n_keys, n_info, n_index;

    list->keys = section (file, first, 2, &n_keys);
    list->info = section (file, first + 1, INFO_BYTES, &n_info);
    list->index = section (file, first + 2, 4, &n_index);
    list->key_chars = length >= 2 && length <= 1 + N_BUCKETED ? length - 1 : length;
    list->n_words = n_info;
    if (n_keys != n_info * list->key_chars)
      return FALSE;
    for (guint i = 0; i < n_info; i++)
      if (list->info[INFO_BYTES * i + 1] >= self->n_patterns)
        return FALSE;
    if (list->key_chars == length)
      list->index = NULL;
    else if (n_index != self->n_firsts + 1 || !index_is_sound (list, self->n_firsts))
      return FALSE;
  }
  return TRUE;
}

static gboolean
take_sections (gpointer owner, const CzTableFile *file)
{
  CzHanzi *self = owner;
  guint n_direct;

  self->syllables = section (file, SECTION_SYLLABLES, 8, &self->n_syllables);
  self->lists = section (file, SECTION_LISTS, 2, &self->n_lists);
  self->pool = section (file, SECTION_POOL, 2, &self->n_pool);
  self->direct = section (file, SECTION_DIRECT, 2, &n_direct);
  self->beyond = section (file, SECTION_BEYOND, 8, &self->n_beyond);
  self->patterns = section (file, SECTION_PATTERNS, 4, &self->n_patterns);
  self->firsts = section (file, SECTION_FIRSTS, 2, &self->n_firsts);
  return n_direct == DIRECT_LAST - DIRECT_FIRST + 1 && self->n_patterns > 0 && readings_are_sound (self)
         && take_words (self, file);
}

CzHanzi *
cz_hanzi_open (const char *path, GError **error)
{
  static const CzTableKind kind = { "CZHANZI", 1, N_SECTIONS, take_sections };
  g_autoptr (CzHanzi) self = g_new0 (CzHanzi, 1);

  self->file = cz_table_file_open (path, &kind, self, error);
  return self->file != NULL ? g_steal_pointer (&self) : NULL;
}

void
cz_hanzi_free (CzHanzi *self)
{
  if (self == NULL)
    return;
  cz_table_file_free (self->file);
  g_free (self);
}

static guint
list_of (const CzHanzi *self, gunichar c)
{
  guint low = 0, high = self->n_beyond;

  if (c >= DIRECT_FIRST && c <= DIRECT_LAST)
    return u16_at (self->direct, c - DIRECT_FIRST);
  while (low < high) {
    guint mid = (low + high) / 2;
    gunichar found = cz_table_u32 (self->beyond + 8 * mid);

    if (found == c)
      return u16_at (self->beyond + 8 * mid, 2);
    if (found < c)
      low = mid + 1;
    else
      high = mid;
  }
  return NO_LIST;
}

guint
cz_hanzi_readings (const CzHanzi *self, gunichar c, guint16 readings[CZ_HANZI_MAX_READINGS])
{
  guint list = list_of (self, c);
  guint at, n;

  if (list == NO_LIST)
    return 0;
  at = u16_at (self->lists, list);
  n = u16_at (self->pool, at) & 0xff;
  for (guint k = 0; k < n; k++)
    readings[k] = (guint16) u16_at (self->pool, at + 1 + k);
  return n;
}

guint16
cz_hanzi_reading_alone (const CzHanzi *self, gunichar c)
{
  guint list = list_of (self, c);
  guint at = list != NO_LIST ? u16_at (self->lists, list) : 0;

  if (list == NO_LIST)
    return CZ_HANZI_NO_SYLLABLE;
  return (guint16) u16_at (self->pool, at + 1 + (u16_at (self->pool, at) >> 8));
}

const char *
cz_hanzi_syllable (const CzHanzi *self, guint16 number)
{
  return number < self->n_syllables ? (const char *) self->syllables + 8 * number : "";
}

guint
cz_hanzi_n_syllables (const CzHanzi *self)
{
  return self->n_syllables;
}

guint16
cz_hanzi_find_syllable (const CzHanzi *self, const char *syllable)
{
  guint low = 0, high = self->n_syllables;

  while (low < high) {
    guint mid = (low + high) / 2;
    int order = strcmp ((const char *) self->syllables + 8 * mid, syllable);

    if (order == 0)
      return (guint16) mid;
    if (order < 0)
      low = mid + 1;
    else
      high = mid;
  }
  return CZ_HANZI_NO_SYLLABLE;
}

gboolean
cz_hanzi_is_hanzi (gunichar c)
{
  return (c >= 0x3400 && c <= 0x4dbf) || (c >= 0x4e00 && c <= 0x9fff) || (c >= 0xf900 && c <= 0xfaff)
         || (c >= 0x20000 && c <= 0x3ffff) || c == 0x3007;
}

static int
compare_key (const guint8 *key, const gunichar *text, guint n)
{
  for (guint i = 0; i < n; i++) {
    guint have = u16_at (key, i);
    if (have != text[i])
      return have < text[i] ? -1 : 1;
  }
  return 0;
}

/* The position of the first character among the firsts, or -1. */
static int
find_first (const CzHanzi *self, gunichar c)
{
  guint low = 0, high = self->n_firsts;

  while (low < high) {
    guint mid = (low + high) / 2;
    guint found = u16_at (self->firsts, mid);

    if (found == c)
      return (int) mid;
    if (found < c)
      low = mid + 1;
    else
      high = mid;
  }
  return -1;
}

/* Returns the three info bytes of a word, or NULL. */
static const guint8 *
find_word (const CzHanzi *self, const gunichar *text, guint length, int first)
{
  const WordList *list = &self->words[length];
  guint low = 0, high = list->n_words;

  if (list->index != NULL) {
    if (first < 0)
      return NULL;
    low = u32_at (list->index, (guint) first);
    high = u32_at (list->index, (guint) first + 1);
    text++;
  }
  while (low < high) {
    guint mid = (low + high) / 2;
    int order = compare_key (list->keys + 2 * (gsize) mid * list->key_chars, text, list->key_chars);

    if (order == 0)
      return list->info + INFO_BYTES * (gsize) mid;
    if (order < 0)
      low = mid + 1;
    else
      high = mid;
  }
  return NULL;
}

typedef struct {
  guint32 cost; /* of the best path up to here */
  guint8 length; /* of the word that ends here */
  guint8 pattern;
  guint8 klass;
  guint8 word_cost;
} Step;

static void
offer (Step *step, guint32 cost, guint length, const guint8 *info)
{
  if (cost >= step->cost)
    return;
  step->cost = cost;
  step->length = (guint8) length;
  step->pattern = info != NULL ? info[1] : 0;
  step->klass = info != NULL ? info[2] : CZ_WORD_UNKNOWN;
  step->word_cost = info != NULL ? info[0] : COST_UNKNOWN;
}

static guint8
class_of_mark (gunichar c)
{
  if (g_unichar_isdigit (c))
    return CZ_WORD_NUMERAL;
  if (g_unichar_isalpha (c) && !cz_hanzi_is_hanzi (c))
    return CZ_WORD_LATIN;
  return cz_hanzi_is_hanzi (c) ? CZ_WORD_UNKNOWN : CZ_WORD_MARK;
}

static void
extend (const CzHanzi *self, const gunichar *text, guint n, const guint8 *joined, guint i, Step *steps)
{
  const guint8 *info;
  int first;

  if (!cz_hanzi_is_hanzi (text[i])) {
    offer (&steps[i + 1], steps[i].cost + COST_OTHER, 1, NULL);
    steps[i + 1].klass = class_of_mark (text[i]);
    return;
  }
  info = find_word (self, text + i, 1, -1);
  offer (&steps[i + 1], steps[i].cost + (info != NULL ? info[0] : COST_UNKNOWN), 1, info);
  first = find_first (self, text[i]);
  for (guint length = 2; length <= MAX_WORD && i + length <= n; length++) {
    if (!cz_hanzi_is_hanzi (text[i + length - 1]) || (joined != NULL && !joined[i + length - 1]))
      return;
    info = find_word (self, text + i, length, first);
    if (info != NULL && info[2] != CZ_WORD_COLLOCATION)
      offer (&steps[i + length], steps[i].cost + info[0], length, info);
  }
}

GArray *
cz_hanzi_segment (const CzHanzi *self, const gunichar *text, guint n, const guint8 *joined)
{
  GArray *words = g_array_new (FALSE, FALSE, sizeof (CzHanziWord));
  g_autofree Step *steps = g_new (Step, (gsize) n + 1);

  for (guint i = 0; i <= n; i++)
    steps[i] = (Step){ .cost = i == 0 ? 0 : G_MAXUINT32 };
  for (guint i = 0; i < n; i++)
    extend (self, text, n, joined, i, steps);
  for (guint i = n; i > 0; i -= steps[i].length) {
    CzHanziWord word = {
      .start = i - steps[i].length,
      .length = steps[i].length,
      .pattern = u32_at (self->patterns, steps[i].pattern),
      .klass = steps[i].klass,
      .cost = steps[i].word_cost,
      .known = steps[i].length > 1,
    };
    g_array_append_val (words, word);
  }
  for (guint a = 0, b = words->len; a + 1 < b; a++, b--) {
    CzHanziWord swap = g_array_index (words, CzHanziWord, a);
    g_array_index (words, CzHanziWord, a) = g_array_index (words, CzHanziWord, b - 1);
    g_array_index (words, CzHanziWord, b - 1) = swap;
  }
  return words;
}

gboolean
cz_hanzi_look_up (const CzHanzi *self, const gunichar *text, guint length, CzHanziWord *word)
{
  const guint8 *info;

  if (length < 2 || length > MAX_WORD)
    return FALSE;
  info = find_word (self, text, length, length <= 1 + N_BUCKETED ? find_first (self, text[0]) : -1);
  if (info == NULL)
    return FALSE;
  *word = (CzHanziWord){ .length = length, .pattern = u32_at (self->patterns, info[1]), .klass = info[2], .cost = info[0], .known = TRUE };
  return TRUE;
}
