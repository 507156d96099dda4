/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/hub/import/cz-importer.h"
#include "sync/model/cz-money.h"

/* Products and markets as price lists name them: looked up once per spelling, made when the clerk has asked for that. */

typedef enum { CZ_THING_KNOWN, CZ_THING_UNKNOWN, CZ_THING_AMBIGUOUS, CZ_THING_BAD } CzThingState;

typedef struct {
  CzThingState state;
  gint64 id;
  char *code; /* as split off, without the map's prefix; "" if none */
  char *name;
  int unit; /* of a product: CzUnit, -1 = unknown */
} CzThing;

typedef struct _CzThings CzThings;
typedef enum { CZ_THINGS_PRODUCTS, CZ_THINGS_MARKETS } CzThingsOf;

CzThings *cz_things_new (CzImporter *imp, CzThingsOf of);
void cz_things_free (CzThings *things);

/* What a new one is made of when options ask for it. */
typedef struct {
  int quote_kind; /* CzQuoteKind: what kind of market */
  CzUnit unit; /* of the price: what the product is counted in */
} CzThingHint;

/* code: the cell of a code column, "" without one; text: the name cell, split by the map's rule. The result stays until
 * the next call. FALSE only when the hub fails. */
gboolean cz_things_find (CzThings *things, const char *code, const char *text, const CzThing **out, GError **error);
/* Makes an unknown one; it is known from then on. thing->state becomes BAD when the hub's rules do not take it. */
gboolean cz_things_create (CzThings *things, const CzThing *thing, const CzThingHint *hint, GError **error);
