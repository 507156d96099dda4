/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/station/cz-trusted-time.h"

/* No instant outside these can come from an honest signer; beyond them arithmetic would need care. */
#define ISSUED_MAX_S G_GINT64_CONSTANT (32503680000) /* the year 3000 */

gint64
cz_trusted_time_now (const CzTrustedTime *time, gint64 boot_us)
{
  if (time->trusted_s == 0)
    return 0;
  return time->trusted_s + MAX (0, boot_us - time->at_boot_us) / G_USEC_PER_SEC;
}

void
cz_trusted_time_rebase (CzTrustedTime *time, gint64 boot_us)
{
  time->at_boot_us = boot_us;
}

static void
note_witness (CzTrustedTime *time, CzChannel channel, gint64 issued_s)
{
  for (guint i = 0; i < time->n_witnesses; i++)
    if (time->witnesses[i].channel == channel) {
      time->witnesses[i].issued_s = MAX (time->witnesses[i].issued_s, issued_s);
      return;
    }
  if (time->n_witnesses < CZ_TIME_WITNESSES_MAX)
    time->witnesses[time->n_witnesses++] = (CzTimeWitness){ channel, issued_s };
}

/* How far the other signers support an instant, 0 = there is no other. */
static gint64
supported_by_others (const CzTrustedTime *time, CzChannel channel)
{
  gint64 newest_s = 0;
  for (guint i = 0; i < time->n_witnesses; i++)
    if (time->witnesses[i].channel != channel)
      newest_s = MAX (newest_s, time->witnesses[i].issued_s);
  return newest_s > 0 ? newest_s + CZ_TIME_PUSH_MAX_S : 0;
}

/* Each signer alone may have lied; a second one within 30 days makes the earlier of the two good. */
static gint64
supported_instant (const CzTrustedTime *time)
{
  gint64 best_s = 0;
  for (guint i = 0; i < time->n_witnesses; i++)
    best_s = MAX (best_s, MIN (time->witnesses[i].issued_s, supported_by_others (time, time->witnesses[i].channel)));
  return best_s;
}

void
cz_trusted_time_head (CzTrustedTime *time, CzChannel channel, gint64 issued_s, gint64 boot_us)
{
  gint64 now_s = cz_trusted_time_now (time, boot_us);
  if (issued_s <= 0 || issued_s > ISSUED_MAX_S)
    return;
  gboolean first = now_s == 0 && time->n_witnesses == 0;
  gint64 powered_s = first ? issued_s : now_s - time->pushed_s;
  note_witness (time, channel, issued_s);
  if (first || powered_s >= time->push_renewed_s + CZ_TIME_PUSH_EVERY_S) {
    time->push_renewed_s = powered_s;
    time->push_limit_s = (first ? issued_s : now_s) + CZ_TIME_PUSH_MAX_S;
  }
  gint64 target_s = MAX (supported_instant (time), MIN (issued_s, time->push_limit_s));
  if (target_s <= now_s)
    return;
  time->pushed_s += first ? 0 : target_s - now_s;
  time->trusted_s = target_s;
  time->at_boot_us = boot_us;
}
