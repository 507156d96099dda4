/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/wire/cz-text-model.h"
#include "sync/wire/cz-reader.h"

#include <string.h>

#define INDEX_BITS 17
#define MATCH_LEAST 6
#define MATCH_MOST 40
#define LIMIT 60

struct _CzTextModel {
  CzCoder *coder; /* borrowed */
  GByteArray *held;
  guint32 *index; /* hash of the last six bytes → where they went on */
  gsize match; /* what may come next is held[match]; 0 = nothing */
  guint match_len;
  guint32 kind;
  guint in_field; /* bytes of this text so far */
  guint32 prefix; /* hash of them, or of the last word */
  CzBit matched[(MATCH_MOST + 1) * 2]; /* whether the passage goes on, by its length and the bit it expects */
  CzMixer mixers[8 * 4];
};

CzTextModel *
cz_text_model_new (CzCoder *coder)
{
  CzTextModel *self = g_new0 (CzTextModel, 1);
  self->coder = coder;
  static const guint8 nothing = 0;
  self->held = g_byte_array_sized_new (1u << 16);
  g_byte_array_append (self->held, &nothing, 1);
  self->index = g_new0 (guint32, 1u << INDEX_BITS);
  for (guint i = 0; i < G_N_ELEMENTS (self->matched); i++)
    self->matched[i].p = 32768;
  return self;
}

void
cz_text_model_free (CzTextModel *self)
{
  if (!self)
    return;
  g_byte_array_unref (self->held);
  g_free (self->index);
  g_free (self);
}

const GByteArray *
cz_text_model_held (const CzTextModel *self)
{
  return self->held;
}

static guint32
bytes_back (const CzTextModel *self, guint n)
{
  const guint8 *end = self->held->data + self->held->len;
  guint32 value = 0;
  for (guint i = 1; i <= n; i++)
    value = value << 8 | (i <= self->held->len ? end[-(gssize) i] : 0);
  return value;
}

/* Where the six bytes before `end` were last. */
static guint32 *
index_slot (CzTextModel *self, gsize end)
{
  const guint8 *six = self->held->data + end - MATCH_LEAST;
  guint32 a = (guint32) six[2] << 24 | (guint32) six[3] << 16 | (guint32) six[4] << 8 | six[5];
  return &self->index[cz_coder_hash (a, (guint32) six[0] << 8 | six[1]) >> (32 - INDEX_BITS)];
}

/* One more byte stands in held: follow the passage, or look for one. */
static void
follow (CzTextModel *self)
{
  const guint8 *data = self->held->data;
  gsize n = self->held->len;
  if (self->match > 0 && data[self->match] == data[n - 1]) {
    self->match++;
    self->match_len = MIN (self->match_len + 1, MATCH_MOST);
  } else {
    self->match = 0;
    self->match_len = 0;
  }
  if (n < MATCH_LEAST)
    return;
  guint32 *slot = index_slot (self, n);
  if (self->match == 0 && *slot > 0) {
    gsize at = *slot;
    guint len = 0;
    while (len < MATCH_MOST && len < at && data[at - 1 - len] == data[n - 1 - len])
      len++;
    self->match = len >= MATCH_LEAST ? at : 0;
    self->match_len = len >= MATCH_LEAST ? len : 0;
  }
  *slot = (guint32) n;
}

static void
hold_byte (CzTextModel *self, guint8 byte)
{
  g_byte_array_append (self->held, &byte, 1);
  follow (self);
}

void
cz_text_model_hold (CzTextModel *self, const char *text, gsize n, gboolean likely)
{
  static const guint8 end = 0;
  gsize begin = self->held->len;
  cz_write_bytes (self->held, text, n);
  g_byte_array_append (self->held, &end, 1);
  for (gsize at = MAX (begin, MATCH_LEAST); at <= self->held->len; at++)
    *index_slot (self, at) = (guint32) at;
  self->match = 0;
  self->match_len = 0;
  if (likely && n > 0) {
    self->match = begin;
    self->match_len = 16;
  }
}

static guint
length_bucket (guint len)
{
  static const guint8 ends[] = { 1, 9, 12, 16, 20, 28, MATCH_MOST };
  guint bucket = 0;
  while (bucket < G_N_ELEMENTS (ends) && len >= ends[bucket])
    bucket++;
  return bucket;
}

/* How many bytes of the current character are still to come, 0 at its beginning. */
static guint
bytes_due (const CzTextModel *self)
{
  guint32 last = bytes_back (self, 3);
  guint8 one = (guint8) (last >> 16), two = (guint8) (last >> 8);
  if (self->in_field > 0 && one >= 0xc0)
    return one >= 0xe0 ? 2 : 1;
  return self->in_field > 1 && one >= 0x80 && two >= 0xe0 ? 1 : 0;
}

enum { N_CONTEXTS = 7 };

static void
make_contexts (const CzTextModel *self, guint due, guint32 contexts[N_CONTEXTS])
{
  guint32 three = bytes_back (self, 3), four = bytes_back (self, 4);
  gsize n = self->held->len;
  guint32 six = cz_coder_hash (four, n >= 6 ? (guint32) (self->held->data[n - 5] << 8 | self->held->data[n - 6]) : 0);
  contexts[0] = cz_coder_hash (0x101 + self->kind, due);
  contexts[1] = cz_coder_hash (0x201, three >> 16);
  contexts[2] = cz_coder_hash (0x301, three >> 8);
  contexts[3] = cz_coder_hash (0x401, three);
  contexts[4] = cz_coder_hash (0x601, six);
  contexts[5] = cz_coder_hash (0x701 + self->kind, self->prefix);
  contexts[6] = cz_coder_hash (0x801 + self->kind, (three >> 16) * 64 + MIN (self->in_field, 63));
}

static guint8
code_byte (CzTextModel *self, guint8 byte)
{
  guint32 contexts[N_CONTEXTS], node = 1;
  guint due = bytes_due (self);
  gboolean follows = self->match > 0;
  guint8 expected = follows ? self->held->data[self->match] : 0;
  CzBit *groups[N_CONTEXTS] = { NULL }, *slots[N_CONTEXTS + 1];
  make_contexts (self, due, contexts);
  for (guint i = 0; i < 8; i++) {
    guint expected_bit = expected >> (7 - i) & 1, n = N_CONTEXTS;
    guint within = (node & ((1u << i % 4) - 1)) | 1u << i % 4;
    if (i % 4 == 0)
      cz_coder_groups (self->coder, contexts, N_CONTEXTS, node, groups);
    for (guint k = 0; k < N_CONTEXTS; k++)
      slots[k] = groups[k] + within;
    if (follows)
      slots[n++] = &self->matched[self->match_len * 2 + expected_bit];
    CzMixer *mixer = &self->mixers[(follows ? length_bucket (self->match_len) : 0) * 4 + due];
    int bit = cz_coder_slots (self->coder, slots, n, mixer, LIMIT, byte >> (7 - i) & 1);
    node = node << 1 | (guint32) bit;
    follows = follows && (guint) bit == expected_bit;
  }
  byte = (guint8) node;
  hold_byte (self, byte);
  self->in_field++;
  gboolean ends_word = byte == '\n' || byte == ' ';
  self->prefix = ends_word ? 0 : cz_coder_hash (self->prefix + 1, byte);
  return byte;
}

static void
begin_text (CzTextModel *self, guint32 kind)
{
  self->kind = kind;
  self->in_field = 0;
  self->prefix = 0;
}

void
cz_text_model_put (CzTextModel *self, guint32 kind, const char *text, gsize n)
{
  begin_text (self, kind);
  for (gsize i = 0; i < n; i++)
    code_byte (self, (guint8) text[i]);
  code_byte (self, 0);
}

gboolean
cz_text_model_get (CzTextModel *self, guint32 kind, gsize max, GByteArray *out)
{
  begin_text (self, kind);
  for (gsize n = 0; n <= max; n++) {
    guint8 byte = code_byte (self, 0);
    if (byte == 0)
      return TRUE;
    g_byte_array_append (out, &byte, 1);
  }
  return FALSE;
}
