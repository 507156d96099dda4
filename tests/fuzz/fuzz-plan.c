/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/station/cz-plan.h"
#include "tests/fuzz/cz-fuzz.h"

#include <string.h>

/* A signed index of any kind against whatever a station holds: every step leads forward and lies in its file, the way ends. The first
 * 32 bytes say what is held and the limits, the rest is the index. */

typedef struct {
  guint64 held_seq, head_seq, offset;
  guint32 month, flags;
} Given;

static guint64
largest_file (const CzIndex *index)
{
  guint64 most = 0, jumps = 0;
  for (guint i = 0; i < index->segments->len; i++)
    most = MAX (most, g_array_index (index->segments, CzIndexSegment, i).bytes);
  for (guint i = 0; i < index->jumps->len; i++)
    jumps += g_array_index (index->jumps, CzIndexJump, i).bytes;
  return MAX (most, jumps);
}

static void
walk (const CzIndex *index, CzPlanHeld held, guint64 head_seq, const CzPlanLimits *limits)
{
  guint64 most = largest_file (index);
  CzPlan plan;
  while (held.seq < head_seq && cz_plan_find (index, &held, head_seq, limits, &plan) == CZ_PLAN_FOUND) {
    const CzPlanStep *step = &plan.first;
    cz_fuzz_must (step->to_seq > held.seq, "forward");
    cz_fuzz_must (step->end > step->offset && step->end <= most, "inside its file");
    cz_fuzz_must (plan.requests >= 1 && plan.bytes >= step->end - step->offset, "the whole way counts its first step");
    held.seq = step->to_seq;
    if (step->kind == CZ_PLAN_SEGMENT) {
      held.month = step->month;
      held.offset = step->end;
      continue;
    }
    cz_fuzz_must (step->n_jumps >= 1 && step->first_jump + step->n_jumps <= index->jumps->len, "lines of the index");
    const CzIndexJump *last = &g_array_index (index->jumps, CzIndexJump, step->first_jump + step->n_jumps - 1);
    held.month = last->next_month;
    held.offset = last->next_offset;
  }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  Given given;
  CzPublicKey key;
  gsize n;
  if (size < sizeof given)
    return 0;
  memcpy (&given, data, sizeof given);
  cz_secret_key_public (cz_fuzz_key (0), &key);
  g_autoptr (GBytes) all = cz_fuzz_sign ("CZINDX1\n", CZ_SIGN_INDEX, data + sizeof given, size - sizeof given, cz_fuzz_key (0));
  const guint8 *bytes = g_bytes_get_data (all, &n);
  g_autoptr (CzIndex) index = cz_index_open (bytes, n, &key, NULL);
  if (!index || index->seq == 0)
    return 0;
  CzPlanHeld held = { given.held_seq % index->seq, given.month, given.offset };
  guint64 head_seq = held.seq + 1 + given.head_seq % (index->seq - held.seq);
  CzPlanLimits limits = { .day_bytes = given.flags >> 8, .requests = given.flags >> 4 & 15, .full_is_asked = given.flags & 1, .without_jumps = given.flags >> 1 & 1 };
  walk (index, held, head_seq, &limits);
  held.seq = 0;
  held.month = 0;
  held.offset = 0;
  walk (index, held, head_seq, &limits);
  return 0;
}
