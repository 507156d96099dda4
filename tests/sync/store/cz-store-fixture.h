/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/store/cz-content.h"

/* A publisher and a station in one temporary folder: changes are gathered, signed into a bundle, applied. */

#define FIXTURE_CHANNEL 990101

typedef void (*FixtureTweak) (CzManifest *manifest);

typedef struct {
  char *root; /* temporary folder */
  char *agent_dir;
  CzContent *hub; /* the publisher's replica */
  CzContent *agent;
  CzSecretKey *key;
  CzPublicKey public_key;
  CzChannel channel;
  guint32 epoch;
  guint64 seq;
  GArray *changes; /* of the next bundle */
  GStringChunk *words; /* texts of rows */
  GRand *rand;
  GArray *quotes; /* CzRow: the quotes that stand */
  CzDay today;
  const char *currency; /* of quotes; NULL: some have one */
  CzApplyScope scope; /* of the station */
  gboolean is_forged; /* the next bundle holds what the hub would refuse, and is no step of it */
  gboolean packs; /* sections in codec 2 or 3 where that is smaller */
  guint n_packed; /* so far */
  FixtureTweak tweak; /* (nullable) alters the next manifest before it is signed */
} Fixture;

Fixture *fixture_new (guint32 seed);
void fixture_free (Fixture *f); /* removes the folder */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

void fixture_change (Fixture *f, CzOp op, const CzTable *table, const CzRow *row, guint64 mask);
void fixture_text (Fixture *f, CzValue *value, const char *text);
/* Insert of a quote with made-up prices. */
void fixture_quote (Fixture *f, CzDay day, guint market, guint product, guint grade);
void fixture_market (Fixture *f, guint serial, const char *name);
/* n inserts of today and some updates, deletes and now and then a retention. */
void fixture_random_day (Fixture *f, guint n);
/* Applies the changes to the hub, signs them. */
GBytes *fixture_bundle (Fixture *f, CzBundleKind kind);
gboolean fixture_apply (Fixture *f, GBytes *bundle, GError **error);
void fixture_apply_ok (Fixture *f, GBytes *bundle);
void fixture_refused (Fixture *f, GBytes *bundle, GQuark domain, gint code);
/* State, marks and row counts of every channel as text: equal before and after means nothing changed. */
char *fixture_summary (sqlite3 *db);
void fixture_remove_tree (const char *path);
guint32 fixture_seed (void); /* CZ_TEST_SEED or a random one; printed */
