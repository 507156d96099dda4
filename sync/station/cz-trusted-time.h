/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/model/cz-code.h"

/* A lower bound of the time that needs no clock (study/sync.md §5.4): it grows with powered-on time and with the signed
 * instants of verified heads, never falls, and no single signer can push it far. Pure, any thread.
 *
 * A head moves the bound to its `issued` at once only as far as another channel's signer supports: not more than 30 days
 * past that. A signer alone may push it 30 days past where it stood, once in a powered-on day, so that a stolen key cannot
 * burn every expiry at one stroke; a station that was off for long catches up within a few powered-on days. The very
 * first head of a station has nothing to be measured by and is believed. The bound only ever informs; nothing newer is
 * refused because of it. */

#define CZ_TIME_PUSH_MAX_S (30 * 86400)
#define CZ_TIME_PUSH_EVERY_S 86400
#define CZ_TIME_WITNESSES_MAX 8

typedef struct {
  CzChannel channel;
  gint64 issued_s; /* newest that this channel's head key has signed */
} CzTimeWitness;

typedef struct {
  gint64 trusted_s; /* the bound as of at_boot_us; 0 = none */
  gint64 at_boot_us;
  gint64 pushed_s; /* how much of the bound came from heads and not from powered-on time, after the first */
  gint64 push_limit_s; /* how far a signer alone may go for now */
  gint64 push_renewed_s; /* powered-on time (the bound less pushed_s) when that limit was set */
  guint n_witnesses;
  CzTimeWitness witnesses[CZ_TIME_WITNESSES_MAX];
} CzTrustedTime;

/* The bound now. boot_us: powered-on time on the scale of at_boot_us. */
gint64 cz_trusted_time_now (const CzTrustedTime *time, gint64 boot_us);
/* A head of the channel was verified. */
void cz_trusted_time_head (CzTrustedTime *time, CzChannel channel, gint64 issued_s, gint64 boot_us);
/* What was saved is loaded in another boot: the scale of boot_us begins anew, the bound stays. */
void cz_trusted_time_rebase (CzTrustedTime *time, gint64 boot_us);
