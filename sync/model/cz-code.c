/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/model/cz-code.h"

#include <string.h>

#define SERIALS G_GINT64_CONSTANT (1000000000)
#define REGION_MAX G_GINT64_CONSTANT (999999999999)

static gboolean
parse_digits (const char *text, gsize n, gint64 *out)
{
  gint64 value = 0;
  for (gsize i = 0; i < n; i++) {
    if (!g_ascii_isdigit (text[i]))
      return FALSE;
    value = value * 10 + (text[i] - '0');
  }
  *out = value;
  return TRUE;
}

gboolean
cz_channel_parse (const char *text, CzChannel *out)
{
  gint64 value;
  if (strlen (text) != 6 || !parse_digits (text, 6, &value))
    return FALSE;
  *out = (CzChannel) value;
  return TRUE;
}

char *
cz_channel_to_string (CzChannel channel)
{
  return g_strdup_printf ("%06d", channel);
}

CzTier
cz_channel_tier (CzChannel channel)
{
  if (channel == CZ_CODE_CENTRE)
    return CZ_TIER_CENTRE;
  if (channel % 10000 == 0)
    return CZ_TIER_PROVINCE;
  return channel % 100 == 0 ? CZ_TIER_CITY : CZ_TIER_COUNTY;
}

gboolean
cz_channel_covers (CzChannel outer, CzChannel inner)
{
  static const CzChannel divisor[] = { 1000000, 10000, 100, 1 };
  CzChannel d = divisor[cz_channel_tier (outer)];
  return outer / d == inner / d;
}

gint64
cz_id_make (CzChannel issuer, guint32 serial)
{
  g_return_val_if_fail (issuer >= 0 && issuer <= 999999 && serial >= 1 && serial <= CZ_SERIAL_MAX, 0);
  return issuer * SERIALS + serial;
}

CzChannel
cz_id_issuer (gint64 id)
{
  return (CzChannel) (id / SERIALS);
}

guint32
cz_id_serial (gint64 id)
{
  return (guint32) (id % SERIALS);
}

gboolean
cz_id_is_valid (gint64 id)
{
  return id > 0 && id / SERIALS <= 999999 && id % SERIALS >= 1;
}

gboolean
cz_region_parse (const char *text, gint64 *out)
{
  gsize len = strlen (text);
  gint64 value;
  if ((len != 6 && len != 9 && len != 12) || !parse_digits (text, len, &value))
    return FALSE;
  for (; len < 12; len++)
    value *= 10;
  *out = value;
  return TRUE;
}

char *
cz_region_to_string (gint64 region)
{
  g_return_val_if_fail (region >= 0 && region <= REGION_MAX, NULL);
  g_autofree char *all = g_strdup_printf ("%012" G_GINT64_FORMAT, region);
  gsize len = region % 1000000 == 0 ? 6 : region % 1000 == 0 ? 9 : 12;
  return g_strndup (all, len);
}

CzChannel
cz_region_channel (gint64 region)
{
  return (CzChannel) (region / 1000000);
}
