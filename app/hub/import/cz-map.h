/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/hub/import/cz-import.h"
#include "app/hub/sheet/cz-sheet.h"
#include "sync/model/cz-day.h"

/* How to read the files of another office: the key file of --map, described in README.md. A map that was not given is
 * the plain format: no rule set. */

typedef struct {
  char *column; /* header text of the cells */
  char *product;
  char *unit;
} CzMapWide;

typedef struct {
  char *path; /* "" without a map */
  char *kind; /* (nullable) the kind it is for */
  /* [file] */
  guint64 header_line; /* 0 = find it */
  gboolean no_header; /* header=none: the first row is data, all columns are given by number */
  char *header_has; /* (nullable) a header that the header line must bear */
  char separator;
  char *records;
  char *sheet;
  GPtrArray *skip; /* GRegex over the cells of a row joined by "," */
  char **closed; /* (nullable) words that mean: no market that day */
  /* [columns] and [fixed] */
  GHashTable *columns; /* field → header text, or "#3" */
  GHashTable *fixed; /* field → text */
  /* [day] */
  CzCalendar calendar;
  gboolean snap_to_period; /* a day inside the week or month stands for its first day */
  /* [price] */
  gboolean round_decimals;
  gboolean pass_empty; /* no price at all is no fault */
  /* [product] and [market] */
  gboolean split_product;
  gboolean split_market;
  char *source; /* (nullable) prefix of source codes: "tw-amis" */
  char *product_class, *product_unit; /* (nullable) for products made on the way */
  char *market_kind, *market_region; /* (nullable) for markets made on the way */
  /* [wide] */
  GArray *wide; /* CzMapWide */
} CzMap;

/* path NULL gives the plain format. Errors: CZ_IMPORT_ERROR_MAP. */
CzMap *cz_map_load (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cz_map_free (CzMap *map);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzMap, cz_map_free)

/* TRUE if a rule says that this row is no data. */
gboolean cz_map_passes_over (const CzMap *map, const CzSheetRow *row);
/* TRUE if text (a product or market cell) is one of the words for a closed day. */
gboolean cz_map_is_closed (const CzMap *map, const char *text);
