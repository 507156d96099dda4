/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/hub/cz-hub-office.h"
#include "app/hub/cz-hub-publish.h"
#include "app/hub/cz-hub.h"
#include "sync/wire/cz-head.h"

#define FIXTURE_NOW G_GINT64_CONSTANT (1795400000) /* 2026-11-23 UTC+8 */
#define FIXTURE_CHANNEL 990101
#define FIXTURE_DAY 20780 /* of the first quote of cz_hub_fixture_fill */

typedef struct {
  char *folder; /* temporary, removed at the end */
  char *home; /* a new hub */
  CzClock *clock; /* stands still at FIXTURE_NOW */
  CzHub *hub; /* open for writing */
} CzHubFixture;

void cz_hub_fixture_set_up (CzHubFixture *f, gconstpointer data);
void cz_hub_fixture_tear_down (CzHubFixture *f, gconstpointer data);
void cz_hub_fixture_reopen (CzHubFixture *f);

/* Inside a transaction. */
gint64 cz_hub_fixture_product (CzHubFixture *f, const char *name, const char *aliases, const char *code);
gint64 cz_hub_fixture_market (CzHubFixture *f, const char *name);
CzRow cz_hub_fixture_quote (CzDay day, gint64 market, gint64 product, gint64 mid);
/* A quote put in a transaction of its own. */
void cz_hub_fixture_put_quote (CzHubFixture *f, const CzRow *row);
/* n quotes of one product at one market, a day each. */
void cz_hub_fixture_fill (CzHubFixture *f, gint64 n);
/* The first of those. */
CzRow cz_hub_fixture_first_quote (void);
CzHubPublished cz_hub_fixture_publish (CzHubFixture *f);
/* path: taken over. NULL when the depot has no such object. */
GBytes *cz_hub_fixture_depot_object (CzHubFixture *f, char *path);
/* Verified. */
CzHead cz_hub_fixture_depot_head (CzHubFixture *f);
