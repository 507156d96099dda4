/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* Administrative codes and published ids. A channel is named by its issuer's six-digit code (GB/T 2260),
 * 000000 = centre; a published id is code × 10⁹ + serial, serial 1 … 999 999 999. Regions are named by their own
 * code: 6 digits, 9 for towns, 12 for villages, kept as the 12-digit number (shorter ones padded with zeros at
 * the right, so that 990101 is 990101000000). Pure, any thread. */

#define CZ_CODE_CENTRE 0
#define CZ_SERIAL_MAX 999999999

typedef gint32 CzChannel; /* 0 … 999999 */
typedef enum { CZ_TIER_CENTRE, CZ_TIER_PROVINCE, CZ_TIER_CITY, CZ_TIER_COUNTY } CzTier;

gboolean cz_channel_parse (const char *text, CzChannel *out) G_GNUC_WARN_UNUSED_RESULT; /* exactly six digits */
char *cz_channel_to_string (CzChannel channel); /* "990101" */
CzTier cz_channel_tier (CzChannel channel);
/* TRUE if inner lies in the area of outer: same, or outer's significant prefix (2, 4, 6 digits) begins it. */
gboolean cz_channel_covers (CzChannel outer, CzChannel inner);

gint64 cz_id_make (CzChannel issuer, guint32 serial);
CzChannel cz_id_issuer (gint64 id);
guint32 cz_id_serial (gint64 id);
gboolean cz_id_is_valid (gint64 id); /* 1 ≤ serial, issuer 0 … 999999 */

/* 6, 9 or 12 digits → 12-digit number. */
gboolean cz_region_parse (const char *text, gint64 *out) G_GNUC_WARN_UNUSED_RESULT;
/* Shortest of 6, 9, 12 digits. */
char *cz_region_to_string (gint64 region);
CzChannel cz_region_channel (gint64 region); /* the county (or higher) it belongs to */
