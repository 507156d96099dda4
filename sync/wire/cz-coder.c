/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/wire/cz-coder.h"

#include <string.h>

/* The logistic domain is 1/256 of a natural unit, ±11 units wide. */
#define DOMAIN 2816
#define SQUASH_STEP 64
#define NEW_P 32768
#define MANTISSA_MODELLED 6
#define SINGLE_BITS 16
#define RATE_SHIFT 19

/* round (65536 / (1 + e^(-x/256))) for x = -2816, -2752 … 2816, inside 1 … 65535. */
static const guint16 squash_points[] = {
  1, 1, 2, 2, 3, 4, 5, 6, 8, 10, 13, 17, 22, 28, 36, 47, 60, 77, 98, 126, 162, 208, 267, 342, 439, 562, 720, 922, 1179, 1506,
  1921, 2446, 3108, 3938, 4971, 6249, 7812, 9702, 11955, 14595, 17625, 21025, 24743, 28693, 32768, 36843, 40793, 44511, 47911,
  50941, 53581, 55834, 57724, 59287, 60565, 61598, 62428, 63090, 63615, 64030, 64357, 64614, 64816, 64974, 65097, 65194, 65269,
  65328, 65374, 65410, 65438, 65459, 65476, 65489, 65500, 65508, 65514, 65519, 65523, 65526, 65528, 65530, 65531, 65532, 65533,
  65534, 65534, 65535, 65535,
};
G_STATIC_ASSERT (G_N_ELEMENTS (squash_points) == 2 * DOMAIN / SQUASH_STEP + 1);

static inline guint32
squash (gint32 x)
{
  guint32 at = (guint32) (CLAMP (x, -DOMAIN + 1, DOMAIN - 1) + DOMAIN);
  guint32 i = at / SQUASH_STEP, rest = at % SQUASH_STEP;
  return (squash_points[i] * (SQUASH_STEP - rest) + squash_points[i + 1] * rest) / SQUASH_STEP;
}

/* The inverse by search: stretch[i] is the least x with squash (x) ≥ 16 i + 8. */
static gint16 *
make_stretch (void)
{
  gint16 *table = g_new (gint16, 4096);
  gint32 x = -DOMAIN + 1;
  for (guint32 i = 0; i < 4096; i++) {
    while (x < DOMAIN - 1 && squash (x) < i * 16 + 8)
      x++;
    table[i] = (gint16) x;
  }
  return table;
}

void
cz_coder_init (CzCoder *coder, guint group_bits)
{
  *coder = (CzCoder){ .mode = CZ_CODER_TRAIN, .group_mask = (1u << group_bits) - 1 };
  coder->slots = g_new0 (CzBit, (gsize) 1 << SINGLE_BITS);
  coder->groups = g_aligned_alloc0 ((gsize) 1 << group_bits, CZ_GROUP * sizeof (CzBit), 64);
  coder->stretch = make_stretch ();
  for (guint32 n = 0; n < G_N_ELEMENTS (coder->rates); n++)
    coder->rates[n] = (guint16) (131072 / (2 * n + 3));
}

void
cz_coder_clear (CzCoder *coder)
{
  g_clear_pointer (&coder->slots, g_free);
  g_clear_pointer (&coder->groups, g_aligned_free);
  g_clear_pointer (&coder->stretch, g_free);
  g_clear_pointer (&coder->out, g_byte_array_unref);
}

/* ---- bytes ---- */

static guint8
next_byte (CzCoder *coder)
{
  guint8 byte = coder->pos < coder->size ? coder->data[coder->pos] : 0;
  coder->pos++;
  coder->overrun = coder->overrun || coder->pos > coder->size + 8;
  return byte;
}

void
cz_coder_start_encoding (CzCoder *coder)
{
  coder->mode = CZ_CODER_ENCODE;
  coder->low = 0;
  coder->high = G_MAXUINT64;
  coder->out = g_byte_array_new ();
}

void
cz_coder_start_decoding (CzCoder *coder, const guint8 *data, gsize size)
{
  coder->mode = CZ_CODER_DECODE;
  coder->low = 0;
  coder->high = G_MAXUINT64;
  coder->data = data;
  coder->size = size;
  coder->pos = 0;
  coder->overrun = FALSE;
  coder->code = 0;
  for (guint i = 0; i < 8; i++)
    coder->code = coder->code << 8 | next_byte (coder);
}

GByteArray *
cz_coder_finish_encoding (CzCoder *coder)
{
  guint64 end = 0;
  guint n = 0;
  /* The shortest number, followed by zeros, inside low … high. */
  while (n < 8 && (n == 0 ? coder->low > 0 : end < coder->low || end > coder->high)) {
    n++;
    guint64 unit = G_GUINT64_CONSTANT (1) << (64 - 8 * n);
    end = coder->low / unit * unit;
    if (end < coder->low)
      end = end > G_MAXUINT64 - unit ? 0 : end + unit;
  }
  for (guint i = 0; i < n; i++) {
    guint8 byte = (guint8) (end >> (56 - 8 * i));
    g_byte_array_append (coder->out, &byte, 1);
  }
  while (coder->out->len > 0 && coder->out->data[coder->out->len - 1] == 0)
    g_byte_array_set_size (coder->out, coder->out->len - 1);
  coder->mode = CZ_CODER_TRAIN;
  return g_steal_pointer (&coder->out);
}

gboolean
cz_coder_finish_decoding (CzCoder *coder)
{
  coder->mode = CZ_CODER_TRAIN;
  return !coder->overrun && coder->pos >= coder->size;
}

static void
shift_out (CzCoder *coder)
{
  while (((coder->low ^ coder->high) >> 56) == 0) {
    guint8 byte = (guint8) (coder->high >> 56);
    if (coder->mode == CZ_CODER_ENCODE)
      g_byte_array_append (coder->out, &byte, 1);
    else
      coder->code = coder->code << 8 | next_byte (coder);
    coder->low <<= 8;
    coder->high = coder->high << 8 | 0xff;
  }
}

/* p1: chance of a 1, of 65536. */
static inline int
code (CzCoder *coder, guint32 p1, int bit)
{
  if (coder->mode == CZ_CODER_TRAIN)
    return bit;
  guint64 range = coder->high - coder->low;
  guint64 middle = coder->low + (range >> 16) * p1;
  int result = coder->mode == CZ_CODER_DECODE ? coder->code <= middle : bit;
  if (result)
    coder->high = middle;
  else
    coder->low = middle + 1;
  if (((coder->low ^ coder->high) >> 56) == 0)
    shift_out (coder);
  return result;
}

/* ---- models ---- */

static inline CzBit *
find_slot (CzCoder *coder, guint32 context)
{
  guint8 check = (guint8) (context >> 24);
  guint32 at = context * 0x2c1b3c6du >> 3 & ((1u << SINGLE_BITS) - 1);
  CzBit *slot = &coder->slots[at];
  CzBit *other = &coder->slots[at ^ 1];
  if (slot->n > 0 && slot->check == check)
    return slot;
  if (other->n > 0 && other->check == check)
    return other;
  if (slot->n > other->n)
    slot = other;
  *slot = (CzBit){ NEW_P, 0, check };
  return slot;
}

/* Moves by 1/(n + 1.5) of the distance: a context that saw little learns fast. rates[n] is that share of 65536. p stays within
 * 16 … 65520, so only the end it moves towards is looked at. */
static inline void
learn_one (const guint16 *rates, CzBit *slot, guint limit)
{
  guint32 p = slot->p + ((65535u - slot->p) * rates[slot->n] >> 16);
  slot->p = (guint16) MIN (p, 65520u);
  slot->n = (guint8) (slot->n + (slot->n < limit));
}

static inline void
learn_zero (const guint16 *rates, CzBit *slot, guint limit)
{
  guint32 p = slot->p - (slot->p * (guint32) rates[slot->n] >> 16);
  slot->p = (guint16) MAX (p, 16u);
  slot->n = (guint8) (slot->n + (slot->n < limit));
}

static CzBit *
group_of (CzCoder *coder, guint32 context)
{
  static const CzBit empty[CZ_GROUP] = { { 0, 1, 0 },    { NEW_P, 0, 0 }, { NEW_P, 0, 0 }, { NEW_P, 0, 0 }, { NEW_P, 0, 0 }, { NEW_P, 0, 0 },
                                         { NEW_P, 0, 0 }, { NEW_P, 0, 0 }, { NEW_P, 0, 0 }, { NEW_P, 0, 0 }, { NEW_P, 0, 0 }, { NEW_P, 0, 0 },
                                         { NEW_P, 0, 0 }, { NEW_P, 0, 0 }, { NEW_P, 0, 0 }, { NEW_P, 0, 0 } };
  guint8 check = (guint8) (context >> 24);
  guint32 at = context * 0x2c1b3c6du >> 3 & coder->group_mask;
  CzBit *group = coder->groups + (gsize) at * CZ_GROUP;
  CzBit *other = coder->groups + (gsize) (at ^ 1) * CZ_GROUP;
  if (group->n > 0 && group->check == check) {
    group->n = (guint8) (group->n + (group->n < 255));
    return group;
  }
  if (other->n > 0 && other->check == check) {
    other->n = (guint8) (other->n + (other->n < 255));
    return other;
  }
  if (group->n > other->n)
    group = other;
  memcpy (group, empty, sizeof empty);
  group->check = check;
  return group;
}

/* Memory is slow: all are asked for before the first is looked at. */
void
cz_coder_groups (CzCoder *coder, const guint32 *contexts, guint n, guint32 which, CzBit **groups)
{
  guint32 hashes[CZ_CODER_INPUTS];
  for (guint i = 0; i < n; i++) {
    hashes[i] = cz_coder_hash (contexts[i], which);
    __builtin_prefetch (coder->groups + (gsize) (hashes[i] * 0x2c1b3c6du >> 3 & coder->group_mask) * CZ_GROUP, 1);
  }
  for (guint i = 0; i < n; i++)
    groups[i] = group_of (coder, hashes[i]);
}

int
cz_coder_slots (CzCoder *coder, CzBit *const *slots, guint n, CzMixer *mixer, guint limit, int bit)
{
  gint32 inputs[CZ_CODER_INPUTS] = { 0 };
  gint64 sum = 0;
  if (mixer->w[0] == 0)
    for (guint i = 0; i < CZ_CODER_INPUTS; i++)
      mixer->w[i] = (gint32) (n > 2 ? 65536 * 5 / 4 / n : 32768);
  const gint16 *stretch = coder->stretch;
  for (guint i = 0; i < n; i++) {
    inputs[i] = stretch[slots[i]->p >> 4] & -(gint32) (slots[i]->n > 0);
    sum += (gint64) inputs[i] * mixer->w[i];
  }
  guint32 p1 = squash ((gint32) CLAMP (sum / 65536, -DOMAIN, DOMAIN));
  bit = code (coder, p1, bit);
  /* |input| < 2816 and |miss| ≤ 655360: the product fits 31 bits. */
  gint32 miss = ((bit ? 65536 : 0) - (gint32) p1) * 10;
  for (guint i = 0; i < n; i++) {
    gint32 w = mixer->w[i] + inputs[i] * miss / (1 << RATE_SHIFT);
    mixer->w[i] = CLAMP (w, -(1 << 20), 1 << 20);
  }
  mixer->w[0] += mixer->w[0] == 0;
  /* One after another: two contexts may share a slot. */
  if (bit)
    for (guint i = 0; i < n; i++)
      learn_one (coder->rates, slots[i], limit);
  else
    for (guint i = 0; i < n; i++)
      learn_zero (coder->rates, slots[i], limit);
  return bit;
}

int
cz_coder_bit (CzCoder *coder, const guint32 *contexts, guint n, CzMixer *mixer, guint limit, int bit)
{
  CzBit *slots[CZ_CODER_INPUTS] = { NULL };
  for (guint i = 0; i < n; i++)
    slots[i] = find_slot (coder, contexts[i]);
  return cz_coder_slots (coder, slots, n, mixer, limit, bit);
}

int
cz_coder_plain_bit (CzCoder *coder, int bit)
{
  return code (coder, 32768, bit);
}

guint64
cz_coder_plain (CzCoder *coder, guint bits, guint64 value)
{
  guint64 result = 0;
  while (bits-- > 0)
    result = result << 1 | (guint64) cz_coder_plain_bit (coder, (int) (value >> bits & 1));
  return result;
}

/* The groups of all contexts for one part of a value. */
typedef struct {
  guint n;
  CzBit *group[CZ_CODER_INPUTS];
} Part;

static void
open_part (CzCoder *coder, Part *part, const guint32 *contexts, guint n, guint32 which)
{
  part->n = n;
  cz_coder_groups (coder, contexts, n, which, part->group);
}

static int
node_bit (CzCoder *coder, const Part *part, guint node, CzMixer *mixer, guint limit, int bit)
{
  CzBit *slots[CZ_CODER_INPUTS] = { NULL };
  for (guint i = 0; i < part->n; i++)
    slots[i] = part->group[i] + node;
  return cz_coder_slots (coder, slots, part->n, mixer, limit, bit);
}

guint32
cz_coder_tree (CzCoder *coder, const guint32 *contexts, guint n, CzMixer *mixer, guint limit, guint bits, guint32 value)
{
  guint32 result = 1;
  Part part;
  for (guint done = 0; done < bits; done++) {
    if (done % 4 == 0)
      open_part (coder, &part, contexts, n, result);
    guint node = (guint) (result & ((1u << done % 4) - 1)) | 1u << done % 4;
    result = result << 1 | (guint32) node_bit (coder, &part, node, mixer, limit, (int) (value >> (bits - 1 - done) & 1));
  }
  return result;
}

/* Nodes of the first group: 1 zero?, 2 negative?, 3 … 14 one more bit? The rest of the lengths and the mantissa, three bits a
 * group, have groups of their own. Mixers: 0 zero, 1 sign, 2 … 41 length, 42 … 47 mantissa. */
gint64
cz_coder_number (CzCoder *coder, const guint32 *contexts, guint n, CzMixer *mixers, guint limit, gint64 value)
{
  guint64 magnitude = value < 0 ? 0 - (guint64) value : (guint64) value;
  guint length = 0;
  Part part;
  open_part (coder, &part, contexts, n, 1);
  if (!node_bit (coder, &part, 1, &mixers[0], limit, value != 0))
    return 0;
  int negative = node_bit (coder, &part, 2, &mixers[1], limit, value < 0);
  for (; length < 63; length++) {
    if (length > 0 && length % 12 == 0)
      open_part (coder, &part, contexts, n, 1 + length);
    if (!node_bit (coder, &part, 3 + length % 12, &mixers[2 + MIN (length, 39)], limit, magnitude >> (length + 1) > 0))
      break;
  }
  guint64 result = 1;
  for (guint i = 0; i < length; i++) {
    int bit = (int) (magnitude >> (length - 1 - i) & 1);
    if (i < MANTISSA_MODELLED) {
      if (i % 3 == 0)
        open_part (coder, &part, contexts, n, 0x1000 + length * 256 + (guint32) result);
      guint node = (guint) (result & ((1u << i % 3) - 1)) | 1u << i % 3;
      bit = node_bit (coder, &part, node, &mixers[42 + i], limit, bit);
    } else
      bit = cz_coder_plain_bit (coder, bit);
    result = result << 1 | (guint64) bit;
  }
  return (gint64) (negative ? 0 - result : result);
}
