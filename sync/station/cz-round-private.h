/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/station/cz-round.h"
#include "sync/wire/cz-head.h"

/* Between the files of a round. */

typedef struct {
  CzStation *station;
  const CzRoundOptions *options;
  CzRoundReport *report;
  CzRoad *road; /* of the depot at hand */
  guint64 counted; /* of what came over it, in the day's bytes already */
  gboolean has_checked; /* the rows held, once: a bundle did not fit them */
  gboolean begins_anew; /* they were damaged: every channel is followed once more */
} CzRound;

/* A head as a depot last gave it; not verified. */
typedef struct {
  char *tag; /* the depot's mark of this version */
  GBytes *bytes;
} CzKeptHead;

/* What a refusal's error is for the outside. */
typedef enum {
  CZ_FAULT_ROAD, /* this depot does not bring it now */
  CZ_FAULT_ABSENT, /* the depot lacks it */
  CZ_FAULT_REFUSED, /* a rule was broken */
  CZ_FAULT_STORAGE, /* ours */
} CzFault;
CzFault cz_round_fault (const GError *error);
const char *cz_round_rule (const GError *error);

/* Tells, counts. */
void cz_round_tell_refusal (CzRound *round, CzChannel channel, const GError *error);
void cz_round_state (CzRound *round, const char *state);
/* Bytes that may still come in this round and today; 0 = none. */
guint64 cz_round_budget_left (CzRound *round);

/* Adds what has come over the road since to the bytes of the day; a folder's cost nothing. */
void cz_round_count (CzRound *round);

/* A verified head and what verified it. */
typedef struct {
  CzHead head;
  CzChain chain;
  CzDelegation delegation; /* its last link */
  GBytes *head_bytes;
  GBytes *chain_bytes;
  gboolean chain_is_new; /* not the one kept in trust.db */
} CzVerified;
void cz_verified_clear (CzVerified *verified);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CzVerified, cz_verified_clear)

/* Fetches head, missing root documents and the chain, and verifies them. Whether it is older than what is held is not asked, and but for newer roots nothing is kept. */
gboolean cz_round_read_head (CzRound *round, CzChannel channel, CzVerified *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same, judged against the trust floor, and what it says noted. */
gboolean cz_round_head (CzRound *round, CzChannel channel, CzVerified *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Fetches and applies what the head offers. */
gboolean cz_round_follow (CzRound *round, const CzVerified *verified, CzRoundChannel *channel, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Media objects that rows name and media/ lacks. */
gboolean cz_round_media (CzRound *round, GError **error) G_GNUC_WARN_UNUSED_RESULT;
