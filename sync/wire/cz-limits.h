/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Every maximum of the wire in one place. Checked before allocation and before work; where a number comes from
 * stands beside it. DESIGN §6, study/sync.md §4. */

#define CZ_MANIFEST_MAX (64u * 1024u) /* 64 sections with piece hashes fit in 40 KiB */
#define CZ_BUNDLE_MAX (8u * 1024u * 1024u) /* an ordinary day is 20-50 KB; a link of 20 kbit/s takes an hour for this */
#define CZ_SNAPSHOT_MAX (64u * 1024u * 1024u) /* first publication or snapshot, compressed */
#define CZ_SNAPSHOT_RAW_MAX (512u * 1024u * 1024u)
#define CZ_SECTIONS_MAX 64u
#define CZ_SECTION_ROWS_MAX 1000000u
#define CZ_SECTION_RAW_MAX (64u * 1024u * 1024u)
#define CZ_PACKED_RAW_MAX (4u * 1024u * 1024u) /* codecs 2 and 3 are unpacked whole: 200,000 quotes, a month */
#define CZ_EXPANSION_MAX 200u /* raw ≤ 200 × compressed + 4096: bombs end here */
#define CZ_ZSTD_WINDOW_LOG_MAX 23 /* 8 MiB window: the decoder's memory on a 512 MB board */
#define CZ_PIECE_BYTES 32768u /* sections over 64 KiB list a hash per piece */
#define CZ_PIECED_FROM_BYTES 65536u
#define CZ_HEAD_MAX 1024u
#define CZ_INDEX_MAX (64u * 1024u)
#define CZ_ROOT_MAX (16u * 1024u)
#define CZ_CHAIN_MAX (16u * 1024u)
#define CZ_CHAIN_LINKS_MAX 5u
#define CZ_TICKET_MAX (64u * 1024u)
#define CZ_ENVELOPE_RAW_MAX (1024u * 1024u + 128u * 1024u) /* a kept object is at most 1 MiB, a payload 64 KiB */
#define CZ_ENVELOPE_MAX (1536u * 1024u) /* that, padded by an eighth */
