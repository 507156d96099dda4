/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>
#include "sync/model/cz-code.h"

/* Names in the depot tree (study/sync.md §5.1): lower case letters, digits and '-' only, safe on FAT.
 * All newly allocated, relative to the depot, with forward slashes. */
char *cz_path_root (guint32 version); /* v1/root/<n> */
char *cz_path_head (CzChannel channel); /* v1/c/<chan>/head */
char *cz_path_heads (CzChannel channel);
char *cz_path_index (CzChannel channel);
char *cz_path_segment (CzChannel channel, guint32 yyyymm);
/* v1/c/<chan>/skip/<from>-<to>-<n>: n skips that follow each other, from the first's from_seq to the last's to_seq */
char *cz_path_skips (CzChannel channel, guint64 from_seq, guint64 to_seq, guint n);
char *cz_path_snapshot (CzChannel channel, guint64 seq);
char *cz_path_plain (CzChannel channel, guint64 seq); /* v1/c/<chan>/z/<seq> */
char *cz_path_plain_snapshot (CzChannel channel, guint64 seq); /* v1/c/<chan>/z/snap-<seq> */
char *cz_path_chain (CzChannel channel, const guint8 hash[32]); /* v1/c/<chan>/key/<hash> */
char *cz_path_media (const guint8 hash[32]); /* v1/m/<hash> */
