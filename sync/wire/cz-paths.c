/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/wire/cz-paths.h"
#include "sync/wire/cz-key.h"

char *
cz_path_root (guint32 version)
{
  return g_strdup_printf ("v1/root/%u", version);
}

char *
cz_path_head (CzChannel channel)
{
  return g_strdup_printf ("v1/c/%06d/head", channel);
}

char *
cz_path_heads (CzChannel channel)
{
  return g_strdup_printf ("v1/c/%06d/heads", channel);
}

char *
cz_path_index (CzChannel channel)
{
  return g_strdup_printf ("v1/c/%06d/idx", channel);
}

char *
cz_path_segment (CzChannel channel, guint32 yyyymm)
{
  return g_strdup_printf ("v1/c/%06d/seg/%06u", channel, yyyymm);
}

char *
cz_path_skips (CzChannel channel, guint64 from_seq, guint64 to_seq, guint n)
{
  return g_strdup_printf ("v1/c/%06d/skip/%" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT "-%u", channel, from_seq, to_seq, n);
}

char *
cz_path_snapshot (CzChannel channel, guint64 seq)
{
  return g_strdup_printf ("v1/c/%06d/snap/%" G_GUINT64_FORMAT, channel, seq);
}

char *
cz_path_plain (CzChannel channel, guint64 seq)
{
  return g_strdup_printf ("v1/c/%06d/z/%" G_GUINT64_FORMAT, channel, seq);
}

char *
cz_path_plain_snapshot (CzChannel channel, guint64 seq)
{
  return g_strdup_printf ("v1/c/%06d/z/snap-%" G_GUINT64_FORMAT, channel, seq);
}

char *
cz_path_chain (CzChannel channel, const guint8 hash[32])
{
  g_autofree char *hex = cz_hash_to_hex (hash);
  return g_strdup_printf ("v1/c/%06d/key/%s", channel, hex);
}

char *
cz_path_media (const guint8 hash[32])
{
  g_autofree char *hex = cz_hash_to_hex (hash);
  return g_strdup_printf ("v1/m/%s", hex);
}
